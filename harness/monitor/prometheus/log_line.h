// A line that a program in Go has logged, as key=value pairs (logfmt), of either of its two ways to write them.
#pragma once

#include <string>
#include <string_view>

namespace firedrill::monitor {

// The value of a key, without its quotes and escapes; empty if the line has none.
std::string logged(std::string_view line, std::string_view key);
// Whether it tells of an error.
bool is_error(std::string_view line);
// Whether it says itself that it tells of nothing out of the ordinary.
bool is_everyday(std::string_view line);

}  // namespace firedrill::monitor
