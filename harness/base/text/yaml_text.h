// Writing texts as YAML scalars, so that every reader of YAML 1.1 and 1.2 (go-yaml among them) gets the same text back.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace firedrill {

// On one line: plain where that is safe, else in single quotes; in double quotes with escapes what holds harmful
// characters (base/text/harmful.h) or a runner's command. A byte that is not UTF-8 becomes U+FFFD: YAML cannot say it.
std::string yaml_scalar(std::string_view text);

// A text of one or several lines behind "key: ": a literal block whose lines are indented by this many blanks, or what
// yaml_scalar gives where a block could not hold it (harmful characters, a runner's command, blanks at the start or end
// of it). Without a line's end behind it.
std::string yaml_block(std::string_view text, std::size_t indent);

}  // namespace firedrill
