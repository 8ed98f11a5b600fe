#include "base/report.h"

#include <algorithm>
#include <utility>

#include "base/text/format.h"

namespace firedrill {

void report(Diagnostics& diagnostics, Position where, std::string what, std::string remedy) {
  diagnostics.push_back({Severity::error, std::move(where), std::move(what), std::move(remedy)});
}

void warn(Diagnostics& diagnostics, Position where, std::string what, std::string remedy) {
  diagnostics.push_back({Severity::warning, std::move(where), std::move(what), std::move(remedy)});
}

std::string suggest_one(std::string_view written, std::span<const std::string> names, const Diagnostics& diagnostics) {
  return diagnostics.size() > 2 * kMaxDiagnostics ? "take one that there is" : suggest(written, names);
}

void tidy_and_limit(Diagnostics& diagnostics) {
  tidy(diagnostics);
  if (diagnostics.size() <= kMaxDiagnostics) return;
  // Warnings must not push out the errors that make the input bad.
  if (has_errors(diagnostics))
    std::erase_if(diagnostics, [](const Diagnostic& d) { return d.severity != Severity::error; });
  if (diagnostics.size() <= kMaxDiagnostics) return;
  const std::size_t more = diagnostics.size() - kMaxDiagnostics;
  const Severity severity = diagnostics.front().severity;
  diagnostics.resize(kMaxDiagnostics);
  Position where = diagnostics.back().where;
  where.line = 0;
  diagnostics.push_back(
      {severity, std::move(where), format("{} more of the kind are not shown", more), "begin with those that are"});
}

}  // namespace firedrill
