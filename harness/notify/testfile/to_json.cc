#include "notify/testfile/to_json.h"

namespace firedrill::notify {
namespace {

json::object labels_json(const model::Labels& labels) {
  json::object out;
  for (const model::Label& each : labels) out[each.name] = each.value;
  return out;
}

json::object alert_json(const FlushedAlert& each, Time start) {
  json::object out{{"labels", labels_json(each.alert->labels)},
                   {"status", each.is_resolved ? "resolved" : "firing"},
                   {"starts_at", to_seconds(each.starts_at() - start)}};
  if (each.ends_at()) out["ends_at"] = to_seconds(*each.ends_at() - start);
  return out;
}

json::object attempt_json(const Attempt& each, Time start) {
  json::object out{{"at", to_seconds(each.at - start)}, {"result", to_string(each.result)}};
  if (each.status != 0) out["status"] = each.status;
  return out;
}

}  // namespace

json::array to_json(const std::vector<Notification>& notifications, Time start) {
  json::array out;
  for (const Notification& each : notifications) {
    json::array alerts;
    for (const FlushedAlert& alert : each.alerts) alerts.emplace_back(alert_json(alert, start));
    json::array attempts;
    for (const Attempt& attempt : each.attempts) attempts.emplace_back(attempt_json(attempt, start));
    out.emplace_back(json::object{{"time", to_seconds(each.time - start)},
                                  {"receiver", each.receiver},
                                  {"integration", each.integration},
                                  {"group_key", each.group->key},
                                  {"group_labels", labels_json(each.group->labels)},
                                  {"reason", to_string(each.reason)},
                                  {"status", each.is_firing ? "firing" : "resolved"},
                                  {"accepted", each.accepted},
                                  {"alerts", std::move(alerts)},
                                  {"attempts", std::move(attempts)}});
  }
  return out;
}

}  // namespace firedrill::notify
