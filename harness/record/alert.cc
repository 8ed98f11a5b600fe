#include "record/alert.h"

#include <algorithm>

namespace firedrill::record {

std::optional<Time> AlertRecord::over_at() const {
  if (!heard.empty()) return heard.back().to;
  return resolved_at ? resolved_at : forgotten_at;
}

std::optional<Time> AlertRecord::page_at() const {
  if (!pages) return std::nullopt;
  return receivers ? paged_at : received_at;
}

bool AlertRecord::held(HoldKind how) const {
  return std::ranges::find(held_back, how, &HeldBack::how) != held_back.end();
}

std::vector<std::string> split_alerts(std::string_view names) {
  constexpr std::string_view kBetween = ", ";
  std::vector<std::string> out;
  while (!names.empty()) {
    const std::size_t end = std::min(names.find(kBetween), names.size());
    out.emplace_back(names.substr(0, end));
    names.remove_prefix(std::min(end + kBetween.size(), names.size()));
  }
  return out;
}

}  // namespace firedrill::record
