// The reports of a suite, one function from each file. All but the seconds in JUnit's follow from the scenarios, the
// rules and the seeds alone.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/text/json.h"
#include "reports/suite/results.h"

namespace firedrill::reports::suite {

// The table on the terminal, what failed, what is different from the baseline.
std::string render_text(const Suite& suite);
json::value render_json(const Suite& suite);
std::string render_junit(const Suite& suite);

// One page that links the report of each run, no script in it and no request to anywhere.
std::string render_index(const Suite& suite);
// What an index begins with, by which one is known.
bool is_index(std::string_view beginning);

// Markdown: the job's summary and a pull request's comment. GitHub takes no comment of more than 65,536 characters:
// what does not fit is counted.
inline constexpr std::size_t kMostSummary = 60'000;
std::string render_summary(const Suite& suite);
bool is_summary(std::string_view beginning);

// GitHub's workflow commands, one a line: an aggregate first, since it shows ten of a kind for each step.
std::string render_annotations(const Suite& suite);

}  // namespace firedrill::reports::suite
