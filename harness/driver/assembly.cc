#include "driver/assembly.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "driver/cluster_use.h"
#include "driver/sim/sim_host.h"
#include "monitor/alertmanager/embedded_alertmanager.h"
#include "monitor/embedded/embedded_monitor.h"
#include "monitor/embedded/received_alerts.h"
#include "monitor/embedded/replica.h"
#include "promql/parse/parser.h"
#include "reports/format.h"

namespace firedrill::driver {
namespace {

using Expressions = std::vector<std::shared_ptr<const promql::Expr>>;

Expressions expected_expressions(const record::Criteria& declared) {
  Expressions result;
  for (const record::Expectation& expectation : declared.expectations) {
    if (expectation.expression != nullptr) result.push_back(expectation.expression);
  }
  for (const record::NamedExpression& query : declared.queries) result.push_back(query.expression);
  return result;
}

bool has_kind(const record::Criteria& declared, std::string_view kind) {
  return std::ranges::any_of(declared.expectations, [&](const auto& expectation) { return expectation.kind == kind; });
}

using Kept = monitor::EmbeddedMonitor::Options::Keep;
Kept keep_of(Keep keep) {
  switch (keep) {
    case Keep::none:
      return Kept::evidence;
    case Keep::needed:
      return Kept::read;
    case Keep::all:
      return Kept::all;
  }
  return Kept::read;
}

// Of these, what judging says includes how near they came.
std::set<std::string, std::less<>> alerts_expected(const record::Criteria& declared) {
  std::set<std::string, std::less<>> names;
  for (const record::Expectation& expectation : declared.expectations) {
    if (expectation.fields.has("alert")) names.insert(expectation.fields.text("alert"));
  }
  return names;
}

monitor::EmbeddedMonitor::Options monitor_options(const scenario::LoadedScenario& scenario, const RunOptions& options,
                                                  Expressions wanted) {
  monitor::EmbeddedMonitor::Options out;
  out.promql = options.promql;
  out.keep = keep_of(options.keep);
  if (options.keep == Keep::none) out.evidence = alerts_expected(scenario.declared);
  out.wanted = std::move(wanted);
  out.sends = has_kind(scenario.declared, "dead_mans_switch");
  out.may_fail = monitor_may_fail(scenario);
  out.seed = options.seed;
  out.budget = options.budget;
  return out;
}

// Where all sends arrive nobody asks what an Alertmanager has of them: `received` is null.
struct Parts {
  std::unique_ptr<SimHost> host;
  std::unique_ptr<monitor::ReceivedAlerts> received;
  std::unique_ptr<monitor::EmbeddedAlertmanager> alertmanager;  // null: there is none
  std::unique_ptr<monitor::EmbeddedMonitor> monitor;
  std::unique_ptr<monitor::ReplicaMonitor> replica;  // null: the monitor is the only one

