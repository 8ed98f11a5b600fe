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
#include "incident/notifications/unnotified.h"
#include "incident/truth.h"
#include "record/clock.h"
#include "reports/budget_use.h"
#include "reports/escape.h"
#include "reports/format.h"
#include "reports/incident_words.h"
#include "reports/log_rows.h"
#include "reports/notification_rows.h"
#include "reports/postmortem_lessons.h"
#include "reports/response.h"
#include "reports/words.h"

namespace firedrill::reports::renderers {
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
      over ? describe_duration(to - from) : describe_at_least(to - from), clock_of(record, from), clock_of(record, to),
      over ? "" : ", not resolved when the run ended", blank("who writes this down"),
      record.world == "live" ? "A drill on real processes; production was not touched."
                             : "A drill: nothing here happened in production.",
      markdown_code(record.scenario, CodeIn::line), record.seed);
}

std::string summary(const Record& record, const IncidentRecord& incident) {
  const double share = incident.requests > 0 ? incident.requests_failed / incident.requests : 0;
  const std::string others = others_meanwhile(record, incident);
  return format("\n## Summary\n\n{} {} of {} requests at the entry points failed {}{}{} ({}).\n",
                esc(headline_of(record, incident)), grouped(incident.requests_failed), grouped(incident.requests),
                impact_span(record, incident), others.empty() ? "" : ", ", esc(others), describe_ratio(share));
}

// What everybody should read of it; probes, containers and balancing tell the rest where there is room.
bool essential(EventKind kind) {
  constexpr std::array kDetails{
      EventKind::probe_success,        EventKind::probe_failure,       EventKind::container_started,
      EventKind::container_killed,     EventKind::container_restarted, EventKind::container_backoff,
      EventKind::container_oom_killed, EventKind::endpoint_ready,      EventKind::endpoint_unready};
  return !contains(kDetails, kind);
}

// A notification of an alert of the incident, at its time.
bool tells_of(const Record& record, const IncidentRecord& incident, const Event& event) {
  if (!record.alertmanager) return false;
  return std::ranges::any_of(record.alertmanager->notifications, [&](const events::Notification& each) {
    if (each.t != event.t || each.receiver != event.subject) return false;
    return std::ranges::any_of(record.alerts, [&](const record::AlertRecord& alert) {
      return alert.incident == incident.id &&
             std::ranges::find(each.alerts, alert.labels, &events::NotifiedAlert::labels) != each.alerts.end();
    });
  });
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
    case EventKind::receiver_notified:
    case EventKind::receiver_failed:
      return tells_of(record, incident, event);
    case EventKind::alert_inhibited:
    case EventKind::alert_silenced:
    case EventKind::alert_muted:
    case EventKind::alert_pending:
    case EventKind::alert_firing:
    case EventKind::alert_resolved:
    case EventKind::alert_expired:
    case EventKind::alert_returned:
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
  std::string_view verb;  // of an alert
  std::size_t instances = 1;
};

std::string_view verb_of(const Event& event) {
  if (event.kind == EventKind::alert_pending) return "is pending";
  if (event.kind == EventKind::alert_firing) return "fires";
  return event.text("was") == "pending" ? "is no longer pending" : "is resolved";
}

