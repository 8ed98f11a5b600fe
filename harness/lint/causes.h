// The cause of a warning: the lint that it comes from, in brackets at its end.
#pragma once

#include <string>
#include <string_view>

#include "base/diagnostic.h"

namespace firedrill::lint {

// "the alert Down has no runbook [runbook]".
std::string with_cause(std::string_view what, std::string_view lint);
// The lint's name; empty where there is none.
std::string_view cause_of(const Diagnostic& warning);

// As render(), but of warnings with one cause and one remedy in one file the first is shown with its line, and the
// others below it in a line each, however many there are.
std::string render_by_cause(const Diagnostics& warnings);
// "12 warnings: 8 runbook, 4 summary".
std::string count_by_cause(const Diagnostics& warnings);

}  // namespace firedrill::lint
