#include "notify/provider/alert_store.h"

#include <algorithm>

namespace firedrill::notify {

AlertPtr AlertStore::put(Alert alert, Time now) {
  const Fingerprint key = alert.fingerprint;
  const auto [entry, is_new] = alerts_.try_emplace(key);
  if (is_new) {
    entry->second.number = next_number_++;
  } else {
    alert = succeed(*entry->second.alert, std::move(alert), now);
  }
  entry->second.alert = std::make_shared<const Alert>(std::move(alert));
  return entry->second.alert;
}

AlertPtr AlertStore::get(Fingerprint fingerprint) const {
  const auto found = alerts_.find(fingerprint);
  return found == alerts_.end() ? nullptr : found->second.alert;
}

void AlertStore::collect(Time now) {
  std::erase_if(alerts_, [&](const auto& each) { return each.second.alert->is_resolved_at(now); });
}

std::vector<AlertPtr> AlertStore::list() const {
  std::vector<const Entry*> entries;
  entries.reserve(alerts_.size());
  for (const auto& [key, entry] : alerts_) entries.push_back(&entry);
  std::ranges::sort(entries, {}, [](const Entry* entry) { return entry->number; });
  std::vector<AlertPtr> out;
  out.reserve(entries.size());
  for (const Entry* entry : entries) out.push_back(entry->alert);
  return out;
}

}  // namespace firedrill::notify
