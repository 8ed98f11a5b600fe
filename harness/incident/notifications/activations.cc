#include "incident/notifications/activations.h"

#include <algorithm>

namespace firedrill::incident {
using namespace record;
namespace {

Time fired_at(const AlertRecord* alert) {
  return *alert->firing_at;
}

}  // namespace

Activations::Activations(const Record& record) {
  for (const AlertRecord& alert : record.alerts) {
    if (alert.firing_at) by_labels_[alert.labels].push_back(&alert);
  }
  for (auto& [labels, alerts] : by_labels_) std::ranges::stable_sort(alerts, {}, fired_at);
}

const AlertRecord* Activations::at(const model::Labels& labels, Time t) const {
  const auto found = by_labels_.find(labels);
  if (found == by_labels_.end()) return nullptr;
  const auto after = std::ranges::upper_bound(found->second, t, {}, fired_at);
  return after == found->second.begin() ? nullptr : *std::prev(after);
}

std::optional<Time> Activations::next(const AlertRecord& alert) const {
  const auto found = by_labels_.find(alert.labels);
  if (found == by_labels_.end() || !alert.firing_at) return std::nullopt;
  const auto after = std::ranges::upper_bound(found->second, *alert.firing_at, {}, fired_at);
  return after == found->second.end() ? std::nullopt : (*after)->firing_at;
}

}  // namespace firedrill::incident
