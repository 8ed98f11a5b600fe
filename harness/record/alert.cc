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

}  // namespace firedrill::record
