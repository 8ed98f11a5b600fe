#include "driver/run.h"

#include <algorithm>
#include <cassert>

#include "base/bounds/activity.h"
#include "base/hash.h"
#include "driver/assembly.h"
#include "driver/log_keeper.h"
#include "driver/recorder.h"
#include "incident/judge.h"
#include "monitor/alertmanager/embedded_alertmanager.h"
#include "monitor/prometheus/real_programs.h"
#include "tsdb/series_file.h"

namespace firedrill::driver {

namespace {

std::vector<record::RuleRecord> rules_of(const scenario::LoadedScenario& scenario, const monitor::AlertSource& alerts) {
  std::vector<record::RuleRecord> rules = alerts.rules();
  const std::size_t known = std::min(rules.size(), scenario.looks_back.size());
  for (std::size_t i = 0; i < known; ++i) rules[i].looks_back = scenario.looks_back[i];
  return rules;
}

std::unique_ptr<events::FanOut> sinks_of(Recorder* recorder, LogKeeper* logs, const Listeners& listeners) {
  Listeners all;
  if (recorder != nullptr) all.push_back(recorder);
  if (logs != nullptr) all.push_back(logs);
  all.insert(all.end(), listeners.begin(), listeners.end());
  return std::make_unique<events::FanOut>(std::move(all));
}

}  // namespace

Run::Run(const scenario::LoadedScenario& scenario, RunOptions options, const Listeners& listeners)
    : scenario_(scenario), options_(std::move(options)), record_(blank_record(scenario, options_)) {
  recorder_ = std::make_unique<Recorder>(record_, scenario, options_.budget);
  if (options_.keep != Keep::none || options_.logs) {
    logs_ = std::make_unique<LogKeeper>(scenario, logs_from(record_.started, record_.judged_from));
  }
  sinks_ = sinks_of(recorder_.get(), logs_.get(), listeners);
  assembly_ = std::make_unique<Assembly>(Setup{scenario, options_, record_}, *sinks_);
  recorder_->set_rules(assembly_->alerts().rules());
  const Activity activity(scenario.scenario.duration_at);
  recorder_->count_ahead();
}

Run::Run(const Run& other, const Listeners& listeners)
    : scenario_(other.scenario_),
      options_(other.options_),
      record_(other.record_),
      recorder_(std::make_unique<Recorder>(*other.recorder_, record_)),
      logs_(other.logs_ == nullptr ? nullptr : std::make_unique<LogKeeper>(*other.logs_)),
      sinks_(sinks_of(recorder_.get(), logs_.get(), listeners)),
      assembly_(std::make_unique<Assembly>(*other.assembly_, *sinks_)) {}

Run::Run(const Run& other, const Listeners& listeners, Unwatched)
    : scenario_(other.scenario_),
      options_(other.options_),
      sinks_(sinks_of(nullptr, nullptr, listeners)),
      assembly_(std::make_unique<Assembly>(*other.assembly_, *sinks_, false)) {
  record_.started = other.record_.started;
  record_.judged_from = other.record_.judged_from;
  record_.judged_to = other.record_.judged_to;
}

Run::~Run() = default;

Time Run::now() const {
  return assembly_->clock().now();
}
Time Run::end() const {
  return record_.judged_to;
}

Time Run::next_due() const {
  Time next = end();
  for (const auto& component : assembly_->components()) next = std::min(next, component->next_due());
  return next;
}

void Run::step() {
  if (!finished()) happen(next_due());
}

void Run::advance_to(Time t) {
  const Time until = std::min(t, end());
  const Activity activity(scenario_.scenario.duration_at);
  for (Time due = next_due(); due <= until && !finished(); due = next_due()) {
    if (!happen(due)) return;  // the wait ended early: whoever ended it has something to say
  }
  assembly_->clock().wait_until(until);
}

std::expected<void, std::string> Run::apply(const events::Action& action) {
  if (stepping_) return std::unexpected("a run is acted on between two of its steps, and not within one");
  assembly_->host().run_due(now());  // the world stands at its last event, not at ours
  auto done = assembly_->host().apply(action);
  if (done) record_.actions.push_back({now(), action});
  return done;
}

void Run::settle() {
  if (!stepping_) assembly_->host().run_due(now());
}

Inside Run::inside() const {
  const Wiring& wiring = assembly_->wiring();
  assert(wiring.world != nullptr);
  const monitor::EmbeddedAlertmanager* alertmanager = wiring.alertmanager;
  return {.world = *wiring.world,
          .monitor = *wiring.monitor,
          .alertmanager = alertmanager == nullptr ? nullptr : alertmanager->manager(),
          .desk = wiring.desk,
          .logs = logs_ == nullptr ? nullptr : &logs_->so_far()};
}

monitor::ScrapeTargets& Run::targets() {
  assert(!stepping_);
  return *assembly_->wiring().targets;
}

OnCallDesk* Run::by_hand() {
  assert(!stepping_);
  assembly_->host().run_due(now());
  return assembly_->wiring().desk;
}

notify::Alertmanager* Run::alertmanager() {
  monitor::EmbeddedAlertmanager* alertmanager = assembly_->wiring().alertmanager;
  return alertmanager == nullptr ? nullptr : alertmanager->manager();
}

void Run::cut_short(std::string why) {
  record_.cut_short = record::CutShort{.planned_to = record_.judged_to, .why = std::move(why)};
  record_.judged_to = std::clamp(now(), record_.judged_from, record_.judged_to);
  for (record::Phase& phase : record_.phases) phase.to = std::min(phase.to, record_.judged_to);
}

bool Run::happen(Time t) {
  if (!assembly_->clock().wait_until(t)) return false;
  stepping_ = true;
  for (const auto& component : assembly_->components()) component->run_due(t);
  stepping_ = false;
  return true;
}

Finished Run::finish() {
  assert(recorder_ != nullptr);
  const Time over = now();
  for (const auto& component : assembly_->components()) component->end(over);
  record_.rules = rules_of(scenario_, assembly_->alerts());
  Finished finished;
  finished.probes = assembly_->host().probes();
  recorder_->finish(assembly_->host().faults(), finished.probes);
  for (const InputFile* input : rule_inputs(scenario_)) finished.rule_files.push_back(*input);
  finished.statistics = statistics();
  // What it would have found to the end nobody knows.
  if (options_.programs != nullptr) record_.unseen = options_.programs->unseen();
  if (record_.unseen) record_.unseen->from = std::max(record_.unseen->from, record_.started);
  options_.keep == Keep::none ? judge_and_drop() : judge_and_keep(finished);
  finished.record = std::move(record_);
  return finished;
}

void Run::judge_and_keep(Finished& finished) {
  const monitor::AlertSource& alerts = assembly_->alerts();
  finished.series_file = std::make_shared<const std::string>(tsdb::encode_series(
      alerts.series(), alerts.kept_series(), record::encode_truth(record_.truth, record_.latency_bounds_s)));
  assembly_.reset();  // from here on the file alone holds the series
  record_.series_hash = sha256_hex(*finished.series_file);
  record_.logs = logs_->finish();
  finished.logs_file = std::make_shared<const std::string>(record::encode_logs(record_.logs));
  record_.logs_hash = sha256_hex(*finished.logs_file);
  finished.series = tsdb::reopen_series(finished.series_file, options_.budget);
  incident::judge(record_, finished.series);
}

void Run::judge_and_drop() {
  const tsdb::Store series = tsdb::only(assembly_->alerts().series(), assembly_->alerts().kept_series());
  assembly_.reset();
  incident::judge(record_, series);
  record_.truth.clear();
}

std::expected<void, std::string> replay(Run& run, std::span<const record::ActionRecord> log) {
  for (const record::ActionRecord& entry : log) {
    run.advance_to(entry.given_at);
    if (auto done = run.apply(entry.action); !done) return done;
  }
  return {};
}

RunStatistics Run::statistics() const {
  const tsdb::Store& store = assembly_->alerts().series();
  return {.virtual_time = now() - scenario_.scenario.start,
          .samples = store.samples_appended(),
          .rule_evaluations = assembly_->alerts().rule_evaluations(),
          .series = store.series_count(),
          .store_bytes = store.bytes()};
}

}  // namespace firedrill::driver
