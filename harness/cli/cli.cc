#include "cli/cli.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <filesystem>
#include <new>

#include "base/diagnostic.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "base/version.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/net.h"

namespace firedrill::cli {
namespace {

const std::array kCommands{
    Command{"run", "run a scenario and write its record and reports", declare_run},
    Command{"test", "run unit tests of rules, scripts of PromQL, suites of scenarios", declare_test},
    Command{"check", "check scenarios, topologies, rule, SLO and Alertmanager files without running anything",
            declare_check},
    Command{"report", "write a report of a record again, in any format", declare_report},
    Command{"query", "evaluate PromQL over the series of a record", declare_query},
    Command{"export", "write a record as a promtool unit test or as OpenMetrics", declare_export},
    Command{"list", "list what there is: faults, expectations, functions, formats, scenarios", declare_list},
    Command{"route", "say who is told of an alert, by the routes of an Alertmanager configuration", declare_route},
    Command{"slo", "write burn-rate alerts for the SLOs of a file", declare_slo},
    Command{"schema", "print the JSON Schema of a kind of file", declare_schema},
    Command{"completions", "print what completes command lines in bash, zsh or fish", declare_completions},
};

constexpr std::string_view kAbout =
    "firedrill: a fire drill for services, alerts and the people on call.\n"
    "Simulates a production, injects faults, and verifies that what ought to follow follows.";

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const Command& command : kCommands) names.emplace_back(command.name);
  return names;
}

// CLI11's own words for an unknown command name nothing that would help.
bool is_unknown_command(int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return false;
  return std::ranges::find(kCommands, std::string_view(argv[1]), &Command::name) == kCommands.end();
}

int usage_error(const std::string& what, const std::string& remedy) {
  print_err(format("firedrill: error: {}\n      = help: {}\n", printable(what), printable(remedy)));
  return kBadInput;
}

// Whatever follows would only say that there is no such file.
void warn_of_lost_folder() {
  std::error_code error;
  const auto folder = std::filesystem::current_path(error);
  if (error != std::errc::no_such_file_or_directory) return;
  print_err(
      "firedrill: warning: the working directory has been removed, so that relative paths lead nowhere\n"
      "      = help: change to another folder, or name absolute paths\n");
}

int say_output_lost(int error) {
  const std::string_view remedy = error == EPIPE    ? "let the program that reads it read to its end"
                                  : error == ENOSPC ? "free some space where it goes"
                                                    : "see to it that it can be written where it goes";
  print_err(format("firedrill: error: standard output could not be written\n      = help: {}\n", remedy));
  return kEnvironment;
}

std::string version() {
  if (kCommit.empty()) return format("firedrill {}", kVersion);
  return format("firedrill {} (built from {})", kVersion, kCommit);
}

int parse_and_run(int argc, char** argv) {
  CommandLine line("firedrill", kAbout, version());
  for (const Command& command : kCommands) command.declare(line.command(command.name, command.summary));
  const CommandLine::Parsed parsed = line.parse(argc, argv);
  print_out(parsed.answer);
  if (parsed.error.empty()) return parsed.action ? parsed.action() : kPassed;
  if (argc >= 2) return usage_error(parsed.error, format("firedrill{} --help", parsed.command));
  print_err(line.help());
  return kBadInput;
}

}  // namespace

std::span<const Command> commands() {
  return kCommands;
}

int main(int argc, char** argv) {
  install_signal_handlers();
  install_memory_handler();
  if (is_unknown_command(argc, argv)) {
    return usage_error(format("there is no command '{}'", argv[1]), suggest(argv[1], command_names()));
  }
  warn_of_lost_folder();
  try {
    const int code = parse_and_run(argc, argv);
    if (interrupted()) {
      say_interrupted();
      return kInterrupted;
    }
    return output_lost() == 0 ? code : say_output_lost(output_lost());
  } catch (const std::bad_alloc&) {
    // Of a library that does without the handler.
    print_err("firedrill: error: the system gives no more memory\n      = help: make the inputs smaller\n");
    return kBadInput;
  } catch (const std::exception& error) {
    // Not the user's mistake: those are values. A full disk below the standard library, a defect.
    print_err(
        format("firedrill: internal error: {}\n      = help: free some disk; if that is not it, this is a defect of "
               "firedrill\n",
               printable(error.what())));
    return kEnvironment;
  }
}

}  // namespace firedrill::cli
