// A part of an expression's text.
#pragma once

#include <cstdint>

namespace firedrill::promql {

// Bytes [begin, end) of the expression's text.
struct TextRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

}  // namespace firedrill::promql
