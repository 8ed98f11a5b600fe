// Making text harmless in Markdown; base/text/escape.h does for HTML and XML.
#pragma once

#include <string>
#include <string_view>

#include "base/text/escape.h"

namespace firedrill::reports {

// A text as text, in a cell of a table or in a line: made one line, and no part of it becomes markup, a link, a
// mention, a reference, an emoji or a formula. It may begin the line, and stays readable: only what would be taken for
// markup where it stands is escaped.
std::string escape_markdown(std::string_view text);

// As code, for expressions and labels. In a table a bar ends the cell, in code too.
enum class CodeIn { line, cell };
std::string markdown_code(std::string_view text, CodeIn where);

}  // namespace firedrill::reports
