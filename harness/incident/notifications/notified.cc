#include "incident/notifications/notified.h"

#include <algorithm>

#include "base/contains.h"
#include "base/text/format.h"
#include "incident/alerts/alert_expectation.h"
#include "incident/alerts/alert_match.h"

namespace firedrill::incident {
using namespace record;
namespace {

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& each : texts) out += (out.empty() ? "" : ", ") + each;
  return out;
}

// Those that an expectation means and that fired at some time in [from, to], in order of time.
std::vector<const AlertRecord*> fired(const Expectation& expectation, const Record& record, Time from, Time to) {
  std::vector<const AlertRecord*> found;
  for (const AlertRecord& alert : record.alerts) {
    if (means(expectation, alert.labels) && fires_in(alert, from, to)) found.push_back(&alert);
  }
  std::ranges::stable_sort(found, {}, [](const AlertRecord* alert) { return *alert->firing_at; });
  return found;
}

// What a failed delivery of the alert met; empty if none failed.
std::string refused(const Expectation& expectation, const Record& record, Time from, Time to) {
  for (const events::Notification* each : notifications_to(expectation, record)) {
    const bool meant = !each->accepted && each->t >= from && each->flushed_at <= to &&
                       std::ranges::any_of(each->alerts, [&](const auto& a) { return means(expectation, a.labels); });
    if (!meant) continue;
    const events::NotificationAttempt& last = each->attempts.back();
    if (each->fault && last.result == "not_rendered") {
      return format("nothing could be sent at {}: {}", when(record, each->flushed_at), *each->fault);
    }
    const std::string answer = last.result == "under_way"   ? "was not answered yet"
                               : last.result == "cancelled" ? "was cut off"
                               : last.status == 0           ? "had no answer in time"
                                                            : format("was answered {}", last.status);
    return format("{} did not accept it: the notification of {} {}, after {} attempt{}{}", each->receiver,
                  when(record, each->flushed_at), answer, each->attempts.size(), each->attempts.size() == 1 ? "" : "s",
                  each->under_way.value_or(false) ? ", and was still being tried when the run ended" : "");
  }
  return {};
}

// What became of one that fired.
std::string fate(const Expectation& expectation, const AlertRecord& alert, const Record& record, Time from, Time to) {
  const std::string name = describe(alert);
  for (const HeldBack& held : alert.held_back) {
    if (held.at <= to && held.until.value_or(record.judged_to) >= from) {
      return format("{} was {}", name, describe(held, record));
    }
  }
  const std::string receiver = expectation.fields.text("receiver");
  if (alert.receivers && !receiver.empty() && !contains(*alert.receivers, receiver)) {
    return format("{} is routed to {}, not to {}", name, joined(*alert.receivers), receiver);
  }
  if (std::string why = refused(expectation, record, from, to); !why.empty()) return why;
  if (!alert.received_at) return format("{} never arrived at the Alertmanager", name);
  if (alert.notified_at && *alert.notified_at < from) {
    return format("it was told of {} at {}, and of nothing since", name, when(record, *alert.notified_at));
  }
  const std::string fired = format("{} fired at {}", name, when(record, *alert.firing_at));
  if (alert.resolved_at && *alert.resolved_at <= to) {
    return format("{} and was over at {}, before its group was flushed", fired, when(record, *alert.resolved_at));
  }
  return format("{}, and its group was not flushed by {}", fired, when(record, to));
}

}  // namespace

constinit const FieldSpec kReceiverField{.name = "receiver",
                                         .doc = "The receiver's name in Alertmanager's configuration."};
constinit const FieldSpec kNotifiedAlertField{.name = "alert", .doc = "The alert's name; without it any."};
constinit const FieldSpec kNotifiedLabelsField{
    .name = "labels", .type = FieldType::text_map, .doc = "Labels that the alert carries, among others."};
constinit const FieldSpec kNotifiedSeverityField{.name = "severity",
                                                 .doc = "Its label severity; short for labels: {severity: …}."};

