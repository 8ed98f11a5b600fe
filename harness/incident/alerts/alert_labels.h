// Which labels the alerts of a rule can have. An expectation about others would be met, or missed, whatever happens.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "incident/expectations/known_names.h"
#include "promql/queryable.h"
#include "record/record.h"

namespace firedrill::incident {

// `labels` and `severity` of an expectation, together.
std::map<std::string, std::string> wanted_labels(const record::Expectation& expectation);

// Errors for labels that no alert of the name can have when it is sent, as far as the configuration says: a static
// label of another value, one that the expression aggregates away, that external labels or relabelling make another, or
// that is a constant of the scenario's own metric.
void check_labels(const record::Expectation& expectation, const KnownNames& names, Diagnostics& diagnostics);

// The alert that relabelling renames to this; empty if there is none.
std::string renamed_rule(const std::string& alert, const KnownNames& names);

// The rule that an expectation is about: the first of the alert's name that may give it the labels wanted, else the
// first of that name; null if there is none.
const record::RuleRecord* rule_for(const record::Expectation& expectation, const record::Record& record);

// Why no alert of the rule can have had the labels wanted in this run: what its text says, or that no series which its
// expression selects has such a label. Values that come up as things happen (a status code that nothing was answered
// with) prove nothing; those of the targets' own labels do. Empty: it may have had them, or nothing is known.
std::string never_labelled(const record::Expectation& expectation, const record::Record& record,
                           const record::RuleRecord& rule, const promql::Queryable& series);

}  // namespace firedrill::incident
