// Runs a table of lints whose findings are warnings already.
#pragma once

#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "lint/causes.h"
#include "lint/comments.h"

namespace firedrill::lint {

// What they find, each with its lint's name in brackets, but for what comments switch off.
template <typename Lints, typename Input>
Diagnostics run(const Lints& lints, const Input& input) {
  Diagnostics all;
  for (const auto& each : lints) {
    std::vector<Diagnostic> findings;
    each.check(input, findings);
    for (Diagnostic& finding : findings) {
      finding.what = with_cause(finding.what, each.name);
      all.push_back(std::move(finding));
    }
  }
  leave_out_disabled(all);
  return all;
}

}  // namespace firedrill::lint
