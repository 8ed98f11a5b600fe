// The entries of a scenario that bring an alert's section about.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "exercise/causes.h"
#include "exercise/section.h"
#include "exercise/solve.h"

namespace firedrill::exercise {

struct Entries {
  std::string text;
  std::vector<std::string> ids;
};

// Faults that make the series of the solution, calm through the section and otherwise in its hot part.
Entries metric_entries(const Section& section, const Solution& solution, const std::string& service, Duration warmup);
// How many that are.
std::size_t count_entries(const Solution& solution);
// The fault that is the cause.
Entries cause_entry(const std::string& id, const Cause& cause, Duration at, Duration lasts);

}  // namespace firedrill::exercise
