#include "ruletest/test_run.h"

#include <algorithm>

#include "alerting/analysis/collision.h"
#include "base/bounds/activity.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "promql/cost.h"
#include "promql/eval/invariance.h"
#include "ruletest/rule_use.h"

namespace firedrill::ruletest {
namespace {

// More evaluation steps than this is a mistake in the file: at ten thousand a second they take hours.
constexpr std::int64_t kMaxSteps = 100'000'000;
// Samples that are no longer needed go once so many steps have passed.
constexpr std::size_t kStepsBetweenTrims = 32;
// So many values of a series are loaded at once, where evaluations are far between.
constexpr std::int64_t kIntervalsAtOnce = 4096;
// And so many of all series where evaluations are close together: the longer the run, the less each costs.
constexpr std::int64_t kIntervalsAhead = 64;

}  // namespace

bool TestRun::load() {
  for (const AlertCase& alert : test_.alerts) end_ = std::max(end_, alert.eval_time);
  for (const ExprCase& expr : test_.expressions) end_ = std::max(end_, expr.eval_time);
  auto feed = SeriesFeed::make(test_, options_.promql.version, store_);
  if (!feed) {
    fail(feed.error());
    return false;
  }
  feed_ = std::move(*feed);
  step_ = test_.start;
  loaded_ = test_.start - 1ms;
  make_groups();
  plan_retention();
  ahead_ = may_feed_ahead();
  const Duration interval = file_.evaluation_interval;
  if (end_.count() / interval.count() > kMaxSteps) {
    fail(Failure::Kind::error, test_.where, {}, end_,
         format("eval_time is more than {} evaluations after the start", kMaxSteps),
         format("evaluation_interval is {}", format_duration(interval)));
    return false;
  }
  return count_evaluations();
}

bool TestRun::count_evaluations() const {
  if (options_.budget == nullptr) return true;
  std::int64_t evaluations = 0;
  for (const GroupRun& group : groups_) {
    evaluations += static_cast<std::int64_t>(group.rules().rules.size()) * (end_ / group.interval + 1);
  }
  return options_.budget->take(Bound::evaluations, evaluations);
}

void TestRun::make_groups() {
  std::map<std::string, std::size_t, std::less<>> order;
  for (const Text& name : file_.group_eval_order) order.emplace(name.value, order.size());
  for (const auto& rules : rules_) {
    for (std::size_t i = 0; i < rules->groups.size(); ++i) {
      const alerting::RuleGroup& group = rules->groups[i];
      const auto named = order.find(group.name.value);
      const Duration interval = options_.honour_group_interval ? group.interval.value_or(file_.evaluation_interval)
                                                               : file_.evaluation_interval;
      groups_.push_back({rules.get(), i, named == order.end() ? 0 : named->second, test_.start,
                         interval > Duration::zero() ? interval : file_.evaluation_interval,
                         alerting::Group(group, store_, settings_)});
    }
  }
  std::ranges::stable_sort(groups_, {}, &GroupRun::order);
}

std::optional<Time> TestRun::earliest_case() const {
  Time earliest = Time::max();
  for (const ExprCase& expr : test_.expressions) {
    const auto parsed = parsed_.find(expr.expr.value);
    if (parsed == parsed_.end()) continue;
    const auto reach = promql::Query::reach(*parsed->second, settings_.promql);
    if (!reach) return std::nullopt;
    earliest = std::min(earliest, test_.start + expr.eval_time - *reach);
  }
  return earliest;
}

void TestRun::plan_retention() {
  for (const ExprCase& expr : test_.expressions) parse(expr.expr.value, nullptr);
  cases_from_ = earliest_case();
  if (cases_from_ && options_.evidence) *cases_from_ -= file_.evaluation_interval * kStepsBefore;
  reach_ = settings_.promql.lookback;  // of ALERTS, as evidence
  for (const GroupRun& group : groups_) {
    for (const alerting::Rule& rule : group.rules().rules) {
      const auto reach = rule_reach(rule, group.rules(), settings_.promql);
      if (!reach) {
        reach_.reset();
        return;
      }
      reach_ = std::max(*reach_, *reach);
    }
  }
  if (options_.evidence) *reach_ += file_.evaluation_interval * (kStepsBefore + kStepsAfter + 1);
}

// All but what the evaluation at t and those after it can see.
void TestRun::drop_unreachable(Time t) {
  if (!reach_ || !cases_from_ || options_.dump) return;
  // A sample of slack: reach is exact to the millisecond at which a range begins.
  const Time from = std::min(t - *reach_, *cases_from_) - 1ms;
  if (from <= test_.start) return;
  store_.drop_before(from);
}

Time TestRun::next_step() const {
  Time next = step_;
  for (const GroupRun& group : groups_) next = std::min(next, group.next);
  return next;
}

// In portions, so that what no case sees is let go on the way.
bool TestRun::load_until(Time t, Time last) {
  if (ahead_ && t <= loaded_) return true;
  const Duration portion = test_.interval * kIntervalsAtOnce;
  const auto load = [&](Time until) {
    loaded_ = until;
    if (auto done = feed_->load_until(until); !done) return fail(done.error()), false;
    return fits_memory();
  };
  while (portion > 0ms && feed_->end() && loaded_ < *feed_->end() && t - loaded_ > portion) {
    if (!load(loaded_ + portion)) return false;
    drop_unreachable(t);
  }
  return load(ahead_ ? std::max(t, std::min(t + test_.interval * kIntervalsAhead, last)) : t);
}

Time TestRun::last_step(Time last) const {
  const auto latest = [&](Time next, Duration interval) { return next + interval * ((last - next) / interval); };
  Time result = last < step_ ? Time::min() : latest(step_, file_.evaluation_interval);
  for (const GroupRun& group : groups_) {
    if (last >= group.next) result = std::max(result, latest(group.next, group.interval));
  }
  return result;
}

// Series that a rule writes too must come in order; what asks for a time later than its own sees what is there.
bool TestRun::may_feed_ahead() const {
  if (!reach_) return false;
  std::set<std::string_view> names;
  for (tsdb::SeriesRef series = 0; series < store_.series_count(); ++series) {
    names.insert(store_.labels(series).metric_name());
  }
  for (const GroupRun& group : groups_) {
    for (const alerting::Rule& rule : group.rules().rules) {
      if (promql::looks_ahead(*rule.expression)) return false;
      const bool fed = rule.alerting() ? names.contains("ALERTS") || names.contains("ALERTS_FOR_STATE")
                                       : names.contains(rule.name());
      if (fed) return false;
    }
  }
  return true;
}

bool TestRun::fits_memory() {
  if (store_.samples_appended() < weigh_at_) return true;
  weigh_at_ = store_.samples_appended() + kSamplesBetweenWeighings;
  if (!store_.weigh()) return false;
  if (store_.bytes() <= options_.max_bytes) return true;
  fail(Failure::Kind::error, test_.where, {}, {},
       format("the samples that this test looks back on at once take more than {} MiB", options_.max_bytes >> 20),
       "shorten the ranges or the series, or lengthen the interval between values");
  return false;
}

bool TestRun::evaluate_until(Time last) {
  // Without rules there is nothing to see on the way.
  if (groups_.empty() && last >= step_)
    step_ += file_.evaluation_interval * ((last - step_) / file_.evaluation_interval);
  const Time last_load = last_step(last);
  for (Time t = next_step(); t <= last; t = next_step()) {
    if (!load_until(t, last_load)) return false;
    const bool fine = evaluate_groups(t) && !stopped();
    now_ = t;
    if (t == step_) step_ += file_.evaluation_interval;
    if (!fine) return false;
    check_alerts(next_step());
    if (options_.evidence) show_due_evidence(t);
    if (++result_.steps % kStepsBetweenTrims == 0) drop_unreachable(t);
  }
  return true;
}

bool TestRun::evaluate_groups(Time t) {
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    GroupRun& group = groups_[i];
    if (group.next > t) continue;
    group.next = t + group.interval;
    transitions_.clear();
    group.group.evaluate(t, transitions_);
    if (stopped()) return false;
    for (const alerting::AlertTransition& each : transitions_) happened_.emplace(i, each.rule, exercised_by(each));
    note_episodes(i, t);
  }
  return !report_rule_errors(t);
}

