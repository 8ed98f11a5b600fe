// Making text harmless where it stands: a scenario, a label or an annotation may hold anything. What is harmful is said
// in base/text/harmful.h and base/text/runner_commands.h.
#pragma once

#include <string>
#include <string_view>

#include "base/text/runner_commands.h"

namespace firedrill {

// For the text and the attributes of HTML, SVG and XML alike: & < > " ' become references, and so does what would begin
// a runner's command; of the harmful characters line feeds stay, tabs and carriage returns become references, and the
// others U+FFFD. XML allows all that remains.
std::string escape_markup(std::string_view text);

// As one line of a terminal or of a file of lines: controls and line ends become blanks, one each; what turns the
// direction of writing or hides, and bytes that are not UTF-8, become U+FFFD.
std::string printable(std::string_view text);

// As `printable`, but its line feeds are ours and stay, and a backslash breaks what would begin a runner's command.
// `line` says what stands before the text, and afterwards what stands before the next one.
std::string harmless_lines(std::string_view text, RunnerCommands& line);
// Of a text that begins a line and is one.
std::string harmless_line(std::string_view text);

// As one word of a shell's command line, in quotes where it needs them: a command in a report is copied and run.
std::string shell_word(std::string_view text);

// Whether nothing in the text is harmful but line feeds, and none of its lines holds a runner's command.
bool is_harmless(std::string_view text);

}  // namespace firedrill
