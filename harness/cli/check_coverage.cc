#include "cli/check_coverage.h"

#include <filesystem>
#include <optional>

#include "cli/scenario_path.h"
#include "exercise/coverage.h"
#include "exercise/drill.h"
#include "exercise/fitted_stand.h"
#include "exercise/trial.h"
#include "scenario/given_rules.h"
#include "scenario/metric_inventory.h"

namespace firedrill::cli {
namespace {

namespace ex = firedrill::exercise;

// Rules with the series that there are for them.
struct Held {
  std::vector<alerting::RuleFile> rules;
  std::vector<std::string> names;
  lint::MetricInventory inventory;
  Duration evaluation_interval{};
};

std::vector<ex::Subject> subjects_of(const Held& held) {
  std::vector<ex::NamedRules> named;
  for (std::size_t i = 0; i < held.rules.size(); ++i) named.push_back({held.names[i], &held.rules[i]});
  return ex::subjects_of(named, held.evaluation_interval);
}

bool is_scenario(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_directory(path, error) || std::filesystem::path(path).filename() == "scenario.yaml";
}

Result<Held> of_scenario(const std::string& path, const CoverageOptions& options) {
  auto loaded = scenario::load_scenario(path, options.version, options.reads);
  if (!loaded) return std::unexpected(loaded.error());
  Held held;
  held.inventory = scenario::metric_inventory(exposing_of(*loaded));
  held.evaluation_interval = loaded->scenario.prometheus.evaluation_interval;
  for (alerting::RuleFile& file : loaded->rule_files) {
    held.names.push_back(file.source->name);
    held.rules.push_back(std::move(file));
  }
  return held;
}

Result<ex::Stand> stand_of(const Held& held, const CoverageOptions& options) {
  if (options.topology.empty()) return ex::fitted_stand(subjects_of(held));
  return ex::read_stand(options.topology, options.reads);
}

Result<Held> of_rules(const std::vector<std::string>& paths, const CoverageOptions& options) {
  auto rules = scenario::read_given_rules(paths, options.version, options.reads);
  if (!rules) return std::unexpected(rules.error());
  Held held;
  held.evaluation_interval = ex::kEvaluationInterval;
  for (scenario::GivenRules::File& file : rules->files) {
    held.names.push_back(file.path.generic_string());
    held.rules.push_back(std::move(file.rules));
  }
  const auto stand = stand_of(held, options);
  if (!stand) return std::unexpected(stand.error());
  const auto scenario =
      ex::assemble(ex::head_text({"exercise", "coverage", {}, 10min, "topology.yaml", {}}), stand->topology, {});
  if (!scenario) return std::unexpected(scenario.error());
  held.inventory = scenario::metric_inventory(scenario::exposing_of(*scenario));
  return held;
}

void add(const Held& held, ex::Coverage& all) {
  ex::merge(all, ex::coverage_of(subjects_of(held), held.inventory, ex::exporter_with));
}

}  // namespace

Result<std::string> coverage_text(CoverageOptions options) {
  ex::Coverage all;
  std::vector<std::string> rules;
  for (const std::string& path : options.paths) {
    const std::string found = found_scenario(path, options.reads);
    if (!is_scenario(found)) {
      rules.push_back(path);
      continue;
    }
    const auto held = of_scenario(found, options);
    if (!held) return std::unexpected(held.error());
    add(*held, all);
  }
  if (!rules.empty()) {
    const auto held = of_rules(rules, options);
    if (!held) return std::unexpected(held.error());
    add(*held, all);
  }
  return options.json ? write_json(ex::to_json(all), JsonStyle::pretty) : ex::to_text(all);
}

}  // namespace firedrill::cli
