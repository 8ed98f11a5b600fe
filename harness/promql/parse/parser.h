// From text to a type-checked tree: the whole grammar of PromQL (the newest Prometheus 3; 3.5 and 2.42 by Version).
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "promql/parse/ast.h"
#include "promql/parse/metric_text.h"
#include "promql/parse/parse_error.h"

namespace firedrill::promql {

// The errors are in the order of the text and never empty. A text longer than 1 MiB is refused.
std::expected<std::shared_ptr<const Expr>, std::vector<ParseError>> parse_text(std::string_view text,
                                                                               const ParseOptions& options);

// The source's whole text is the expression.
Result<std::shared_ptr<const Expr>> parse(const SourcePtr& source, const ParseOptions& options);

// An expression written in one line at a known place of a larger source: a position in the expression is moved by the
// origin; an expression of several lines is reported at its origin as a whole.
Result<std::shared_ptr<const Expr>> parse(std::string_view text, const Position& origin, const ParseOptions& options);

// The place of a part of such an expression; the origin's where the expression has several lines.
Position place_in(std::string_view text, TextRange part, const Position& origin);

// The metric that the text begins with; what stands behind it is not looked at.
std::expected<MetricText, ParseError> parse_metric(std::string_view text, Version version);

}  // namespace firedrill::promql
