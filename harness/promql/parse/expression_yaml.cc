#include "promql/parse/expression_yaml.h"

#include "base/bounds/activity.h"
#include "base/report.h"
#include "base/text/format.h"
#include "promql/parse/parser.h"
#include "yaml/decode.h"

namespace firedrill::promql {

using yaml::Node;

std::shared_ptr<const Expr> parse_expression(const Node& scalar, const ParseOptions& options,
                                             Diagnostics& diagnostics) {
  const Position where = scalar.where();
  const Activity activity(where);
  auto parsed = parse_text(scalar.text, options);
  if (parsed) return *parsed;
  for (const ParseError& error : parsed.error()) {
    const std::size_t length = error.where.end > error.where.begin ? error.where.end - error.where.begin : 1;
    report(diagnostics, scalar.at(error.where.begin, length), format("in the expression: {}", error.what),
           error.remedy);
  }
  return nullptr;
}

}  // namespace firedrill::promql