void check_notified(const Expectation& expectation, const KnownNames& names, Diagnostics& diagnostics) {
  if (!names.has_alertmanager) {
    diagnostics.push_back(
        {Severity::error, expectation.fields.where("kind"),
         format("'{}' is about what an Alertmanager does, and the scenario has none", expectation.kind),
         "add `alertmanager: {config_file: alertmanager.yml}`"});
    return;
  }
  check_known(expectation, "receiver", "receiver", names.receivers, diagnostics);
  if (expectation.fields.has("alert")) check_alert(expectation, names, diagnostics);
}

std::string alert_wanted(const Expectation& expectation) {
  if (expectation.fields.has("alert")) return describe_alert(expectation);
  Expectation any = expectation;
  any.fields.set("alert", std::string("any alert"), expectation.fields.where());
  return describe_alert(any);
}

bool means(const Expectation& expectation, const model::Labels& labels) {
  const Fields& fields = expectation.fields;
  if (fields.has("alert") && labels.get(model::kAlertName) != fields.text("alert")) return false;
  if (fields.has("severity") && labels.get("severity") != fields.text("severity")) return false;
  return std::ranges::all_of(fields.text_map("labels"),
                             [&](const auto& label) { return labels.get(label.first) == label.second; });
}

std::size_t count_meant(const Expectation& expectation, const events::Notification& notification,
                        std::string_view status) {
  return static_cast<std::size_t>(std::ranges::count_if(notification.alerts, [&](const events::NotifiedAlert& alert) {
    return alert.status == status && means(expectation, alert.labels);
  }));
}

std::vector<const events::Notification*> notifications_to(const Expectation& expectation, const Record& record) {
  std::vector<const events::Notification*> found;
  const std::string receiver = expectation.fields.text("receiver");
  for (const events::Notification& each : record.alertmanager->notifications) {
    if (receiver.empty() || each.receiver == receiver) found.push_back(&each);
  }
  std::ranges::stable_sort(found, {}, &events::Notification::t);
  return found;
}

std::string describe(const events::Notification& notification) {
  std::string reason = notification.reason;
  std::ranges::replace(reason, '_', ' ');
  std::string out = format("{} to {}", reason, notification.receiver);
  if (notification.alerts.empty()) return out;
  out += format(" of {}", events::describe_alert(notification.alerts.front().labels));
  const std::size_t others = notification.alerts.size() - 1;
  return others == 0 ? out : format("{} and {} other{}", out, others, others == 1 ? "" : "s");
}

std::string describe(const HeldBack& held, const Record& record) {
  const std::string by = held.how == HoldKind::deduplicated
                             ? format("because {} believed it firing from before", held.by)
                             : (held.how == HoldKind::lost ? "on " : "by ") + held.by;
  if (held.how == HoldKind::dropped || held.how == HoldKind::lost) {
    return format("{} at {} {}", to_string(held.how), when(record, held.at), by);
  }
  const std::string until = held.until ? format(" to {}", when(record, *held.until)) : std::string(" on");
  return format("{} from {}{} {}", to_string(held.how), when(record, held.at), until, by);
}

bool has_alertmanager(const Record& record, Outcome& outcome) {
  if (record.alertmanager) return true;
  outcome.result = Verdict::invalid;
  outcome.observed = "there is no Alertmanager";
  outcome.why = "the run has none that could notify anybody";
  return false;
}

std::string why_not_notified(const Expectation& expectation, const Record& record, const promql::Queryable& series,
                             Time from, Time to) {
  std::vector<const AlertRecord*> alerts = fired(expectation, record, from, to);
  // Where none is named, those that are for the receiver.
  if (const std::string receiver = expectation.fields.text("receiver"); !expectation.fields.has("alert")) {
    std::erase_if(alerts, [&](const AlertRecord* alert) {
      return !receiver.empty() && alert->receivers && !contains(*alert->receivers, receiver);
    });
  }
  // One that was held back, refused or sent elsewhere says more than one whose turn had not come.
  if (!alerts.empty()) {
    const auto telling =
        std::ranges::find_if(alerts, [](const AlertRecord* alert) { return !alert->held_back.empty(); });
    return fate(expectation, telling == alerts.end() ? *alerts.front() : **telling, record, from, to);
  }
  if (!expectation.fields.has("alert")) return "no alert fired that is routed to it";
  return "it did not fire: " +
         why_not_reached(expectation, record, series, &AlertRecord::firing_at, "fired at", from, to);
}

}  // namespace firedrill::incident
