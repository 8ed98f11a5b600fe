// The sections that are tables: alerts, expectations, key metrics, rules, faults, and how to run it again.
#include <algorithm>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "record/clock.h"
#include "record/record.h"
#include "reports/alert_matrix.h"
#include "reports/escape.h"
#include "reports/html/sections.h"
#include "reports/words.h"

namespace firedrill::reports::html {
namespace {

using record::Record;
using record::Verdict;

constexpr std::size_t kMostRules = 200;

std::string code(std::string_view text) {
  return text.empty() ? "" : format("<code>{}</code>", escape_markup(text));
}

std::string_view css_of(Verdict verdict) {
  return verdict == Verdict::pass ? "good" : verdict == Verdict::fail ? "bad" : "warn";
}

std::string_view css_of(AlertState state) {
  if (state == AlertState::excepted || state == AlertState::related) return "plain";
  return good(state) ? "good" : state == AlertState::unjudged ? "warn" : "bad";
}

std::string since_fault(const AlertRow& row) {
  if (row.first == nullptr || !row.first->injected_at || !row.first->firing_at) return "–";
  return describe_duration(*row.first->firing_at - *row.first->injected_at);
}

struct RuleState {
  std::string_view css, sign, word;
  std::string detail;
};

RuleState state_of(const Record& record, const record::RuleRecord& rule) {
  std::string empty;
  for (const std::string& selector : rule.empty_selectors) empty += (empty.empty() ? "" : ", ") + selector;
  if (rule.failures > 0)
    return {"bad", "✕", "failing",
            format("{} of {} evaluations failed: {}", rule.failures, rule.evaluations, rule.last_error)};
  if (rule.vacuous()) return {"warn", "!", "vacuous", "no series ever matched " + empty};
  if (rule.evaluations == 0) return {"warn", "!", "not evaluated", ""};
  if (lacks_history(record, rule)) {
    return {"warn", "!", "short of history",
            format("looks back {}, and the warm-up lasted {}", describe_duration(*rule.looks_back),
                   describe_duration(record.judged_from - record.watched_from()))};
  }
  return {"good", "✓", "healthy", empty.empty() ? "" : "no series matched " + empty};
}

}  // namespace

std::string alerts(const Record& record) {
  std::vector<std::vector<std::string>> rows;
  const std::vector<AlertRow> rows_of = alert_matrix(record);
  for (const AlertRow& row : rows_of) {
    const auto* first = row.first;
    rows.push_back(
        {badge(css_of(row.state), sign_of(row.state), to_string(row.state)),
         format("<strong>{}</strong> {}{}", escape_markup(row.alert), code(row.labels),
                row.activations > 1 ? format(" <span class=\"quiet\">first of {}</span>", row.activations) : ""),
         row.expectation.empty() ? "<span class=\"quiet\">nothing</span>" : escape_markup(row.expectation),
         first ? clock_of(record, first->pending_at) : "–", first ? clock_of(record, first->firing_at) : "–",
         clock_of(record, row.resolved_at), since_fault(row),
         first == nullptr       ? "–"
         : row.incident.empty() ? "<span class=\"quiet\">no incident</span>"
                                : escape_markup(row.incident)});
  }
  const std::string body =
      rows.empty()
          ? std::string(record.drill ? "<p>No alert fired.</p>" : "<p>No alert was expected, and none fired.</p>")
          : table({"state", "alert", "expected by", "pending", "firing", "resolved", "after the fault", "belongs to"},
                  rows, "first-narrow");
  const bool several = std::ranges::any_of(rows_of, [](const AlertRow& row) { return row.activations > 1; });
  return section("alerts", "Alerts", several ? kOfSeveral : "", body);
}

std::string expectations(const Record& record) {
  if (record.drill) return "";
  std::vector<std::vector<std::string>> rows;
  for (const auto& e : record.expectations) {
    rows.push_back(
        {badge(css_of(e.outcome.result), verdict_sign(e.outcome.result), record::to_string(e.outcome.result)),
         format("<strong>{}</strong><br><span class=\"kind\">{}</span>", escape_markup(e.id), escape_markup(e.kind)),
         escape_markup(e.outcome.expected),
         escape_markup(e.outcome.observed) +
             (e.outcome.why.empty()
                  ? ""
                  : format("<br><span class=\"why\">{}</span>", escape_markup(sentence_case(e.outcome.why))))});
  }
  return section("expectations", "Expectations", "",
                 table({"result", "expectation", "expected", "observed"}, rows, "first-narrow wide-text"));
}

std::string key_metrics(const Record& record) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& kpi : record.kpis) {
    const bool none = kpi.status == "none";
    const bool met = kpi.status == "met";
    rows.push_back({escape_markup(kpi.title), format("<strong>{}</strong>", escape_markup(kpi.text)),
                    escape_markup(kpi.target), escape_markup(kpi.threshold),
                    none ? format("<span class=\"quiet\">{}</span>", kpi.value ? "no target" : "no data")
                         : badge(met                      ? "good"
                                 : kpi.status == "missed" ? "warn"
                                                          : "bad",
                                 met ? "✓" : "✕",
                                 met                      ? "met"
                                 : kpi.status == "missed" ? "missed"
                                                          : "alarming")});
  }
  return rows.empty() ? ""
                      : section("metrics", "Key metrics", "",
                                table({"metric", "this run", "target", "alarming", "state"}, rows));
}

