// firedrill schema KIND: the JSON Schema that an editor or a pipeline can check files with.
#include <memory>

#include "base/text/json.h"
#include "cli/cli.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "console/drill/drill_yaml.h"
#include "fake_services/exporters/exporter_yaml.h"
#include "incident/expectations/expectation_table.h"
#include "oncall/roster_form.h"
#include "record/schema.h"
#include "scenario/schema.h"
#include "suite/baseline.h"

namespace firedrill::cli {
namespace {

std::string schema_of(std::string_view kind) {
  if (kind == "record") return record::record_schema(incident::expectation_forms());
  return write_json(kind == "scenario"   ? scenario::scenario_schema()
                    : kind == "topology" ? scenario::topology_schema()
                    : kind == "exporter"
                        ? scenario::block_file_schema("firedrill exporter", fake_services::exporter_block())
                    : kind == "oncall" ? scenario::block_file_schema("firedrill on-call file", oncall::roster_block())
                    : kind == "drill"  ? console::drill_schema()
                                       : suite::baseline_schema(),
                    JsonStyle::pretty);
}

void declare(Arguments arguments) {
  auto kind = std::make_shared<std::string>();
  arguments.option("kind", *kind, "scenario, topology, exporter, oncall, drill, baseline or record")
      .required()
      .one_of({"scenario", "topology", "exporter", "oncall", "drill", "baseline", "record"});
  arguments.runs([kind] {
    print_data(schema_of(*kind));
    return static_cast<int>(kPassed);
  });
}

}  // namespace

Command schema_command() {
  return {.name = "schema", .summary = "print the JSON Schema of a kind of file", .declare = declare};
}

}  // namespace firedrill::cli
