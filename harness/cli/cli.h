// The command line: one file for each command, one row for each in the table of cli.cc. Only this folder prints.
#pragma once

#include <span>
#include <string_view>

#include "cli/arguments.h"

namespace firedrill::cli {

struct Command {
  std::string_view name;
  std::string_view summary;
  // Declares the command's arguments and what it does.
  void (*declare)(Arguments arguments);
};

std::span<const Command> commands();

int main(int argc, char** argv);

}  // namespace firedrill::cli
