// The causes that make alerts fire, found by trying them.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "exercise/drill.h"
#include "exercise/plan.h"
#include "exercise/subject.h"

namespace firedrill::exercise {

struct SearchOptions {
  promql::Version version = promql::Version::v3;
  Budget* budget = nullptr;
  std::function<void(double share)> progress = {};
};

struct Found {
  std::vector<std::optional<Choice>> choices;  // by subject
  std::vector<bool> noise;                     // likewise: it fires while nothing is wrong
  std::vector<std::string> gaps;               // likewise: what it reads that the topology lacks, where it has nothing
};

// Runs the production without any fault, and then with one after the other, until each alert whose metrics it has was
// made to fire and has cleared again, or no cause is left.
Result<Found> search(std::span<const Subject> subjects, std::span<const alerting::RuleFile> rules, const Stand& stand,
                     bool causes, const SearchOptions& options);

}  // namespace firedrill::exercise
