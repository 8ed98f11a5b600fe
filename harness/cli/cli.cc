#include "cli/cli.h"

#include <CLI/CLI.hpp>

#include <array>
#include <exception>

#include "base/diagnostic.h"
#include "base/format.h"
#include "base/version.h"
#include "cli/commands.h"
#include "cli/console.h"

namespace firedrill::cli {
namespace {

const std::array kCommands{
    Command{"run", "run a scenario and write its record and reports", declare_run},
    Command{"test", "run unit tests of rules, scripts of PromQL", declare_test},
    Command{"check", "check scenarios, topologies, rule and SLO files without running anything", declare_check},
    Command{"report", "write a report of a record again, in any format", declare_report},
    Command{"query", "evaluate PromQL over the series of a record", declare_query},
    Command{"export", "write a record as a promtool unit test or as OpenMetrics", declare_export},
    Command{"list", "list what there is: faults, expectations, functions, formats, scenarios", declare_list},
    Command{"slo", "write burn-rate alerts for the SLOs of a file", declare_slo},
    Command{"schema", "print the JSON Schema of a kind of file", declare_schema},
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
  print_err(format("firedrill: error: {}\n      = help: {}\n", what, remedy));
  return kBadInput;
}

std::string lower_first(std::string text) {
  if (text.size() > 1 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'a') text[0] = static_cast<char>(text[0] + 32);
  return text;
}

int parse_and_run(int argc, char** argv) {
  CLI::App app{std::string(kAbout), "firedrill"};
  app.require_subcommand(1);
  app.set_version_flag("--version", format("firedrill {}", kVersion));
  std::function<int()> chosen;
  for (const Command& command : kCommands) {
    CLI::App* sub = app.add_subcommand(std::string(command.name), std::string(command.summary));
    sub->callback([&chosen, action = command.declare(*sub)] { chosen = action; });
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    if (argc < 2) {
      print_err(app.help());
      return kBadInput;
    }
    const auto used = app.get_subcommands();
    const std::string command = used.empty() ? "" : " " + used.front()->get_name();
    return usage_error(lower_first(error.what()), format("firedrill{} --help", command));
  }
  return chosen();
}

}  // namespace

std::string not_empty(const std::string& path) {
  return path.empty() ? "expected a path, found an empty text" : "";
}

std::span<const Command> commands() {
  return kCommands;
}

int main(int argc, char** argv) {
  install_interrupt_handler();
  if (is_unknown_command(argc, argv)) {
    return usage_error(format("there is no command '{}'", argv[1]), suggest(argv[1], command_names()));
  }
  try {
    const int code = parse_and_run(argc, argv);
    if (!output_lost()) return code;
    print_err("firedrill: error: standard output could not be written\n      = help: free some space where it goes\n");
    return kEnvironment;
  } catch (const std::exception& error) {
    // Not the user's mistake: those are values. Out of memory, a full disk below the standard library, a defect.
    print_err(
        format("firedrill: internal error: {}\n      = help: free some memory or disk; if that is not it, this is a "
               "defect of firedrill\n",
               error.what()));
    return kEnvironment;
  }
}

}  // namespace firedrill::cli
