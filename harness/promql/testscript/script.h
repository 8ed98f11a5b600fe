// Test scripts in promqltest's language (prometheus/promql/promqltest/README.md): load, clear, eval and what is
// expected.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/bounds/budget.h"
#include "base/result.h"
#include "promql/engine.h"

namespace firedrill::promql {

struct ScriptOptions {
  // What all scripts of a command may use; null: no bound. Where it is exceeded, a script ends early.
  Budget* budget = nullptr;
  // promqltest evaluates with experimental functions and delayed name removal.
  Options engine{.experimental_functions = true, .delayed_name_removal = true};
  // Leave out series with native histograms, start timestamps, or type and unit labels, and every evaluation that
  // expects or reads one or is written in what is not supported, instead of refusing the script.
  bool leave_out = false;
};

struct ScriptResult {
  std::size_t evaluations = 0;                    // that were compared
  std::map<std::string, std::size_t> left_out{};  // evaluations by what they have: "native histograms"
  Diagnostics failures;  // evaluations that did not give what was expected, at the line of their eval
  bool passed() const { return failures.empty(); }
};

// The error is the script's own: a line that is no command, a bad duration or series. A bad expression fails its eval.
Result<ScriptResult> run_script(const SourcePtr& source, const ScriptOptions& options);

}  // namespace firedrill::promql
