#include "driver/speed/chance.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "alerting/analysis/comparisons.h"
#include "alerting/analysis/threshold.h"
#include "base/duration.h"
#include "base/maths.h"
#include "base/report.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "driver/run.h"
#include "driver/speed/cut_probes.h"
#include "monitor/speed/faster_rules.h"
#include "promql/engine.h"

namespace firedrill::driver {
namespace {

using alerting::Comparison;
using alerting::Condition;
using Kind = Condition::Kind;
using Recorded = std::multimap<std::string, const promql::Expr*, std::less<>>;

constexpr double kStandardErrors = 3;
constexpr Duration kShortestWarmUp = std::chrono::minutes(10);  // until services have settled
constexpr std::size_t kFewest = 6;                              // values that tell how they vary

// A time in which nothing happens to the world.
struct Quiet {
  std::string name;
  Time from{};
  Time to{};
};

std::vector<Quiet> quiet_times(const record::Record& record) {
  std::vector<Time> cuts{record.judged_from, record.judged_to};
  for (const record::Phase& phase : record.phases) cuts.insert(cuts.end(), {phase.from, phase.to});
  for (const record::ActionRecord& each : record.actions) cuts.push_back(each.given_at);
  std::ranges::sort(cuts);
  std::vector<Quiet> out;
  for (std::size_t i = 1; i < cuts.size(); ++i) {
    if (cuts[i - 1] < record.judged_from || cuts[i] == cuts[i - 1]) continue;
    // Of those that it lies in, the one that began last.
    const record::Phase* in = nullptr;
    for (const record::Phase& phase : record.phases) {
      const bool holds = phase.from <= cuts[i - 1] && cuts[i] <= phase.to;
      if (holds && (in == nullptr || phase.from >= in->from)) in = &phase;
    }
    out.push_back({in == nullptr ? std::string("between phases") : in->name, cuts[i - 1], cuts[i]});
  }
  return out;
}

// The shortest window over counts of requests that a value is made of, through what rules record.
class Windows {
 public:
  explicit Windows(const scenario::LoadedScenario& loaded) : scale_of_(monitor::scales_in(loaded)) {
    for (const fake_services::MetricSpec& metric : loaded.metrics) {
      const bool of_window = metric.signal == "error_ratio" || metric.signal == "request_rate";
      if (of_window) exposed_.try_emplace(metric.name, metric.window);
    }
    for (const alerting::RuleFile& file : loaded.rule_files) {
      for (const alerting::RuleGroup& group : file.groups) {
        for (const alerting::Rule& rule : group.rules) {
          if (!rule.alerting()) recorded_.emplace(rule.name(), rule.expression.get());
        }
      }
    }
  }

  std::optional<Duration> shortest(const promql::Expr& expression) const {
    std::optional<Duration> out;
    look(expression, 0, out);
    return out;
  }

 private:
  static constexpr int kDeepest = 16;  // rules may record what they read

  void look(const promql::Expr& expression, int depth, std::optional<Duration>& out) const {
    promql::walk(expression, [&](const promql::Expr& each) {
      if (each.kind == promql::Kind::matrix_selector) {
        const auto& matrix = promql::as<promql::MatrixSelector>(each);
        const bool counts = scale_of_(matrix.vector->name).is == fake_services::MetricScale::request_count;
        if (counts && matrix.range > Duration(0) && (!out || matrix.range < *out)) out = matrix.range;
      }
    });
    for (const promql::VectorSelector* selector : promql::selectors(expression)) {
      const auto own = exposed_.find(selector->name);
      if (own != exposed_.end() && (!out || own->second < *out)) out = own->second;
    }
    if (depth == kDeepest) return;
    for (const promql::VectorSelector* selector : promql::selectors(expression)) {
      const auto [from, to] = recorded_.equal_range(selector->name);
      for (auto it = from; it != to; ++it) look(*it->second, depth + 1, out);
    }
  }

  monitor::ScaleOfName scale_of_;
  std::map<std::string, Duration, std::less<>> exposed_;  // the scenario's own that are of a window
  Recorded recorded_;
};

// What a comparison comes to in a quiet time.
struct Outcome {
  enum class State { holds, does_not, near };
  State state = State::does_not;
  double value = 0;  // of the series that is nearest to the threshold, by its standard errors
  double error = 0;  // at speed 1
  double threshold = 0;

