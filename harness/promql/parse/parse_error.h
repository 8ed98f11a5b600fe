// What parsing an expression can find wrong.
#pragma once

#include <string>

#include "promql/parse/ast.h"

namespace firedrill::promql {

// A syntax or type error in an expression that is not a source of its own (it stands in a YAML scalar, say): the caller
// knows where the text begins.
struct ParseError {
  TextRange where;     // bytes of the expression's text
  std::string what;    // in Prometheus's wording, without "parse error:"
  std::string remedy;  // may be empty
  // What is not supported, "fill modifiers" say, where Prometheus may have taken the text.
  std::string lacking{};
};

}  // namespace firedrill::promql
