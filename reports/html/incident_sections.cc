// Impact and times of each incident.
#include <algorithm>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "incident/measures/measures.h"
#include "incident/slo/slo.h"
#include "incident/truth.h"
#include "record/clock.h"
#include "reports/budget_use.h"
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

std::string reach_of(const IncidentRecord& incident) {
  std::string where;
  for (const std::string& service : incident.blast_radius)
    where += (where.empty() ? "" : ", ") + escape_markup(service);
  return where;
}

// "from 10:00:00 to 10:44:29: 4.54 % of API Availability (1 m 57 s of 43 m 12 s)"; empty if nothing is known.
std::string burned_by(const Record& record, const IncidentRecord& incident) {
  std::string out;
  for (const BudgetUse& use : budget_use(record, incident)) {
    out += out.empty() ? format("from {} to {}: ", clock_of(record, use.from), clock_of(record, use.to)) : ", ";
    out += kept_together(escape_markup(describe(use)));
  }
  return out;
}

std::string impact_of(const Record& record, const IncidentRecord& incident) {
  const double share = incident.requests > 0 ? incident.requests_failed / incident.requests : 0;
  std::string out = heading(record, incident);
  if (!incident.times.injected_at) return out + "<p>Its fault was never injected.</p>";
  if (!incident::judged_by_minutes(record)) return out + format("<p>{}</p>", kNoFullMinute);
  const std::string others = others_meanwhile(record, incident);
  out += format("<p><strong>{}</strong> of {} requests at the entry points failed {}{}{} ({})",
                grouped(incident.requests_failed), grouped(incident.requests), impact_span(record, incident),
                others.empty() ? "" : ", ", escape_markup(others), kept_together(describe_ratio(share)));
  if (incident.peak) {
    out += format("; at the worst, <strong>{}</strong> of the users had a failed request within five minutes",
                  kept_together(describe_ratio(incident.affected_peak)));
  }
  out += ".</p>";
  if (const std::string burned = burned_by(record, incident); !burned.empty())
    out += format("<p>Error budget burned {}.</p>", burned);
  return out + format("<p class=\"quiet\">Within reach of the fault: {}.</p>", reach_of(incident));
}

// One row an incident.
std::string impacts(const Record& record) {
  std::vector<std::vector<std::string>> rows;
  for (const IncidentRecord& incident : record.incidents) {
    if (rows.size() == kMostRows) break;
    if (!incident.times.injected_at) {
      rows.push_back({incident_cell(incident), "its fault was never injected", "–", "–", reach_of(incident)});
      continue;
    }
    const double share = incident.requests > 0 ? incident.requests_failed / incident.requests : 0;
    const std::string burned = burned_by(record, incident);
    const std::string others = others_meanwhile(record, incident);
    rows.push_back({incident_cell(incident),
                    format("<strong>{}</strong> of {} ({}) {}{}{}", grouped(incident.requests_failed),
                           grouped(incident.requests), kept_together(describe_ratio(share)),
                           impact_span(record, incident), others.empty() ? "" : ", ", escape_markup(others)),
                    incident.peak ? describe_ratio(incident.affected_peak) : "–", burned.empty() ? "–" : burned,
                    reach_of(incident)});
  }
  return table({"incident", "requests failed at the entry points", "users affected in five minutes, at the worst",
                "error budget burned", "within reach"},
               rows, "wide-text");
}

std::string slo_table(const Record& record) {
  if (record.slos.empty()) return "";
  std::vector<std::vector<std::string>> rows;
  for (const auto& judged : record.slos) {
    const record::Slo* slo = record.slo(judged.name);
    if (slo == nullptr) continue;
    const std::string objective =
        slo->sli == record::SliKind::latency
            ? format("{} within {}", describe_share(slo->objective), describe_duration(slo->threshold))
            : describe_share(slo->objective);
    const bool met = judged.count.ratio() >= slo->objective;
    rows.push_back({escape_markup(judged.name), escape_markup(slo->service.empty() ? "all entry points" : slo->service),
                    objective,
                    format("{} {}", badge(met ? "good" : "bad", met ? "✓" : "✕", met ? "met" : "missed"),
                           describe_share(judged.count.ratio())),
                    clock_of(record, judged.breached_at),
                    (judged.worst_burn_rate < 0.005 ? "0" : describe_count(judged.worst_burn_rate)) + " ×",
                    format("{} of {}", describe_duration(judged.burned), describe_duration(judged.budget)),
                    describe_ratio(judged.budget_left)});
  }
  return "<h3>Objectives and error budgets</h3>" +
         table({"objective", "requests of", "target", "over the run", "first missed", "worst burn rate, over a minute",
                "budget burned", "budget left"},
               rows);
}

