// The draft of a blameless postmortem for each incident of P0 or P1 (where none was so grave, for each that opened,
// since somebody asked for it), as Markdown: what the record knows is filled in, what only people know is an explicit
// blank with a word on what belongs there.
#include <algorithm>
#include <array>

#include "base/contains.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "incident/incidents/incidents.h"
#include "incident/measures/measures.h"
#include "incident/slo/error_budget.h"
#include "incident/truth.h"
#include "reports/escape.h"
#include "reports/postmortem.h"
#include "reports/renderers.h"
#include "reports/words.h"

namespace firedrill::reports {
namespace {

using events::Event;
using events::EventKind;
using record::ExpectationRecord;
using record::IncidentRecord;
using record::Record;
using record::Verdict;

constexpr std::size_t kMostEvents = 40;  // of a timeline that is to be read
constexpr std::string_view kBlank = "\\_\\_\\_\\_";

std::string esc(std::string_view text) {
  return escape_markdown(text);
}

// A blank and what belongs there.
std::string blank(std::string_view guidance) {
  return format("{} *({})*", kBlank, guidance);
}

Time end_of(const Record& record, const IncidentRecord& incident) {
  return incident.times.resolved_at.value_or(record.judged_to);
}

Time start_of(const Record& record, const IncidentRecord& incident) {
  return incident.times.injected_at.value_or(incident::opened_at(incident).value_or(record.judged_from));
}

std::string expected_words(const Record& record, const IncidentRecord& incident) {
  const SeverityTarget wanted = severity_target_of(record, incident);
  if (!wanted.level) return "";
  return format(" (expected {}{}: {})", wanted.bound ? "no worse than " : "", record::to_string(*wanted.level),
                wanted.result == Verdict::pass ? "met" : "not met");
}

std::string head(const Record& record, const IncidentRecord& incident) {
  const Time from = incident::opened_at(incident).value_or(start_of(record, incident));
  const Time to = end_of(record, incident);
  const bool over = incident.times.resolved_at.has_value();
  return format(
      "# Postmortem: {}\n\nDate: {}  \nSeverity: {}{}  \nDuration: {}{} ({} to {} UTC{})  \nAuthor: {}\n\n"
      "> {} Draft, written from the record of {}, seed {}.\n",
      esc(incident.title.empty() ? incident.id : incident.title), format_instant(from).substr(0, 10),
      record::to_string(*incident.peak), expected_words(record, incident), over ? "" : "more than ",
      describe_duration(to - from), format_clock(from), format_clock(to),
      over ? "" : ", not resolved when the run ended", blank("who writes this down"),
      record.world == "live" ? "A drill on real processes; production was not touched."
                             : "A drill: nothing here happened in production.",
      markdown_code(record.scenario, CodeIn::line), record.seed);
}

std::string summary(const Record& record, const IncidentRecord& incident) {
  std::string cause;
  for (const std::string& id : incident.faults) {
    const record::FaultRecord* fault = record.fault(id);
    if (fault != nullptr)
      cause += format("{}{} on {}", cause.empty() ? "" : " and ", esc(fault->kind), esc(fault->target));
  }
  const double share = incident.requests > 0 ? incident.requests_failed / incident.requests : 0;
  return format("\n## Summary\n\n{} {} of {} requests at the entry points failed ({}), after {}.\n",
                esc(headline_of(incident)), grouped(incident.requests_failed), grouped(incident.requests),
                describe_ratio(share), cause);
}

// What everybody should read of it; probes, containers and balancing tell the rest where there is room.
bool essential(EventKind kind) {
  constexpr std::array kDetails{
      EventKind::probe_success,        EventKind::probe_failure,       EventKind::container_started,
      EventKind::container_killed,     EventKind::container_restarted, EventKind::container_backoff,
      EventKind::container_oom_killed, EventKind::endpoint_ready,      EventKind::endpoint_unready};
  return !contains(kDetails, kind);
}

bool concerns(const Record& record, const IncidentRecord& incident, const Event& event) {
  if (event.t < start_of(record, incident) || event.t > end_of(record, incident)) return false;
  switch (event.kind) {
    case EventKind::phase:
    case EventKind::fault_scheduled:
    case EventKind::oncall_handoff:
      return false;
    case EventKind::fault_injected:
    case EventKind::fault_witnessed:
    case EventKind::fault_recovered:
      return contains(incident.faults, event.subject);
    case EventKind::slo_breached:
    case EventKind::slo_recovered: {
      const auto slos = incident::slos_of(record, incident);
      return std::ranges::any_of(slos, [&](const record::Slo* slo) { return slo->name == event.subject; });
    }
    case EventKind::alert_pending:
    case EventKind::alert_firing:
    case EventKind::alert_resolved:
      return std::ranges::any_of(record.alerts, [&](const record::AlertRecord& alert) {
        return alert.incident == incident.id && alert.alert == event.subject && alert.firing_at;
      });
    case EventKind::severity_changed:
    case EventKind::incident_opened:
    case EventKind::incident_closed:
      return event.subject == incident.id;
    default:
      break;
  }
  if (essential(event.kind)) return event.text("incident").empty() || event.text("incident") == incident.id;
  return contains(incident.blast_radius, event.text("service"));
}

bool of_alert(EventKind kind) {
  return kind == EventKind::alert_pending || kind == EventKind::alert_firing || kind == EventKind::alert_resolved;
}

struct Row {
  Time t;
  EventKind kind;
  std::string text;
  std::string subject;
  std::size_t instances = 1;
};

// An alert by its name; the instances that go together at one instant are one row.
void add_row(const Record& record, const Event& event, std::vector<Row>& rows) {
  if (!of_alert(event.kind)) {
    std::string text = events::describe(event);
    rows.push_back({event.t, event.kind, text.starts_with(event.subject) ? text : sentence_case(text), ""});
    return;
  }
  for (Row& row : rows) {
    if (row.t == event.t && row.kind == event.kind && row.subject == event.subject) {
      ++row.instances;
      return;
    }
  }
  const std::string_view verb = event.kind == EventKind::alert_pending  ? "is pending"
                                : event.kind == EventKind::alert_firing ? "fires"
                                                                        : "is resolved";
  record::AlertRecord alert;
  alert.alert = event.subject;
  if (const auto* labels = std::get_if<model::Labels>(event.find("labels"))) alert.labels = *labels;
  const std::string which = telling_labels(record, alert);
  rows.push_back({event.t, event.kind,
                  format("{} {}{}", event.subject, verb, which.empty() ? "" : format(" ({})", which)), event.subject});
}

std::string timeline(const Record& record, const IncidentRecord& incident) {
  std::vector<Row> rows;
  for (const Event& event : record.timeline) {
    if (concerns(record, incident, event)) add_row(record, event, rows);
  }
  std::size_t left_out = 0;
  const auto drop = [&](const auto& dispensable) {
    if (rows.size() > kMostEvents) left_out += std::erase_if(rows, dispensable);
  };
  drop([](const Row& row) { return !essential(row.kind); });
  drop([](const Row& row) { return row.kind == EventKind::alert_pending; });
  if (rows.size() > kMostEvents) {
    left_out += rows.size() - kMostEvents;
    rows.erase(rows.begin() + kMostEvents / 2, rows.end() - kMostEvents / 2);
  }
  std::string out = "\n## Timeline\n\nAll times UTC.\n\n| Time | Event |\n|------|-------|\n";
  for (const Row& row : rows) {
    out += format("| {} | {}{} |\n", format_clock(row.t), esc(row.text),
                  row.instances > 1 ? format(" and {} more", row.instances - 1) : "");
  }
  if (left_out > 0) out += format("\n{} more events stand in record.json.\n", left_out);
  return out + format("\n{}\n", blank("add what people saw, thought and did, above all when the cause was understood"));
}

std::string root_cause(const Record& record, const IncidentRecord& incident) {
  std::string out = "\n## Root Cause\n\n";
  for (const std::string& id : incident.faults) {
    const record::FaultRecord* fault = record.fault(id);
    if (fault == nullptr) continue;
    out += format("The drill injected {} on {} ({}) from {} to {}. Measured in the traffic: {}.\n", esc(fault->kind),
                  esc(fault->target), esc(fault->parameters),
                  fault->injected_at ? format_clock(*fault->injected_at) : "never",
                  fault->recovered_at ? format_clock(*fault->recovered_at) : "the run's end", esc(fault->witness.what));
  }
  return out + format("\n{}\n", blank("why one fault became an incident: which retry, time-out, limit or missing "
                                      "fallback let it spread; several causes are usual"));
}

struct Users {
  double affected = 0;
  double all = 0;
};

Users most_affected(const Record& record, const IncidentRecord& incident) {
  Users most;
  if (incident::minute_count(record) == 0) return most;
  const std::size_t last = incident::minute_at(record, end_of(record, incident));
  for (std::size_t i = incident::minute_at(record, start_of(record, incident)); i <= last; ++i) {
    const record::TruthMinute minute = incident::entry_traffic(record, {i, i});
    if (minute.users_affected > most.affected) most = {minute.users_affected, minute.users};
  }
  return most;
}

std::string budget_lines(const Record& record, const IncidentRecord& incident) {
  std::string out;
  if (incident::minute_count(record) == 0) return out;
  const std::size_t first = incident::minute_at(record, start_of(record, incident));
  const std::size_t last = incident::minute_at(record, end_of(record, incident));
  for (const record::Slo* slo : incident::slos_of(record, incident)) {
    const incident::ErrorBudget budget(record, *slo);
    if (!budget.has_requests()) continue;
    const double before = first > 0 ? budget.left(first - 1) : 1;
    const double used = before - budget.left(last);
    out += format("- Error budget consumed: {} of {} ({} of {})\n", describe_ratio(used), esc(slo->name),
                  describe_duration(from_seconds(to_seconds(slo->budget()) * used)), describe_duration(slo->budget()));
  }
  return out;
}

std::string impact(const Record& record, const IncidentRecord& incident) {
  const Users users = most_affected(record, incident);
  std::string where;
  for (const std::string& service : incident.blast_radius) where += (where.empty() ? "" : ", ") + esc(service);
  // A record that keeps no minutes knows the share alone.
  const std::string affected =
      users.all > 0 ? format("{} of {} within five minutes, at the worst ({})", grouped(users.affected),
                             grouped(users.all), describe_ratio(incident.affected_peak))
                    : format("{} within five minutes, at the worst", describe_ratio(incident.affected_peak));
  return format("\n## Impact\n\n- Users affected: {}\n- Requests failed: {} of {}\n- Revenue impact: {}\n", affected,
                grouped(incident.requests_failed), grouped(incident.requests),
                blank("orders not placed × their mean value; the record knows no money")) +
         budget_lines(record, incident) + format("- Services within reach: {}\n", where);
}

std::string target_words(const Target& target) {
  if (!target.at_most) return "–";
  return format("at most {}: {}", describe_duration(*target.at_most),
                target.result == Verdict::pass   ? "met"
                : target.result == Verdict::fail ? "missed"
                                                 : "not judged");
}

std::string detection(const Record& record, const IncidentRecord& incident) {
  std::string out = "\n## Detection and Response\n\n";
  const bool sign = incident.times.first_sign_at.has_value();
  out += incident.detected_by == "nobody"
             ? std::string(sign ? "Nobody detected it: no alert of it woke anybody, and nobody reported it.\n"
                                : "Nobody detected it: no alert fired and nobody reported it.\n")
         : incident.detected_by == "person" ? std::string("A person reported it before an alert woke anybody.\n")
                                            : format("{} detected it.\n", esc(incident.detected_alert));
  out += "\n| Time to | Took | Target |\n|---------|------|--------|\n";
  for (const auto& spec : incident::measure_specs()) {
    const record::Measure* measure = incident.measure(spec.name);
    if (measure == nullptr) continue;
    std::string_view title = spec.title;
    if (title.starts_with("time to ")) title.remove_prefix(8);
    out += format("| {} | {} | {} |\n", title,
                  measure->value ? esc(measure->text) : std::string(kBlank) + " *(not part of this run)*",
                  target_words(target_of(record, incident, spec.name)));
  }
  return out;
}

// Whether an expectation is about this incident; with one incident all are.
bool about(const Record& record, const IncidentRecord& incident, const ExpectationRecord& expectation) {
  if (record.incidents.size() == 1) return true;
  const std::string& subject = expectation.outcome.subject;
  return subject == incident.id || contains(incident.blast_radius, subject) ||
         std::ranges::any_of(record.alerts,
                             [&](const auto& a) { return a.incident == incident.id && a.alert == subject; });
}

std::string well(const Record& record, const IncidentRecord& incident) {
  std::string out = "\n## What Went Well\n\n";
  for (const ExpectationRecord& e : record.expectations) {
    if (e.outcome.result != Verdict::pass || !about(record, incident, e)) continue;
    out += format("- {}: {}\n", esc(e.outcome.expected), esc(e.outcome.observed));
  }
  return out +
         format("- {}\n",
                blank("what helped that no expectation measures: a runbook, a colleague, luck; name luck as luck"));
}

std::string badly(const Record& record, const IncidentRecord& incident) {
  std::string out = "\n## What Went Wrong\n\n";
  for (const ExpectationRecord& e : record.expectations) {
    if (e.outcome.result == Verdict::pass || !about(record, incident, e)) continue;
    out += format("- {}: {}{}\n", esc(e.outcome.expected), esc(e.outcome.observed),
                  e.outcome.why.empty() ? "" : ". " + esc(sentence_case(e.outcome.why)));
  }
  return out + format("- {}\n", blank("what made it worse or longer; say what the system allowed, not who erred"));
}

// What the record itself asks for. Who does it and until when, people decide.
std::vector<std::string> actions(const Record& record, const IncidentRecord& incident) {
  std::vector<std::string> found;
  const auto add = [&](record::SeverityLevel level, const std::string& what) {
    found.push_back(format("| {} | {} | {} | {} |\n", record::to_string(level), what, kBlank, kBlank));
  };
  const auto peak = *incident.peak;
  for (const ExpectationRecord& e : record.expectations) {
    if (e.outcome.result != Verdict::fail || !about(record, incident, e)) continue;
    add(peak, format("Make good {} ({}): {}", esc(e.id), esc(e.kind),
                     esc(e.outcome.why.empty() ? e.outcome.observed : e.outcome.why)));
  }
  for (const auto& rule : record.rules) {
    if (rule.alerting && rule.vacuous())
      add(record::SeverityLevel::p1,
          format("Repair the rule {}: no series matches {}", esc(rule.name), esc(rule.empty_selectors.front())));
  }
  if (incident.detected_by == "nobody")
    add(peak, format("{}: {} and {}",
                     incident.times.first_sign_at ? "Let an alert of this page" : "Add an alert that sees this",
                     incident.thresholds_crossed ? "a severity threshold was crossed" : "the objective was missed",
                     incident.times.first_sign_at ? "what fired woke nobody" : "nothing fired"));
  if (incident.thresholds_crossed) add(peak, "Add an SLO that misses its objective then: none had by that minute");
  return found;
}

std::string closing(const Record& record, const IncidentRecord& incident) {
  std::string out =
      "\n## Action Items\n\n| Priority | Action | Owner | Due Date |\n|----------|--------|-------|----------|\n";
  for (const std::string& row : actions(record, incident)) out += row;
  out += format("| {} | {} | {} | {} |\n", kBlank, blank("what makes the root cause impossible, not only visible"),
                kBlank, kBlank);
  return out +
         format("\n## Lessons Learned\n\n1. {}\n", blank("what another team should know without reading the rest"));
}

std::string draft(const Record& record, const IncidentRecord& incident) {
  return head(record, incident) + summary(record, incident) + timeline(record, incident) +
         root_cause(record, incident) + impact(record, incident) + detection(record, incident) +
         well(record, incident) + badly(record, incident) + closing(record, incident);
}

bool grave(const IncidentRecord& incident) {
  return incident.peak && *incident.peak <= record::SeverityLevel::p1;
}

}  // namespace

bool postmortem_due(const Record& record) {
  return std::ranges::any_of(record.incidents, grave);
}

std::string render_postmortem(const Record& record, const tsdb::Store&) {
  const bool due = postmortem_due(record);
  std::string out;
  for (const IncidentRecord& incident : record.incidents) {
    if (due ? !grave(incident) : !incident.peak) continue;
    out += (out.empty() ? "" : "\n---\n\n") + draft(record, incident);
  }
  return out;
}

}  // namespace firedrill::reports
