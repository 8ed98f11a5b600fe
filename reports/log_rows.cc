#include "reports/log_rows.h"

#include <algorithm>
#include <set>

#include "base/contains.h"
#include "base/text/format.h"
#include "incident/incidents/incidents.h"
#include "record/clock.h"

namespace firedrill::reports {
namespace {

using events::LogLine;
using record::IncidentRecord;
using record::Record;

constexpr std::size_t kMostLines = 8;
constexpr std::size_t kMostChanges = 5;
constexpr Duration kLooksBack = std::chrono::minutes(30);
constexpr Duration kChangesWithin = std::chrono::hours(24);

std::optional<Time> start_of(const IncidentRecord& incident) {
  return incident.times.injected_at ? incident.times.injected_at : incident::opened_at(incident);
}

// Lines of one sort differ in figures at most.
std::string sort_of(const LogLine& line) {
  std::string sort = format("{} {} {} ", line.service, line.cause, line.peer);
  for (const char c : line.message) {
    if (c < '0' || c > '9') sort += c;
  }
  return sort;
}

bool within_reach(const IncidentRecord& incident, const std::string& service) {
  return incident.blast_radius.empty() || contains(incident.blast_radius, service);
}

}  // namespace

std::vector<LogRow> first_lines(const Record& record, const IncidentRecord& incident) {
  const auto start = start_of(incident);
  if (!start) return {};
  const Time end = incident.times.resolved_at.value_or(record.judged_to);
  std::set<std::string> known;
  std::vector<LogRow> rows;
  for (const LogLine& line : record.logs.lines) {
    if (line.t > end || rows.size() == kMostLines) break;
    if (line.level < events::LogLevel::warn || line.t < *start - kLooksBack) continue;
    if (!known.insert(sort_of(line)).second || line.t < *start || !within_reach(incident, line.service)) continue;
    rows.push_back({record::clock_of(record, line.t), std::string(to_string(line.level)),
                    line.pod == "edge" ? format("{}, at the edge", line.service) : line.pod, line.message,
                    line.stands_for});
  }
  return rows;
}

std::vector<ChangeRow> changes_before(const Record& record, const IncidentRecord& incident) {
  const auto start = incident::opened_at(incident) ? incident::opened_at(incident) : start_of(incident);
  if (!start) return {};
  std::vector<ChangeRow> rows;
  for (auto change = record.logs.changes.rbegin(); change != record.logs.changes.rend(); ++change) {
    if (change->t > *start || *start - change->t > kChangesWithin || rows.size() == kMostChanges) continue;
    rows.push_back({record::clock_of(record, change->t), change->kind, change->target, change->what, change->by});
  }
  return rows;
}

}  // namespace firedrill::reports
