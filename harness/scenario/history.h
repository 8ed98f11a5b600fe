// The time before the judged part of a run: how long it has to be so that what rules, SLO files and expectations look
// back at lies in it, and what of it has to be there for them to find what they would find in all of it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "alerting/history/rule_history.h"
#include "base/time.h"
#include "fake_services/world_spec.h"
#include "model/matcher.h"
#include "record/criteria.h"
#include "scenario/scenario.h"

namespace firedrill::scenario {

// Something that depends on the time before the judged part, and on how much of it.
struct HistoryNeed {
  std::string what;  // "HighErrors", "expectation 'quiet'", "query 'burn'"
  Duration needs{};
};

// The longest first, what needs nothing left out; rules need what RuleHistory says. An expectation looks back from its
// `from`, a query of an SLO file from the end of the run.
std::vector<HistoryNeed> history_needs(const alerting::RuleHistory& rules, const record::Criteria& declared,
                                       Duration duration);

// What `warmup: auto` never falls short of, and never goes beyond.
inline constexpr Duration kShortestAutomatic = 30min;
inline constexpr Duration kLongestAutomatic = std::chrono::days(30);
// What it stands for: whole minutes, with room for the scrape and the evaluation that come first.
Duration automatic_warm_up(std::span<const HistoryNeed> needs, const alerting::RuleHistory& rules,
                           const PrometheusSettings& prometheus);

// A warm-up in large steps. Until `settled` targets are scraped, and stored of them is, only what something will look
// at, as far apart as it cannot tell; a rule is evaluated from when on something reads what it writes.
struct History {
  struct Reading {
    std::vector<model::Matcher> matchers;
    Time from{};  // what these match is stored from here on
  };
  Time settled{};                              // from here on everything is as ever
  std::vector<fake_services::Stride> strides;  // until then, from the start of the warm-up on
  std::vector<Time> rules;                     // by rule, in order of evaluation: from when on it is evaluated
  std::vector<Reading> readings;

  // The stride at t, which lies before `settled`.
  const fake_services::Stride& stride_at(Time t) const;
};

// Nothing where all of it has to be there: it is no longer than what goes before a run anyway, or a rule looks at a
// fixed time.
std::optional<History> plan_history(const Scenario& scenario, const alerting::RuleHistory& rules,
                                    const record::Criteria& declared);

}  // namespace firedrill::scenario
