#include "notify/dispatch/group_key.h"

#include <algorithm>
#include <vector>

namespace firedrill::notify {

model::Labels group_labels(const Route& route, const model::Labels& labels) {
  return route.group_by_all ? labels : labels.only(route.group_by);
}

std::string group_key(const Route& route, const model::Labels& group_labels, Version version) {
  std::vector<std::string> parts;
  for (const model::Label& label : group_labels) parts.push_back(label.name + "=" + model::quote(label.value));
  // 0.25 sorts the written pairs, where "a1=" comes before "a=".
  if (version < Version::v0_33) std::ranges::sort(parts);
  std::string key = route.key + ":{";
  for (std::size_t i = 0; i < parts.size(); ++i) key += (i > 0 ? ", " : "") + parts[i];
  return key + "}";
}

}  // namespace firedrill::notify