void TestRun::refuse_beyond_bounds(const std::string& error) const {
  const std::string_view remedy = promql::remedy_for_bound(error);
  if (!remedy.empty() && options_.budget != nullptr) options_.budget->refuse(error, std::string(remedy));
}

bool TestRun::report_rule_errors(Time t) {
  bool any = false;
  for (const GroupRun& group : groups_) {
    for (std::size_t i = 0; i < group.group.rule_count(); ++i) {
      const std::string& error = group.group.health(i).last_error;
      if (error.empty()) continue;
      const alerting::Rule& rule = group.rules().rules[i];
      const Activity activity(rule.expr.where);
      refuse_beyond_bounds(error);
      const Time data_time = t - group.rules().query_offset.value_or(Duration(0));
      fail(Failure::Kind::rule_error, rule.alert ? rule.alert->where : rule.record->where, rule.name(), t - test_.start,
           error, alerting::why_collides({rule, store_, settings_.promql, settings_.world}, data_time));
      any = true;
    }
  }
  return any;
}

TestResult run_test(const UnitTestFile& file, const Test& test, const RuleFiles& rules, const RunOptions& options,
                    Coverage* coverage) {
  const Activity activity(test.where);
  TestRun run(file, test, rules, options);
  run.run();
  if (options.budget != nullptr && options.budget->exceeded()) return run.take_result();
  if (coverage != nullptr) run.note_coverage(*coverage);
  if (options.evidence) run.show_evidence();
  return run.take_result();
}

}  // namespace firedrill::ruletest
