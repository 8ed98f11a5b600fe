// Severity, impact and times of each incident.
#include <algorithm>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "incident/measures/measures.h"
#include "incident/slo/slo.h"
#include "incident/truth.h"
#include "reports/chart/lanes.h"
#include "reports/escape.h"
#include "reports/html/sections.h"
#include "reports/words.h"

namespace firedrill::reports::html {
namespace {

using record::IncidentRecord;
using record::Record;

std::string heading(const Record& record, const IncidentRecord& incident) {
  if (record.incidents.size() == 1 && incident.title.empty()) return "";
  return format("<h3>{}{}</h3>", escape_markup(incident.id),
                incident.title.empty() ? "" : ": " + escape_markup(incident.title));
}

// A number and its percent sign stay on one line.
std::string kept_together(std::string text) {
  for (std::size_t i = text.find(" %"); i != std::string::npos; i = text.find(" %", i)) text.replace(i, 1, "\u00a0");
  return text;
}

std::string level_badge(record::SeverityLevel level) {
  return format("<span class=\"level {}\">{}</span>", record::to_string(level), record::to_string(level));
}

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

// The severity and its inputs on one axis.
std::string severity_lanes(const Record& record, const IncidentRecord& incident, std::size_t index,
                           const std::vector<Lane>& inputs) {
  Lanes lanes{format("severity-{}", index),
              format("Severity of {} over time", incident.id),
              "",
              record.judged_from,
              record.judged_to,
              {severity_lane(record, incident)},
              fault_bands(record)};
  lanes.lanes.front().label = "severity";
  lanes.description = format("The severity of {}.", incident.id);
  if (inputs.empty()) return draw(lanes);  // the record keeps no minutes
  const Duration width = inputs.front().columns.slices.width;
  lanes.description = format(
      "The severity of {}, and the shares of failed requests, affected users and failed checks; each column is {}.",
      incident.id, width > 1min ? format("the worst minute of {}", describe_duration(width)) : "one minute");
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

std::string severity_of(const Record& record, const IncidentRecord& incident, std::size_t index,
                        const std::vector<Lane>& inputs) {
  std::string out = heading(record, incident);
  if (!incident.peak)
    return out + "<p>It never opened: no objective was missed, no severity threshold crossed, and no alert fired.</p>";
  out += format("<p>Peak {} {}{}</p>", level_badge(*incident.peak), record::describe(*incident.peak),
                expected_words(record, incident));
  if (const std::string why = unseen_by_slos(incident); !why.empty()) out += format("<p>{}.</p>", escape_markup(why));
  out += severity_lanes(record, incident, index, inputs);
  std::vector<std::vector<std::string>> rows;
  for (const auto& change : incident.severity) {
    rows.push_back({clock_of(record, change.t), level_badge(change.level), describe_ratio(change.inputs.error_rate),
                    describe(change.inputs.p95_seconds, Unit::seconds), describe_ratio(change.inputs.affected),
                    describe_ratio(change.inputs.availability), kept_together(escape_markup(change.why))});
  }
  return out +
         table({"from", "severity", "error rate", "p95", "users affected", "availability", "because"}, rows, "log");
}

std::string impact_of(const Record& record, const IncidentRecord& incident) {
  const double share = incident.requests > 0 ? incident.requests_failed / incident.requests : 0;
  std::string where;
  for (const std::string& service : incident.blast_radius)
    where += (where.empty() ? "" : ", ") + escape_markup(service);
  std::string out = heading(record, incident);
  if (!incident.times.injected_at) return out + "<p>Its fault was never injected.</p>";
  out += format("<p><strong>{}</strong> of {} requests at the entry points failed {} ({})",
                grouped(incident.requests_failed), grouped(incident.requests), impact_span(incident),
                describe_ratio(share));
  if (incident.peak) {
    out += format("; at the worst, <strong>{}</strong> of the users had a failed request within five minutes",
                  describe_ratio(incident.affected_peak));
  }
  return out + format(".</p><p class=\"quiet\">Within reach of the fault: {}.</p>", where);
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
         table({"objective", "requests of", "target", "over the run", "first missed", "worst burn rate",
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
  if (t.detected_at != t.firing_at && t.detected_at != t.reported_at) add(t.detected_at, "alert arrives", false);
  add(t.reported_at, "reported by a person", false);
  add(t.notified_at, "notified", false);
  add(t.acknowledged_at, "acknowledged", false);
  add(t.communicated_at, "communicated", false);
  add(t.mitigated_at, "mitigated", false);
  add(t.resolved_at, "resolved", false);
  std::ranges::stable_sort(found, {}, &Milestone::t);
  return found;
}

std::string target_cell(const Target& target) {
  if (!target.at_most) return "–";
  const bool met = target.result == record::Verdict::pass;
  const bool missed = target.result == record::Verdict::fail;
  return format("{} at most {}",
                badge(met      ? "good"
                      : missed ? "bad"
                               : "warn",
                      verdict_sign(target.result),
                      met      ? "met"
                      : missed ? "missed"
                               : "not judged"),
                describe_duration(*target.at_most));
}

std::string times_of(const Record& record, const IncidentRecord& incident, std::size_t index) {
  Strip strip{format("times-{}", index), format("Times of {}", incident.id), "", milestones(incident, record)};
  for (const Milestone& m : strip.milestones) strip.description += format("{} at {}. ", m.name, m.text);
  std::vector<std::vector<std::string>> rows;
  for (const auto& spec : incident::measure_specs()) {
    const record::Measure* measure = incident.measure(spec.name);
    if (measure == nullptr) continue;
    const bool applies = measure->value.has_value();
    rows.push_back({std::string(spec.title),
                    applies ? "<strong>" + escape_markup(measure->text) + "</strong>"
                            : "<span class=\"quiet\">not applicable</span>",
                    target_cell(target_of(record, incident, spec.name)),
                    format("<span class=\"quiet\">{}</span>", escape_markup(spec.doc))});
  }
  return heading(record, incident) + draw(strip) + table({"time", "took", "target", "from and to"}, rows);
}

}  // namespace

std::string severity(const Record& record) {
  std::string body;
  std::size_t index = 0;
  std::vector<Lane> inputs;
  if (!record.incidents.empty()) inputs = input_lanes(record, slices_of(record));
  for (const IncidentRecord& incident : record.incidents) body += severity_of(record, incident, index++, inputs);
  if (!body.empty()) body += thresholds(record);
  return section("severity", "Severity",
                 body.empty() ? "" : "Evaluated each minute over the five minutes before, while the incident was open.",
                 body);
}

std::string impact(const Record& record) {
  std::string body;
  for (const IncidentRecord& incident : record.incidents) body += impact_of(record, incident);
  return section("impact", "Impact", "", body + slo_table(record));
}

std::string times(const Record& record) {
  std::string body;
  std::size_t index = 0;
  for (const IncidentRecord& incident : record.incidents) body += times_of(record, incident, index++);
  return section("times", "Times", "", body);
}

}  // namespace firedrill::reports::html
