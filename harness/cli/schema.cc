// firedrill schema KIND: the JSON Schema that an editor or a pipeline can check files with.
#include <memory>

#include "base/text/json.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "scenario/schema.h"
#include "suite/baseline.h"

namespace firedrill::cli {
namespace {

json::value schema_of(std::string_view kind) {
  if (kind == "scenario") return scenario::scenario_schema();
  return kind == "topology" ? scenario::topology_schema() : suite::baseline_schema();
}

}  // namespace

void declare_schema(Arguments arguments) {
  auto kind = std::make_shared<std::string>();
  arguments.option("kind", *kind, "scenario, topology or baseline")
      .required()
      .one_of({"scenario", "topology", "baseline"});
  arguments.runs([kind] {
    print_data(write_json(schema_of(*kind), JsonStyle::pretty));
    return static_cast<int>(kPassed);
  });
}

}  // namespace firedrill::cli
