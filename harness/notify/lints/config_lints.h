// What is allowed in an Alertmanager configuration and probably not meant. Each lint is a row in a table and a file of
// its own; some look at the alerts of rule files that are checked beside it.
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "lint/lint.h"
#include "notify/config/config.h"
#include "notify/lints/alert_shape.h"

namespace firedrill::notify {

struct ConfigFinding {
  Position where;
  std::string what;
  std::string remedy;
};

struct ConfigLintInput {
  using Finding = ConfigFinding;
  const Configuration& configuration;
  std::span<const AlertShape> alerts;          // empty: no rule files are there
  std::span<const std::vector<Truth>> takers;  // of each alert, by route
};

using ConfigLint = lint::Lint<ConfigLintInput>;

std::span<const ConfigLint> config_lints();

// Warnings, each with its lint's name in brackets, but for what the file's comments switch off.
Diagnostics lint_configuration(const Configuration& configuration, std::span<const AlertShape> alerts,
                               const std::set<std::string, std::less<>>& disabled);

// Names in a sentence: at most `most`, and how many more there are.
std::string listed(std::span<const std::string> names, std::size_t most = 8);

namespace lints {
// Whether there is ever a day that fits it, and a time of that day.
bool comes(const TimeInterval& interval);
// Whether two routes agree in what a lint looks at.
using Agree = bool (*)(const Route&, const Route&);
// Whether somebody is told by the route, or by one below it that has what it says from it.
bool tells_anybody(const Configuration& configuration, const Route& route, Agree agree);
}  // namespace lints

}  // namespace firedrill::notify
