// fmt, under our own name: firedrill::format("{} of {}", a, b).
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>

namespace firedrill {

// An object and no function, so that arguments of the standard library do not bring std::format into the choice, whose
// header <format> comes with others from g++ 13 on.
struct Format {
  template <typename... Arguments>
  std::string operator()(fmt::format_string<Arguments...> text, Arguments&&... arguments) const {
    return fmt::format(text, std::forward<Arguments>(arguments)...);
  }
};
inline constexpr Format format{};

}  // namespace firedrill
