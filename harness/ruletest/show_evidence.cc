#include <algorithm>

#include "base/text/format.h"
#include "ruletest/test_run.h"

namespace firedrill::ruletest {

EvidencePlan TestRun::plan_around(Time t, std::optional<Time> seen) const {
  EvidencePlan plan;
  plan.start = test_.start;
  plan.step = file_.evaluation_interval;
  for (int i = -kStepsBefore; i <= kStepsAfter; ++i) {
    const Time each = t + file_.evaluation_interval * i;
    if (each < test_.start || !now_ || each > std::max(*now_, t)) continue;
    if (i == 0) plan.at = plan.times.size();
    plan.times.push_back(each);
    // A case over an expression sees what was loaded once all evaluations were done, be it later or earlier than its
    // own time; a rule what is there when it is evaluated.
    plan.until.push_back(!seen ? each : i <= 0 ? *seen : Time::max());
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

RecordedExpressions TestRun::recorded() const {
  RecordedExpressions records;
  for (const GroupRun& group : groups_) {
    for (const alerting::Rule& rule : group.rules().rules) {
      if (!rule.alerting()) records[rule.name()].push_back(rule.expression);
    }
  }
  return records;
}

void TestRun::show(const AlertCase& alert, Failure& failure) {
  const EvidencePlan plan = plan_around(step_of(alert), std::nullopt);
  Evidence evidence;
  const auto states = parse(format("ALERTS{{alertname={}}}", model::quote(alert.alertname)), nullptr);
  if (states != nullptr) add_evidence(states, {}, store_, settings_.promql, plan, evidence);
  for (const GroupRun& group : groups_) {
    for (const alerting::Rule& rule : group.rules().rules) {
      if (rule.alert && rule.alert->value == alert.alertname) {
        add_evidence(rule.expression, recorded(), store_, settings_.promql, plan, evidence);
      }
    }
  }
  failure.evidence = std::move(evidence);
}

void TestRun::show(const ExprCase& expr, Failure& failure) {
  const auto parsed = parse(expr.expr.value, nullptr);
  if (parsed == nullptr) return;
  Evidence evidence;
  add_evidence(parsed, recorded(), store_, settings_.promql, plan_around(test_.start + expr.eval_time, seen_),
               evidence);
  failure.evidence = std::move(evidence);
}

void TestRun::show_evidence() {
  if (failed_.empty()) return;
  const std::size_t failures = result_.failures.size();
  seen_ = now_.value_or(test_.start);
  if (now_) evaluate_until(*now_ + file_.evaluation_interval * kStepsAfter);
  result_.failures.resize(failures);
  for (; shown_ < failed_.size(); ++shown_) {
    const FailedCase& failed = failed_[shown_];
    Failure& failure = result_.failures[failed.failure];
    failed.alert != nullptr ? show(*failed.alert, failure) : show(*failed.expression, failure);
  }
}

}  // namespace firedrill::ruletest
