#include "scenario/expressions.h"

#include "base/text/format.h"
#include "promql/parse/parser.h"
#include "scenario/decode.h"

namespace firedrill::scenario {

std::shared_ptr<const promql::Expr> parse_expression(const Node& scalar, const promql::ParseOptions& options,
                                                     Diagnostics& diagnostics) {
  auto parsed = promql::parse_text(scalar.text, options);
  if (parsed) return *parsed;
  for (const promql::ParseError& error : parsed.error()) {
    const std::size_t length = error.where.end > error.where.begin ? error.where.end - error.where.begin : 1;
    report(diagnostics, scalar.at(error.where.begin, length), format("in the expression: {}", error.what),
           error.remedy);
  }
  return nullptr;
}

}  // namespace firedrill::scenario