  monitor::EmbeddedMonitor::Receivers receivers() const {
    monitor::EmbeddedMonitor::Receivers all;
    if (received != nullptr) all.push_back(received.get());
    if (alertmanager != nullptr) all.push_back(alertmanager.get());
    return all;
  }
};

// Those that an assembly owns.
struct PartsView {
  const SimHost* host;
  const monitor::ReceivedAlerts* received;
  const monitor::EmbeddedAlertmanager* alertmanager;
  const monitor::EmbeddedMonitor* monitor;
  const monitor::ReplicaMonitor* replica;
};

Parts copy(const PartsView& parts, events::Sink& sink) {
  Parts out;
  out.host = std::make_unique<SimHost>(*parts.host, sink);
  if (parts.received != nullptr)
    out.received = std::make_unique<monitor::ReceivedAlerts>(*parts.received, *out.host, sink);
  if (parts.alertmanager != nullptr) {
    out.alertmanager = std::make_unique<monitor::EmbeddedAlertmanager>(*parts.alertmanager, *out.host, sink);
  }
  out.monitor = std::make_unique<monitor::EmbeddedMonitor>(*parts.monitor, *out.host, sink, out.receivers());
  if (parts.replica != nullptr) {
    out.replica = std::make_unique<monitor::ReplicaMonitor>(*parts.replica, *out.host, sink, out.receivers());
  }
  return out;
}

// What is posted at a time is dealt with at that time: who receives it stands behind the monitors.
Assembly join(Parts parts, Time now) {
  Assembly out;
  out.clock = std::make_unique<VirtualClock>(now);
  out.host = parts.host.get();
  out.alerts = parts.monitor.get();
  const PartsView view{parts.host.get(), parts.received.get(), parts.alertmanager.get(), parts.monitor.get(),
                       parts.replica.get()};
  out.copy = [clock = out.clock.get(), view](events::Sink& sink) { return join(copy(view, sink), clock->now()); };
  out.components.push_back(std::move(parts.host));
  out.components.push_back(std::move(parts.monitor));
  if (parts.replica != nullptr) out.components.push_back(std::move(parts.replica));
  if (parts.received != nullptr) out.components.push_back(std::move(parts.received));
  if (parts.alertmanager != nullptr) out.components.push_back(std::move(parts.alertmanager));
  return out;
}

}  // namespace

bool monitor_may_fail(const scenario::LoadedScenario& scenario) {
  return std::ranges::any_of(scenario.faults, [](const fake_services::FaultSpec& fault) {
    return fault.kind->aims == fake_services::Aims(fake_services::Aim::monitor);
  });
}

Assembly assemble(const scenario::LoadedScenario& scenario, const RunOptions& options, const record::Record& record,
                  events::Sink& sink) {
  const scenario::PrometheusSettings& prometheus = scenario.scenario.prometheus;
  Expressions wanted = expected_expressions(scenario.declared);
  const bool kubernetes = prometheus.kubernetes_targets.value_or(scrapes_cluster(prometheus.jobs) ||
                                                                 reads_cluster(scenario.rule_files, wanted));
  for (const std::string_view selector : reports::charted_selectors()) {
    if (options.keep == Keep::none) break;
    if (auto parsed = promql::parse_text(selector, {.version = options.promql})) wanted.push_back(*std::move(parsed));
  }
  Parts parts;
  parts.host = std::make_unique<SimHost>(fake_services::WorldSpec{.topology = scenario.topology,
                                                                  .metrics = scenario.metrics,
                                                                  .faults = scenario.faults,
                                                                  .seed = options.seed,
                                                                  .start = record.started,
                                                                  .origin = record.judged_from,
                                                                  .disable_faults = options.disable_faults,
                                                                  .kubernetes = kubernetes},
                                         sink);
  if (monitor_may_fail(scenario)) parts.received = std::make_unique<monitor::ReceivedAlerts>(*parts.host, sink);
  if (scenario.alertmanager) {
    parts.alertmanager = std::make_unique<monitor::EmbeddedAlertmanager>(
        *scenario.alertmanager, *parts.host,
        monitor::EmbeddedAlertmanager::Options{
            .seed = options.seed, .start = record.started, .origin = record.judged_from, .end = record.judged_to},
        sink);
  }
  const monitor::EmbeddedMonitor::Options monitoring = monitor_options(scenario, options, std::move(wanted));
  parts.monitor = std::make_unique<monitor::EmbeddedMonitor>(*parts.host, monitor::settings_of_replica(prometheus, 0),
                                                             scenario.rule_files, record.started, monitoring, sink,
                                                             parts.receivers());
  if (prometheus.replicas.count > 1) {
    parts.replica = std::make_unique<monitor::ReplicaMonitor>(*parts.host, prometheus, scenario.rule_files,
                                                              record.started, monitoring, sink, parts.receivers());
  }
  parts.monitor->count_ahead(record.judged_to - record.started, scenario.scenario.duration_at);
  return join(std::move(parts), record.started);
}

}  // namespace firedrill::driver