std::string queries(const Record& record) {
  constexpr std::size_t kMost = 200;
  std::vector<std::vector<std::string>> rows;
  for (const auto& query : record.queries) {
    const std::string name =
        format("<strong>{}</strong><br><code>{}</code>", escape_markup(query.name), escape_markup(query.expr)) +
        (query.covered ? format("<br><span class=\"kind\">{}</span>", escape_markup(coverage_of(query))) : "");
    if (query.values.empty()) {
      rows.push_back({name, "–", query.error.empty() ? "nothing" : escape_markup(query.error)});
    }
    for (const auto& [labels, value] : query.values) {
      if (rows.size() >= kMost) break;
      rows.push_back({name, labels.empty() ? "–" : format("<code>{}</code>", escape_markup(labels.to_string())),
                      format_number(value)});
    }
  }
  return rows.empty() ? ""
                      : section("queries", "Queries", "The SLO files' expressions at the end of the run.",
                                table({"query", "series", "value"}, rows, "wide-text"));
}

std::string rules(const Record& record) {
  std::vector<std::vector<std::string>> rows;
  std::size_t unhealthy = 0;
  for (const auto& rule : record.rules) {
    const RuleState state = state_of(record, rule);
    unhealthy += state.css != std::string_view("good");
    if (rows.size() == kMostRules) continue;
    rows.push_back(
        {badge(state.css, state.sign, state.word),
         format("<strong>{}</strong><br><span class=\"kind\">{}, {}</span>", escape_markup(rule.name),
                rule.alerting ? "alert" : "recording", escape_markup(rule.group)),
         code(rule.expr) +
             (rule.hold > 0ms ? format(" <span class=\"quiet\">for {}</span>", describe_duration(rule.hold)) : ""),
         grouped(static_cast<double>(rule.evaluations)), escape_markup(state.detail)});
  }
  if (rows.empty()) return "";
  const std::string history = history_words(record);
  const std::string lost = lost_at_start_words(record);
  const std::string lead =
      (unhealthy == 0 ? format("{} rules, all evaluated without error on series that exist.", record.rules.size())
                      : format("{} of {} rules are not healthy. A vacuous rule matches no series and can never fire.",
                               unhealthy, record.rules.size())) +
      (history.empty() ? ""
                       : " " + history +
                             " What happened in the run is a larger part of their "
                             "windows than it would be in production.") +
      (lost.empty() ? "" : " " + lost);
  return section(
      "rules", "Rules", lead,
      format("<details{}><summary>All rules</summary>{}</details>", unhealthy > 0 ? " open=\"\"" : "",
             table({"state", "rule", "expression", "evaluations", "remark"}, rows, "first-narrow wide-text")));
}

std::string faults(const Record& record) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& fault : record.faults) {
    const bool seen = fault.witness.seen_at.has_value();
    rows.push_back({badge(seen ? "good" : "bad", seen ? "✓" : "✕", seen ? "witnessed" : "not witnessed"),
                    format("<strong>{}</strong><br><span class=\"kind\">{} on {}</span>", escape_markup(fault.id),
                           escape_markup(fault.kind), escape_markup(fault.target)),
                    escape_markup(fault.parameters), clock_of(record, fault.injected_at),
                    clock_of(record, fault.recovered_at),
                    seen ? format("{}: {}", clock_of(record, *fault.witness.seen_at), escape_markup(fault.witness.what))
                    : fault.witness.what.empty() ? std::string("no symptom was measured in the traffic")
                                                 : escape_markup(fault.witness.what)});
  }
  return rows.empty()
             ? ""
             : section(
                   "faults", "Faults and their witnesses",
                   "A fault counts when its symptom is measured in the traffic, never because the injector says so.",
                   table({"effect", "fault", "parameters", "injected", "removed", "witness"}, rows, "first-narrow"));
}

std::string reproduce(const Record& record) {
  std::vector<std::vector<std::string>> rows{
      {"scenario", escape_markup(record.scenario)},
      {"seed", format("{}", record.seed)},
      {"firedrill", escape_markup(record.firedrill)},
      {"PromQL", "version " + escape_markup(record.promql_version)},
      {"began", format_instant(record.started) + " (warm-up)"},
      {"judged", format("{} to {}", format_instant(record.judged_from), format_instant(record.judged_to))}};
  if (record.monitoring.simulated_from) {
    rows.push_back({"warm-up", format("simulated from {} until it began, and loaded as history of the monitor",
                                      format_instant(*record.monitoring.simulated_from))});
  }
  for (const auto& input : record.inputs)
    rows.push_back({escape_markup(input.path), format("<code class=\"hash\">{}</code>", escape_markup(input.sha256))});
  if (!record.series_hash.empty())
    rows.push_back({"series", format("<code class=\"hash\">{}</code>", escape_markup(record.series_hash))});
  return section(
      "reproduce", "Run it again",
      format("The same scenario, seed and version give the same record, byte for byte. {}.", where_again(record)),
      format("<pre><code>{}</code></pre>", escape_markup(record.command)) + table({"what", "value"}, rows));
}

}  // namespace firedrill::reports::html
