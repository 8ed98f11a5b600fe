#include "incident/notifications/pages.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>

namespace firedrill::incident {
using namespace record;

std::vector<const events::Notification*> pages(const Record& record) {
  std::vector<const events::Notification*> found;
  if (!record.alertmanager) return found;
  std::set<std::tuple<std::string, std::string, Time>> seen;
  for (const events::Notification& each : record.alertmanager->notifications) {
    if (!each.accepted || !each.pages || each.reason == "some_resolved" || each.firing() == 0) continue;
    if (seen.insert({each.receiver, each.group_key, each.flushed_at}).second) found.push_back(&each);
  }
  std::ranges::stable_sort(found, {}, &events::Notification::t);
  return found;
}

const AlertRecord* activation_of(const Record& record, const events::NotifiedAlert& alert, Time flushed_at) {
  const AlertRecord* last = nullptr;
  for (const AlertRecord& each : record.alerts) {
    if (each.firing_at && *each.firing_at <= flushed_at && each.labels == alert.labels) last = &each;
  }
  return last;
}

}  // namespace firedrill::incident
