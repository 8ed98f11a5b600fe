// Burn rates where requests are few: how many bad ones fire an alert at a given rate of requests. At one request a
// minute a single failure of an hour is 1.7 % of its requests, which burns a budget of 0.1 % seventeen times too fast.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "incident/slo/burn_alerts.h"
#include "incident/slo/slo_rule_options.h"

namespace firedrill::incident {

// The fewest of so many requests whose share is above the threshold (below 1), which takes at least one. Of less than
// one request on average a single bad one is all of them.
std::int64_t fewest_above(double threshold, double requests);

// The fewest bad requests with which a condition holds at a steady rate of requests: within its long window, and of
// them within its short one.
struct FewestFailures {
  std::int64_t within_long = 1;
  std::int64_t within_short = 1;
};
FewestFailures fewest_failures(const record::Slo& slo, const BurnCondition& condition, double requests_a_second,
                               int min_failures);

// Comments above the SLO's group that say so of each alert for options.rate; empty without a rate. Warnings: a single
// failure that pages, an indicator that counts no requests, a minimum that scrapes far apart would not keep.
std::string describe_low_traffic(const PlacedSlo& placed, const Indicator& indicator,
                                 const std::vector<BurnCondition>& fast, const std::vector<BurnCondition>& slow,
                                 const SloRuleOptions& options, Diagnostics& warnings);

// Of the series that counts the bad requests of a window.
std::string failures_name(Duration window);

Diagnostics cannot_count_failures(const PlacedSlo& placed);

}  // namespace firedrill::incident
