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

bool is_counted(const AlertRecord& alert) {
  return alert.attribution != "warmup" && alert.attribution != "excepted";
}

const AlertRecord* counted_for(const Activations& activations, const events::Notification& page) {
  const AlertRecord* first = nullptr;
  for (const events::NotifiedAlert& each : page.alerts) {
    const AlertRecord* alert = each.status == "firing" ? activations.at(each.labels, page.flushed_at) : nullptr;
    if (alert == nullptr || !is_counted(*alert)) continue;
    if (!alert->incident.empty()) return alert;
    if (first == nullptr) first = alert;
  }
  return first;
}

}  // namespace firedrill::incident
