// Markdown for a pull request's comment or a job's summary: short, the verdict first.
#include <algorithm>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "incident/incidents/incidents.h"
#include "incident/measures/measures.h"
#include "incident/truth.h"
#include "record/clock.h"
#include "reports/alert_matrix.h"
#include "reports/communication_rows.h"
#include "reports/course_rows.h"
#include "reports/escape.h"
#include "reports/format.h"
#include "reports/incident_words.h"
#include "reports/log_rows.h"
#include "reports/notification_rows.h"
#include "reports/people_rows.h"
#include "reports/response.h"
#include "reports/words.h"

namespace firedrill::reports::renderers {
namespace {

using record::IncidentRecord;
using record::Record;
using record::Verdict;

constexpr std::size_t kMostRows = 30;  // of a table: a comment is read, not searched

std::string_view mark(Verdict verdict) {
  return verdict == Verdict::pass ? "✅" : verdict == Verdict::fail ? "❌" : verdict == Verdict::scored ? "◆" : "⚠️";
}
std::string_view mark(AlertState state) {
  if (state == AlertState::excepted || state == AlertState::related) return "➖";
  return good(state) ? "✅" : state == AlertState::unjudged ? "⚠️" : "❌";
}

std::string esc(std::string_view text) {
  return escape_markdown(text);
}

std::string unmet_section(const Record& record) {
  const auto all = unmet(record);
  if (all.empty()) return "";
  std::string out = "\n### What failed\n\n";
  for (std::size_t i = 0; i < std::min(all.size(), kMostRows); ++i) {
    const auto& outcome = all[i]->outcome;
    out += format("- {} **{}** ({}): expected {}; observed {}.", mark(outcome.result), esc(all[i]->id),
                  markdown_code(all[i]->kind, CodeIn::line), esc(outcome.expected), esc(outcome.observed));
    if (!outcome.why.empty()) out += format("  \n  {}", esc(outcome.why));
    out += "\n";
  }
  if (all.size() > kMostRows) out += format("- … and {} more in the record\n", all.size() - kMostRows);
  return out;
}

// The faults that nothing was seen of, with the reasons.
std::string unseen_section(const Record& record) {
  if (record.drill) return "";
  std::string out;
  for (const record::FaultRecord& fault : record.faults) {
    if (fault.witness.seen_at || fault.witness.what.empty()) continue;
    out += format("- ⚠️ **{}**, {} on {}: {}\n", esc(fault.id), esc(fault.kind), esc(fault.target),
                  esc(fault.witness.what));
  }
  return out.empty() ? out : "\n### Faults that were not witnessed\n\n" + out;
}

// Of a drill that somebody worked.
std::string score_table(const Record& record) {
  if (!record.drill || record.drill->score.empty()) return "";
  std::string out = "\n### Score\n\n| what counts | points | at | why |\n|---|---|---|---|\n";
  for (const record::ScoreLine& line : record.drill->score) {
    out += format("| {} | {} | {} | {} |\n", esc(line.aspect), points_words(line),
                  line.at ? clock_of(record, *line.at) : "–", esc(sentence_case(line.why)));
  }
  return out;
}

std::string history_section(const Record& record) {
  std::string out;
  if (const std::string words = history_words(record); !words.empty()) {
    out += format("\n⚠️ {} What happened in the run is a larger part of their windows than it would be in production.\n",
                  esc(words));
  }
  if (const std::string words = lost_at_start_words(record); !words.empty()) out += format("\n⚠️ {}\n", esc(words));
  return out;
}

std::string strain_section(const Record& record) {
  const std::string words = strain_words(record);
  return words.empty() ? words : format("\n⚠️ {}\n", esc(words));
}

// "P1 from 14:11:00, P0 from 14:14:00; expected P0 ✅."
std::string severity_line(const Record& record, const IncidentRecord& incident) {
  if (!incident.peak) return "";
  std::string out = "\nSeverity: ";
  for (std::size_t i = 0; i < std::min(incident.severity.size(), kMostRows); ++i) {
    const auto& change = incident.severity[i];
    out += format("{}{} from {}", i == 0 ? "" : ", ", record::to_string(change.level), clock_of(record, change.t));
  }
  const SeverityTarget wanted = severity_target_of(record, incident);
  if (wanted.level) {
    out += format("; expected {}{}, peak {} {}", wanted.bound ? "no worse than " : "", record::to_string(*wanted.level),
                  record::to_string(*incident.peak), mark(wanted.result));
  }
  return out + ".\n";
}

std::string budget_table(const Record& record) {
  if (record.slos.empty()) return "";
  std::string out =
      "\n<details><summary>Error budgets</summary>\n\n| objective | over the run | budget left | fastest burn over "
      "1 h |\n|---|---|---|---|\n";
  for (std::size_t i = 0; i < std::min(record.slos.size(), kMostRows); ++i) {
    const auto& slo = record.slos[i];
    const auto hour = std::ranges::find(slo.worst_burn_rates, Duration(1h), &record::BurnRecord::window);
    const std::string fastest = hour == slo.worst_burn_rates.end() ? "not kept" : format("{:.3g} ×", hour->rate);
    out += format("| {} | {} | {} of {} | {} |\n", esc(slo.name), describe_share(slo.count.ratio()),
                  describe_ratio(slo.budget_left), describe_duration(slo.budget), fastest);
  }
  return out + "\n</details>\n";
}

std::string impact_line(const Record& record, const IncidentRecord& incident) {
  if (!incident.times.injected_at) return "\nIts fault was never injected.\n";
  if (!incident::judged_by_minutes(record)) return format("\n{}\n", kNoFullMinute);
  const std::string failed =
      format("{} of {} requests failed", grouped(incident.requests_failed), grouped(incident.requests));
  const std::string others = others_meanwhile(record, incident);
  const std::string span = format("{}{}{}", impact_span(record, incident), others.empty() ? "" : ", ", esc(others));
  if (!incident.peak) return format("\n{} {}; it broke nothing.\n", failed, span);
  return format("\n{} {}; at the worst {} of the users were affected.\n", failed, span,
                describe_ratio(incident.affected_peak));
}

std::string_view mark(Standing standing) {
  return standing == Standing::good ? "✅" : standing == Standing::late ? "⚠️" : standing == Standing::bad ? "❌" : "➖";
}

std::string state_of(const TimeStanding& standing) {
  return standing.standing == Standing::none ? "–" : format("{} {}", mark(standing.standing), standing.state);
}

std::string time_cell(const Record& record, const IncidentRecord& incident, std::string_view name) {
  const record::Measure* measure = incident.measure(name);
  if (measure == nullptr || !measure->value) return "–";
  const TimeStanding standing = standing_of(record, incident, name);
  return esc(measure->text) + (standing.standing == Standing::none ? "" : format(", {}", state_of(standing)));
}

// One row an incident, where there are several.
std::string incidents_table(const Record& record) {
  if (record.incidents.size() < 2) return "";
  std::string out =
      "\n### Incidents\n\n| incident | what broke | severity | detected | resolved | requests failed meanwhile |\n"
      "|---|---|---|---|---|---|\n";
  for (std::size_t i = 0; i < std::min(record.incidents.size(), kMostRows); ++i) {
    const IncidentRecord& incident = record.incidents[i];
    // Of one that hits what is told of services alone, what failed meanwhile is another's.
    const bool says_failed =
        incident.peak && incident.times.injected_at && !incident::of_telemetry_alone(record, incident);
    out += format("| {} | {} | {} | {} | {} | {} |\n", esc(incident.id), esc(what_broke(record, incident)),
                  incident.peak ? record::to_string(*incident.peak) : without_peak(record),
                  time_cell(record, incident, "ttd"), time_cell(record, incident, "ttr"),
                  says_failed ? grouped(incident.requests_failed) : "–");
  }
  if (record.incidents.size() > kMostRows)
    out += format("\n… and {} more in the record\n", record.incidents.size() - kMostRows);
  return out;
}

// Beside the verdict, which tells of the expectations alone, or of who worked a drill.
std::string response_line(const Record& record) {
  const Response response = response_of(record);
  if (response.standing == Standing::none) return "";
  return format("{} **{}.** {}.\n\n", mark(response.standing), response_word(response.standing),
                esc(sentence_case(response.words)));
}

// As what they are on call, and nobody's name; empty: nobody did, or nobody is on call.
std::string who_acknowledged(const Record& record, const IncidentRecord& incident) {
  const auto event = std::ranges::find_if(record.timeline, [&](const events::Event& each) {
    return each.kind == events::EventKind::oncall_acknowledged && each.t == incident.times.acknowledged_at;
  });
  return event == record.timeline.end() ? "" : event->text("tier");
}

std::string times_table(const Record& record, const IncidentRecord& incident) {
  std::string out =
      format("\n### {}: {}\n\n| time to | took | state | target |\n|---|---|---|---|\n", esc(incident.id),
             incident.peak ? format("{}, {}", record::to_string(*incident.peak), record::describe(*incident.peak))
                           : std::string(without_peak(record)));
  for (const auto& spec : incident::measure_specs()) {
    const record::Measure* measure = incident.measure(spec.name);
    if (measure == nullptr || !measure->value) continue;
    const TimeStanding standing = standing_of(record, incident, spec.name);
    std::string_view title = spec.title;
    if (title.starts_with("time to ")) title.remove_prefix(8);
    const std::string target = standing.wanted();
    std::string took = measure->text;
    const std::string by = spec.name == "tta" ? who_acknowledged(record, incident) : "";
    if (!by.empty()) took += ", by " + by;
    out +=
        format("| {} | {} | {} | {} |\n", title, esc(took), state_of(standing), target.empty() ? "none" : esc(target));
  }
  if (const std::string why = unseen_by_slos(incident); !why.empty()) out += format("\n{}.\n", esc(why));
  out += impact_line(record, incident);
  out += severity_line(record, incident);
  return out;
}

// What was published of the incident that is retold, beside this run.
std::string course_table(const Record& record) {
  const auto rows = course_rows(record);
  if (rows.empty()) return "";
  std::string out = format("\n### As published\n\n{} {}\n\n| what | published | in this run | |\n|---|---|---|---|\n",
                           esc(course_headline(record)), esc(course_source(record)));
  for (std::size_t i = 0; i < std::min(rows.size(), kMostRows); ++i) {
    const CourseRow& row = rows[i];
    out +=
        format("| {} | {} | {} | {} |\n", esc(row.what), esc(row.published), esc(row.here),
               row.standing == Standing::none ? esc(row.stands) : format("{} {}", mark(row.standing), esc(row.stands)));
  }
  return rows.size() > kMostRows ? out + format("\n… and {} more in the record\n", rows.size() - kMostRows) : out;
}

std::string times_of(const AlertRow& row) {
  return row.activations > 1 ? format("(first of {}) ", row.activations) : "";
}

std::string alerts_table(const Record& record) {
  const auto rows = alert_matrix(record);
  if (rows.empty()) return "";
  std::string out =
      "\n### Alerts\n\n| | alert | pending | firing | resolved | belongs to |\n|---|---|---|---|---|---|\n";
  for (std::size_t i = 0; i < std::min(rows.size(), kMostRows); ++i) {
    const AlertRow& row = rows[i];
    const auto* first = row.first;
    out += format("| {} {} | {} {}| {} | {} | {} | {} |\n", mark(row.state), to_string(row.state), esc(row.alert),
                  (row.labels.empty() ? "" : markdown_code(row.labels, CodeIn::cell) + " ") + times_of(row),
                  first ? clock_of(record, first->pending_at) : "–", first ? clock_of(record, first->firing_at) : "–",
                  clock_of(record, row.resolved_at), row.incident.empty() ? "–" : esc(row.incident));
  }
  if (rows.size() > kMostRows) out += format("\n… and {} more in the record\n", rows.size() - kMostRows);
  if (std::ranges::any_of(rows, [](const AlertRow& row) { return row.activations > 1; }))
    out += format("\n{}\n", kOfSeveral);
  return out;
}

std::string unnotified_table(const Record& record) {
  const auto rows = unnotified_rows(record);
  if (rows.empty()) return "";
  std::string out = "\n### Fired, and nobody was told\n\n| | alerts | why | belongs to |\n|---|---|---|---|\n";
  for (std::size_t i = 0; i < std::min(rows.size(), kMostRows); ++i) {
    const UnnotifiedRow& row = rows[i];
    out += format("| {} | {} | {} | {} |\n", row.is_blind_spot ? "❌ blind spot" : "➖ " + row.cause_kind,
                  esc(row.alerts), esc(row.cause), row.incidents.empty() ? "–" : esc(row.incidents));
  }
  return rows.size() > kMostRows ? out + format("\n… and {} more in the record\n", rows.size() - kMostRows) : out;
}

std::string late_table(const Record& record) {
  const auto rows = late_rows(record);
  if (rows.empty()) return "";
  std::string out =
      "\n### Why so late?\n\n| alert | since | scrape, evaluation | rule's window | for | Prometheus down | routing | "
      "delivery | told | in all |\n|---|---|---|---|---|---|---|---|---|---|\n";
  for (std::size_t i = 0; i < std::min(rows.size(), kMostRows); ++i) {
    const LateRow& row = rows[i];
    out += format("| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", esc(row.alert), esc(row.since),
                  esc(row.scrape), esc(row.window), esc(row.hold), esc(row.down), esc(row.routing), esc(row.delivery),
                  esc(row.told), esc(row.total));
  }
  return rows.size() > kMostRows ? out + format("\n… and {} more in the record\n", rows.size() - kMostRows) : out;
}

std::string notifications_table(const Record& record) {
  if (!record.alertmanager) return "";
  const auto rows = notification_rows(record);
  std::string out = format("\n<details><summary>Notifications</summary>\n\n{}\n", esc(notification_headline(record)));
  if (!rows.empty()) out += "\n| | at | receiver | status | why | alerts |\n|---|---|---|---|---|---|\n";
  for (std::size_t i = 0; i < std::min(rows.size(), kMostRows); ++i) {
    const NotificationRow& row = rows[i];
    out += format("| {} | {} | {} | {} | {} | {} |\n", row.accepted ? "✅" : "❌", row.at, esc(row.receiver),
                  row.status, esc(row.reason), esc(row.alerts));
  }
  if (rows.size() > kMostRows) out += format("\n… and {} more in the record\n", rows.size() - kMostRows);
  if (const std::string payloads = payload_headline(record); !payloads.empty()) out += format("\n{}\n", esc(payloads));
  return out + "\n</details>\n";
}

std::string people_table(const Record& record) {
  if (!record.on_call) return "";
  std::string out = format("\n<details><summary>People</summary>\n\n{}\n", esc(people_headline(record)));
  const auto shifts = shift_rows(record);
  if (!shifts.empty()) {
    out +=
        "\n| called as | shift since | pages | at night | of no incident | nobody acted | acknowledged |\n"
        "|---|---|---|---|---|---|---|\n";
  }
  for (const ShiftRow& row : shifts) {
    out += format("| {} | {} | {} | {} | {} | {} | {} |\n", esc(row.role), row.since, row.pages, row.at_night,
                  row.of_no_incident, row.not_acted_on, row.acknowledged);
  }
  const auto actions = action_rows(record);
  if (!actions.empty()) out += "\n| | at | by | action | what was seen |\n|---|---|---|---|---|\n";
  for (std::size_t i = 0; i < std::min(actions.size(), kMostRows); ++i) {
    const ActionRow& row = actions[i];
    const std::string_view sign = row.outcome == ActionRow::Outcome::helped ? "✅ helped"
                                  : row.outcome == ActionRow::Outcome::vain ? "❌ did not help"
                                                                            : "➖";
    out += format("| {} | {} | {} | {} | {} |\n", sign, row.at, esc(row.by), esc(row.what),
                  row.why.empty() ? "–" : esc(row.why));
  }
  if (actions.size() > kMostRows) out += format("\n… and {} more in the record\n", actions.size() - kMostRows);
  return out + "\n</details>\n";
}

std::string logs_table(const Record& record) {
  std::string out;
  for (const IncidentRecord& incident : record.incidents) {
    const auto changes = changes_before(record, incident);
    const auto lines = first_lines(record, incident);
    if (changes.empty() && lines.empty()) continue;
    if (record.incidents.size() > 1) out += format("\n{}:\n", esc(incident.id));
    if (!changes.empty()) out += "\n| changed at | what | by |\n|---|---|---|\n";
    for (const ChangeRow& row : changes) {
      out += format("| {} | {} of {}: {} | {} |\n", row.at, esc(row.kind), esc(row.target), esc(row.what), esc(row.by));
    }
    if (!lines.empty()) out += "\n| written first at | by | line | stands for |\n|---|---|---|---|\n";
    for (const LogRow& row : lines) {
      out += format("| {} | {} | {} | {} |\n", row.at, esc(row.writer), markdown_code(row.message, CodeIn::cell),
                    row.stands_for);
    }
  }
  return out.empty() ? out : "\n<details><summary>Logs and changes</summary>\n" + out + "\n</details>\n";
}

std::string telling_text(const TellingCell& cell) {
  const std::string_view sign = cell.standing == Standing::good ? "✅ " : cell.standing == Standing::none ? "" : "❌ ";
  return format("{}{}", sign, esc(cell.words));
}

std::string communication_table(const Record& record) {
  const auto rows = telling_rows(record);
  const auto posts = post_rows(record);
  if (rows.empty() && posts.empty()) return "";
  std::string out = format("\n<details><summary>Communication</summary>\n\n{}\n", esc(communication_headline(record)));
  if (!rows.empty()) out += "\n| incident | told | first post | updates | last post |\n|---|---|---|---|---|\n";
  for (const TellingRow& row : rows) {
    out += format("| {} | {} | {} | {} | {} |\n", esc(row.incident), row.where, telling_text(row.first),
                  telling_text(row.cadence), telling_text(row.last));
  }
  if (!posts.empty()) out += "\n| at | where | status | severity | by | text |\n|---|---|---|---|---|---|\n";
  for (std::size_t i = 0; i < std::min(posts.size(), kMostRows); ++i) {
    const PostRow& row = posts[i];
    out += format("| {} | {} | {} | {} | {} | {} |\n", row.at, row.where, esc(row.status), esc(row.severity),
                  esc(row.by), esc(row.text));
  }
  if (posts.size() > kMostRows) out += format("\n… and {} more in the record\n", posts.size() - kMostRows);
  return out + "\n</details>\n";
}

std::string expectations_table(const Record& record) {
  if (record.drill) return "";
  std::string out = format(
      "\n<details><summary>All {} expectations</summary>\n\n| | expectation | expected | observed "
      "|\n|---|---|---|---|\n",
      record.expectations.size());
  for (std::size_t i = 0; i < std::min(record.expectations.size(), kMostRows); ++i) {
    const auto& e = record.expectations[i];
    out += format("| {} | {} | {} | {} |\n", mark(e.outcome.result), esc(e.id), esc(e.outcome.expected),
                  esc(e.outcome.observed));
  }
  if (record.expectations.size() > kMostRows)
    out += format("\n… and {} more in the record\n", record.expectations.size() - kMostRows);
  return out + "\n</details>\n";
}

std::string metrics_table(const Record& record) {
  std::string out = "\n<details><summary>Key metrics</summary>\n\n| metric | value | target |\n|---|---|---|\n";
  for (const auto& kpi : record.kpis) {
    const std::string_view sign = kpi.status == "met" ? "✅ " : kpi.status == "none" ? "" : "❌ ";
    out += format("| {} | {}{} | {} |\n", esc(kpi.title), sign, esc(kpi.text), esc(kpi.target));
  }
  return out + "\n</details>\n";
}

std::string queries_table(const Record& record) {
  if (record.queries.empty()) return "";
  std::string out = "\n<details><summary>Queries</summary>\n\n| query | series | value |\n|---|---|---|\n";
  for (const auto& query : record.queries) {
    if (query.values.empty()) {
      out += format("| {} | – | {} |\n", esc(query.name), query.error.empty() ? "nothing" : esc(query.error));
    }
    for (std::size_t i = 0; i < std::min(query.values.size(), kMostRows); ++i) {
      const auto& [labels, value] = query.values[i];
      out += format("| {} | {} | {} |\n", esc(query.name),
                    labels.empty() ? "–" : markdown_code(labels.to_string(), CodeIn::cell), format_number(value));
    }
  }
  for (const auto& query : record.queries) {
    if (query.covered) out += format("\n{} {}.\n", esc(query.name), esc(coverage_of(query)));
  }
  return out + "\n</details>\n";
}

std::string render(const Record& record, const tsdb::Store&) {
  std::string out =
      format("## {} {}: {}\n\n", mark(record.verdict), esc(record.scenario), verdict_word(record.verdict));
  out += format("**{}.** {}\n\n{}{}\n", esc(sentence_case(record.verdict_why)), esc(headline(record)),
                response_line(record), esc(record.summary));
  out += score_table(record);
  out += unmet_section(record) + unseen_section(record) + strain_section(record) + history_section(record);
  out += incidents_table(record);
  for (const IncidentRecord& incident : record.incidents) out += times_table(record, incident);
  out += course_table(record);
  out += alerts_table(record);
  out += unnotified_table(record) + late_table(record) + notifications_table(record);
  out += people_table(record) + communication_table(record) + logs_table(record);
  out += expectations_table(record);
  out += budget_table(record);
  out += metrics_table(record);
  out += queries_table(record);
  out += format("\nDrill: {}, seed {}, firedrill {}. Again: {}\n\n{}.\n", span_words(record), record.seed,
                esc(record.firedrill), markdown_code(record.command, CodeIn::line),
                record.drill ? where_again(record) : esc(where_again(record)));
  return out;
}

}  // namespace

Format markdown() {
  return {.name = "markdown",
          .file_name = "report.md",
          .doc =
              "A short report for a pull request or a job's summary: the verdict first, then what failed and why, the "
              "times and the alerts.",
          .render = render};
}

}  // namespace firedrill::reports::renderers
