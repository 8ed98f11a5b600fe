#include "record/severity.h"

#include <array>
#include <cstddef>

namespace firedrill::record {
namespace {

constexpr std::array<std::string_view, 4> kNames{"P0", "P1", "P2", "P3"};
constexpr std::array<std::string_view, 4> kDescriptions{"complete outage", "major degradation", "partial degradation",
                                                        "minor issue"};

}  // namespace

std::string_view to_string(SeverityLevel level) {
  return kNames[static_cast<std::size_t>(level)];
}
std::string_view describe(SeverityLevel level) {
  return kDescriptions[static_cast<std::size_t>(level)];
}

std::optional<SeverityLevel> parse_severity(std::string_view text) {
  if (text.size() != 2 || (text[0] != 'P' && text[0] != 'p') || text[1] < '0' || text[1] > '3') return std::nullopt;
  return static_cast<SeverityLevel>(text[1] - '0');
}

}  // namespace firedrill::record