// An alert by its name; the instances that go together at one instant are one row.
void add_row(const Record& record, const Event& event, std::vector<Row>& rows) {
  if (!of_alert(event.kind)) {
    std::string text = events::describe(event);
    rows.push_back({event.t, event.kind, text.starts_with(event.subject) ? text : sentence_case(text), "", ""});
    return;
  }
  const std::string_view verb = verb_of(event);
  for (Row& row : rows) {
    if (row.t == event.t && row.verb == verb && row.subject == event.subject) {
      ++row.instances;
      return;
    }
  }
  record::AlertRecord alert;
  alert.alert = event.subject;
  if (const auto* labels = std::get_if<model::Labels>(event.find("labels"))) alert.labels = *labels;
  const std::string which = telling_labels(record, alert);
  // What never fired is as dispensable at its end as at its beginning.
  const EventKind kind = event.text("was") == "pending" ? EventKind::alert_pending : event.kind;
  rows.push_back({event.t, kind, format("{} {}{}", event.subject, verb, which.empty() ? "" : format(" ({})", which)),
                  event.subject, verb});
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
  drop([](const Row& row) { return row.kind == EventKind::alert_pending || row.kind == EventKind::alert_inhibited; });
  if (rows.size() > kMostEvents) {
    left_out += rows.size() - kMostEvents;
    rows.erase(rows.begin() + kMostEvents / 2, rows.end() - kMostEvents / 2);
  }
  std::string out = "\n## Timeline\n\nAll times UTC.\n\n| Time | Event |\n|------|-------|\n";
  for (const Row& row : rows) {
    out += format("| {} | {}{} |\n", clock_of(record, row.t), esc(row.text),
                  row.instances > 1 ? format(" and {} more", row.instances - 1) : "");
  }
  if (left_out > 0) out += format("\n{} more events stand in record.json.\n", left_out);
  return out + format("\n{}\n", blank("add what people saw, thought and did, above all when the cause was understood"));
}

// What whoever looks for the cause finds first.
std::string written_of(const Record& record, const IncidentRecord& incident) {
  std::string out;
  for (const ChangeRow& row : changes_before(record, incident)) {
    out += format("- {}, {} of {}: {} (by {})\n", row.at, esc(row.kind), esc(row.target), esc(row.what), esc(row.by));
  }
  if (!out.empty()) out = "\nChanged before:\n\n" + out;
  std::string lines;
  for (const LogRow& row : first_lines(record, incident)) {
    lines += format("- {} {}: {}\n", row.at, esc(row.writer), markdown_code(row.message, CodeIn::line));
  }
  return lines.empty() ? out : out + "\nThe first lines of the logs:\n\n" + lines;
}

