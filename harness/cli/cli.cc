#include "cli/cli.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <exception>
#include <filesystem>
#include <new>

#include "base/diagnostic.h"
#include "base/files/descriptor.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "base/version.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/net.h"
#include "driver/live/supervisor.h"
#include "fake_services/process/serve_replica.h"
#include "monitor/prometheus/program.h"

// Every command, a row each, in the order in which help has them. A row names the function that <name>.cc defines,
// which no header declares: run_command() of `run`.
#define FIREDRILL_COMMANDS(COMMAND) \
  COMMAND(run)                      \
  COMMAND(test)                     \
  COMMAND(check)                    \
  COMMAND(report)                   \
  COMMAND(query)                    \
  COMMAND(logs)                     \
  COMMAND(export)                   \
  COMMAND(list)                     \
  COMMAND(route)                    \
  COMMAND(oncall)                   \
  COMMAND(game_day)                 \
  COMMAND(drill)                    \
  COMMAND(exercise)                 \
  COMMAND(slo)                      \
  COMMAND(serve)                    \
  COMMAND(schema)                   \
  COMMAND(completions)

namespace firedrill::cli {

#define FIREDRILL_DECLARE(name) Command name##_command();
FIREDRILL_COMMANDS(FIREDRILL_DECLARE)
#undef FIREDRILL_DECLARE

namespace {

constexpr std::string_view kAbout =
    "firedrill: a fire drill for services, alerts and the people on call.\n"
    "Simulates a production, injects faults, and verifies that what ought to follow follows.";

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const Command& command : commands()) names.emplace_back(command.name);
  return names;
}

// CLI11's own words for an unknown command name nothing that would help.
bool is_unknown_command(int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return false;
  return std::ranges::find(commands(), std::string_view(argv[1]), &Command::name) == commands().end();
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

// A process of a live world: only firedrill itself gives it the descriptor that it needs.
int be(std::string_view as, int (*what)(Descriptor control)) {
  struct stat found{};
  if (::fstat(fake_services::kControlDescriptor, &found) != 0 || !S_ISSOCK(found.st_mode)) {
    return usage_error(format("{} is for processes that firedrill starts", as),
                       "start services with: firedrill serve TOPOLOGY");
  }
  return what(Descriptor(fake_services::kControlDescriptor));
}

// Who works a drill may look at the list of processes: which scenario it is stands in no argument.
void conceal_paths(int argc, char** argv) {
  if (argc < 3 || std::string_view(argv[1]) != "drill") return;
  for (int i = 2; i < argc; ++i) {
    const std::string_view option = argv[i - 1];
    if (option == "--suite" || option == "--drills") std::fill_n(argv[i], std::strlen(argv[i]), '*');
    for (const std::string_view name : {"--suite=", "--drills="}) {
      if (std::string_view(argv[i]).starts_with(name)) {
        std::fill(argv[i] + name.size(), argv[i] + std::strlen(argv[i]), '*');
      }
    }
  }
}

int parse_and_run(int argc, char** argv) {
  CommandLine line("firedrill", kAbout, version());
  for (const Command& command : commands()) command.declare(line.command(command.name, command.summary));
  const CommandLine::Parsed parsed = line.parse(argc, argv);
  conceal_paths(argc, argv);
  print_out(parsed.answer);
  if (!parsed.wrong) return parsed.action ? parsed.action() : kPassed;
  if (argc >= 2) return usage_error(parsed.wrong->what, parsed.wrong->remedy);
  print_err(line.help());
  return kBadInput;
}

}  // namespace

std::span<const Command> commands() {
#define FIREDRILL_ROW(name) name##_command(),
  static const std::array kCommands{FIREDRILL_COMMANDS(FIREDRILL_ROW)};
#undef FIREDRILL_ROW
  return kCommands;
}

int main(int argc, char** argv) {
  // One of the processes of a live world: it has its own signals, and prints nothing.
  const std::string_view as = argc >= 2 ? argv[1] : "";
  if (as == fake_services::kAsService) return be(as, fake_services::serve_replica);
  if (as == driver::live::kAsSupervisor) return be(as, driver::live::supervise);
  if (as == monitor::kAsProgram) return monitor::become_program(argc, argv);
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
