#include "incident/notifications/unnotified.h"

#include <algorithm>
#include <map>

#include "base/contains.h"
#include "base/text/format.h"
#include "incident/alerts/alert_match.h"
#include "incident/notifications/failed_deliveries.h"

namespace firedrill::incident {
using namespace record;
namespace {

struct Cause {
  UnnotifiedAlerts::CauseKind kind = UnnotifiedAlerts::CauseKind::not_flushed;
  std::string text = "its group had not been flushed before it was over, or the run";
};

// What came as far as a receiver was held back by nothing else in the end.
Cause cause_of(const AlertRecord& alert, const FailedDeliveries& deliveries) {
  using Kind = UnnotifiedAlerts::CauseKind;
  if (const auto failed = deliveries.of(alert); !failed.empty()) return {Kind::not_delivered, in_words(failed)};
  Cause cause;
  if (!alert.received_at) cause = {Kind::not_arrived, "it never arrived at the Alertmanager"};
  for (const HeldBack& held : alert.held_back) {
    const bool is_lost = held.how == HoldKind::lost;
    cause = {is_lost ? Kind::not_arrived : Kind::held_back,
             held.how == HoldKind::deduplicated
                 ? format("{} believed it firing from before", held.by)
                 : format("{} {} {}", to_string(held.how), is_lost ? "on" : "by", held.by)};
  }
  return cause;
}

}  // namespace

std::string_view to_string(UnnotifiedAlerts::CauseKind kind) {
  switch (kind) {
    case UnnotifiedAlerts::CauseKind::held_back:
      return "held back";
    case UnnotifiedAlerts::CauseKind::not_delivered:
      return "not delivered";
    case UnnotifiedAlerts::CauseKind::not_arrived:
      return "not arrived";
    case UnnotifiedAlerts::CauseKind::not_flushed:
      return "not flushed";
  }
  return {};
}

std::vector<UnnotifiedAlerts> unnotified_alerts(const Record& record) {
  std::vector<UnnotifiedAlerts> found;
  if (!record.alertmanager) return found;
  const FailedDeliveries deliveries(record);
  std::map<std::string, std::size_t> by_cause;
  for (const AlertRecord& alert : record.alerts) {
    const bool counts = fires_in(alert, record.judged_from, record.judged_to) && !alert.notified_at &&
                        alert.receivers && !excepted(record, alert);
    if (!counts) continue;
    const Cause cause = cause_of(alert, deliveries);
    const auto [place, is_new] = by_cause.try_emplace(cause.text, found.size());
    if (is_new) found.push_back({.alerts = {}, .cause = cause.text, .incidents = {}, .cause_kind = cause.kind});
    UnnotifiedAlerts& one = found[place->second];
    one.alerts.push_back(&alert);
    if (!alert.incident.empty() && !contains(one.incidents, alert.incident)) one.incidents.push_back(alert.incident);
  }
  const auto is_known = [&](const std::string& id) {
    return std::ranges::any_of(
        record.alerts, [&](const AlertRecord& other) { return other.incident == id && other.notified_at.has_value(); });
  };
  for (UnnotifiedAlerts& one : found) one.is_blind_spot = !std::ranges::all_of(one.incidents, is_known);
  return found;
}

std::string names_of(const UnnotifiedAlerts& unnotified) {
  const std::size_t others = unnotified.alerts.size() - 1;
  const std::string first = describe(*unnotified.alerts.front());
  return others == 0 ? first : format("{} and {} other{}", first, others, others == 1 ? "" : "s");
}

}  // namespace firedrill::incident
