#include "promql/options.h"

#include <algorithm>
#include <array>

namespace firedrill::promql {
namespace {

// In the order of Version.
constexpr std::array<std::string_view, 3> kNames = {"2", "3.5", "3"};

}  // namespace

std::string_view to_string(Version version) {
  return kNames[static_cast<std::size_t>(version)];
}

std::optional<Version> version_named(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Version>(found - kNames.begin());
}

std::span<const std::string_view> version_names() {
  return kNames;
}

}  // namespace firedrill::promql