  // By which they are apart at speed 1.
  double errors() const { return maths::abs(value - threshold) / error; }
};

// An outcome that chance would decide, and where.
struct Doubt {
  Outcome outcome;
  Duration window{};
  std::string phase;
};

struct Scatter {
  double mean = 0;
  double error = 0;     // of one value
  bool steady = false;  // it goes nowhere
};

double mean_of(std::span<const model::Sample> samples) {
  double sum = 0;
  for (const model::Sample& each : samples) sum += each.value;
  return sum / static_cast<double>(samples.size());
}

bool at_the_same_times(std::span<const model::Sample> a, std::span<const model::Sample> b) {
  return std::ranges::equal(a, b, {}, &model::Sample::t, &model::Sample::t);
}

// From one evaluation to the next what a step long comes into the window, and as much leaves it: the variance of the
// whole is as many times that of half of their difference as steps are in it. What moves alike in a run of another seed
// does so by the scenario's times (a process that restarts, traffic that rises) and not by chance.
Scatter scatter_of(std::span<const model::Sample> samples, std::span<const model::Sample> of_another, Duration window,
                   Duration step, double threshold) {
  Scatter out{.mean = mean_of(samples)};
  const bool paired = at_the_same_times(samples, of_another);
  double squares = 0;
  for (std::size_t i = 1; i < samples.size(); ++i) {
    const double moved = samples[i].value - samples[i - 1].value;
    const double apart = paired ? moved - (of_another[i].value - of_another[i - 1].value) : moved;
    squares += apart * apart / (paired ? 2 : 1);
  }
  const double steps = std::max(1.0, to_seconds(window) / to_seconds(step));
  out.error = maths::sqrt(squares / static_cast<double>(samples.size() - 1) * steps / 2);
  const std::size_t half = samples.size() / 2;
  const double apart = maths::abs(mean_of(samples.first(half)) - mean_of(samples.last(half)));
  const double windows = std::max(1.0, static_cast<double>(half) / steps);
  const double by_chance = 4 * out.error * maths::sqrt(2 / windows);
  out.steady = apart <= by_chance || apart <= maths::abs(out.mean - threshold) / 2;
  return out;
}

class Judge {
 public:
  // `another`: the same of another seed.
  Judge(const scenario::LoadedScenario& loaded, double speed, const Finished& run, const Finished& another,
        promql::Version version, const std::function<bool()>& stop, Diagnostics& found)
      : loaded_(loaded),
        speed_(speed),
        run_(run),
        another_(another),
        options_{.version = version},
        windows_(loaded),
        quiet_(quiet_times(run.record)),
        stop_(stop),
        found_(found) {}

  void judge() {
    std::size_t index = 0;
    for (const alerting::RuleFile& file : loaded_.rule_files) {
      for (const alerting::RuleGroup& group : file.groups) {
        const Duration own = group.interval.value_or(Duration(0));
        const Duration step = own > Duration(0) ? own : loaded_.scenario.prometheus.evaluation_interval;
        for (const alerting::Rule& rule : group.rules) {
          if (stop_()) return;
          if (rule.alerting()) judge(rule, step, loaded_.looks_back[index]);
          ++index;
        }
      }
    }
  }

 private:
  // Of each alert the reason that allows the lowest speed.
  void judge(const alerting::Rule& rule, Duration step, Duration looks_back) {
    const alerting::Conditions conditions = alerting::find_conditions(*rule.expression);
    std::optional<Doubt> worst;
    for (const Quiet& quiet : quiet_) {
      // Two scrapes, until what has come about is seen.
      const Time from = quiet.from + looks_back + 2 * loaded_.scenario.prometheus.scrape_interval;
      if (from + static_cast<std::int64_t>(kFewest) * step > quiet.to) continue;
      std::vector<Outcome> outcomes;
      for (const Comparison& each : conditions.comparisons) {
        outcomes.push_back(outcome_of(rule, each, {quiet.name, from, quiet.to}, step));
      }
      if (state_of(conditions.root, outcomes) != Outcome::State::near) continue;
      for (std::size_t i = 0; i < outcomes.size(); ++i) {
        const Outcome& each = outcomes[i];
        if (each.state != Outcome::State::near || (worst && worst->outcome.errors() <= each.errors())) continue;
        worst = Doubt{each, *windows_.shortest(*conditions.comparisons[i].value), quiet.name};
      }
    }
    if (worst) refuse(rule, *worst);
  }

  using Values = std::map<model::Labels, std::vector<model::Sample>>;
  Values values_of(const alerting::Rule& rule, const Comparison& comparison, const Quiet& quiet, Duration step,
                   const Finished& run) const {
    Values out;
    promql::Query query({rule.expression, comparison.value}, run.series, options_);
    auto values = query.range(quiet.from, quiet.to, step);
    if (!values) return out;
    for (promql::Series& series : *values) {
      std::erase_if(series.samples, [](const model::Sample& each) { return !maths::is_finite(each.value); });
      out[series.labels] = std::move(series.samples);
    }
    return out;
  }

