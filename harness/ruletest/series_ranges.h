// Series that a unit test gives once and means several times: {instance="web-[0:9]"}, where the file's block
// `firedrill:` says `series_ranges: true`.
#pragma once

#include <vector>

#include "base/diagnostic.h"
#include "ruletest/unit_test_file.h"

namespace firedrill::ruletest {

// So many series may come of one entry.
inline constexpr std::size_t kMostRepeated = 100'000;

// Puts in place of each series one for each number of the ranges [from:to] in the values of its labels, of several
// ranges one for each combination. Numbers are as long as the first where that begins with a zero.
void repeat_series(std::vector<InputSeries>& series, Diagnostics& diagnostics);

}  // namespace firedrill::ruletest
