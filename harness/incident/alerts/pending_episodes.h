// When an alert was pending and did not fire, and what ended that each time.
#pragma once

#include <string>

#include "incident/expectations/expectation_context.h"
#include "promql/queryable.h"
#include "record/record.h"

namespace firedrill::incident {

// "it was pending from 10 m 30 s (14:10:30) for 1 m 30 s, and `for` asks for 2 m; then error_rate was 0.002 at …", of
// all the times in the span that the alert meant was pending without firing. Empty if it never was.
std::string pending_too_briefly(const record::Expectation& expectation, const record::Record& record,
                                const record::RuleRecord& rule, const promql::Queryable& series, Span span);

// The labels of an alert that are those of the series which its rule reads: not what the rule says itself, nor what
// relabelling may have changed.
model::Labels series_labels(const record::Record& record, const record::RuleRecord& rule, const model::Labels& labels);

// How much earlier the rule looks than it is evaluated.
Duration query_offset(const record::Record& record, const record::RuleRecord& rule);

}  // namespace firedrill::incident
