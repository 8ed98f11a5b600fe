// What is said of a test beside its verdict: what it exercised, and what makes its cases prove less than it seems.
#include <algorithm>

#include "alerting/analysis/comparisons.h"
#include "alerting/analysis/empty_value.h"
#include "alerting/analysis/needed_selectors.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "ruletest/rule_use.h"
#include "ruletest/test_run.h"
#include "ruletest/unit_test_lints.h"

namespace firedrill::ruletest {

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
      const Coverage::RuleId id{group.file->source->name, group.number, group.rules().name.value, r};
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
  std::vector<const alerting::Rule*> rules;
  for (const GroupRun& group : groups_) {
    for (const alerting::Rule& rule : group.rules().rules) rules.push_back(&rule);
  }
  Diagnostics found = lint_unit_test({file_, test_, rules, options_.promql.version});
  std::ranges::move(found, std::back_inserter(result_.warnings));
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

// The metric of the input that was probably meant, or what its series look like.
std::string TestRun::like(const std::string& selector) const {
  const std::string name = selector.substr(0, selector.find('{'));
  std::set<std::string> names;
  for (tsdb::SeriesRef series = 0; series < store_.series_count() && names.size() < 1000; ++series) {
    const model::Labels& labels = store_.labels(series);
    if (labels.metric_name() == name) return format("; there is {}", labels.to_string());
    names.emplace(labels.metric_name());
  }
  const std::string near = nearest(name, std::vector<std::string>(names.begin(), names.end()));
  return near.empty() ? "" : format("; did you mean '{}'?", near);
}

// A case that expects the alert at this evaluation or later.
bool TestRun::is_asked_about(const std::string& alertname) const {
  return std::any_of(alert_cases_.begin() + static_cast<std::ptrdiff_t>(next_alert_case_), alert_cases_.end(),
                     [&](const AlertCase* each) { return each->alertname == alertname && !each->expected.empty(); });
}

void TestRun::note_episodes(std::size_t index, Time t) {
  constexpr std::size_t kKept = 1000;  // of more only the first are told
  using enum alerting::AlertState;
  const GroupRun& group = groups_[index];
  for (const alerting::AlertTransition& transition : transitions_) {
    if (transition.to == pending || !options_.evidence) continue;
    const alerting::Rule& rule = group.rules().rules[transition.rule];
    const auto known = episodes_.find({index, transition.rule});
    if (known == episodes_.end() && !is_asked_about(rule.name())) continue;
    Episodes& episodes = known == episodes_.end() ? episodes_[{index, transition.rule}] : known->second;
    if (transition.to == firing) {
      if (episodes.fired.size() < kKept) episodes.firing_since[transition.labels] = t;
      continue;
    }
    const bool fired = transition.from == firing;
    std::vector<alerting::Episode>& kept = fired ? episodes.fired : episodes.all;
    if (kept.size() == kKept) continue;
    if (!episodes.watch) episodes.watch.emplace(rule.expression, store_, settings_.promql);
    std::vector<model::Labels> begun;
    for (const alerting::AlertTransition& other : transitions_) {
      if (other.rule == transition.rule && other.to == pending) begun.push_back(other.labels);
    }
    model::Labels of_series = transition.labels;
    of_series.remove(model::kAlertName);
    for (const alerting::NamedText& label : rule.labels) of_series.remove(label.name);
    alerting::Episode episode{transition.labels, transition.active_at, t - group.interval, t};
    if (fired) episode.began = episodes.firing_since[transition.labels];
    alerting::find_end(episode, *episodes.watch, t - group.rules().query_offset.value_or(Duration(0)), of_series,
                       begun);
    kept.push_back(std::move(episode));
  }
}

std::string TestRun::episodes_text(const Episodes& episodes) const {
  return alerting::describe(episodes.all, {[&](Time t) { return format_duration(t - test_.start); },
                                           [](Duration d) { return format_duration(d); }});
}

std::string TestRun::fired_text(const Episodes& episodes) const {
  if (episodes.fired.empty()) return {};
  const alerting::Episode& last = episodes.fired.back();
  const std::size_t count = episodes.fired.size();
  return format("it fired {}at {} and was over at {}{}",
                count == 1 ? std::string() : format("{} times, for the last time ", count),
                format_duration(last.began - test_.start), format_duration(*last.ended - test_.start),
                last.how.empty() ? "" : format(": {}", last.how));
}

std::string TestRun::why_not_yet(const GroupRun& group, std::size_t index, const alerting::Alert* pending) const {
  const alerting::Rule& rule = group.rules().rules[index];
  const auto known = episodes_.find({static_cast<std::size_t>(&group - groups_.data()), index});
  const Episodes* before = known == episodes_.end() ? nullptr : &known->second;
  const std::string fired = before == nullptr ? std::string() : fired_text(*before);
  if (before != nullptr && before->all.empty()) before = nullptr;
  if (pending == nullptr && before == nullptr) return fired;
  const std::string hold = format_duration(rule.hold);
  for (std::size_t i = 0; before != nullptr && i < rule.label_templates.size() && i < rule.labels.size(); ++i) {
    const auto by_it = [&](const alerting::Episode& episode) { return episode.changed == rule.labels[i].name; };
    const auto count = std::ranges::count_if(before->all, by_it);
    if (count == 0 || !rule.label_templates[i].depends_on_value()) continue;
    return format(
        "the label '{}' is made of the value: each other value is another alert, and with `for: {}` pending anew, as "
        "{} time{} until then; an annotation may hold the value",
        rule.labels[i].name, hold, count, count == 1 ? "" : "s");
  }
  if (pending == nullptr) {
    if (!fired.empty()) return format("{}; it was pending without firing {}", fired, episodes_text(*before));
    return format("with `for: {}` it must hold without a gap; it was pending {}", hold, episodes_text(*before));
  }
  std::string why = format("it is pending since {}, and with `for: {}` cannot fire before {}",
                           format_duration(pending->active_at - test_.start), hold,
                           format_duration(pending->active_at + rule.hold - test_.start));
  if (!fired.empty()) why += "; before that " + fired;
  if (before != nullptr) {
    why += format("; {}it was pending {}{}", fired.empty() ? "before that " : "",
                  fired.empty() ? "" : "without firing ", episodes_text(*before));
  }
  return why;
}

std::string TestRun::why_not_holding(const GroupRun& group, std::size_t index) const {
  const alerting::Rule& rule = group.rules().rules[index];
  const std::vector<Time> evaluated{group.next - group.interval - group.rules().query_offset.value_or(Duration(0))};
  alerting::WhyNotWatch watch(rule.expression, store_, settings_.promql);
  const auto why = watch.at(evaluated.front());
  if (!why) return {};
  const alerting::Looked looked{rule.expression, store_, settings_.promql, evaluated};
  if (why->kind == alerting::WhyNot::Kind::below) {
    for (const alerting::Comparison& comparison : alerting::find_conditions(*rule.expression).comparisons) {
      if (std::string zero = alerting::why_always_zero(looked, *comparison.value); !zero.empty()) return zero;
    }
    return {};  // the evidence shows it
  }
  std::string reason = why->missing == nullptr ? std::string() : alerting::why_empty(looked, *why->missing);
  for (const std::string& selector : group.group.unmatched_selectors(index)) {
    if (reason.find(selector) != std::string::npos) return format("no series matches {}{}", selector, like(selector));
  }
  if (reason.empty()) return why->text;
  const bool same = why->missing->kind == promql::Kind::vector_selector;  // which the reason names
  return same ? reason : format("{}: {}", why->text, reason);
}

std::string TestRun::why_silent(const AlertCase& alert) const {
  // Of many failures the first ones are read.
  constexpr std::size_t kMost = 100;
  if (result_.failures.size() > kMost) return {};
  std::vector<std::string> known;
  std::string why;
  for (const GroupRun& group : groups_) {
    for (std::size_t i = 0; i < group.group.rule_count(); ++i) {
      const alerting::Rule& rule = group.rules().rules[i];
      if (rule.alert) known.push_back(rule.alert->value);
      if (!rule.alert || rule.alert->value != alert.alertname || !why.empty()) continue;
      const std::vector<alerting::Alert> alerts = group.group.alerts(i);
      const auto pending = std::ranges::find(alerts, alerting::AlertState::pending, &alerting::Alert::state);
      why = why_not_yet(group, i, pending == alerts.end() ? nullptr : &*pending);
      if (why.empty()) why = why_not_holding(group, i);
    }
  }
  if (std::ranges::find(known, alert.alertname) != known.end()) return why;
  return format("no rule has the alert '{}'; {}", alert.alertname,
                known.empty() ? "the rule files have no alerts" : suggest(alert.alertname, known));
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
      const std::size_t all = alerting::needed_selectors(*rule.expression).size();
      if (missing.size() < all || all == 0) return;
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

}  // namespace firedrill::ruletest
