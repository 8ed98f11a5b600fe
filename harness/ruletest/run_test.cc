#include "ruletest/run_test.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "alerting/group.h"
#include "base/duration.h"
#include "base/format.h"
#include "promql/parser.h"
#include "ruletest/compare.h"
#include "ruletest/dump.h"
#include "ruletest/evidence.h"
#include "ruletest/rule_use.h"
#include "ruletest/series_feed.h"

namespace firedrill::ruletest {
namespace {

using alerting::AlertState;

// More evaluation steps than this is a mistake in the file: at ten thousand a second they take hours.
constexpr std::int64_t kMaxSteps = 100'000'000;
// Samples that are no longer needed go once so many steps have passed.
constexpr std::size_t kStepsBetweenTrims = 32;
// So many values of a series are loaded at once, where evaluations are far between.
constexpr std::int64_t kIntervalsAtOnce = 4096;
// What the samples weigh is looked at every now and then.
constexpr std::uint64_t kSamplesBetweenWeighings = 1'000'000;
// Of the evidence around a failure.
constexpr int kStepsBefore = 4;
constexpr int kStepsAfter = 2;

std::string error_text(const std::vector<promql::ParseError>& errors, std::string_view text) {
  const promql::ParseError& error = errors.front();
  const std::string_view before = text.substr(0, std::min<std::size_t>(error.where.begin, text.size()));
  const auto line = 1 + std::ranges::count(before, '\n');
  const std::size_t column =
      before.size() - (before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1);
  return format("{}:{}: parse error: {}", line, column + 1, error.what);
}

class TestRun {
 public:
  TestRun(const UnitTestFile& file, const Test& test, const RuleFiles& rules, const RunOptions& options)
      : file_(file), test_(test), rules_(rules), options_(options) {
    settings_.promql = options.promql;
    settings_.promql.default_subquery_step = file.evaluation_interval;
    settings_.evaluation_interval = options.honour_group_interval ? file.evaluation_interval : test.interval;
    settings_.world = {test.external_labels, test.external_url, false, {}};
    result_.title = test.title();
    result_.where = test.where;
  }

  void run() {
    if (!load() || !sort_alert_cases()) return;
    if (evaluate_until(test_.start + end_)) check_expressions();
    warn_about_cases();
  }
  void show_evidence();
  void note_coverage(Coverage& coverage) const;

  TestResult take_result() { return std::move(result_); }

 private:
  struct GroupRun {
    const alerting::RuleFile* file;
    std::size_t number;  // in the file
    std::size_t order;   // in group_eval_order; 0 of those not named, as in promtool
    Time next;
    Duration interval;
    alerting::Group group;

    const alerting::RuleGroup& rules() const { return file->groups[number]; }
  };
  struct FailedCase {
    std::size_t failure;
    const AlertCase* alert;  // one of the two
    const ExprCase* expression;
  };

  Failure& fail(Failure::Kind kind, const Position& where, std::string subject, std::optional<Duration> at,
                std::string what, std::string remedy = {}) {
    Failure& failure = result_.failures.emplace_back();
    failure.kind = kind;
    failure.where = where;
    failure.subject = std::move(subject);
    failure.eval_time = at;
    failure.what = std::move(what);
    failure.remedy = std::move(remedy);
    return failure;
  }
  void fail(const InputError& error) { fail(Failure::Kind::input, error.where, {}, {}, error.what, error.remedy); }
  void warn(const Position& where, std::string what, std::string remedy) {
    result_.warnings.push_back({Severity::warning, where, std::move(what), std::move(remedy)});
  }

  bool load();
  void make_groups();
  bool sort_alert_cases();
  std::optional<Time> earliest_case() const;
  void plan_retention();
  void drop_unreachable(Time t);
  Time next_step() const;
  bool load_until(Time t);
  bool fits_memory();
  bool evaluate_until(Time last);
  bool evaluate_groups(Time t);
  bool report_rule_errors(Time t);
  void check_alerts(Time t);
  void check(const AlertCase& alert);
  void check_expressions();
  void check(const ExprCase& expr);
  std::optional<std::vector<SeenSample>> seen_samples(const ExprCase& expr);
  std::optional<std::vector<SeenSample>> expected_samples(const ExprCase& expr);
  void show_due_evidence(Time t);
  Time step_of(const AlertCase& alert) const;
  void show(const AlertCase& alert, Failure& failure);
  void show(const ExprCase& expr, Failure& failure);
  EvidencePlan plan_around(Time t) const;
  void warn_about_cases();
  void warn_about_quiet_case(const AlertCase& alert);
  // Null, and the reason in `error`, if it cannot be parsed. Each text is parsed once.
  std::shared_ptr<const promql::Expr> parse(const std::string& text, std::string* error);

