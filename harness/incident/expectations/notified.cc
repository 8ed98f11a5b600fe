// notified: a receiver is told of an alert, in time.
#include "incident/notifications/notified.h"

#include <algorithm>
#include <array>

#include "base/duration.h"
#include "base/text/format.h"
#include "incident/alerts/alert_expectation.h"
#include "incident/expectations/expectation_table.h"

namespace firedrill::incident::expectations {
using namespace record;
namespace {

constexpr std::array<std::string_view, 2> kCommon{"since", "within"};
constexpr std::array<std::string_view, 2> kStatuses{"firing", "resolved"};
constexpr std::array<std::string_view, 5> kReasons{"first_notification", "new_alerts", "some_resolved", "all_resolved",
                                                   "repeat"};

std::span<const FieldSpec> own() {
  static const std::array kOwn{
      kReceiverField,
      kNotifiedAlertField,
      kNotifiedLabelsField,
      kNotifiedSeverityField,
      FieldSpec{.name = "incident", .doc = "The incident that `since` is about; without it the alert's own."},
      FieldSpec{.name = "status",
                .doc = "Whether it is told that the alert fires, or that it is over.",
                .default_text = "firing",
                .choices = kStatuses},
      FieldSpec{.name = "reason", .doc = "Why the notification is sent.", .choices = kReasons},
  };
  return kOwn;
}

const events::Notification* first_accepted(const Expectation& expectation, const Record& record, Time from) {
  const Fields& fields = expectation.fields;
  for (const events::Notification* each : notifications_to(expectation, record)) {
    if (!each->accepted || each->t < from) continue;
    if (fields.has("reason") && each->reason != fields.text("reason")) continue;
    if (count_meant(expectation, *each, fields.text("status", "firing")) > 0) return each;
  }
  return nullptr;
}

// It was told, for another reason than the one asked for.
std::string other_reason(const Expectation& expectation, const Record& record, Time from) {
  if (!expectation.fields.has("reason")) return {};
  Expectation any;
  for (const std::string& name : expectation.fields.names()) {
    if (name != "reason") any.fields.set(name, *expectation.fields.find(name), expectation.fields.where(name));
  }
  const events::Notification* other = first_accepted(any, record, from);
  return other == nullptr ? std::string() : format("it came at {} as {}", when(record, other->t), describe(*other));
}

// What took so long with the alert that it was told of.
std::string why_late(const Expectation& expectation, const Record& record, const events::Notification& told) {
  std::string out;
  for (const AlertRecord& alert : record.alerts) {
    const bool meant = means(expectation, alert.labels) && alert.firing_at && *alert.firing_at <= told.flushed_at &&
                       (!alert.resolved_at || *alert.resolved_at >= told.flushed_at);
    if (!meant || std::ranges::find(told.alerts, alert.labels, &events::NotifiedAlert::labels) == told.alerts.end()) {
      continue;
    }
    out = format("the alert fired at {}, ", when(record, *alert.firing_at));
    for (const HeldBack& held : alert.held_back) {
      if (held.at < told.flushed_at) out += format("was {}, ", describe(held, record));
    }
    break;
  }
  out += format("its group was flushed at {}", when(record, told.flushed_at));
  const std::size_t attempts = told.attempts.size();
  return attempts < 2 ? out : out + format(", and {} accepted it at attempt {}", told.receiver, attempts);
}

Outcome evaluate(const Expectation& expectation, const Record& record, const promql::Queryable& series) {
  const Fields& fields = expectation.fields;
  Outcome outcome;
  outcome.subject = fields.has("alert") ? fields.text("alert") : fields.text("receiver");
  const std::string who = fields.has("receiver") ? fields.text("receiver") : "a receiver";
  const bool resolved = fields.text("status", "firing") == "resolved";
  outcome.expected = format("{} is told {} {}", who, resolved ? "of the end of" : "of", alert_wanted(expectation));
  if (!has_alertmanager(record, outcome)) return outcome;
  const auto window = alert_window(expectation, record, outcome);
  if (!window) return outcome;
  const events::Notification* told = first_accepted(expectation, record, window->earliest);
  if (told == nullptr) {
    outcome.result = Verdict::fail;
    outcome.observed = "was not told";
    outcome.why = other_reason(expectation, record, window->earliest);
    if (outcome.why.empty()) {
      outcome.why = why_not_notified(expectation, record, series, window->earliest, window->deadline);
    }
    return outcome;
  }
  outcome.observed =
      format("told at {}, {}: {}", when(record, told->t), distance_from(window->since, told->t), describe(*told));
  if (told->t > window->deadline) {
    outcome.result = Verdict::fail;
    outcome.why =
        format("{} late: {}", describe_duration(told->t - window->deadline), why_late(expectation, record, *told));
  }
  return outcome;
}

}  // namespace

ExpectationKind notified() {
  return {
      .name = "notified",
      .doc =
          "A receiver of the Alertmanager accepts a notification with the alert (with any, if none is named), within "
          "the time given since the fault was injected (or since another step). With `status: resolved` it is told "
          "that the alert is over. A failure says what held the alert back and until when, where it was routed "
          "instead, or what the receiver answered. Alerts that are expected here belong to the incident.",
      .common = kCommon,
      .own = own(),
      .names_alert = true,
      .check = check_notified,
      .evaluate = evaluate};
}

}  // namespace firedrill::incident::expectations
