#include "notify/provider/alert.h"

#include <algorithm>
#include <array>

#include "base/hash.h"

namespace firedrill::notify {

Fingerprint fingerprint(const model::Labels& labels) {
  constexpr std::string_view kSeparator = "\xff";
  std::uint64_t hash = stable_hash("");
  for (const model::Label& label : labels) {
    for (const std::string_view part :
         {std::string_view(label.name), kSeparator, std::string_view(label.value), kSeparator}) {
      hash = stable_hash(part, hash);
    }
  }
  return hash;
}

std::optional<Alert> alert_of(const PostedAlert& posted, Time now, Duration resolve_timeout, std::uint64_t revision) {
  if (posted.labels.empty()) return std::nullopt;
  Alert alert;
  alert.starts_at = posted.starts_at.value_or(posted.ends_at.value_or(now));
  alert.timeout = !posted.ends_at;
  alert.ends_at = posted.ends_at.value_or(now + resolve_timeout);
  if (alert.ends_at < alert.starts_at) return std::nullopt;
  alert.labels = posted.labels;
  alert.annotations = posted.annotations;
  alert.generator_url = posted.generator_url;
  alert.updated_at = now;
  alert.revision = revision;
  alert.fingerprint = fingerprint(alert.labels);
  return alert;
}

Alert succeed(const Alert& old, Alert next, Time now) {
  const bool end_inside = next.ends_at > old.starts_at && next.ends_at < old.ends_at;
  const bool start_inside = next.starts_at > old.starts_at && next.starts_at < old.ends_at;
  if (!end_inside && !start_inside) return next;
  next.starts_at = std::min(old.starts_at, next.starts_at);
  const bool keeps_old_end = next.is_resolved_at(now) ? old.is_resolved_at(now) : !old.timeout;
  if (keeps_old_end) next.ends_at = std::max(old.ends_at, next.ends_at);
  return next;
}

bool labels_before(const model::Labels& a, const model::Labels& b) {
  if (a.size() != b.size()) return a.size() < b.size();
  for (auto left = a.begin(), right = b.begin(); left != a.end(); ++left, ++right) {
    if (left->name != right->name) return left->name > right->name;
    if (left->value != right->value) return left->value < right->value;
  }
  return false;
}

bool is_before(const model::Labels& a, const model::Labels& b) {
  for (const std::string_view name : {std::string_view("job"), std::string_view("instance")}) {
    const std::string_view left = a.get(name);
    const std::string_view right = b.get(name);
    if (left.empty() && right.empty()) continue;
    if (left.empty() || right.empty()) return right.empty();
    if (left != right) return left < right;
  }
  return labels_before(a, b);
}

}  // namespace firedrill::notify
