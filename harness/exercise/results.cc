#include "exercise/results.h"

#include <set>

#include "base/text/format.h"
#include "reports/escape.h"
#include "reports/junit_case.h"

namespace firedrill::exercise {
namespace {

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value() : json::value(text);
}

json::value seconds_or_null(const std::optional<Duration>& time) {
  return time ? json::value(to_seconds(*time)) : json::value();
}

reports::junit::Case case_of(const Outcome& outcome, std::set<std::string>& used) {
  reports::junit::Case made;
  made.suite = outcome.file;
  made.name = reports::junit::unique(used, outcome.alert);
  if (outcome.always || (outcome.fires && outcome.clears)) return made;
  made.result = record::Verdict::fail;
  made.type = outcome.fires ? "does not clear" : "does not fire";
  made.message = format("{}: {}", outcome.alert, outcome.why_not);
  made.body = format("{}:{}: {}", outcome.file, outcome.line, outcome.why_not);
  return made;
}

// Of one scenario, in the folder itself or in one of its own.
output::NameUse use_of(std::string_view name) {
  if (name.starts_with("part-") || name.starts_with("alone-")) name.remove_prefix(name.find('/') + 1);
  const bool ours = name == "topology.yaml" || name == "scenario.yaml" || name.starts_with("rules/") ||
                    name.starts_with("exporters/");
  return ours ? output::NameUse::output : output::NameUse::foreign;
}

}  // namespace

Totals totals_of(const Exercise& exercise) {
  Totals totals;
  totals.alerts = exercise.outcomes.size();
  for (const Outcome& outcome : exercise.outcomes) {
    const bool good = outcome.fires && outcome.clears;
    totals.by_cause += good && outcome.by == By::cause ? 1 : 0;
    totals.by_metric += good && outcome.by == By::metric ? 1 : 0;
    totals.always += outcome.always ? 1 : 0;
    if (outcome.always) continue;
    totals.noise += outcome.noise ? 1 : 0;
    totals.gaps += outcome.gap.empty() ? 0 : 1;
    totals.clock += outcome.clock && good ? 1 : 0;
    totals.silent += outcome.fires ? 0 : 1;
    totals.stuck += outcome.fires && !outcome.clears ? 1 : 0;
  }
  return totals;
}

json::value to_json(const Exercise& exercise) {
  json::array alerts;
  for (const Outcome& outcome : exercise.outcomes) {
    alerts.push_back(json::object{{"alert", outcome.alert},
                                  {"file", outcome.file},
                                  {"line", outcome.line},
                                  {"fires", outcome.fires},
                                  {"clears", outcome.clears},
                                  {"after_s", seconds_or_null(outcome.after)},
                                  {"clears_after_s", seconds_or_null(outcome.clears_after)},
                                  {"cause", text_or_null(outcome.cause)},
                                  {"why_not", text_or_null(outcome.why_not)},
                                  {"noise", outcome.noise},
                                  {"gap", text_or_null(outcome.gap)},
                                  {"clock", outcome.clock},
                                  {"scenario", text_or_null(outcome.scenario)}});
  }
  const Totals totals = totals_of(exercise);
  return json::object{{"alerts", alerts},
                      {"total", json::object{{"alerts", totals.alerts},
                                             {"by_cause", totals.by_cause},
                                             {"by_metric", totals.by_metric},
                                             {"noise", totals.noise},
                                             {"gaps", totals.gaps},
                                             {"clock", totals.clock},
                                             {"always", totals.always},
                                             {"silent", totals.silent},
                                             {"stuck", totals.stuck}}}};
}

std::string to_junit(const Exercise& exercise) {
  std::string cases;
  std::size_t failures = 0;
  std::set<std::string> used;
  for (const Outcome& outcome : exercise.outcomes) {
    const reports::junit::Case made = case_of(outcome, used);
    failures += made.result == record::Verdict::fail ? 1 : 0;
    cases += reports::junit::render(made);
  }
  const std::string counts =
      format("tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"0\"", exercise.outcomes.size(), failures);
  return format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"firedrill\" {}>\n  <testsuite name=\"exercise\" "
      "{} time=\"0\">\n{}  </testsuite>\n</testsuites>\n",
      counts, counts, cases);
}

const output::FolderKind& exercise_folder() {
  static constexpr output::FolderKind kExercise{"exercise", use_of};
  return kExercise;
}

}  // namespace firedrill::exercise
