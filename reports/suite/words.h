// What every report of a suite says, in words.
#pragma once

#include <string>
#include <string_view>

#include "reports/suite/results.h"

namespace firedrill::reports::suite {

// "13 of 15 scenarios passed, 1 failed, 1 could not be run or written, and the suite is worse than its baseline".
std::string describe_verdicts(const Suite& suite);
// "Failed", "Could not be run", and its sign and tone.
std::string_view word_of(const ScenarioRun& run);
std::string_view sign_of(const ScenarioRun& run);
std::string_view tone_of(const ScenarioRun& run);

// "12 of 13 (92.3 %)"; "nothing to detect" or "no pages" where there is nothing to take the share of.
std::string describe_recall(const Share& share);
std::string describe_precision(const Share& share);

// "3 m 30 s"; of several incidents "1 m to 3 m 30 s"; "never"; "–" where there was nothing to detect.
std::string describe_detection(const ScenarioRun& run);
// "1 of 2"; "–" without incidents that count.
std::string describe_detected(const ScenarioRun& run);
// "11 of 12": expectations that were met.
std::string describe_checks(const ScenarioRun& run);

std::string_view word_of(Trend trend);  // "worse"
// "1 worse, 2 better" or "nothing is different".
std::string describe_changes(const Comparison& comparison);

// Checks that were not met, failed ones first.
std::vector<const Check*> unmet(const ScenarioRun& run);
// The one sentence of why a check was not met.
std::string cause_of(const Check& check);

// Alerts that no run exercises.
std::vector<std::string> never_exercised(const Matrix& matrix);

// Where a suite's command works, before and behind a folder's name: {"in ", " of the repository"}; the name is empty
// where none needs to be said.
struct Where {
  std::string before;
  std::string folder;
  std::string after;
};
Where where_again(const Suite& suite);

}  // namespace firedrill::reports::suite
