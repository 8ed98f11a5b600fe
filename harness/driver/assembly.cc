#include "driver/assembly.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "driver/cluster_use.h"
#include "driver/sim/sim_host.h"
#include "monitor/embedded/embedded_monitor.h"
#include "monitor/embedded/received_alerts.h"
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

// Where all sends arrive nobody asks what an Alertmanager has of them: null.
using Received = std::unique_ptr<monitor::ReceivedAlerts>;

monitor::EmbeddedMonitor::Receivers receivers_of(const Received& received) {
  return received != nullptr ? monitor::EmbeddedMonitor::Receivers{received.get()}
                             : monitor::EmbeddedMonitor::Receivers{};
}

// What is posted at a time is dealt with at that time: who receives it stands behind the monitor.
Assembly join(std::unique_ptr<SimHost> host, std::unique_ptr<monitor::EmbeddedMonitor> monitor, Received received,
              Time now) {
  Assembly out;
  out.clock = std::make_unique<VirtualClock>(now);
  out.host = host.get();
  out.alerts = monitor.get();
  out.copy = [clock = out.clock.get(), host = host.get(), monitor = monitor.get(),
              received = received.get()](events::Sink& sink) {
    auto its_host = std::make_unique<SimHost>(*host, sink);
    Received its_received = received != nullptr ? std::make_unique<monitor::ReceivedAlerts>(*received, sink) : nullptr;
    auto its_monitor =
        std::make_unique<monitor::EmbeddedMonitor>(*monitor, *its_host, sink, receivers_of(its_received));
    return join(std::move(its_host), std::move(its_monitor), std::move(its_received), clock->now());
  };
  out.components.push_back(std::move(host));
  out.components.push_back(std::move(monitor));
  if (received != nullptr) out.components.push_back(std::move(received));
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
  auto host = std::make_unique<SimHost>(fake_services::WorldSpec{.topology = scenario.topology,
                                                                 .metrics = scenario.metrics,
                                                                 .faults = scenario.faults,
                                                                 .seed = options.seed,
                                                                 .start = record.started,
                                                                 .origin = record.judged_from,
                                                                 .disable_faults = options.disable_faults,
                                                                 .kubernetes = kubernetes},
                                        sink);
  Received received = monitor_may_fail(scenario) ? std::make_unique<monitor::ReceivedAlerts>(sink) : nullptr;
  auto monitor = std::make_unique<monitor::EmbeddedMonitor>(*host, prometheus, scenario.rule_files, record.started,
                                                            monitor_options(scenario, options, std::move(wanted)), sink,
                                                            receivers_of(received));
  monitor->count_ahead(record.judged_to - record.started, scenario.scenario.duration_at);
  return join(std::move(host), std::move(monitor), std::move(received), record.started);
}

}  // namespace firedrill::driver
