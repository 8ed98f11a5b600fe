// PromQL that stands in a YAML scalar: errors are told where they are in the file.
#pragma once

#include <memory>

#include "promql/options.h"
#include "promql/parse/ast.h"
#include "yaml/document.h"

namespace firedrill::promql {

// Null if the expression has an error; all of them are added to `diagnostics`.
std::shared_ptr<const Expr> parse_expression(const yaml::Node& scalar, const ParseOptions& options,
                                             Diagnostics& diagnostics);

}  // namespace firedrill::promql
