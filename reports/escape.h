// Making text harmless where it stands: a scenario, a label or an annotation may hold anything.
#pragma once

#include <string>
#include <string_view>

namespace firedrill::reports {

// For the text and the attributes of HTML, SVG and XML alike: & < > " ' become references; characters that XML does not
// allow (controls other than tab and line ends) and bytes that are not UTF-8 become U+FFFD.
std::string escape_markup(std::string_view text);

// For a cell of a Markdown table or a line of its text: markup characters are escaped, line ends become blanks.
std::string escape_markdown(std::string_view text);

}  // namespace firedrill::reports
