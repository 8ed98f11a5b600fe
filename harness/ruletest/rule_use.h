// What the rules of a test read and write: how far back, in which order, for whom.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "alerting/rule_file.h"
#include "promql/options.h"
#include "ruletest/unit_test_file.h"

namespace firedrill::ruletest {

// How far before an evaluation the rule's expression and templates can look; nothing if that is unbounded.
std::optional<Duration> rule_reach(const alerting::Rule& rule, const alerting::RuleGroup& group,
                                   const promql::Options& options);

// Whether the expression reads series of that name, as far as its selectors tell.
bool reads(const promql::Expr& expression, const std::string& metric_name);
// Whether it reads ALERTS or ALERTS_FOR_STATE of the alert.
bool reads_alert(const promql::Expr& expression, const std::string& alertname);

// The rules, of those given, that the cases of a test look at, directly or through other rules.
std::set<const alerting::Rule*> rules_looked_at(const std::vector<const alerting::Rule*>& rules,
                                                const std::vector<const promql::Expr*>& expressions,
                                                const std::set<std::string>& alertnames);

}  // namespace firedrill::ruletest
