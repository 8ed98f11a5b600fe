#include "record/people/communication.h"

#include <algorithm>
#include <array>

namespace firedrill::record {
namespace {

constexpr std::array<std::string_view, 4> kStatuses{"investigating", "identified", "monitoring", "resolved"};
constexpr std::array<std::string_view, 4> kImpacts{"critical", "major", "minor", "none"};
constexpr std::array<std::string_view, 4> kOfComponents{"major_outage", "partial_outage", "degraded_performance",
                                                        "operational"};

}  // namespace

std::string_view to_string(PostStatus status) {
  return kStatuses[static_cast<std::size_t>(status)];
}

std::optional<PostStatus> parse_post_status(std::string_view text) {
  const auto found = std::ranges::find(kStatuses, text);
  if (found == kStatuses.end()) return std::nullopt;
  return static_cast<PostStatus>(found - kStatuses.begin());
}

std::string_view impact_of(SeverityLevel level) {
  return kImpacts[static_cast<std::size_t>(level)];
}

std::string_view component_status_of(SeverityLevel level) {
  return kOfComponents[static_cast<std::size_t>(level)];
}

std::string write_components(const std::vector<ComponentStatus>& components) {
  std::string out;
  for (const ComponentStatus& each : components) {
    if (!out.empty()) out += ", ";
    out += each.name;
    out += '=';
    out += each.status;
  }
  return out;
}

std::vector<ComponentStatus> read_components(std::string_view text) {
  constexpr std::string_view kBetween = ", ";
  std::vector<ComponentStatus> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(kBetween), text.size());
    const std::string_view one = text.substr(0, end);
    const std::size_t sign = std::min(one.rfind('='), one.size());
    out.push_back({std::string(one.substr(0, sign)), std::string(one.substr(std::min(sign + 1, one.size())))});
    text.remove_prefix(std::min(end + kBetween.size(), text.size()));
  }
  return out;
}

}  // namespace firedrill::record
