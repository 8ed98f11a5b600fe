// A suite's results for programs.
#include "base/duration.h"
#include "reports/suite/renderers.h"
#include "reports/suite/words.h"

namespace firedrill::reports::suite {
namespace {

void add_place(json::object& to, const Position& where) {
  if (where.source == nullptr) return;
  to["file"] = where.source->name;
  if (where.line > 0) to["line"] = where.line;
}

json::array diagnostics_json(const Diagnostics& diagnostics) {
  json::array out;
  for (const Diagnostic& each : diagnostics) {
    json::object one;
    add_place(one, each.where);
    one["message"] = each.what;
    if (!each.remedy.empty()) one["help"] = each.remedy;
    out.emplace_back(std::move(one));
  }
  return out;
}

json::value seconds(const std::optional<Duration>& duration) {
  return duration ? json::value(to_seconds(*duration)) : json::value();
}

json::array checks_json(const ScenarioRun& run) {
  json::array out;
  for (const Check& check : run.checks) {
    json::object one{{"id", check.name},
                     {"kind", check.kind},
                     {"result", std::string(record::to_string(check.outcome.result))},
                     {"expected", check.outcome.expected},
                     {"observed", check.outcome.observed},
                     {"why", check.outcome.why}};
    add_place(one, check.where);
    out.emplace_back(std::move(one));
  }
  return out;
}

json::array incidents_json(const ScenarioRun& run) {
  json::array out;
  for (const Incident& incident : run.incidents) {
    out.emplace_back(json::object{
        {"id", incident.id},
        {"counts", incident.counts},
        {"severity", incident.peak ? json::value(std::string(record::to_string(*incident.peak))) : json::value()},
        {"detected_after_seconds", seconds(incident.detected_after)},
        {"alert", incident.alert.empty() ? json::value() : json::value(incident.alert)}});
  }
  return out;
}

json::array pages_json(const ScenarioRun& run) {
  json::array out;
  for (const Page& page : run.pages) {
    json::object one{{"alert", page.alert},
                     {"incident", page.incident.empty() ? json::value() : json::value(page.incident)},
                     {"times", page.times}};
    add_place(one, page.rule);
    out.emplace_back(std::move(one));
  }
  return out;
}

json::object run_json(const ScenarioRun& run) {
  json::object out{{"scenario", run.scenario}, {"seed", run.seed}};
  add_place(out, run.file);
  out["warnings"] = diagnostics_json(run.warnings);
  if (!run.ran()) {
    out["errors"] = diagnostics_json(run.errors);
    return out;
  }
  out["verdict"] = std::string(record::to_string(run.verdict));
  out["why"] = run.verdict_why;
  out["report"] = run.folder.empty() ? json::value() : json::value(run.folder + "/report.html");
  out["checks"] = checks_json(run);
  out["incidents"] = incidents_json(run);
  out["pages"] = pages_json(run);
  json::object alerts;
  for (const auto& [alert, sight] : run.alerts) alerts[alert] = std::string(to_string(sight));
  out["alerts"] = std::move(alerts);
  return out;
}

json::object share_json(const Share& share) {
  json::object out{{"part", share.part}, {"of", share.whole}};
  out["ratio"] = share.whole == 0 ? json::value()
                                  : json::value(static_cast<double>(share.part) / static_cast<double>(share.whole));
  return out;
}

json::array texts(const std::vector<std::string>& from) {
  json::array out;
  for (const std::string& text : from) out.emplace_back(text);
  return out;
}

json::object comparison_json(const Comparison& comparison) {
  json::array changes;
  for (const Change& change : comparison.changes) {
    json::object one{{"trend", std::string(word_of(change.trend))},
                     {"fails", change.fails},
                     {"scenario", change.scenario},
                     {"seed", change.seed},
                     {"what", change.what}};
    add_place(one, change.where);
    changes.emplace_back(std::move(one));
  }
  return {{"baseline", comparison.baseline},
          {"slower_by", format_duration(comparison.slower_by)},
          {"passed", !comparison.fails()},
          {"written", comparison.written},
          {"changes", std::move(changes)}};
}

}  // namespace

json::value render_json(const Suite& suite) {
  json::array runs;
  for (const ScenarioRun& run : suite.runs) runs.emplace_back(run_json(run));
  json::object out{{"passed", suite.good()},
                   {"recall", share_json(recall(suite))},
                   {"precision", share_json(precision(suite))},
                   {"never_exercised", texts(never_exercised(matrix(suite)))},
                   {"runs", std::move(runs)}};
  if (!suite.rules.empty()) out["rules"] = texts(suite.rules);
  if (suite.comparison) out["comparison"] = comparison_json(*suite.comparison);
  return out;
}

}  // namespace firedrill::reports::suite
