// What reports say of notifications, as rows of plain texts: where the time went, who was told what, who was not.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "record/record.h"

namespace firedrill::reports {

// Why an alert came so late: one row of each alert of an incident, the first that was told of those that share a name.
struct LateRow {
  std::string alert;
  std::string labels;                                         // without alertname
  std::string incident;                                       // its id
  std::string since;                                          // "the breach (14:11:00)"
  std::string scrape, window, hold, down, routing, delivery;  // "≤ 45 s", "2 m"; "–" where there is none
  std::string told;                                           // "14:15:30, pager"; "nobody"
  std::string total;                                          // "4 m 30 s, most of it `for`"
};
std::vector<LateRow> late_rows(const record::Record& record);

struct NotificationRow {
  bool accepted = true;
  bool pages = false;
  std::string at;        // "14:15:30"
  std::string receiver;  // "pager (pagerduty)"
  std::string status;    // firing | resolved
  std::string reason;    // "first notification"; of one that failed what was answered
  std::string alerts;    // "DiskFull and 3 others"
  std::string group;     // its labels
};
std::vector<NotificationRow> notification_rows(const record::Record& record);

// What those who call a person were sent in the judged time, each payload once, where it was sent first.
struct PayloadRow {
  std::string title;  // "14:15:30 pager (pagerduty): first notification, DiskFull"
  std::vector<std::pair<std::string, std::string>> fields;  // texts by their names
};
std::vector<PayloadRow> payload_rows(const record::Record& record);

// Alerts of which nobody was notified, those of one cause together.
struct UnnotifiedRow {
  std::string alerts;
  std::string cause;
  std::string incidents;
  bool is_blind_spot = false;
  std::string cause_kind;  // "held back", "not delivered"
};
std::vector<UnnotifiedRow> unnotified_rows(const record::Record& record);

// "12 notifications, 3 pages; 2 more were not accepted."; pages as `pages_at_most` counts them.
std::string notification_headline(const record::Record& record);

// "What receivers were sent stands in alertmanager.payloads of record.json: 7 payloads."; empty without any.
std::string payload_headline(const record::Record& record);

}  // namespace firedrill::reports
