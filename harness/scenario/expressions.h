// PromQL that stands in a YAML scalar: errors are told where they are in the file.
#pragma once

#include <memory>

#include "promql/options.h"
#include "promql/parse/ast.h"
#include "scenario/yaml.h"

namespace firedrill::scenario {

// Null if the expression has an error; all of them are added to `diagnostics`.
std::shared_ptr<const promql::Expr> parse_expression(const Node& scalar, const promql::ParseOptions& options,
                                                     Diagnostics& diagnostics);

}  // namespace firedrill::scenario
