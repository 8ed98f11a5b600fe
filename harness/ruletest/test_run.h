// One test of a unit-test file while it runs: the inside of run_test(), shared by its files. test_run.cc feeds the
// store and evaluates, check_cases.cc compares, show_evidence.cc and test_notes.cc say what else is worth knowing.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "alerting/analysis/episodes.h"
#include "alerting/group.h"
#include "ruletest/compare.h"
#include "ruletest/evidence.h"
#include "ruletest/run_test.h"
#include "ruletest/series_feed.h"

namespace firedrill::ruletest {

// What the samples weigh is looked at every now and then.
inline constexpr std::uint64_t kSamplesBetweenWeighings = 1'000'000;
// Of the evidence around a failure.
inline constexpr int kStepsBefore = 4;
inline constexpr int kStepsAfter = 2;

class TestRun {
 public:
  TestRun(const UnitTestFile& file, const Test& test, const RuleFiles& rules, const RunOptions& options)
      : file_(file), test_(test), rules_(rules), options_(options), store_(options.budget) {
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
  // While the alerts of a rule were pending and did not fire, or fired and were over.
  struct Episodes {
    std::vector<alerting::Episode> all;
    std::vector<alerting::Episode> fired;
    std::map<model::Labels, Time> firing_since;
    std::optional<alerting::WhyNotWatch> watch;  // where a case may ask what ended them
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
  // Whether the rules cannot tell whether samples later than an evaluation are there already.
  bool may_feed_ahead() const;
  Time last_step(Time last) const;
  // All samples up to t, and as far as may be those up to `last`.
  bool load_until(Time t, Time last);
  bool fits_memory();
  // An error that is a bound of firedrill's and not Prometheus's own: no test's failure, but the end of the command.
  void refuse_beyond_bounds(const std::string& error) const;
  bool stopped() const { return options_.budget != nullptr && options_.budget->exceeded(); }
  // Counts the evaluations that the test will make, before it makes any.
  bool count_evaluations() const;
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
  // `seen`: the last sample that the case could see, of one over an expression.
  EvidencePlan plan_around(Time t, std::optional<Time> seen) const;
  RecordedExpressions recorded() const;
  // Why less than expected fires, if that can be told.
  std::string why_silent(const AlertCase& alert) const;
  std::string like(const std::string& selector) const;
  // What a `for` has to do with it.
  std::string why_not_yet(const GroupRun& group, std::size_t rule, const alerting::Alert* pending) const;
  // That the rule does not hold now, where the evidence does not show why.
  std::string why_not_holding(const GroupRun& group, std::size_t rule) const;
  std::string episodes_text(const Episodes& episodes) const;
  // "it fired at 5m and was over at 9m: up was 1"; empty if it never did.
  std::string fired_text(const Episodes& episodes) const;
  // Of the transitions of one evaluation of a group.
  void note_episodes(std::size_t group, Time t);
  bool is_asked_about(const std::string& alertname) const;
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
  bool ahead_ = false;
  Time loaded_{};  // how far the input series are in the store
  std::uint64_t weigh_at_ = kSamplesBetweenWeighings;
  std::optional<Time> now_;         // the last evaluation
  std::optional<Duration> reach_;   // of all rules and of evidence; nothing: unbounded, so that nothing is dropped
  std::optional<Time> cases_from_;  // the earliest sample that an expression case can read; the same
  std::vector<const AlertCase*> alert_cases_;  // by time
  std::size_t next_alert_case_ = 0;
  std::map<std::string, std::shared_ptr<const promql::Expr>, std::less<>> parsed_;
  std::map<const promql::Expr*, promql::Query> queries_;
  std::vector<alerting::AlertTransition> transitions_;                 // of the group at hand
  std::set<std::tuple<std::size_t, std::size_t, Exercise>> happened_;  // group, rule, transition
  std::map<std::pair<std::size_t, std::size_t>, Episodes> episodes_;   // by group in order, and rule
  std::vector<FailedCase> failed_;
  std::size_t shown_ = 0;  // of those failed, by evidence
  Time seen_{};            // the last evaluation before those for evidence
  TestResult result_;
};

}  // namespace firedrill::ruletest
