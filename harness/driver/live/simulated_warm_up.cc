#include "driver/live/simulated_warm_up.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/maths.h"
#include "fake_services/telemetry/metric_scale.h"

namespace firedrill::driver::live {
namespace {

// It looks whether it is to go on some tens of times.
constexpr int kSteps = 50;
constexpr Duration kMoment = std::chrono::milliseconds(1);

// What the live world has of it.
scenario::LoadedScenario as_live(scenario::LoadedScenario scenario) {
  scenario.scenario.prometheus.kubernetes_targets = false;
  scenario.topology.exporters.clear();
  scenario.topology.exporter_jobs.clear();
  for (fake_services::ServiceSpec& service : scenario.topology.services) service.exporters.clear();
  scenario.team = nullptr;
  scenario.alertmanager.reset();
  return scenario;
}

RunOptions simulated(RunOptions options) {
  options.live = nullptr;
  options.warm_up = nullptr;
  options.programs = nullptr;
  options.beside = nullptr;
  options.logs = false;
  options.numbered_pods = true;
  return options;
}

// What was counted in so much less time. It may stand a little higher for it, and never lower: that would be a restart.
// What is whole stays so: a process counts in whole numbers.
double counted_in(double value, bool whole, double speed) {
  constexpr double kMore = 1 + 1e-12;  // beyond what the text format rounds off
  if (whole) return speed == 1 ? value : maths::ceil(value / speed);
  return value / speed * kMore;
}

// The process itself says it by its own name.
std::string as_exposed(const std::string& label, const model::Labels& target) {
  constexpr std::string_view kRenamed = "exported_";
  if (!label.starts_with(kRenamed)) return label;
  std::string own = label.substr(kRenamed.size());
  return target.has(own) ? own : label;
}

}  // namespace

Duration simulated_part(const scenario::Scenario& scenario, double speed) {
  const bool too_long = to_seconds(scenario.warmup) > to_seconds(kLongestWarmUp) * speed;
  if (!scenario.warmup_follows && !too_long) return Duration(0);
  return std::max(Duration(0), scenario.warmup - kRealPart);
}

SimulatedWarmUp::SimulatedWarmUp(const scenario::LoadedScenario& scenario, const RunOptions& options, double speed)
    : scenario_(as_live(scenario)),
      until_(scenario_.scenario.start + simulated_part(scenario_.scenario, speed)),
      run_(std::make_unique<Run>(scenario_, simulated(options))) {}

SimulatedWarmUp::~SimulatedWarmUp() = default;

// What is due at its end is the live world's.
bool SimulatedWarmUp::step() {
  const Time last = until_ - kMoment;
  run_->advance_to(std::min<Time>(last, run_->now() + (until_ - from()) / kSteps + kMoment));
  return run_->now() < last && !run_->stopped();
}

void SimulatedWarmUp::leave_real_part(scenario::LoadedScenario& scenario, double speed) {
  const Duration part = simulated_part(scenario.scenario, speed);
  scenario.scenario.start += part;
  scenario.scenario.warmup -= part;
  for (fake_services::ServiceSpec& service : scenario.topology.services) {
    const bool counts = service.certificate && !scenario.scenario.warmup_follows;
    if (counts) service.certificate->expires_in -= part;  // which counts from where the scenario says that it starts
  }
  scenario.history.reset();
}

PastOfPods SimulatedWarmUp::past(double speed) {
  PastOfPods out;
  run_->settle();  // it stands at its last event
  monitor::ScrapeTargets& targets = run_->targets();
  const fake_services::MetricScales scales(scenario_.metrics);
  std::vector<double> values;
  for (std::size_t t = 0; t < targets.targets().size(); ++t) {
    if (!targets.targets()[t].listed || targets.targets()[t].kind != fake_services::TargetKind::replica) continue;
    if (!targets.scrape(t, values).up) continue;
    const fake_services::Target& target = targets.targets()[t];
    fake_services::PastMetrics& past = out[target.pod];
    for (std::size_t i = 0; i < std::min(values.size(), target.series.size()); ++i) {
      const model::Labels& labels = target.series[i].labels;
      const std::string name(labels.metric_name());
      if (fake_services::is_absent(values[i])) continue;
      if (name == "process_start_time_seconds") past.started_s = values[i];
      if (scales.find(name) != fake_services::MetricScale::request_count) continue;
      const bool whole = name.ends_with("_bucket") || name.ends_with("_count") || values[i] == maths::floor(values[i]);
      fake_services::PastMetrics::Count count{
          .series = name, .labels = {}, .value = counted_in(values[i], whole, speed)};
      for (const model::Label& label : labels) {
        if (label.name != "__name__" && !target.labels.has(label.name)) {
          count.labels.emplace(as_exposed(label.name, target.labels), label.value);
        }
      }
      past.counts.push_back(std::move(count));
    }
  }
  return out;
}

std::vector<record::LostAtStart> SimulatedWarmUp::kept_firing() const {
  std::vector<record::LostAtStart> out;
  for (const auto& state : monitor().group_states()) {
    for (std::size_t i = 0; i < state.source->rules.size(); ++i) {
      const alerting::Rule& rule = state.source->rules[i];
      if (rule.keep_firing_for <= Duration(0)) continue;
      for (const alerting::Alert& alert : state.group->alerts(i)) {
        if (alert.state != events::AlertState::firing || !alert.keep_firing_since) continue;
        model::Labels labels = alert.labels;
        labels.remove(model::kAlertName);
        out.push_back({rule.name(), std::move(labels), *alert.keep_firing_since + rule.keep_firing_for});
      }
    }
  }
  return out;
}

std::optional<Time> SimulatedWarmUp::whole_from() const {
  if (!scenario_.history) return std::nullopt;
  return scenario_.history->whole_from(scenario_.scenario.start);
}

}  // namespace firedrill::driver::live
