#include "incident/notifications/held.h"

#include "base/duration.h"
#include "base/text/format.h"
#include "incident/alerts/alert_expectation.h"
#include "incident/alerts/alert_match.h"

namespace firedrill::incident {
using namespace record;
namespace {

struct Found {
  const AlertRecord* alert = nullptr;
  const HeldBack* held = nullptr;
};

// The first time after `from` that what is wanted holds an alert back, be it from before.
Found first_held(const Expectation& expectation, const Record& record, const HoldWanted& wanted, Time from) {
  Found found;
  for (const AlertRecord& alert : record.alerts) {
    if (!means(expectation, alert.labels)) continue;
    for (const HeldBack& held : alert.held_back) {
      if (held.how != wanted.how || !wanted.is_one(held.by) || held.until.value_or(record.judged_to) < from) continue;
      if (found.held == nullptr || held.at < found.held->at) found = {&alert, &held};
    }
  }
  return found;
}

// What became of it instead.
std::string otherwise(const Expectation& expectation, const Record& record, const promql::Queryable& series,
                      const AlertWindow& window) {
  const AlertRecord* fired = nullptr;
  for (const AlertRecord& alert : record.alerts) {
    if (!means(expectation, alert.labels) || !fires_in(alert, window.earliest, window.deadline)) continue;
    for (const HeldBack& held : alert.held_back) return format("{} was {}", describe(alert), describe(held, record));
    if (fired == nullptr || alert.notified_at) fired = &alert;
  }
  if (fired == nullptr || !fired->notified_at) {
    return why_not_notified(expectation, record, series, window.earliest, window.deadline);
  }
  return format("{} was held back by nothing: a receiver was told of it at {}", describe(*fired),
                when(record, *fired->notified_at));
}

}  // namespace

Outcome judge_held(const Expectation& expectation, const Record& record, const promql::Queryable& series,
                   const HoldWanted& wanted) {
  Outcome outcome;
  outcome.subject = expectation.fields.text("alert");
  outcome.expected = format("{} is {}{}{}", describe_alert(expectation), to_string(wanted.how),
                            wanted.by.empty() ? "" : " ", wanted.by);
  if (!has_alertmanager(record, outcome)) return outcome;
  const auto window = alert_window(expectation, record, outcome);
  if (!window) return outcome;
  const Found found = first_held(expectation, record, wanted, window->earliest);
  if (found.held == nullptr) {
    outcome.result = Verdict::fail;
    outcome.observed = format("was not {}", to_string(wanted.how));
    outcome.why = otherwise(expectation, record, series, *window);
    return outcome;
  }
  outcome.observed = format("{} was {}", describe(*found.alert), describe(*found.held, record));
  if (found.held->at > window->deadline) {
    outcome.result = Verdict::fail;
    outcome.why = format("it began at {}, {} late", when(record, found.held->at),
                         describe_duration(found.held->at - window->deadline));
  }
  return outcome;
}

}  // namespace firedrill::incident
