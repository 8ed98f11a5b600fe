// What is allowed in an on-call file and probably not meant.
#pragma once

#include <span>

#include "base/diagnostic.h"
#include "lint/lint.h"
#include "oncall/roster.h"

namespace firedrill::oncall {

struct RosterLintInput {
  using Finding = Diagnostic;
  const Roster& roster;
};
using RosterLint = lint::Lint<RosterLintInput>;

std::span<const RosterLint> roster_lints();
// Warnings, each with its lint's name in brackets, but for what comments of the file switch off. Who is on call is
// looked at over the years 2026 and 2027: no clock is asked, and zones keep their rules until somebody changes them.
Diagnostics lint_roster(const Roster& roster);

}  // namespace firedrill::oncall
