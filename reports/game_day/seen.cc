#include "reports/game_day/seen.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/duration.h"
#include "base/text/format.h"
#include "record/record.h"

namespace firedrill::reports::game_day {
namespace {

using events::EventKind;
using record::Record;

void add_faults(const Record& record, std::vector<Seen>& rows) {
  for (const record::FaultRecord& fault : record.faults) {
    if (fault.witness.seen_at) rows.push_back({*fault.witness.seen_at, "traffic", fault.witness.what});
  }
}

// Of all alerts of one name: when the first fires and the last is over.
void add_alerts(const Record& record, std::vector<Seen>& rows) {
  struct Span {
    std::size_t fired = 0;
    Time first = Time::max();
    std::optional<Time> last{};
    bool over = true;
  };
  std::map<std::string, Span> spans;
  for (const record::AlertRecord& alert : record.alerts) {
    if (!alert.firing_at || *alert.firing_at < record.judged_from) continue;
    Span& span = spans[alert.alert];
    ++span.fired;
    span.first = std::min(span.first, *alert.firing_at);
    span.over = span.over && alert.resolved_at.has_value();
    if (alert.resolved_at) span.last = std::max(span.last.value_or(*alert.resolved_at), *alert.resolved_at);
  }
  for (const auto& [alert, span] : spans) {
    const std::string many = span.fired > 1 ? format(", the first of {}", span.fired) : "";
    rows.push_back({span.first, "alerts", format("{} fires{}", alert, many)});
    if (span.over && span.last) rows.push_back({*span.last, "alerts", format("{} is over", alert)});
  }
}

void add_incidents(const Record& record, std::vector<Seen>& rows) {
  for (const record::IncidentRecord& incident : record.incidents) {
    const auto& times = incident.times;
    if (times.breached_at)
      rows.push_back({*times.breached_at, "customers", format("{} breaks something", incident.id)});
    for (const record::SeverityChange& change : incident.severity) {
      rows.push_back(
          {change.t, "severity", format("{} is {}: {}", incident.id, record::to_string(change.level), change.why)});
    }
    if (times.detected_at && !record.on_call) {
      rows.push_back({*times.detected_at, "pager", format("{} is detected", incident.id)});
    }
  }
}

// Behind all that stands at the same instant: what was done then came before.
void add_ends(const Record& record, std::vector<Seen>& rows) {
  for (const record::IncidentRecord& incident : record.incidents) {
    const auto& times = incident.times;
    if (times.mitigated_at) rows.push_back({*times.mitigated_at, "customers", format("{} is mitigated", incident.id)});
    if (times.resolved_at) rows.push_back({*times.resolved_at, "customers", format("{} is resolved", incident.id)});
  }
}

// The first failure of each probe of a service.
void add_probes(const Record& record, std::vector<Seen>& rows) {
  std::map<std::pair<std::string, std::string>, std::pair<Time, std::string>> first;
  for (const record::ProbeRecord& probe : record.probes) {
    for (const record::ProbeTransition& each : probe.transitions) {
      if (each.success || each.t < record.judged_from) continue;
      auto& known = first.try_emplace({probe.service, probe.probe}, Time::max(), "").first->second;
      if (each.t < known.first) known = {each.t, each.detail};
    }
  }
  for (const auto& [of, seen] : first) {
    rows.push_back(
        {seen.first, "pods",
         format("the {} probe of {} fails{}", of.second, of.first, seen.second.empty() ? "" : ": " + seen.second)});
  }
}

bool is_of_people(EventKind kind) {
  switch (kind) {
    case EventKind::oncall_paged:
    case EventKind::oncall_acknowledged:
    case EventKind::oncall_escalated:
    case EventKind::oncall_handoff:
    case EventKind::oncall_nobody:
    case EventKind::action_taken:
    case EventKind::action_effective:
    case EventKind::action_ineffective:
    case EventKind::communication_posted:
    case EventKind::communication_missed:
    case EventKind::monitor_down:
    case EventKind::monitor_up:
      return true;
    default:
      return false;
  }
}

std::string place_of(EventKind kind) {
  const std::string_view name = events::to_string(kind);
  if (name.starts_with("oncall")) return "pager";
  if (name.starts_with("communication")) return "posts";
  return name.starts_with("action") ? "actions" : "monitoring";
}

// A post by where it stands and what it says of how far they are, and not the whole of it.
std::string seen_of(const events::Event& event) {
  if (event.kind != EventKind::communication_posted) return events::describe(event);
  const std::string status = event.text("status");
  return format("{}, {}{}", event.text("channel") == "internal" ? "a post inside" : "a post on the status page",
                event.subject, status.empty() ? "" : ": " + status);
}

void add_people(const Record& record, std::vector<Seen>& rows) {
  for (const events::Event& event : record.timeline) {
    if (event.t < record.judged_from || !is_of_people(event.kind)) continue;
    rows.push_back({event.t, place_of(event.kind), seen_of(event)});
  }
}

}  // namespace

std::vector<Seen> seen_in(const Record& record) {
  std::vector<Seen> rows;
  add_faults(record, rows);
  add_incidents(record, rows);
  add_alerts(record, rows);
  add_probes(record, rows);
  add_people(record, rows);
  add_ends(record, rows);
  std::erase_if(rows, [&](const Seen& each) { return each.t < record.judged_from; });
  std::ranges::stable_sort(rows, {}, &Seen::t);
  if (rows.size() > kMostSeen) rows.resize(kMostSeen);
  return rows;
}

}  // namespace firedrill::reports::game_day
