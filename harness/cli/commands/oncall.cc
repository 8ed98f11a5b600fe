// firedrill oncall FILE [--at T | --month M]: who is on call, by an on-call file.
#include <memory>
#include <optional>
#include <string>

#include "base/bounds/activity.h"
#include "base/files/files.h"
#include "base/report.h"
#include "cli/bounds.h"
#include "cli/cli.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "oncall/calendar/calendar.h"
#include "oncall/roster_yaml.h"

namespace firedrill::cli {
namespace {

struct Options {
  Bounds bounds;
  std::string file;
  std::optional<Time> at;
  std::optional<oncall::Month> month;
  bool ical = false;
  bool json = false;
};

// Nothing if there is an error, which has been printed.
std::optional<oncall::Roster> read_roster(const std::string& path) {
  const auto source = read_source(path);
  if (!source) {
    print_diagnostics(source.error());
    return std::nullopt;
  }
  Diagnostics found;
  std::optional<oncall::Roster> roster;
  const auto document = yaml::parse_as(oncall::kRosterForm, *source, yaml::Dialect::strict, found);
  if (document != nullptr) roster = oncall::decode_roster(*document, found);
  tidy_and_limit(found);
  print_diagnostics(found);
  return has_errors(found) ? std::nullopt : std::move(roster);
}

void show(const oncall::Roster& roster, const Options& options) {
  if (options.ical) {
    print_data(oncall::month_ical(roster, *options.month));
  } else if (options.json) {
    print_data(write_json(options.month ? oncall::month_json(roster, *options.month)
                          : options.at  ? oncall::at_json(roster, *options.at)
                                        : oncall::roster_json(roster),
                          JsonStyle::pretty));
  } else {
    print_out(options.month ? oncall::describe_month(roster, *options.month)
              : options.at  ? oncall::describe_at(roster, *options.at)
                            : oncall::describe_roster(roster));
  }
}

int run(Options& options) {
  if (options.ical && !options.month) {
    print_err("firedrill: error: --ical shows a month\n      = help: say which, as --month 2026-03\n");
    return kBadInput;
  }
  if (options.ical && options.json) {
    print_err("firedrill: error: --ical and --json are two forms of one answer\n      = help: keep one of them\n");
    return kBadInput;
  }
  options.bounds.start();
  const Position file = named_file(options.file);
  const Activity activity(file);
  const auto roster = read_roster(options.file);
  if (options.bounds.exceeded() || !roster) return kBadInput;
  show(*roster, options);
  return kPassed;
}

std::string read_instant(const std::string& text, std::optional<Time>& at) {
  at = parse_instant(text);
  return at ? "" : "expected an instant such as 2026-03-03T02:00:00Z";
}

std::string read_month(const std::string& text, std::optional<oncall::Month>& month) {
  month = oncall::parse_month(text);
  return month ? "" : "expected a month such as 2026-03";
}

void declare(Arguments arguments) {
  auto options = std::make_shared<Options>();
  arguments.option("file", options->file, "the on-call file").required().not_empty();
  const Argument at = arguments.option_read_by(
      "--at", [options](const std::string& text) { return read_instant(text, options->at); },
      "who is on call at this instant, and whom a page calls then, as 2026-03-03T02:00:00Z");
  arguments
      .option_read_by(
          "--month,--calendar", [options](const std::string& text) { return read_month(text, options->month); },
          "every shift of a month, as 2026-03")
      .not_with(at);
  arguments.flag("--ical", options->ical, "with --month: as iCalendar, for programs that show calendars");
  arguments.flag("--json", options->json, "print the answer for programs");
  options->bounds.declare(arguments);
  arguments.runs([options] { return run(*options); });
}

}  // namespace

Command oncall_command() {
  return {.name = "oncall", .summary = "say who is on call, by an on-call file", .declare = declare};
}

}  // namespace firedrill::cli
