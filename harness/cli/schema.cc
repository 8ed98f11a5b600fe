// firedrill schema KIND: the JSON Schema that an editor or a pipeline can check files with.
#include <CLI/CLI.hpp>

#include <memory>

#include "base/json.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "scenario/schema.h"

namespace firedrill::cli {

std::function<int()> declare_schema(CLI::App& app) {
  auto kind = std::make_shared<std::string>();
  app.add_option("kind", *kind, "scenario or topology")->required()->check(CLI::IsMember({"scenario", "topology"}));
  return [kind] {
    const json::value schema = *kind == "scenario" ? scenario::scenario_schema() : scenario::topology_schema();
    print_out(write_json(schema, JsonStyle::pretty));
    return static_cast<int>(kPassed);
  };
}

}  // namespace firedrill::cli
