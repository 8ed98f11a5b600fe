// The severity of each incident as it evolved, and its inputs.
#include <algorithm>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "incident/truth.h"
#include "record/clock.h"
#include "record/record.h"
#include "reports/chart/lanes.h"
#include "reports/escape.h"
#include "reports/html/incidents.h"
#include "reports/html/sections.h"
#include "reports/incident_words.h"
#include "reports/words.h"

namespace firedrill::reports::html {
namespace {

using record::IncidentRecord;
using record::Record;

constexpr std::size_t kMostRows = 100;

std::string expected_words(const Record& record, const IncidentRecord& incident) {
  const SeverityTarget wanted = severity_target_of(record, incident);
  if (!wanted.level) return ". The scenario expects no particular severity.";
  const bool met = wanted.result == record::Verdict::pass;
  return format("; expected {}{} {}", wanted.bound ? "no worse than " : "", level_badge(*wanted.level),
                badge(met ? "good" : "bad", verdict_sign(wanted.result), met ? "as expected" : "not as expected"));
}

// The inputs of severity, a column for the worst minute of each slice: what is looked for would vanish in the mean of
// hours.
std::vector<Lane> input_lanes(const Record& record, const Slices& slices) {
  if (incident::minute_count(record) == 0) return {};
  Lane errors{"requests failed", "share", {}, {}, {slices, {}}};
  Lane users{"users affected", "in five minutes", {}, {}, {slices, {}}};
  Lane checks{"outside checks failed", "share", {}, {}, {slices, {}}};
  for (const auto& minutes : slices.minutes) {
    double failed = 0, affected = 0, down = 0;
    for (std::size_t i = minutes.first; i <= minutes.last; ++i) {
      const record::TruthMinute all = incident::entry_traffic(record, {i, i});
      if (all.requests > 0) failed = std::max(failed, all.errors / all.requests);
      if (all.users > 0) affected = std::max(affected, all.users_affected / all.users);
      if (all.checks > 0) down = std::max(down, 1 - all.checks_passed / all.checks);
    }
    errors.columns.shares.push_back(failed);
    users.columns.shares.push_back(affected);
    checks.columns.shares.push_back(down);
  }
  std::vector<Lane> lanes{std::move(errors), std::move(users), std::move(checks)};
  for (Lane& lane : lanes) {
    const auto& shares = lane.columns.shares;
    if (!shares.empty()) lane.detail += ", peak " + describe_ratio(std::ranges::max(shares));
  }
  return lanes;
}

// What the chart shows, for those who do not see it.
std::string description_of(const std::vector<Lane>& inputs, const std::string& whose) {
  if (inputs.empty()) return format("The severity of {}.", whose);  // the record keeps no minutes
  const Duration width = inputs.front().columns.slices.width;
  return format(
      "The severity of {}, and the shares of failed requests, affected users and failed checks; each column "
      "is {}.",
      whose, width > 1min ? format("the worst minute of {}", describe_duration(width)) : "one minute");
}

// The severity and its inputs on one axis, a lane for each incident that opened.
std::string severity_lanes(const Record& record, const std::vector<Lane>& inputs) {
  Lanes lanes{"severity-chart", "", "", record.judged_from, record.judged_to, {}, fault_bands(record)};
  for (const IncidentRecord& incident : record.incidents) {
    if (incident.peak && lanes.lanes.size() < kMostRows) lanes.lanes.push_back(severity_lane(record, incident));
  }
  if (lanes.lanes.empty()) return "";
  const bool one = record.incidents.size() == 1;
  if (one) lanes.lanes.front().label = "severity";
  const std::string whose = one ? record.incidents.front().id : "each incident";
  lanes.title = format("Severity of {} over time", whose);
  lanes.description = description_of(inputs, whose);
  lanes.lanes.insert(lanes.lanes.end(), inputs.begin(), inputs.end());
  return draw(lanes);
}

std::string rule_words(const record::SeverityRule& rule) {
  std::string out;
  const auto add = [&](const std::string& text) { out += (out.empty() ? "" : " or ") + text; };
  if (rule.availability_under) add("availability < " + describe_ratio(*rule.availability_under));
  if (rule.affected_over) add("users affected > " + describe_ratio(*rule.affected_over));
  if (rule.error_rate_over) add("error rate > " + describe_ratio(*rule.error_rate_over));
  if (rule.p95_seconds_over) add("p95 > " + describe_duration(from_seconds(*rule.p95_seconds_over)));
  return kept_together(escape_markup(out));
}

std::string thresholds(const Record& record) {
  const record::SeverityThresholds& all = record.declared.severity;
  return format("<p class=\"quiet\">Thresholds: P0 {}; P1 {}; P2 {}; else P3.</p>", rule_words(all.p0),
                rule_words(all.p1), rule_words(all.p2));
}

std::string_view unopened(const Record& record) {
  if (!incident::judged_by_minutes(record)) return kNoFullMinute;
  return "It never opened: no objective was missed, no severity threshold crossed, and no alert fired.";
}

std::string peak_of(const Record& record, const IncidentRecord& incident) {
  std::string out = heading(record, incident);
  if (!incident.peak) return out + format("<p>{}</p>", unopened(record));
  out += format("<p>Peak {} {}{}</p>", level_badge(*incident.peak), record::describe(*incident.peak),
                expected_words(record, incident));
  const std::string why = unseen_by_slos(incident);
  return out + (why.empty() ? "" : format("<p>{}.</p>", escape_markup(why)));
}

// One row an incident.
std::string peaks(const Record& record) {
  std::vector<std::vector<std::string>> rows;
  for (const IncidentRecord& incident : record.incidents) {
    if (rows.size() == kMostRows) break;
    rows.push_back({incident_cell(incident), severity_cell(record, incident),
                    escape_markup(!incident.peak                ? std::string(unopened(record))
                                  : incident.thresholds_crossed ? unseen_by_slos(incident)
                                                                : std::string(record::describe(*incident.peak)))});
  }
  return table({"incident", "peak", ""}, rows);
}

// How it evolved; with whose it was where there are several.
std::string changes(const Record& record) {
  const bool several = record.incidents.size() > 1;
  std::vector<std::string> head{"from", "severity", "error rate", "p95", "users affected", "availability", "because"};
  if (several) head.insert(head.begin(), "incident");
  std::vector<std::vector<std::string>> rows;
  for (const IncidentRecord& incident : record.incidents) {
    for (const auto& change : incident.severity) {
      rows.push_back({clock_of(record, change.t), level_badge(change.level), describe_ratio(change.inputs.error_rate),
                      describe(change.inputs.p95_seconds, Unit::seconds), describe_ratio(change.inputs.affected),
                      describe_ratio(change.inputs.availability), kept_together(escape_markup(change.why))});
      if (several) rows.back().insert(rows.back().begin(), escape_markup(incident.id));
    }
  }
  return rows.empty() ? "" : table(head, rows, "log");
}

}  // namespace

std::string severity(const Record& record) {
  if (record.incidents.empty()) return "";
  std::string body = record.incidents.size() == 1 ? peak_of(record, record.incidents.front()) : peaks(record);
  const bool opened =
      std::ranges::any_of(record.incidents, [](const auto& incident) { return incident.peak.has_value(); });
  if (opened) body += severity_lanes(record, input_lanes(record, slices_of(record)));
  body += changes(record) + thresholds(record);
  return section("severity", "Severity",
                 "Evaluated each minute over the five minutes before, while the incident was open.", body);
}

}  // namespace firedrill::reports::html
