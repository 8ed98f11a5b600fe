// User errors are values. A function that can fail on a user's input returns Result; assertions are for our own errors.
#pragma once

#include <expected>
#include <string>
#include <utility>

#include "base/diagnostic.h"

namespace firedrill {

template <typename T>
using Result = std::expected<T, Diagnostics>;

inline std::unexpected<Diagnostics> failure(Position where, std::string what, std::string remedy = {}) {
  return std::unexpected(
      Diagnostics{Diagnostic{Severity::error, std::move(where), std::move(what), std::move(remedy)}});
}
inline std::unexpected<Diagnostics> failure(Diagnostics diagnostics) {
  return std::unexpected(std::move(diagnostics));
}

}  // namespace firedrill