  Outcome outcome_of(const alerting::Rule& rule, const Comparison& comparison, const Quiet& quiet,
                     Duration step) const {
    Outcome out;
    const auto threshold = alerting::constant(*comparison.threshold);
    const auto window = windows_.shortest(*comparison.value);
    if (!threshold) return {.state = Outcome::State::holds};  // nothing is said of it
    out.threshold = *threshold;
    const auto values = values_of(rule, comparison, quiet, step, run_);
    const auto others = values_of(rule, comparison, quiet, step, another_);
    double nearest = maths::infinity();
    for (const auto& [labels, samples] : values) {
      if (samples.size() < kFewest) continue;
      const auto other = others.find(labels);
      const std::span<const model::Sample> of_another =
          other == others.end() ? std::span<const model::Sample>() : std::span(other->second);
      const Scatter scatter = scatter_of(samples, of_another, window.value_or(step), step, *threshold);
      const double margin = maths::abs(scatter.mean - *threshold);
      const double error = window && scatter.steady ? scatter.error : 0;
      const bool near = error > 0 && margin < kStandardErrors * error * maths::sqrt(speed_);
      if (near && margin / error < nearest) {
        nearest = margin / error;
        out = {Outcome::State::near, scatter.mean, error, *threshold};
      }
      if (out.state == Outcome::State::does_not && alerting::holds(scatter.mean, comparison.op, *threshold)) {
        out.state = Outcome::State::holds;
      }
    }
    return out;
  }

  // Of what cannot hold whatever is near, and of what holds in any case, chance decides nothing.
  static Outcome::State state_of(const Condition& condition, const std::vector<Outcome>& outcomes) {
    using enum Outcome::State;
    if (condition.kind == Kind::comparison) return outcomes[condition.comparison].state;
    if (condition.parts.empty()) return holds;
    std::vector<Outcome::State> parts;
    for (const Condition& each : condition.parts) parts.push_back(state_of(each, outcomes));
    const auto any = [&](Outcome::State state) { return std::ranges::find(parts, state) != parts.end(); };
    switch (condition.kind) {
      case Kind::all:
        return any(does_not) ? does_not : any(near) ? near : holds;
      case Kind::any:
        return any(holds) ? holds : any(near) ? near : does_not;
      default:
        return parts.front();
    }
  }

  void refuse(const alerting::Rule& rule, const Doubt& doubt) {
    const Outcome& outcome = doubt.outcome;
    const double error = outcome.error * maths::sqrt(speed_);
    const double allowed = outcome.errors() / kStandardErrors;
    const double tenths = maths::floor(allowed * allowed * 10) / 10;
    report(found_, rule.expr.where,
           format("chance would decide {}: in the phase {} its value is about {} against {}, and at {} times its speed "
                  "{} of requests give it a standard error of {}",
                  rule.name(), doubt.phase, alerting::in_digits(outcome.value), alerting::in_digits(outcome.threshold),
                  format_number(speed_), format_duration(doubt.window), alerting::in_digits(error)),
           tenths > 1 ? format("the highest speed at which they are three apart is --speed {}", format_number(tenths))
                      : "leave --speed away, or raise the rate of requests");
  }

  const scenario::LoadedScenario& loaded_;
  double speed_;
  const Finished& run_;
  const Finished& another_;
  promql::Options options_;
  Windows windows_;
  std::vector<Quiet> quiet_;
  const std::function<bool()>& stop_;
  Diagnostics& found_;
};

// Of a longer warm-up only as much as rules look back: what lies before is seen by none of them.
scenario::LoadedScenario with_short_warm_up(scenario::LoadedScenario scenario) {
  Duration needed = kShortestWarmUp;
  for (const Duration looks_back : scenario.looks_back) needed = std::max(needed, looks_back);
  const Duration spare = scenario.scenario.warmup - needed;
  if (scenario.history || spare <= Duration(0)) return scenario;
  scenario.scenario.start += spare;
  scenario.scenario.warmup = needed;
  for (fake_services::ServiceSpec& service : scenario.topology.services) {
    const bool counts = service.certificate && !scenario.scenario.warmup_follows;
    if (counts) service.certificate->expires_in -= spare;  // which counts from the start
  }
  return scenario;
}

// Nothing: it was not to go on.
std::optional<Finished> simulated(const scenario::LoadedScenario& scenario, const RunOptions& options,
                                  const std::function<bool()>& stop) {
  constexpr int kLooks = 400;  // whether it is to go on
  Run run(scenario, options);
  const Duration step = std::max<Duration>(std::chrono::seconds(1), (run.end() - run.now()) / kLooks);
  while (!run.finished()) {
    if (stop()) return std::nullopt;
    run.advance_to(run.now() + step);
  }
  return run.finish();
}

}  // namespace

void check_chance(const scenario::LoadedScenario& whole, double speed, std::uint64_t seed, promql::Version version,
                  Diagnostics& found, const std::function<bool()>& stop) {
  if (speed <= 1) return;
  const scenario::LoadedScenario scenario = with_short_warm_up(whole);
  const auto finished = simulated(scenario, {.seed = seed, .promql = version}, stop);
  if (!finished) return;
  const auto another = simulated(scenario, {.seed = seed + 1, .promql = version}, stop);
  if (!another) return;
  Judge(scenario, speed, *finished, *another, version, stop, found).judge();
  check_probes(scenario, speed, *finished, found);
}

}  // namespace firedrill::driver
