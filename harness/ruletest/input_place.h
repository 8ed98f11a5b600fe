// Where in the file a byte of an input series stands, as it is parsed: the series, a blank, its values.
#pragma once

#include <cstddef>

#include "base/diagnostic.h"
#include "ruletest/unit_test_file.h"

namespace firedrill::ruletest {

// Of a series that a range repeats, whose text is not the file's, the place of its beginning.
Position place_in(const InputSeries& input, std::size_t offset, std::size_t length = 1);

}  // namespace firedrill::ruletest
