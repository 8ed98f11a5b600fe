#include "reports/notification_rows.h"

#include <algorithm>
#include <set>

#include "base/duration.h"
#include "base/text/format.h"
#include "incident/notifications/pages.h"
#include "incident/notifications/time_lost.h"
#include "incident/notifications/unnotified.h"
#include "reports/words.h"

namespace firedrill::reports {
namespace {

using incident::TimeLost;
using record::AlertRecord;
using record::Record;

std::string in_words(const std::optional<Duration>& step) {
  return step ? describe_duration(*step) : "–";
}

// The first activation of each name in each incident of which somebody was told soonest.
std::vector<const AlertRecord*> telling_alerts(const Record& record) {
  std::vector<const AlertRecord*> found;
  const auto rank = [](const AlertRecord& alert) {
    return std::pair(alert.paged_at.value_or(alert.notified_at.value_or(Time::max())), *alert.firing_at);
  };
  for (const AlertRecord& alert : record.alerts) {
    if (!alert.firing_at || alert.incident.empty()) continue;
    const auto same = std::ranges::find_if(found, [&](const AlertRecord* other) {
      return other->alert == alert.alert && other->incident == alert.incident;
    });
    if (same == found.end()) {
      found.push_back(&alert);
    } else if (rank(alert) < rank(**same)) {
      *same = &alert;
    }
  }
  std::ranges::stable_sort(found, {}, [&](const AlertRecord* alert) { return rank(*alert); });
  return found;
}

LateRow late_row(const AlertRecord& alert, const TimeLost& lost) {
  LateRow row;
  row.alert = alert.alert;
  row.labels = other_labels(alert.labels);
  row.incident = alert.incident;
  row.since = format("{} ({})", lost.since, format_clock(lost.from));
  row.scrape = lost.scrape ? "≤ " + describe_duration(*lost.scrape) : "–";
  row.window = in_words(lost.window);
  row.hold = in_words(lost.hold);
  row.down = in_words(lost.down);
  row.routing = in_words(lost.routing);
  row.delivery = in_words(lost.delivery);
  row.told = lost.told == nullptr ? "nobody" : format("{}, {}", format_clock(lost.told->t), lost.told->receiver);
  const std::string longest = lost.longest();
  row.total = in_words(lost.total());
  if (!longest.empty()) row.total += ", " + longest;
  return row;
}

std::string answer_of(const events::Notification& notification) {
  const events::NotificationAttempt& last = notification.attempts.back();
  if (notification.fault && last.result == "not_rendered") return *notification.fault;
  const std::string answer = last.result == "under_way"   ? "no answer yet"
                             : last.result == "cancelled" ? "cut off"
                             : last.status == 0           ? "no answer in time"
                                                          : format("answered {}", last.status);
  return format("{}, {} attempt{}{}", answer, notification.attempts.size(),
                notification.attempts.size() == 1 ? "" : "s",
                notification.under_way.value_or(false) ? ", still being tried at the run's end" : "");
}

NotificationRow row_of(const events::Notification& notification) {
  NotificationRow row;
  row.accepted = notification.accepted;
  row.pages = notification.pages;
  row.at = format_clock(notification.t);
  row.receiver = format("{} ({})", notification.receiver, notification.integration);
  row.status = notification.status;
  row.reason = notification.reason;
  std::ranges::replace(row.reason, '_', ' ');
  if (!notification.accepted) row.reason += ": " + answer_of(notification);
  if (notification.accepted && notification.attempts.size() > 1) {
    row.reason += format(", {} attempts", notification.attempts.size());
  }
  if (!notification.alerts.empty()) row.alerts = events::describe_alert(notification.alerts.front().labels);
  if (const std::size_t others = notification.alerts.size(); others > 1) {
    row.alerts += format(" and {} other{}", others - 1, others == 2 ? "" : "s");
  }
  row.group = notification.group_labels.to_string();
  return row;
}

}  // namespace

std::vector<LateRow> late_rows(const Record& record) {
  std::vector<LateRow> rows;
  if (!record.alertmanager) return rows;
  for (const AlertRecord* alert : telling_alerts(record)) {
    if (const auto lost = incident::time_lost(record, *alert)) rows.push_back(late_row(*alert, *lost));
  }
  return rows;
}

std::vector<NotificationRow> notification_rows(const Record& record) {
  std::vector<NotificationRow> rows;
  if (!record.alertmanager) return rows;
  for (const events::Notification& each : record.alertmanager->notifications) {
    if (each.t >= record.judged_from) rows.push_back(row_of(each));
  }
  return rows;
}

std::vector<PayloadRow> payload_rows(const Record& record) {
  std::vector<PayloadRow> rows;
  if (!record.alertmanager || !record.alertmanager->payloads) return rows;
  std::set<int> seen;
  for (const events::Notification& each : record.alertmanager->notifications) {
    if (!each.pages || each.t < record.judged_from || !each.payload || !seen.insert(*each.payload).second) continue;
    const events::NotificationPayload& payload =
        (*record.alertmanager->payloads)[static_cast<std::size_t>(*each.payload)];
    const NotificationRow row = row_of(each);
    PayloadRow& made = rows.emplace_back();
    made.title = format("{} {}: {}, {}", row.at, row.receiver, row.reason, row.alerts);
    for (const auto& field : payload.fields) made.fields.emplace_back(field.path, field.text);
    if (!made.fields.empty()) continue;
    for (const auto& request : payload.requests) made.fields.emplace_back(request.method, request.body);
  }
  return rows;
}

std::vector<UnnotifiedRow> unnotified_rows(const Record& record) {
  std::vector<UnnotifiedRow> rows;
  for (const incident::UnnotifiedAlerts& each : incident::unnotified_alerts(record)) {
    UnnotifiedRow row{incident::names_of(each),
                      each.cause,
                      {},
                      each.is_blind_spot,
                      std::string(incident::to_string(each.cause_kind))};
    for (const std::string& id : each.incidents) row.incidents += (row.incidents.empty() ? "" : ", ") + id;
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string notification_headline(const Record& record) {
  const std::vector<NotificationRow> rows = notification_rows(record);
  const auto accepted = std::ranges::count(rows, true, &NotificationRow::accepted);
  const auto pages = std::ranges::count_if(
      incident::pages(record), [&](const events::Notification* page) { return page->t >= record.judged_from; });
  const auto failed = static_cast<std::ptrdiff_t>(rows.size()) - accepted;
  std::string out = accepted == 0 ? "No receiver was told anything"
                                  : format("{} notification{}, {} page{}", accepted, accepted == 1 ? "" : "s", pages,
                                           pages == 1 ? "" : "s");
  if (failed > 0) out += format("; {} more {} not accepted", failed, failed == 1 ? "was" : "were");
  return out + ".";
}

std::string payload_headline(const Record& record) {
  if (!record.alertmanager || !record.alertmanager->payloads) return "";
  const std::size_t kept = record.alertmanager->payloads->size();
  const int left_out = record.alertmanager->payloads_left_out.value_or(0);
  std::string out = format("What receivers were sent stands in alertmanager.payloads of record.json: {} payload{}",
                           kept, kept == 1 ? "" : "s");
  if (left_out > 0) {
    out += format(", and those of {} notification{} left out for want of room", left_out, left_out == 1 ? "" : "s");
  }
  return out + ".";
}

}  // namespace firedrill::reports
