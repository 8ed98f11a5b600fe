// Making text harmless in Markdown; base/escape.h does for HTML and XML.
#pragma once

#include <string>
#include <string_view>

#include "base/escape.h"

namespace firedrill::reports {

// For a cell of a Markdown table or a line of its text: markup characters are escaped, and it is made one line.
std::string escape_markdown(std::string_view text);

}  // namespace firedrill::reports
