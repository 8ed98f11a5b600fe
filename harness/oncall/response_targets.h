// Within which time an incident is to be acknowledged, by its severity.
#pragma once

#include <array>
#include <span>

#include "base/diagnostic.h"
#include "base/fields.h"
#include "base/time.h"
#include "record/severity.h"

namespace firedrill::oncall {

struct ResponseTargets {
  // P0 to P3: 15 minutes, 30 minutes, 4 hours, a day.
  std::array<Duration, 4> by_severity{Duration{15min}, Duration{30min}, Duration{4h}, Duration{24h}};

  Duration of(record::SeverityLevel level) const { return by_severity[static_cast<std::size_t>(level)]; }
  // Whether somebody who acknowledged so long after the first page was in time: less than the target is wanted.
  bool met(record::SeverityLevel level, Duration acknowledged_after) const { return acknowledged_after < of(level); }
  bool operator==(const ResponseTargets&) const = default;
};

// Of a block `response_targets: {P0: 15m, …}`; what it does not name keeps its default. That what is milder is to be
// acknowledged sooner is told as an error.
std::span<const FieldSpec> response_target_fields();
ResponseTargets response_targets(const Fields& fields, Diagnostics& diagnostics);

}  // namespace firedrill::oncall
