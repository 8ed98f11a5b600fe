// What is to happen when, for every alert: sections of a scenario, one an alert, many at a time where they do not
// disturb each other. Alerts that read the same metric come one after the other.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "exercise/causes.h"
#include "exercise/section.h"
#include "exercise/solve.h"
#include "exercise/subject.h"

namespace firedrill::exercise {

// By what an alert is to fire.
struct Choice {
  std::optional<Cause> cause;
  std::optional<Solution> solution;  // where there is no cause
  Duration fires{};                  // after so long, where it was tried
  Duration clears{};
};

// A scenario of at most so many entries as one file may have.
struct Part {
  std::vector<Section> sections;   // in order of time
  std::vector<std::size_t> files;  // of rules, that it needs
  Duration warmup{};
  Duration duration{};
  std::string faults;  // the lists of its file, as text
  std::string incidents;
  std::string expectations;
};

struct Cast {
  std::span<const Subject> subjects;
  std::span<const std::optional<Choice>> choices;  // by subject; nothing: it is not in any part
  std::string service;                             // whose target shows what is made up
};
std::vector<Part> plan(const Cast& cast);

// The scenario's file; topology and rules are in its folder.
std::string scenario_text(const Part& part, const std::string& name, std::span<const std::string> rule_paths);

}  // namespace firedrill::exercise