std::vector<Milestone> milestones(const IncidentRecord& incident, const Record& record) {
  const record::IncidentTimes& t = incident.times;
  std::vector<Milestone> found;
  const auto add = [&](const std::optional<Time>& at, const char* name, bool bad) {
    if (at) found.push_back({*at, name, clock_of(record, *at), bad});
  };
  add(t.injected_at, "fault injected", true);
  add(t.breached_at, incident.thresholds_crossed ? "severity threshold crossed" : "objective missed", true);
  add(t.pending_at, "alert pending", false);
  if (t.first_sign_at != t.firing_at) add(t.first_sign_at, "first sign", false);
  add(t.firing_at, "alert fires", false);
  // Without an Alertmanager a page is what arrives where one would be.
  const char* paged = record.alertmanager ? "paged" : "alert received";
  if (t.detected_at != t.firing_at && t.detected_at != t.reported_at) add(t.detected_at, paged, false);
  add(t.reported_at, "reported by a person", false);
  add(t.notified_at, "notified", false);
  add(t.acknowledged_at, "acknowledged", false);
  add(t.communicated_at, "communicated", false);
  add(t.mitigated_at, "mitigated", false);
  add(t.resolved_at, "resolved", false);
  std::ranges::stable_sort(found, {}, &Milestone::t);
  return found;
}

std::string expected_cell(const Target& target) {
  if (!target.any()) return "–";
  const bool met = target.result == record::Verdict::pass;
  const bool missed = target.result == record::Verdict::fail;
  return format("{} {}",
                badge(met      ? "good"
                      : missed ? "bad"
                               : "warn",
                      verdict_sign(target.result),
                      met      ? "met"
                      : missed ? "missed"
                               : "not judged"),
                target.words());
}

Strip strip_of(const Record& record, const IncidentRecord& incident, std::size_t index) {
  Strip strip{format("times-{}", index), format("Times of {}", incident.id), "", milestones(incident, record)};
  for (const Milestone& m : strip.milestones) strip.description += format("{} at {}. ", m.name, m.text);
  return strip;
}

// Each time with its target and how it stands against it.
std::string times_of(const Record& record, const IncidentRecord& incident) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& spec : incident::measure_specs()) {
    const record::Measure* measure = incident.measure(spec.name);
    if (measure == nullptr) continue;
    const TimeStanding standing = standing_of(record, incident, spec.name);
    const std::string state = state_badge(standing);
    rows.push_back({std::string(spec.title),
                    measure->value ? "<strong>" + escape_markup(measure->text) + "</strong>"
                                   : "<span class=\"quiet\">not applicable</span>",
                    state.empty() ? "–" : state,
                    standing.default_target ? format("&lt; {}", describe_duration(standing.default_target->target))
                                            : "<span class=\"quiet\">none</span>",
                    expected_cell(standing.expected),
                    format("<span class=\"quiet\">{}</span>", escape_markup(spec.doc))});
  }
  return table({"time", "took", "state", "target", "expected here", "from and to"}, rows, "times");
}

// One row an incident, with the times that any of them has.
std::string times_of_all(const Record& record) {
  std::vector<std::string> head{"incident"};
  std::vector<std::string_view> names;
  for (const auto& spec : incident::measure_specs()) {
    const bool any = std::ranges::any_of(record.incidents, [&](const IncidentRecord& incident) {
      const record::Measure* measure = incident.measure(spec.name);
      return measure != nullptr && measure->value;
    });
    if (!any) continue;
    names.push_back(spec.name);
    head.emplace_back(spec.title);
  }
  if (names.empty()) return "<p>No objective was missed and nobody was called: there is no time to measure.</p>";
  std::vector<std::vector<std::string>> rows;
  for (const IncidentRecord& incident : record.incidents) {
    if (rows.size() == kMostRows) break;
    rows.push_back({incident_cell(incident)});
    for (const std::string_view name : names) rows.back().push_back(time_cell(record, incident, name));
  }
  std::string meanings;
  for (const auto& spec : incident::measure_specs()) {
    if (std::ranges::find(names, spec.name) != names.end())
      meanings += format("<dt>{}</dt><dd>{}</dd>", spec.title, escape_markup(spec.doc));
  }
  return table(head, rows, "times") +
         format("<details><summary>From when to when each time counts</summary><dl class=\"quiet\">{}</dl></details>",
                meanings);
}

}  // namespace

std::string impact(const Record& record) {
  std::string body;
  if (record.incidents.size() == 1) body = impact_of(record, record.incidents.front());
  if (record.incidents.size() > 1) body = impacts(record);
  return section("impact", "Impact", "", body + slo_table(record));
}

std::string times(const Record& record) {
  std::string body;
  const bool several = record.incidents.size() > 1;
  if (several) body = times_of_all(record);
  std::size_t index = 0;
  for (const IncidentRecord& incident : record.incidents) {
    const std::string strip = draw(strip_of(record, incident, index++));
    if (several && strip.empty()) continue;
    body += heading(record, incident) + strip + (several ? "" : times_of(record, incident));
  }
  return section("times", "Times",
                 body.empty() ? "" : "A target holds for every run; what the scenario expects stands beside it.", body);
}

}  // namespace firedrill::reports::html
