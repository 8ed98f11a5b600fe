#include "incident/measures/measures.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/contains.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "incident/people/communication.h"

namespace firedrill::incident {
using namespace record;
namespace {

constexpr std::array kMeasures{
    MeasureSpec{"ttd", "time to detect",
                "A person hears of it (by an alert that pages, or a report) − the breach: an SLO is missed or, before "
                "that or without it, a severity threshold crossed."},
    MeasureSpec{"ttd_injected", "time to detect, from the fault", "A person hears of it − the fault is injected."},
    MeasureSpec{"first_sign", "time to the first sign",
                "Any alert of it fires, also one that pages nobody − the breach."},
    MeasureSpec{"delivery", "time to deliver", "A receiver accepts the notification − the alert fires."},
    MeasureSpec{"tta", "time to acknowledge", "Somebody acknowledges − a person hears of it."},
    MeasureSpec{"ttc", "time to communicate", "The first public update − the breach."},
    MeasureSpec{"ttm", "time to mitigate",
                "The indicator is back within its objective (no threshold is crossed any more), to stay − the "
                "breach."},
    MeasureSpec{"ttr", "time to resolve", "The cause is removed and the alerts are resolved − the breach."},
};

using Instant = std::optional<Time>;

Measure not_applicable(std::string_view name) {
  return {std::string(name), std::nullopt, false, false, "not applicable"};
}

// From one step to another, which could come until `last`. Without a beginning, or where the run has no such stage,
// there is nothing to measure.
Measure span(std::string_view name, const Instant& from, const Instant& to, Time last, bool has_stage = true) {
  if (!from || (!to && !has_stage)) return not_applicable(name);
  if (!to) {
    const Duration bound = std::max(last - *from, Duration(0));
    return {std::string(name), bound, false, true, "> " + describe_at_least(bound)};
  }
  if (*to < *from) {
    const std::string text = format("0 s (early: {} ahead of the breach)", describe_duration(*from - *to));
    return {std::string(name), Duration(0), true, false, text};
  }
  return {std::string(name), *to - *from, false, false, describe_duration(*to - *from)};
}

bool has_stage(const Record& record, std::initializer_list<events::EventKind> kinds) {
  return std::ranges::any_of(record.timeline, [&](const events::Event& event) { return contains(kinds, event.kind); });
}

// Of the alert of the incident that called a person first; of none, the first that fired and should have.
Measure paging_delivery(const Record& record, const IncidentRecord& incident) {
  const AlertRecord* best = nullptr;
  const auto rank = [](const AlertRecord& alert) {
    return std::pair(alert.paged_at.value_or(Time::max()), *alert.firing_at);
  };
  for (const AlertRecord& alert : record.alerts) {
    if (alert.incident != incident.id || !alert.pages || !alert.firing_at) continue;
    if (best == nullptr || rank(alert) < rank(*best)) best = &alert;
  }
  return best == nullptr ? not_applicable("delivery")
                         : span("delivery", best->firing_at, best->paged_at, record.judged_to);
}

}  // namespace

std::span<const MeasureSpec> measure_specs() {
  return kMeasures;
}

std::vector<Measure> measure(const Record& record, const IncidentRecord& incident) {
  const IncidentTimes& t = incident.times;
  const bool notifies = has_stage(record, {events::EventKind::receiver_notified, events::EventKind::receiver_failed,
                                           events::EventKind::alert_inhibited, events::EventKind::alert_silenced,
                                           events::EventKind::alert_muted, events::EventKind::oncall_nobody});
  const bool pages = has_stage(record, {events::EventKind::oncall_paged, events::EventKind::oncall_nobody,
                                        events::EventKind::oncall_acknowledged});
  const bool communicates = is_told_outside(record, incident);
  const Time end = record.judged_to;
  // What is over can no longer be noticed: it went unseen for as long as it lasted.
  const Time seen_until = t.resolved_at.value_or(end);
  return {
      span("ttd", t.breached_at, t.detected_at, seen_until),
      span("ttd_injected", t.injected_at, t.detected_at, seen_until),
      span("first_sign", t.breached_at, t.first_sign_at, seen_until),
      record.alertmanager ? paging_delivery(record, incident)
                          : span("delivery", t.firing_at, t.notified_at, end, notifies),
      span("tta", t.detected_at, t.acknowledged_at, end, pages),
      span("ttc", t.breached_at, t.communicated_at, end, communicates),
      span("ttm", t.breached_at, t.mitigated_at, end),
      span("ttr", t.breached_at, t.resolved_at, end),
  };
}

}  // namespace firedrill::incident
