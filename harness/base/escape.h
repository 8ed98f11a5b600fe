// Making text harmless where it stands: a scenario, a label or an annotation may hold anything.
#pragma once

#include <string>
#include <string_view>

namespace firedrill {

// For the text and the attributes of HTML, SVG and XML alike: & < > " ' become references; characters that XML does not
// allow (controls other than tab and line ends), those that turn the direction of writing, and bytes that are not UTF-8
// become U+FFFD.
std::string escape_markup(std::string_view text);

// As one line of a terminal or of a file of lines: controls and line ends become blanks, one each; what turns the
// direction of writing and bytes that are not UTF-8 become U+FFFD.
std::string printable(std::string_view text);

}  // namespace firedrill
