#include "alerting/history/rule_history.h"

#include <algorithm>
#include <string_view>

#include "model/labels.h"

namespace firedrill::alerting {
namespace {

// No need is longer: what adds up beyond it is as good as endless.
constexpr Duration kLongest = std::chrono::days(10000);

// Of a window of which the ends decide, samples may lie apart by so small a part of it: the result moves by no more.
constexpr Duration::rep kPartsOfEnds = 500;
// Where the window itself is read only as history, at many instants, it holds so many samples.
constexpr Duration::rep kPartsOfPast = 5;
// Prometheus's --query.lookback-delta.
constexpr Duration kLookback = 5min;

constexpr std::string_view kAlerts = "ALERTS";
constexpr std::string_view kAlertsForState = "ALERTS_FOR_STATE";

std::vector<Look> shifted(std::vector<Look> looks, Duration offset) {
  for (Look& look : looks) {
    look.back += offset;
    look.until += offset;
  }
  return looks;
}

bool matches_name(const promql::VectorSelector& selector, std::string_view name) {
  return std::ranges::all_of(selector.matchers, [&](const model::Matcher& matcher) {
    return matcher.name() != model::kMetricName || matcher.matches(name);
  });
}

// How far back a selector itself has to find samples.
Duration reach_of(const Look& look) {
  return look.range > Duration(0) ? look.back : look.back + kLookback;
}

// For how long it depends on what its expression was before, apart from what that looks at.
Duration stands(const Rule& rule) {
  return rule.hold + rule.keep_firing_for;
}

Duration window_of(const Look& look) {
  return look.range > Duration(0) ? look.range : kLookback;
}

}  // namespace

bool may_read(const promql::VectorSelector& selector, const Rule& rule) {
  if (!rule.alerting()) return matches_name(selector, rule.name());
  if (!matches_name(selector, kAlerts) && !matches_name(selector, kAlertsForState)) return false;
  return std::ranges::all_of(selector.matchers, [&](const model::Matcher& matcher) {
    return matcher.name() != model::kAlertName || matcher.matches(rule.name());
  });
}

RuleHistory::RuleHistory(std::span<const RuleFile> files, Duration evaluation_interval, Duration query_offset) {
  for (const RuleFile& file : files) {
    for (const RuleGroup& group : file.groups) {
      const bool own = group.interval.value_or(Duration(0)) > Duration(0);
      for (const Rule& rule : group.rules) {
        const Duration offset = group.query_offset.value_or(query_offset);
        rules_.push_back({&rule, own ? *group.interval : evaluation_interval, offset});
        looks_.push_back(shifted(looks(*rule.expression), offset));
        note_names(rule);
        fixed_time_ = fixed_time_ || looks_at_fixed_time(*rule.expression);
      }
    }
  }
  needs_.assign(rules_.size(), Duration(0));
  reaches_.assign(rules_.size(), Reach{});
  known_.assign(rules_.size(), 0);
  std::vector<char> under_way(rules_.size(), 0);
  for (std::size_t i = 0; i < rules_.size(); ++i) need(i, under_way);
}

void RuleHistory::note_names(const Rule& rule) {
  const std::size_t index = rules_.size() - 1;
  if (rule.alerting()) {
    by_name_[std::string(kAlerts)].push_back(index);
    by_name_[std::string(kAlertsForState)].push_back(index);
  } else {
    by_name_[rule.name()].push_back(index);
  }
}

std::vector<std::size_t> RuleHistory::read_by(const promql::VectorSelector& selector) const {
  std::vector<std::size_t> read;
  const auto take = [&](std::size_t rule) {
    if (may_read(selector, *rules_[rule].rule)) read.push_back(rule);
  };
  if (selector.name.empty()) {
    for (std::size_t i = 0; i < rules_.size(); ++i) take(i);
  } else if (const auto named = by_name_.find(selector.name); named != by_name_.end()) {
    for (const std::size_t rule : named->second) take(rule);
  }
  return read;
}

RuleHistory::Reach RuleHistory::add_up(const std::vector<Look>& looks,
                                       const std::function<Reach(std::size_t)>& need_of_rule) const {
  Reach farthest;
  for (const Look& look : looks) {
    Reach behind;
    for (const std::size_t other : read_by(*look.selector)) {
      const Reach its = need_of_rule(other);
      behind = {std::max(behind.whole, its.whole), std::max(behind.enough, its.enough)};
    }
    const Duration back = std::max(look.back, Duration(0));
    const Duration beyond_telling = std::max(Duration(0), look.back - look.until) / kPartsOfEnds;
    farthest.whole = std::max(farthest.whole, back + behind.whole);
    farthest.enough = std::max(farthest.enough, std::max(Duration(0), back - beyond_telling) + behind.enough);
  }
  return {std::min(farthest.whole, kLongest), std::min(farthest.enough, kLongest)};
}

RuleHistory::Reach RuleHistory::need(std::size_t rule, std::vector<char>& under_way) {
  if (known_[rule] == 0) {
    if (under_way[rule] != 0) return {};  // in a circle
    under_way[rule] = 1;
    reaches_[rule] = add_up(looks_[rule], [&](std::size_t other) { return need(other, under_way); });
    under_way[rule] = 0;
    known_[rule] = 1;
    needs_[rule] = std::min(reaches_[rule].whole + stands(*rules_[rule].rule), kLongest);
  }
  return {needs_[rule], std::min(reaches_[rule].enough + stands(*rules_[rule].rule), kLongest)};
}

RuleHistory::Reach RuleHistory::reach(std::size_t rule) const {
  return reaches_[rule];
}

RuleHistory::Reach RuleHistory::need_of(const promql::Expr& expression) const {
  return add_up(looks(expression), [&](std::size_t other) {
    return Reach{needs_[other], std::min(reaches_[other].enough + stands(*rules_[other].rule), kLongest)};
  });
}

bool RuleHistory::extend(const std::vector<Look>& looks, Duration from, std::vector<Duration>& begins) const {
  bool extended = false;
  for (const Look& look : looks) {
    for (const std::size_t other : read_by(*look.selector)) {
      // What is recorded at the instant of the evaluation itself is there from the same instant on, as ever.
      const Duration before = look.back > Duration(0) ? reach_of(look) + rules_[other].interval : Duration(0);
      const Duration begin = std::min(from + before, kLongest);
      if (begin <= begins[other]) continue;
      begins[other] = begin;
      extended = true;
    }
  }
  return extended;
}

RuleHistory::Demand RuleHistory::demand(Duration settled,
                                        std::span<const std::shared_ptr<const promql::Expr>> expressions) const {
  std::vector<std::vector<Look>> beside;
  for (const auto& expression : expressions) beside.push_back(looks(*expression));
  Demand demand;
  demand.rules.assign(rules_.size(), settled);
  for (const auto& each : beside) extend(each, Duration(0), demand.rules);
  // Each round follows one more rule of a chain; a circle goes on growing, and ends with the rounds.
  bool extended = true;
  for (std::size_t round = 0; extended && round <= rules_.size(); ++round) {
    extended = false;
    for (std::size_t i = 0; i < rules_.size(); ++i)
      extended = extend(looks_[i], demand.rules[i], demand.rules) || extended;
  }
  const auto read = [&](const Look& look, Duration from, Duration until, Duration::rep parts) {
    const Duration apart = look.every ? Duration(0) : window_of(look) / parts;
    demand.readings.push_back({look.selector, from + reach_of(look), until + look.until, apart});
  };
  const auto read_all = [&](const std::vector<Look>& looks, Duration begin, Duration since) {
    for (const Look& look : looks) {
      if (by_name_.contains(look.selector->name)) continue;  // it is recorded, and not scraped
      // What is judged on it finds it as it was: of an instant selector the last sample, of a window its ends.
      if (!look.repeated && look.range == Duration(0)) {
        demand.readings.push_back({look.selector, since + reach_of(look), look.until, Duration(0)});
      } else {
        read(look, since, Duration(0), look.repeated ? kPartsOfPast : kPartsOfEnds);
      }
      if (begin > since) read(look, begin, since, kPartsOfPast);
    }
  };
  for (std::size_t i = 0; i < rules_.size(); ++i) read_all(looks_[i], demand.rules[i], settled);
  for (const auto& each : beside) read_all(each, Duration(0), Duration(0));
  return demand;
}

}  // namespace firedrill::alerting
