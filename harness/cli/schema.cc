// firedrill schema KIND: the JSON Schema that an editor or a pipeline can check files with.
#include <memory>

#include "base/text/json.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "scenario/schema.h"

namespace firedrill::cli {

void declare_schema(Arguments arguments) {
  auto kind = std::make_shared<std::string>();
  arguments.option("kind", *kind, "scenario or topology").required().one_of({"scenario", "topology"});
  arguments.runs([kind] {
    const json::value schema = *kind == "scenario" ? scenario::scenario_schema() : scenario::topology_schema();
    print_data(write_json(schema, JsonStyle::pretty));
    return static_cast<int>(kPassed);
  });
}

}  // namespace firedrill::cli
