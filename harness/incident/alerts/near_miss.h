// How near an alert came, in words, from the record's rules and series.
#pragma once

#include <map>
#include <string>

#include "promql/queryable.h"
#include "record/record.h"

namespace firedrill::incident {

// "error_rate came to 0.0131 at 13:40:00, needed > 0.0144", over [from, to]; or that both sides of `and` held and never
// at once, that the rule is vacuous, that its expression did not hold for long enough, or why it had no value at all.
// Of two vectors compared it is their difference that came near to 0. Series that have one of `labels` with another
// value are not looked at, unless there are no others. Empty if nothing is known: the record keeps no series for it.
std::string near_miss(const record::Record& record, const record::RuleRecord& rule, const promql::Queryable& series,
                      Time from, Time to, const std::map<std::string, std::string>& labels = {});

// What is to be said of a rule without an evaluation in the run: its turn did not come, or the monitor was down.
std::string never_evaluated(const record::RuleRecord& rule);

}  // namespace firedrill::incident
