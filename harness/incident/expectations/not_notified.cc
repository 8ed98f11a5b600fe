// not_notified: a receiver is told nothing of an alert.
#include <algorithm>
#include <array>

#include "base/duration.h"
#include "base/text/format.h"
#include "incident/alerts/alert_match.h"
#include "incident/expectations/expectation_table.h"
#include "incident/notifications/notified.h"

namespace firedrill::incident::expectations {
using namespace record;
namespace {

constexpr std::array<std::string_view, 2> kCommon{"from", "to"};
constexpr std::array<std::string_view, 2> kStatuses{"firing", "resolved"};

std::span<const FieldSpec> own() {
  static const std::array kOwn{
      kReceiverField,
      kNotifiedAlertField,
      kNotifiedLabelsField,
      kNotifiedSeverityField,
      FieldSpec{.name = "status",
                .doc = "Whether it is not told that the alert fires, or not that it is over.",
                .default_text = "firing",
                .choices = kStatuses},
  };
  return kOwn;
}

void check(const Expectation& expectation, const KnownNames& names, Diagnostics& diagnostics) {
  check_notified(expectation, names, diagnostics);
  if (expectation.fields.has("receiver") || expectation.fields.has("alert")) return;
  diagnostics.push_back({Severity::error, expectation.fields.where(), "it does not say who is told nothing, or of what",
                         "add `receiver` or `alert`"});
}

// Whether there was something to tell: an alert that fires, or one that it was told of and that is over.
bool had_news(const Expectation& expectation, const Record& record, std::string_view status, Span span) {
  return std::ranges::any_of(record.alerts, [&](const AlertRecord& alert) {
    if (!means(expectation, alert.labels)) return false;
    if (status == "firing") return fires_in(alert, span.from, span.to);
    return alert.notified_at && alert.resolved_at && *alert.resolved_at <= span.to;
  });
}

// What kept it quiet.
std::string quiet(const Expectation& expectation, const Record& record, const promql::Queryable& series,
                  std::string_view status, Span span) {
  if (status == "firing") return why_not_notified(expectation, record, series, span.from, span.to);
  for (const AlertRecord& alert : record.alerts) {
    if (!means(expectation, alert.labels) || !alert.notified_at || !alert.resolved_at) continue;
    const std::string over = format("{} was over at {}", describe(alert), when(record, *alert.resolved_at));
    for (const HeldBack& held : alert.held_back) {
      if (held.until.value_or(record.judged_to) >= *alert.resolved_at) {
        return format("{}, and was {}", over, describe(held, record));
      }
    }
    return over;
  }
  return {};
}

Outcome evaluate(const Expectation& expectation, const Record& record, const promql::Queryable& series) {
  const Fields& fields = expectation.fields;
  const Span span = judged_span(expectation, record);
  Outcome outcome;
  outcome.subject = fields.has("alert") ? fields.text("alert") : fields.text("receiver");
  const std::string who = fields.has("receiver") ? fields.text("receiver") : "nobody";
  const std::string status = fields.text("status", "firing");
  outcome.expected = format("{} is {} of {}{}", who, fields.has("receiver") ? "not told" : "told",
                            status == "resolved" ? "the end of " : "", alert_wanted(expectation));
  if (fields.duration("from") > 0ms || fields.has("to")) {
    outcome.expected += format(" from {} to {}", describe_duration(span.from - record.judged_from),
                               describe_duration(span.to - record.judged_from));
  }
  if (!has_alertmanager(record, outcome)) return outcome;
  const events::Notification* first = nullptr;
  std::size_t count = 0;
  for (const events::Notification* each : notifications_to(expectation, record)) {
    if (!each->accepted || each->t < span.from || each->t > span.to) continue;
    if (count_meant(expectation, *each, status) == 0) continue;
    if (first == nullptr) first = each;
    ++count;
  }
  if (first != nullptr) {
    outcome.result = Verdict::fail;
    outcome.observed = format("told at {}", when(record, first->t));
    outcome.why = describe(*first);
    if (count > 1) outcome.why += format("; {} notifications in all", count);
    return outcome;
  }
  const bool news = had_news(expectation, record, status, span);
  outcome.observed = "was not told";
  if (news) {
    outcome.observed += ": " + quiet(expectation, record, series, status, span);
  } else if (fields.has("alert")) {
    outcome.result = Verdict::invalid;
    outcome.observed += ", for there was nothing to tell";
    outcome.why = status == "firing" ? "the alert did not fire in that time, so that its silence shows nothing"
                                     : "no alert that it was told of was over in that time";
  }
  return outcome;
}

}  // namespace

ExpectationKind not_notified() {
  return {
      .name = "not_notified",
      .doc =
          "Between two times (in the whole run, unless said) the receiver accepts no notification that says that the "
          "alert fires: of no alert at all, if none is named; no receiver does, if none is named. What held the alert "
          "back is told. If the alert that is named did not fire in that time, its silence shows nothing, and the "
          "result is invalid.",
      .common = kCommon,
      .own = own(),
      .names_alert = false,
      .check = check,
      .evaluate = evaluate};
}

}  // namespace firedrill::incident::expectations
