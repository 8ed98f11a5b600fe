// The drill of sample_record.h with an Alertmanager, as a driver would write it down.
#pragma once

#include <string>
#include <vector>

#include "sample_record.h"

namespace firedrill::incident::sample {

// A notification of these alerts of the record, firing but for those that are over by then.
inline events::Notification told(const record::Record& record, std::string receiver, Duration t,
                                 std::vector<std::size_t> alerts, std::string reason = "first_notification") {
  events::Notification made;
  made.t = made.flushed_at = at(t);
  made.receiver = std::move(receiver);
  made.integration = "webhook";
  made.pages = made.receiver == "pager";
  made.group_key = "{}:{}";
  made.reason = std::move(reason);
  made.status = "resolved";
  made.accepted = true;
  for (const std::size_t index : alerts) {
    const record::AlertRecord& alert = record.alerts[index];
    const bool over = alert.resolved_at && *alert.resolved_at <= made.t;
    made.alerts.push_back({over ? "resolved" : "firing", alert.labels});
    if (!over) made.status = "firing";
  }
  made.attempts = {{made.t, made.t, 200, "accepted"}};
  return made;
}

// The page at 14:12:30 reaches the pager half a minute later; a warning beside it goes to a chat, three minutes late.
inline record::Record notified_outage() {
  record::Record record = outage();
  record.alerts.push_back(alert("PoolSaturated", "warning", "checkout", 12min, 14min, 20min));
  record.alerts[0].receivers = std::vector<std::string>{"pager"};
  record.alerts[1].receivers = std::vector<std::string>{"chat"};
  record.alertmanager = record::AlertmanagerRecord{
      .config_file = "alertmanager.yml", .version = "0.33", .paging = {"pager"}, .silences = {}, .notifications = {}};
  record.alertmanager->notifications = {told(record, "pager", 13min, {0}), told(record, "chat", 17min, {1}),
                                        told(record, "pager", 38min, {0}, "all_resolved")};
  record.alerts[0].notified_at = record.alerts[0].paged_at = at(13min);
  record.alerts[1].notified_at = at(17min);
  return record;
}

}  // namespace firedrill::incident::sample
