// firedrill report RECORD: a report again, from the record alone.
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
#include "driver/outputs.h"
#include "reports/format.h"

namespace firedrill::cli {
namespace {

struct Options {
  Bounds bounds;
  std::string record;
  std::string format;
  std::string out;
  bool force = false;
};

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const auto& format : reports::formats()) names.emplace_back(format.name);
  return names;
}

int report(Options& options) {
  options.bounds.start();
  const reports::Format& wanted = *reports::find_format(options.format);
  std::error_code error;
  const std::filesystem::path record(options.record);
  const std::filesystem::path folder = std::filesystem::is_directory(record, error) ? record : record.parent_path();
  const output::NamedFileOptions careful{.force = options.force, .otherwise = kPrintedWithoutOut};
  if (!options.out.empty()) {
    const ExitCode code = check_output({options.out, {}, folder, wanted.file_name}, careful);
    if (code != kPassed) return code;
  }
  auto loaded =
      driver::load_record(options.record, {.logs = true, .hooks = output_hooks(), .budget = &options.bounds.budget()});
  if (options.bounds.exceeded()) return kBadInput;
  if (!loaded) {
    print_diagnostics(loaded.error());
    return kBadInput;
  }
  if (!loaded->judged_again) {
    const bool none = loaded->record.series_hash.empty();
    print_err(format("firedrill: warning: the results are taken as they stand, and not judged again: {}\n",
                     none ? "the record keeps no series"
                          : format("the record is of firedrill {}", printable(loaded->record.firedrill))));
  }
  const Position file = named_file(options.record);
  const Activity activity(file);
  const std::string text = wanted.render(loaded->record, loaded->series);
  if (options.bounds.exceeded()) return kBadInput;
  if (text.empty()) {
    print_err(format(
        "firedrill: error: no incident opened in {}, so that there is no {} to write\n      = help: a "
        "postmortem is drafted of an incident that missed an SLO, crossed a severity threshold or was detected\n",
        printable(loaded->record.scenario), options.format));
    return kBadInput;
  }
  if (wanted.due != nullptr && !wanted.due(loaded->record)) {
    print_err(
        "firedrill: warning: no incident reached P0 or P1, so that no postmortem is due; here is a draft of what "
        "there was\n");
  }
  if (options.out.empty()) {
    print_data(text);
    return kPassed;
  }
  options.bounds.stop();
  const ExitCode code = write_output({options.out, text, folder, wanted.file_name}, careful);
  if (code != kPassed) return code;
  print_out(format("{}\n", printable(options.out)));
  return kPassed;
}

void declare(Arguments arguments) {
  auto options = std::make_shared<Options>();
  arguments.option("record", options->record, "the record's folder, or its record.json").required().not_empty();
  arguments.option("--format", options->format, "which report").required().one_of(format_names());
  arguments.option("--out", options->out, kOutHelp).not_empty();
  arguments.flag("--force", options->force, kForceHelp);
  options->bounds.declare(arguments);
  arguments.runs([options] { return report(*options); });
}

}  // namespace

Command report_command() {
  return {.name = "report", .summary = "write a report of a record again, in any format", .declare = declare};
}

}  // namespace firedrill::cli
