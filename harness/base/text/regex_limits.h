// Regular expressions that Go refuses and RE2 takes, or takes long to refuse.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace firedrill {

// The reason, in the words of Go's regexp/syntax, as seen from the text alone; nothing of patterns within the limits.
std::optional<std::string> beyond_limits(std::string_view pattern);

}  // namespace firedrill
