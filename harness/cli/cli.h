// The command line: one file for each command, one row for each in the table of commands.cc. Only this folder prints.
#pragma once

#include <functional>
#include <span>
#include <string_view>

namespace CLI {
class App;
}

namespace firedrill::cli {

// What the process exits with (DESIGN: 0 passed, 1 an expectation failed, …).
enum ExitCode : int {
  kPassed = 0,
  kFailed = 1,
  kBadInput = 2,
  kEnvironment = 3,
  kInvalidDrill = 4,
  kInterrupted = 130,
};

struct Command {
  std::string_view name;
  std::string_view summary;
  // Declares the command's arguments; what it returns does the work and gives the exit code.
  std::function<int()> (*declare)(CLI::App& app);
};

std::span<const Command> commands();

int main(int argc, char** argv);

}  // namespace firedrill::cli