  const UnitTestFile& file_;
  const Test& test_;
  const RuleFiles& rules_;
  const RunOptions& options_;
  alerting::Settings settings_;
  tsdb::Store store_;
  std::optional<SeriesFeed> feed_;
  std::vector<GroupRun> groups_;
  Duration end_{};  // the latest eval_time
  Time step_{};     // the next evaluation of the file's own interval
  Time loaded_{};   // how far the input series are in the store
  std::uint64_t weigh_at_ = kSamplesBetweenWeighings;
  std::optional<Time> now_;         // the last evaluation
  std::optional<Duration> reach_;   // of all rules and of evidence; nothing: unbounded, so that nothing is dropped
  std::optional<Time> cases_from_;  // the earliest sample that an expression case can read; the same
  std::vector<const AlertCase*> alert_cases_;  // by time
  std::size_t next_alert_case_ = 0;
  std::map<std::string, std::shared_ptr<const promql::Expr>, std::less<>> parsed_;
  std::map<const promql::Expr*, promql::Query> queries_;
  std::vector<alerting::Transition> transitions_;                      // of the group at hand
  std::set<std::tuple<std::size_t, std::size_t, Exercise>> happened_;  // group, rule, transition
  std::vector<FailedCase> failed_;
  std::size_t shown_ = 0;  // of those failed, by evidence
  TestResult result_;
};

bool TestRun::load() {
  for (const AlertCase& alert : test_.alerts) end_ = std::max(end_, alert.eval_time);
  for (const ExprCase& expr : test_.expressions) end_ = std::max(end_, expr.eval_time);
  auto feed = SeriesFeed::make(test_, options_.promql.version, store_);
  if (!feed) {
    fail(feed.error());
    return false;
  }
  feed_ = std::move(*feed);
  step_ = loaded_ = test_.start;
  make_groups();
  plan_retention();
  const Duration interval = file_.evaluation_interval;
  if (end_.count() / interval.count() > kMaxSteps) {
    fail(Failure::Kind::error, test_.where, {}, end_,
         format("eval_time is more than {} evaluations after the start", kMaxSteps),
         format("evaluation_interval is {}", format_duration(interval)));
    return false;
  }
  return true;
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

bool TestRun::sort_alert_cases() {
  for (const AlertCase& alert : test_.alerts) {
    if (alert.alertname.empty()) {
      fail(Failure::Kind::error, alert.where, {}, alert.eval_time,
           "an item under alert_rule_test misses required attribute alertname");
      return false;
    }
    alert_cases_.push_back(&alert);
  }
  std::ranges::stable_sort(alert_cases_, {}, &AlertCase::eval_time);
  return true;
}

std::shared_ptr<const promql::Expr> TestRun::parse(const std::string& text, std::string* error) {
  if (const auto known = parsed_.find(text); known != parsed_.end()) return known->second;
  auto parsed = promql::parse_text(
      text, {.version = options_.promql.version, .experimental_functions = options_.promql.experimental_functions});
  if (!parsed) {
    if (error != nullptr) *error = error_text(parsed.error(), text);
    return nullptr;
  }
  return parsed_.emplace(text, *parsed).first->second;
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
bool TestRun::load_until(Time t) {
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
  return load(t);
}

bool TestRun::fits_memory() {
  if (store_.samples_appended() < weigh_at_) return true;
  weigh_at_ = store_.samples_appended() + kSamplesBetweenWeighings;
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
  for (Time t = next_step(); t <= last; t = next_step()) {
    if (!load_until(t)) return false;
    const bool fine = evaluate_groups(t);
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
    for (const alerting::Transition& each : transitions_) happened_.emplace(i, each.rule, exercised_by(each));
  }
  return !report_rule_errors(t);
}

bool TestRun::report_rule_errors(Time t) {
  bool any = false;
  for (const GroupRun& group : groups_) {
    for (std::size_t i = 0; i < group.group.rule_count(); ++i) {
      const std::string& error = group.group.health(i).last_error;
      if (error.empty()) continue;
      const alerting::Rule& rule = group.rules().rules[i];
      fail(Failure::Kind::rule_error, rule.alert ? rule.alert->where : rule.record->where, rule.name(), t - test_.start,
           error);
      any = true;
    }
  }
  return any;
}

// The cases before the next evaluation: they see the state that this one left.
void TestRun::check_alerts(Time next) {
  while (next_alert_case_ < alert_cases_.size() && test_.start + alert_cases_[next_alert_case_]->eval_time < next) {
    check(*alert_cases_[next_alert_case_++]);
  }
}

void TestRun::check(const AlertCase& alert) {
  ++result_.checks;
  std::vector<SeenAlert> expected, got;
  for (const ExpectedAlert& each : alert.expected) {
    SeenAlert& seen = expected.emplace_back(each.labels, each.annotations);
    std::erase_if(seen.labels, [](const model::Label& label) { return label.name == model::kAlertName; });
    seen.labels.push_back({std::string(model::kAlertName), alert.alertname});
    std::ranges::sort(seen.labels);
  }
  for (const GroupRun& group : groups_) {
    for (std::size_t i = 0; i < group.group.rule_count(); ++i) {
      const alerting::Rule& rule = group.rules().rules[i];
      if (!rule.alert || rule.alert->value != alert.alertname) continue;
      for (const alerting::Alert& each : group.group.alerts(i)) {
        if (each.state != AlertState::firing) continue;
        got.push_back({{each.labels.begin(), each.labels.end()}, each.annotations});
      }
    }
  }
  Failure failure;
  if (compare_alerts(std::move(expected), std::move(got), failure)) return;
  failure.kind = Failure::Kind::alerts;
  failure.where = alert.where;
  failure.subject = alert.alertname;
  failure.eval_time = alert.eval_time;
  failed_.push_back({result_.failures.size(), &alert, nullptr});
  result_.failures.push_back(std::move(failure));
}

void TestRun::check_expressions() {
  for (const ExprCase& expr : test_.expressions) {
    ++result_.checks;
    check(expr);
  }
  if (options_.dump) result_.dump = dump_samples(store_, settings_.promql, test_.start, end_);
}

std::optional<std::vector<SeenSample>> TestRun::seen_samples(const ExprCase& expr) {
  const auto fail_with = [&](std::string what) {
    fail(Failure::Kind::error, expr.expr.where, expr.expr.value, expr.eval_time, std::move(what));
    return std::nullopt;
  };
  std::string error;
  const auto parsed = parse(expr.expr.value, &error);
  if (parsed == nullptr) return fail_with(std::move(error));
  if (parsed->type != promql::ValueType::vector && parsed->type != promql::ValueType::scalar) {
    return fail_with("rule result is not a vector or scalar");
  }
  auto query = queries_.find(parsed.get());
  if (query == queries_.end()) {
    query = queries_.emplace(parsed.get(), promql::Query(parsed, store_, settings_.promql)).first;
  }
  const auto rows = query->second.rows_at(test_.start + expr.eval_time);
  if (!rows) return fail_with(rows.error());
  std::vector<SeenSample> seen;
  for (const promql::RowSample& row : *rows) seen.push_back({query->second.row_labels(row.row), row.value});
  return seen;
}

std::optional<std::vector<SeenSample>> TestRun::expected_samples(const ExprCase& expr) {
  std::vector<SeenSample> expected;
  for (const ExpectedSample& sample : expr.expected) {
    if (sample.histogram) {
      fail(Failure::Kind::error, *sample.histogram, expr.expr.value, expr.eval_time,
           "native histograms are not supported", "classic histograms are: series with the label le");
      return std::nullopt;
    }
    const std::string& text = sample.labels.value;
    if (text.find_first_not_of(" \t\r\n") == std::string::npos) {
      expected.push_back({{}, sample.value});
      continue;
    }
    auto metric = promql::parse_metric(text, options_.promql.version);
    std::string what;
    if (!metric) {
      what = metric.error().what;
    } else if (const auto rest = text.find_first_not_of(" \t\r\n", metric->length); rest != std::string::npos) {
      what = format("unexpected {} after the metric", model::quote(text.substr(rest)));
    } else {
      expected.push_back({std::move(metric->labels), sample.value});
      continue;
    }
    fail(Failure::Kind::error, sample.labels.where.source ? sample.labels.where : expr.where, expr.expr.value,
         expr.eval_time, format("labels {}: parse error: {}", model::quote(text), what),
         "expected a metric such as up{job=\"api\"}, or {} for a scalar");
    return std::nullopt;
  }
  return expected;
}

void TestRun::check(const ExprCase& expr) {
  auto got = seen_samples(expr);
  if (!got) return;
  auto expected = expected_samples(expr);
  if (!expected) return;
  Failure failure;
  if (compare_samples(std::move(*expected), std::move(*got), file_.fuzzy_compare, failure)) return;
  failure.kind = Failure::Kind::samples;
  failure.where = expr.where;
  failure.subject = expr.expr.value;
  failure.eval_time = expr.eval_time;
  failed_.push_back({result_.failures.size(), nullptr, &expr});
  result_.failures.push_back(std::move(failure));
}

EvidencePlan TestRun::plan_around(Time t) const {
  EvidencePlan plan;
  plan.start = test_.start;
  for (int i = -kStepsBefore; i <= kStepsAfter; ++i) {
    const Time each = t + file_.evaluation_interval * i;
    if (each < test_.start || !now_ || each > std::max(*now_, t)) continue;
    if (i == 0) plan.at = plan.times.size();
    plan.times.push_back(each);
  }
  return plan;
}

// The evaluation whose state a case looks at.
Time TestRun::step_of(const AlertCase& alert) const {
  return test_.start + file_.evaluation_interval * (alert.eval_time / file_.evaluation_interval);
}

// What comes right after a miss tells as much as what comes before: late is another mistake than never. So evidence is
// gathered some steps after it, and before the samples that it reads are dropped.
void TestRun::show_due_evidence(Time t) {
  for (; shown_ < failed_.size() && failed_[shown_].alert != nullptr; ++shown_) {
    const FailedCase& failed = failed_[shown_];
    if (step_of(*failed.alert) + file_.evaluation_interval * kStepsAfter > t) return;
    show(*failed.alert, result_.failures[failed.failure]);
  }
}

void TestRun::show(const AlertCase& alert, Failure& failure) {
  const EvidencePlan plan = plan_around(step_of(alert));
  Evidence evidence;
  const auto states = parse(format("ALERTS{{alertname={}}}", model::quote(alert.alertname)), nullptr);
  if (states != nullptr) add_evidence(states, store_, settings_.promql, plan, evidence);
  for (const GroupRun& group : groups_) {
    for (const alerting::Rule& rule : group.rules().rules) {
      if (rule.alert && rule.alert->value == alert.alertname) {
        add_evidence(rule.expression, store_, settings_.promql, plan, evidence);
      }
    }
  }
  failure.evidence = std::move(evidence);
}

void TestRun::show(const ExprCase& expr, Failure& failure) {
  const auto parsed = parse(expr.expr.value, nullptr);
  if (parsed == nullptr) return;
  Evidence evidence;
  add_evidence(parsed, store_, settings_.promql, plan_around(test_.start + expr.eval_time), evidence);
  failure.evidence = std::move(evidence);
}

void TestRun::show_evidence() {
  if (failed_.empty()) return;
  const std::size_t failures = result_.failures.size();
  if (now_) evaluate_until(*now_ + file_.evaluation_interval * kStepsAfter);
  result_.failures.resize(failures);
  for (; shown_ < failed_.size(); ++shown_) {
    const FailedCase& failed = failed_[shown_];
    Failure& failure = result_.failures[failed.failure];
    failed.alert != nullptr ? show(*failed.alert, failure) : show(*failed.expression, failure);
  }
}

void TestRun::note_coverage(Coverage& coverage) const {
  std::vector<const alerting::Rule*> rules;
  for (const GroupRun& group : groups_) {
    for (const alerting::Rule& rule : group.rules().rules) rules.push_back(&rule);
  }
  std::vector<const promql::Expr*> expressions;
  for (const ExprCase& expr : test_.expressions) {
    if (const auto it = parsed_.find(expr.expr.value); it != parsed_.end()) expressions.push_back(it->second.get());
  }
  std::set<std::string> alertnames;
  for (const AlertCase& alert : test_.alerts) alertnames.insert(alert.alertname);
  const auto looked_at = rules_looked_at(rules, expressions, alertnames);
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const GroupRun& group = groups_[g];
    for (std::size_t r = 0; r < group.rules().rules.size(); ++r) {
      const alerting::Rule& rule = group.rules().rules[r];
      if (!looked_at.contains(&rule)) continue;
      const Coverage::RuleId id{group.file->source->name, group.rules().name.value, group.number, r};
      coverage.exercise(id, Exercise::looked);
      const auto matcher = model::Matcher::make(std::string(model::kMetricName), model::MatchOp::equal, rule.name());
      if (!rule.alerting() && matcher && !store_.select(std::span(&*matcher, 1)).empty()) {
        coverage.exercise(id, Exercise::read);
      }
      for (const auto& [group_index, rule_index, exercise] : happened_) {
        if (group_index == g && rule_index == r) coverage.exercise(id, exercise);
      }
    }
  }
}

void TestRun::warn_about_cases() {
  if (feed_->cut_short()) {
    warn(*feed_->cut_short(), "an empty line in a series ends the input: the series after this one are not loaded",
         "write the values in one line, or with `>-`");
  }
  for (const AlertCase* alert : alert_cases_) {
    if (alert->expected.empty()) warn_about_quiet_case(*alert);
  }
  if (!feed_->end()) return;
  const Duration input_end = *feed_->end() - test_.start;
  const auto late = [&](Duration eval_time) {
    return eval_time >= input_end + std::max(test_.interval, file_.evaluation_interval);
  };
  const auto warn_late = [&](const Position& where, Duration eval_time) {
    warn(where,
         format("the input series end at {}, before eval_time {}", format_duration(input_end),
                format_duration(eval_time)),
         "values are seen for the lookback of 5m, and nothing afterwards: give the series more values");
  };
  for (const AlertCase* alert : alert_cases_) {
    if (late(alert->eval_time)) return warn_late(alert->where, alert->eval_time);
  }
  for (const ExprCase& expr : test_.expressions) {
    if (late(expr.eval_time)) return warn_late(expr.where, expr.eval_time);
  }
}

// That nothing fires proves little where no rule has the name, or where the rule has nothing to read.
void TestRun::warn_about_quiet_case(const AlertCase& alert) {
  std::vector<std::string> known;
  std::vector<std::string> unmatched;
  bool found = false;
  for (const GroupRun& group : groups_) {
    for (std::size_t i = 0; i < group.group.rule_count(); ++i) {
      const alerting::Rule& rule = group.rules().rules[i];
      if (!rule.alert) continue;
      known.push_back(rule.alert->value);
      if (rule.alert->value != alert.alertname) continue;
      found = true;
      const auto missing = group.group.unmatched_selectors(i);
      const std::size_t all = promql::selectors(*rule.expression).size();
      if (missing.empty() || missing.size() < all) return;
      unmatched.insert(unmatched.end(), missing.begin(), missing.end());
    }
  }
  if (!found) {
    return warn(alert.where, format("no rule has the alert '{}', so that it cannot fire", alert.alertname),
                known.empty() ? "the rule files have no alerts" : suggest(alert.alertname, known));
  }
  if (unmatched.empty()) return;
  warn(alert.where, format("'{}' has nothing to read, so that its silence proves nothing", alert.alertname),
       format("no series matches {}", unmatched.front()));
}

}  // namespace

TestResult run_test(const UnitTestFile& file, const Test& test, const RuleFiles& rules, const RunOptions& options,
                    Coverage* coverage) {
  TestRun run(file, test, rules, options);
  run.run();
  if (coverage != nullptr) run.note_coverage(*coverage);
  if (options.evidence) run.show_evidence();
  return run.take_result();
}

}  // namespace firedrill::ruletest
