#include "driver/run.h"

#include <algorithm>

#include "base/hash.h"
#include "driver/cluster_use.h"
#include "driver/sim/sim_host.h"
#include "incident/judge.h"
#include "promql/parser.h"
#include "reports/format.h"
#include "tsdb/series_file.h"

namespace firedrill::driver {
namespace {

using Expressions = std::vector<std::shared_ptr<const promql::Expr>>;

void parse_into(Expressions& expressions, std::string_view text, promql::Version version) {
  if (auto parsed = promql::parse_text(text, {.version = version}); parsed) expressions.push_back(*parsed);
}

Expressions expected_expressions(const incident::Judgement& declared, promql::Version version) {
  Expressions result;
  for (const incident::Expectation& expectation : declared.expectations) {
    if (expectation.fields.has("expr")) parse_into(result, expectation.fields.text("expr"), version);
  }
  for (const incident::NamedExpression& query : declared.queries) parse_into(result, query.expr, version);
  return result;
}

}  // namespace

Run::Run(const scenario::LoadedScenario& scenario, RunOptions options)
    : scenario_(scenario), options_(std::move(options)), record_(blank_record(scenario, options_)) {
  const Time start = record_.started;
  const scenario::PrometheusSettings& prometheus = scenario.scenario.prometheus;
  // Everything that must still be there at the end of the run: what expectations read, and what reports draw.
  Expressions wanted = expected_expressions(scenario.declared, options_.promql);
  const bool kubernetes = prometheus.kubernetes_targets.value_or(scrapes_cluster(prometheus.jobs) ||
                                                                 reads_cluster(scenario.rule_files, wanted));
  for (const std::string_view selector : reports::charted_selectors()) parse_into(wanted, selector, options_.promql);
  clock_ = std::make_unique<VirtualClock>(start);
  host_ = std::make_unique<SimHost>(fake_services::WorldSpec{.topology = scenario.topology,
                                                             .metrics = scenario.metrics,
                                                             .faults = scenario.faults,
                                                             .seed = options_.seed,
                                                             .start = start,
                                                             .origin = record_.judged_from,
                                                             .disable_faults = options_.disable_faults,
                                                             .kubernetes = kubernetes});
  EmbeddedMonitor::Options monitoring;
  monitoring.promql = options_.promql;
  monitoring.keep_all = options_.keep_all;
  monitoring.wanted = std::move(wanted);
  monitoring.sends = std::ranges::any_of(scenario.declared.expectations, [](const incident::Expectation& expectation) {
    return expectation.kind == "dead_mans_switch";
  });
  monitoring.may_fail = std::ranges::any_of(scenario.faults, [](const fake_services::FaultSpec& fault) {
    return fault.kind->aims == fake_services::Aims(fake_services::Aim::monitor);
  });
  monitoring.seed = options_.seed;
  monitor_ = std::make_unique<EmbeddedMonitor>(*host_, prometheus, scenario.rule_files, start, monitoring);
  rules_ = monitor_->rules();
  recorder_ = std::make_unique<Recorder>(record_, scenario.topology, monitoring.may_fail);
}

Time Run::now() const {
  return clock_->now();
}
Time Run::end() const {
  return record_.judged_to;
}

Time Run::next_event() const {
  return std::min({host_->next_event(), monitor_->next_due(), end()});
}

void Run::step() {
  if (!finished()) happen(next_event());
}

void Run::advance_to(Time t) {
  const Time until = std::min(t, end());
  while (next_event() <= until && !finished()) happen(next_event());
  clock_->sleep_until(until);
}

void Run::happen(Time t) {
  clock_->sleep_until(t);
  host_->advance_to(t);
  monitor_->run_due(t, *host_);
  if (const auto events = host_->take_events(); !events.empty()) recorder_->add(events);
  if (const auto minutes = host_->take_minutes(); !minutes.empty()) recorder_->add(minutes);
  if (const auto changes = monitor_->take_changes(); !changes.empty()) recorder_->add(changes);
  if (const auto steps = monitor_->take_steps(); !steps.empty()) recorder_->add(steps, rules_);
  if (const auto sends = monitor_->take_sends(); !sends.empty()) recorder_->add(sends, rules_);
}

Finished Run::finish() {
  record_.rules = monitor_->rules();
  recorder_->finish(host_->faults(), host_->probes());
  Finished finished;
  for (const scenario::InputFile* input : rule_inputs(scenario_)) finished.rule_files.push_back(*input);
  finished.statistics = statistics();
  finished.series_file =
      std::make_shared<const std::string>(tsdb::encode_series(monitor_->series(), monitor_->kept_series()));
  monitor_.reset();  // from here on the file alone holds the series
  record_.series_hash = sha256_hex(*finished.series_file);
  finished.series = tsdb::reopen_series(finished.series_file);
  incident::judge(record_, finished.series);
  finished.record = std::move(record_);
  return finished;
}

RunStatistics Run::statistics() const {
  const tsdb::Store& store = monitor_->series();
  return {.virtual_time = end() - scenario_.scenario.start,
          .samples = store.samples_appended(),
          .rule_evaluations = monitor_->rule_evaluations(),
          .series = store.series_count(),
          .store_bytes = store.bytes()};
}

}  // namespace firedrill::driver
