// Which alerts an expectation speaks of, and when an alert counts as having fired.
#pragma once

#include <optional>
#include <string_view>

#include "record/record.h"

namespace firedrill::incident {

// The alert has this name, and all the labels (and the severity) that the expectation gives.
bool matches(const record::Expectation& expectation, const record::AlertRecord& alert);
// It stands in the `except` list of a declared no_other_alerts, or is the one that a dead man's switch waits for.
bool excepted(const record::Record& record, const record::AlertRecord& alert);
// It was firing at some time in [from, to], to whoever could hear of it.
bool fires_in(const record::AlertRecord& alert, Time from, Time to);
// When it was resolved: its expression no longer held, whenever and whether anybody heard of that. Of one that its
// monitor did not find again nobody knows that: then when it was over where it had been sent. Absent: it was not.
std::optional<Time> ended_at(const record::AlertRecord& alert);
// Whether the rule can have raised the alert: it has its name and group, and the alert the rule's own labels, as far as
// they are not templates and nothing relabels alerts.
bool may_raise(const record::Record& record, const record::RuleRecord& rule, const record::AlertRecord& alert);
// The same, and no other rule of its name and group fits better.
bool raised_by(const record::Record& record, const record::RuleRecord& rule, const record::AlertRecord& alert);
// SLOFastBurn {severity="critical"}: for people.
std::string describe(const record::AlertRecord& alert);

}  // namespace firedrill::incident
