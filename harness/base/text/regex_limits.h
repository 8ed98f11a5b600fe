// Regular expressions that Go refuses and RE2 takes, or takes long to refuse.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace firedrill {

// What reading it costs before anything is compiled, in instructions: RE2 needs time that grows with the square of the
// repetitions that stand in one sequence (`a?a?a?…`, `.{0,999}.{0,999}…`), and much for each class of Unicode's. Beyond
// every bound where that is so.
std::int64_t cost_to_read(std::string_view pattern);

// Whether it has so many places where the same text may go different ways that RE2 may need a new state for every
// byte: ten or more classes, dots, alternatives and repetitions that are counted.
bool may_branch_much(std::string_view pattern);

// The reason, in the words of Go's regexp/syntax, as seen from the text alone; nothing of patterns within the limits.
std::optional<std::string> beyond_limits(std::string_view pattern);

}  // namespace firedrill
