// How a series is written in either format that targets are scraped in: a name, and labels in braces.
#pragma once

#include <string_view>

#include "model/labels.h"

namespace firedrill::monitor {

inline bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
void skip_blanks(std::string_view& rest);

// A name at the beginning, taken away; `colon`: of a metric. Empty: there is none.
std::string_view take_name(std::string_view& rest, bool colon);

// `{a="b",}` at the beginning, taken away; `blanks`: there may be some between its parts. A label twice, or a value
// that is no UTF-8, is none. An error in words; empty: none.
std::string_view take_labels(std::string_view& rest, bool blanks);

// A series' labels, its name among them; it must be one that was read.
model::Labels labels_of(std::string_view series);

}  // namespace firedrill::monitor
