// firedrill export RECORD WHAT: a record in the form of other programs.
#include <filesystem>
#include <memory>

#include "base/bounds/activity.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "cli/bounds.h"
#include "cli/cli.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/output_file.h"
#include "driver/export/exports.h"
#include "driver/outputs.h"

namespace firedrill::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  Bounds bounds;
  std::string record;
  std::string what;
  std::string out;
  bool force = false;
};

std::vector<std::string> export_names() {
  std::vector<std::string> names;
  for (const auto& kind : driver::export_kinds()) names.emplace_back(kind.name);
  return names;
}

// OpenMetrics has no escapes for what a terminal or a CI runner would obey.
int print_export(const std::string& text) {
  if (!is_harmless(text)) {
    print_err(
        "firedrill: error: the export holds control or hidden characters, or what a CI runner takes for a command, and "
        "this format cannot escape them\n      = help: write it into a file with --out\n");
    return kBadInput;
  }
  print_data(text);
  return kPassed;
}

int export_record(Options& options) {
  options.bounds.start();
  const output::NamedFileOptions careful{.force = options.force, .otherwise = kPrintedWithoutOut};
  if (!options.out.empty()) {
    if (const ExitCode code = check_output({options.out, {}}, careful); code != kPassed) return code;
  }
  const auto loaded = driver::load_record(
      options.record,
      {.rule_files = true, .needs_series = true, .hooks = output_hooks(), .budget = &options.bounds.budget()});
  if (options.bounds.exceeded()) return kBadInput;
  if (!loaded) {
    print_diagnostics(loaded.error());
    return kBadInput;
  }
  const Position file = named_file(options.record);
  const Activity activity(file);
  std::error_code error;
  const fs::path path(options.record);
  const driver::ExportContext context{*loaded, fs::is_directory(path, error) ? path : path.parent_path(),
                                      fs::path(options.out).parent_path()};
  const auto made = driver::find_export(options.what)->make(context);
  if (!made) {
    print_diagnostics(made.error());
    return kBadInput;
  }
  if (options.bounds.exceeded()) return kBadInput;
  if (options.out.empty()) return print_export(made->text);
  options.bounds.stop();
  const ExitCode code = write_output({options.out, made->text}, careful);
  if (code != kPassed) return code;
  print_out(format("{}: {}\n", printable(options.out), made->note));
  return kPassed;
}

void declare(Arguments arguments) {
  auto options = std::make_shared<Options>();
  arguments.option("record", options->record, "the record's folder, or its record.json").required();
  arguments.option("what", options->what, "in which form").required().one_of(export_names());
  arguments.option("--out", options->out, kOutHelp);
  arguments.flag("--force", options->force, kForceHelp);
  options->bounds.declare(arguments);
  arguments.runs([options] { return export_record(*options); });
}

}  // namespace

Command export_command() {
  return {.name = "export",
          .summary = "write a record in another program's form: promtool's, OpenMetrics, a status page's",
          .declare = declare};
}

}  // namespace firedrill::cli
