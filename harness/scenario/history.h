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
  Duration enough{};  // with less it finds something else; between the two nothing can tell
};

// The longest first, what needs nothing left out; rules need what RuleHistory says. An expectation looks back from its
// `from`, a query of an SLO file from the end of the run.
std::vector<HistoryNeed> history_needs(const alerting::RuleHistory& rules, const record::Criteria& declared,
                                       Duration duration);

// What `warmup: auto` never falls short of, and never goes beyond.
inline constexpr Duration kShortestAutomatic = 30min;
inline constexpr Duration kLongestAutomatic = std::chrono::days(30);
// What it stands for: whole minutes, with room for the scrape and the evaluation that come first.
// Alerts are evaluated for so long before the judged part, and for their `for` and `keep_firing_for`, with all of the
// history that they need: what is on all the time has been told of by then.
inline constexpr Duration kAlertedBefore = 5min;
Duration automatic_warm_up(std::span<const HistoryNeed> needs, const alerting::RuleHistory& rules,
                           const PrometheusSettings& prometheus);

// Those for which the warm-up of the scenario is too short. An automatic one is as long as it may be: it is for them
// if what is missing could be told.
std::vector<HistoryNeed> beyond_history(std::span<const HistoryNeed> needs, const Scenario& scenario);

// An automatic warm-up. Until `settled` it passes in large steps, in which targets are scraped, and stored of them is,
// only what something will look at, as far apart as it cannot tell. A recording rule is evaluated from when on
// something reads what it writes; an alerting rule not before there is all the history that it looks at, since with
// less it would fire for what is missing.
struct History {
  struct Reading {
    std::vector<model::Matcher> matchers;
    Time from{};  // what these match is stored from here on
  };
  Time settled{};                              // from here on all is scraped; the start, where that is all of it
  std::vector<fake_services::Stride> strides;  // until then, from the start of the warm-up on
  std::vector<Time> rules;                     // by rule, in order of evaluation: from when on it is evaluated
  std::vector<Reading> readings;

  // Nothing where everything is there from the start on.
  std::optional<Time> whole_from(Time start) const { return settled > start ? std::optional(settled) : std::nullopt; }
  // The stride at t, which lies before `settled`.
  const fake_services::Stride& stride_at(Time t) const;
};

// All of it has to be there where it is no longer than what goes before a run anyway, or where a rule looks at a fixed
// time. Nothing: and every rule is evaluated from the start on.
std::optional<History> plan_history(const Scenario& scenario, const alerting::RuleHistory& rules,
                                    const record::Criteria& declared);

}  // namespace firedrill::scenario
