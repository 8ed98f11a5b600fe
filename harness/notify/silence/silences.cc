#include "notify/silence/silences.h"

#include <algorithm>

namespace firedrill::notify {

bool asks_for_nothing(std::span<const Matcher> matchers) {
  return std::ranges::all_of(matchers, [](const Matcher& each) {
    return (each.op() == MatchOp::equal || each.op() == MatchOp::regex) && each.matches("");
  });
}

std::string Silences::add(Silence silence) {
  if (silence.id.empty()) silence.id = std::to_string(next_number_);
  ++next_number_;
  silences_.push_back(std::move(silence));
  return silences_.back().id;
}

bool Silences::expire(std::string_view id, Time at) {
  const auto found = std::ranges::find(silences_, id, &Silence::id);
  if (found == silences_.end()) return false;
  if (at < found->ends_at) found->updated_at = at;
  found->ends_at = std::min(found->ends_at, std::max(at, found->starts_at));
  if (found->starts_at > at) found->ends_at = found->starts_at = at;
  return true;
}

std::vector<std::string> Silences::active_for(const model::Labels& labels, Time at) const {
  std::vector<std::string> ids;
  for (const Silence& silence : silences_) {
    if (silence.is_active_at(at) && matches_all(silence.matchers, labels)) ids.push_back(silence.id);
  }
  return ids;
}

}  // namespace firedrill::notify
