// How a rule has fared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"

namespace firedrill::alerting {

struct RuleHealth {
  std::uint64_t evaluations = 0;
  std::uint64_t failures = 0;
  std::string last_error;  // of the last evaluation; empty if it went well
  std::optional<Time> last_error_at;
  std::size_t last_samples = 0;  // that the expression gave at the last evaluation
  std::uint64_t template_errors = 0;
  std::string last_template_error;
};

}  // namespace firedrill::alerting
