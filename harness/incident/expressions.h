// PromQL that stands in a record, as the Prometheus of the run reads it.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "promql/options.h"
#include "promql/parse/ast.h"
#include "promql/queryable.h"
#include "record/record.h"

namespace firedrill::incident {

using ExprRef = std::shared_ptr<const promql::Expr>;

promql::Version version_of(const record::Record& record);

// The error is the first of the text. What was parsed when a scenario was loaded is not parsed again, if the run's
// Prometheus reads as that one did (version 3); a record that was read from its file is text alone.
std::expected<ExprRef, std::string> parsed(const record::Record& record, const std::string& text,
                                           const ExprRef& loaded = nullptr);

// Parses the expressions of the record's rules, each once for all that is asked of them.
void parse_rules(record::Record& record);
// The rule's own; null if it cannot be parsed. After parse_rules nothing is parsed here.
ExprRef expression_of(const record::Record& record, const record::RuleRecord& rule);

// Whether there is a series for one of the expression's selectors, or it has none: else the record tells nothing of it.
bool keeps_series(const promql::Expr& expression, const promql::Queryable& series);

}  // namespace firedrill::incident