std::string root_cause(const Record& record, const IncidentRecord& incident) {
  std::string out = "\n## Root Cause\n\n";
  for (const std::string& id : incident.faults) {
    const record::FaultRecord* fault = record.fault(id);
    if (fault == nullptr) continue;
    // From its beginning until it stood out from chance, which is seldom all of it.
    const std::string seen = fault->witness.seen_at
                                 ? "Measured in the traffic until " + clock_of(record, *fault->witness.seen_at)
                                 : "Not witnessed in the traffic";
    out += format("The drill injected {} on {} ({}) from {} to {}. {}: {}.\n", esc(fault->kind), esc(fault->target),
                  esc(fault->parameters), fault->injected_at ? clock_of(record, *fault->injected_at) : "never",
                  fault->recovered_at ? clock_of(record, *fault->recovered_at) : "the run's end", seen,
                  fault->witness.what.empty() ? "no symptom" : esc(fault->witness.what));
  }
  out += written_of(record, incident);
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

// The page tells the same figures.
std::string budget_lines(const Record& record, const IncidentRecord& incident) {
  std::string out;
  for (const BudgetUse& use : budget_use(record, incident)) {
    out += format("- Error budget burned from {} to {}: {}", clock_of(record, use.from), clock_of(record, use.to),
                  esc(describe(use)));
    const auto whole = std::ranges::find(record.slos, use.slo->name, &record::SloRecord::name);
    if (whole != record.slos.end()) {
      out += format("; in the whole run {}, {} is left", describe_duration(whole->burned),
                    describe_ratio(whole->budget_left));
    }
    out += "\n";
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

// Where the time went until somebody was told of each of its alerts, and of which nobody was.
std::string delivery(const Record& record, const IncidentRecord& incident) {
  std::string out;
  for (const LateRow& row : late_rows(record)) {
    if (row.incident != incident.id) continue;
    out += format("| {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", esc(row.alert), esc(row.scrape), esc(row.window),
                  esc(row.hold), esc(row.down), esc(row.routing), esc(row.delivery), esc(row.told), esc(row.total));
  }
  if (!out.empty()) {
    out =
        "\nWhy so late:\n\n| Alert | Scrape, evaluation | Rule's window | For | Prometheus down | Routing | Delivery | "
        "Told | In all |\n|-------|------|------|------|------|------|------|------|------|\n" +
        out;
  }
  for (const incident::UnnotifiedAlerts& each : incident::unnotified_alerts(record)) {
    if (!contains(each.incidents, incident.id)) continue;
    out += format("\nNobody was told of {}: {}.\n", esc(incident::names_of(each)), esc(each.cause));
  }
  return out;
}

std::string detection(const Record& record, const IncidentRecord& incident) {
  std::string out = "\n## Detection and Response\n\n";
  const bool sign = incident.times.first_sign_at.has_value();
  out += incident.detected_by == "nobody"
             ? std::string(sign ? "Nobody detected it: no alert of it paged anybody, and nobody reported it.\n"
                                : "Nobody detected it: no alert of it fired and nobody reported it.\n")
         : incident.detected_by == "person" ? std::string("A person reported it before an alert paged anybody.\n")
                                            : format("{} detected it.\n", esc(incident.detected_alert));
  out += "\n| Time to | Took | State | Target |\n|---------|------|-------|--------|\n";
  for (const auto& spec : incident::measure_specs()) {
    const record::Measure* measure = incident.measure(spec.name);
    if (measure == nullptr) continue;
    std::string_view title = spec.title;
    if (title.starts_with("time to ")) title.remove_prefix(8);
    const TimeStanding standing = standing_of(record, incident, spec.name);
    const std::string target = standing.wanted();
    out += format("| {} | {} | {} | {} |\n", title,
                  measure->value ? esc(measure->text) : std::string(kBlank) + " *(not part of this run)*",
                  standing.standing == Standing::none ? "–" : standing.state, target.empty() ? "–" : esc(target));
  }
  return out + delivery(record, incident);
}

std::string listed(std::string_view title, const std::vector<std::string>& lines, std::string_view guidance) {
  std::string out = format("\n## {}\n\n", title);
  for (const std::string& line : lines) out += format("- {}\n", esc(line));
  return out + format("- {}\n", blank(guidance));
}

// Who does it and until when, people decide.
std::string actions(const Lessons& lessons) {
  std::string out =
      "\n## Action Items\n\n| Priority | Action | Owner | Due Date |\n|----------|--------|-------|----------|\n";
  for (const auto& [priority, what] : lessons.actions)
    out += format("| {} | {} | {} | {} |\n", record::to_string(priority), esc(what), kBlank, kBlank);
  return out + format("| {} | {} | {} | {} |\n", kBlank,
                      blank("what makes the root cause impossible, not only visible"), kBlank, kBlank);
}

std::string lessons(const Record& record, const IncidentRecord& incident, bool first) {
  const Lessons found = lessons_of(record, incident, first);
  return listed("What Went Well", found.well,
                "what helped that no expectation measures: a runbook, a colleague, luck; name luck as luck") +
         listed("What Went Wrong", found.wrong,
                "what made it worse or longer; say what the system allowed, not who erred") +
         actions(found) +
         format("\n## Lessons Learned\n\n1. {}\n", blank("what another team should know without reading the rest"));
}

std::string draft(const Record& record, const IncidentRecord& incident, bool first) {
  return head(record, incident) + summary(record, incident) + timeline(record, incident) +
         root_cause(record, incident) + impact(record, incident) + detection(record, incident) +
         lessons(record, incident, first);
}

bool grave(const IncidentRecord& incident) {
  return incident.peak && *incident.peak <= record::SeverityLevel::p1;
}

// Some incident of the run peaked at P0 or P1.
bool due(const Record& record) {
  return std::ranges::any_of(record.incidents, grave);
}

std::string render(const Record& record, const tsdb::Store&) {
  const bool any_grave = due(record);
  std::string out;
  for (const IncidentRecord& incident : record.incidents) {
    if (any_grave ? !grave(incident) : !incident.peak) continue;
    out += (out.empty() ? "" : "\n---\n\n") + draft(record, incident, out.empty());
  }
  return out;
}

}  // namespace

Format postmortem() {
  return {.name = "postmortem",
          .file_name = "postmortem.md",
          .doc =
              "The draft of a blameless postmortem for each incident of P0 or P1, filled in from the record; what only "
              "people know is a blank with a word on what belongs there.",
          .render = render,
          .due = due};
}

}  // namespace firedrill::reports::renderers
