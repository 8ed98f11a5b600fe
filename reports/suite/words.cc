#include "reports/suite/words.h"

#include <algorithm>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "reports/words.h"

namespace firedrill::reports::suite {
namespace {

using record::Verdict;

std::string describe(const Share& share) {
  const double ratio = static_cast<double>(share.part) / static_cast<double>(share.whole);
  return format("{} of {} ({})", share.part, share.whole, describe_ratio(ratio));
}

std::string runs_word(const Suite& suite) {
  return suite.several_seeds() ? "run" : "scenario";
}

}  // namespace

std::string describe_verdicts(const Suite& suite) {
  const auto count = [&](auto is) { return std::ranges::count_if(suite.runs, is); };
  const auto failed = count([](const ScenarioRun& run) { return run.ran() && run.verdict == Verdict::fail; });
  const auto invalid = count([](const ScenarioRun& run) { return run.ran() && run.verdict == Verdict::invalid; });
  const auto broken = count([](const ScenarioRun& run) { return !run.ran(); });
  const std::string noun = runs_word(suite);
  const std::size_t all = suite.runs.size();
  std::string out = format("{} of {} {}{} passed", suite.passed(), all, noun, all == 1 ? "" : "s");
  if (failed > 0) out += format(", {} failed", failed);
  if (invalid > 0) out += format(", {} {} invalid", invalid, invalid == 1 ? "is" : "are");
  if (broken > 0) out += format(", {} could not be run or written", broken);
  if (suite.worse()) out += ", and the suite is worse than its baseline";
  return out;
}

std::string_view word_of(const ScenarioRun& run) {
  return run.ran() ? verdict_word(run.verdict) : "No result";
}

std::string_view sign_of(const ScenarioRun& run) {
  return run.ran() ? verdict_sign(run.verdict) : "✕";
}

std::string_view tone_of(const ScenarioRun& run) {
  if (!run.ran() || run.verdict == Verdict::fail) return "bad";
  return run.verdict == Verdict::pass ? "good" : "warn";
}

std::string describe_recall(const Share& share) {
  return share.whole == 0 ? "nothing to detect" : describe(share);
}

std::string describe_precision(const Share& share) {
  return share.whole == 0 ? "no pages" : describe(share);
}

std::string describe_detection(const ScenarioRun& run) {
  std::optional<Duration> least;
  std::optional<Duration> most;
  std::size_t never = 0;
  for (const Incident& incident : run.incidents) {
    if (incident.detected_after) {
      least = std::min(least.value_or(*incident.detected_after), *incident.detected_after);
      most = std::max(most.value_or(*incident.detected_after), *incident.detected_after);
    } else if (incident.counts) {
      ++never;
    }
  }
  std::string out = !least ? ""
                    : describe_duration(*least) == describe_duration(*most)
                        ? describe_duration(*least)
                        : format("{} to {}", describe_duration(*least), describe_duration(*most));
  if (never > 0) out += (out.empty() ? "" : ", ") + std::string("never");
  return out.empty() ? "–" : out;
}

std::string describe_detected(const ScenarioRun& run) {
  const auto all = std::ranges::count_if(run.incidents, &Incident::counts);
  const auto detected =
      std::ranges::count_if(run.incidents, [](const Incident& each) { return each.detected_after.has_value(); });
  return all == 0 ? "–" : format("{} of {}", detected, all);
}

std::string describe_checks(const ScenarioRun& run) {
  if (!run.ran()) return "–";
  const auto all = std::ranges::count_if(run.checks, &Check::expectation);
  const auto met = std::ranges::count_if(
      run.checks, [](const Check& check) { return check.expectation && check.outcome.result == Verdict::pass; });
  return format("{} of {}", met, all);
}

std::string_view word_of(Trend trend) {
  switch (trend) {
    case Trend::worse:
      return "worse";
    case Trend::better:
      return "better";
    case Trend::added:
      return "new";
    case Trend::removed:
      return "gone";
  }
  return "";
}

std::string describe_changes(const Comparison& comparison) {
  std::string out;
  for (const Trend trend : {Trend::worse, Trend::better, Trend::added, Trend::removed}) {
    const std::size_t count = comparison.count(trend);
    if (count > 0) out += format("{}{} {}", out.empty() ? "" : ", ", count, word_of(trend));
  }
  return out.empty() ? "nothing is different" : out;
}

Where where_again(const Suite& suite) {
  if (suite.command_folder.empty()) return {};
  if (!suite.command_folder_of_repository) return {"in ", suite.command_folder, ""};
  if (suite.command_folder == ".") return {"at the top of the repository", "", ""};
  return {"in ", suite.command_folder, " of the repository"};
}

std::vector<const Check*> unmet(const ScenarioRun& run) {
  std::vector<const Check*> found;
  for (const Verdict wanted : {Verdict::fail, Verdict::invalid}) {
    for (const Check& check : run.checks) {
      if (check.outcome.result == wanted) found.push_back(&check);
    }
  }
  return found;
}

std::string cause_of(const Check& check) {
  return check.outcome.why.empty() ? check.outcome.observed : check.outcome.why;
}

std::vector<std::string> never_exercised(const Matrix& matrix) {
  std::vector<std::string> found;
  for (const Matrix::Row& row : matrix.rows) {
    if (!row.exercised()) found.push_back(row.alert);
  }
  return found;
}

}  // namespace firedrill::reports::suite
