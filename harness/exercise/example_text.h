// A text that matchers of a label accept.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/matcher.h"

namespace firedrill::exercise {

// One that all of them accept: of `preferred` the first that is accepted, else what the matchers themselves say, else
// one of some that labels often have. Nothing if none was found; the empty text stands for a label that is not there.
std::optional<std::string> example_of(std::span<const model::Matcher> matchers, std::span<const std::string> preferred);

// Texts that a regular expression (RE2) is likely to match as a whole: alternatives one by one, repetitions as short
// as they may be. Not each is sure to match.
std::vector<std::string> examples_of_regex(std::string_view regex);

}  // namespace firedrill::exercise
