// The commands of the console, one row each.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/text/json.h"
#include "console/line/turn.h"

namespace firedrill::console {

struct CommandSpec {
  std::string_view name;
  std::string_view usage;  // what it is given: "PAGE"
  std::string_view doc;    // one line
  std::string_view group;  // look | act | tell | drill
  Trace::Kind trace = Trace::Kind::look;
  bool traced = true;        // it is evidence
  std::int64_t price_s = 0;  // how long it takes, where commands have prices: seconds
  Answer (*run)(Turn& turn) = nullptr;
  // What is wrong with the line itself, whenever it is said; that costs no time. Null: `run` says so.
  std::optional<Answer> (*misfit)(const Turn& turn) = nullptr;
};

// Of those that the game itself carries out (wait, next, rewind, finish, help, …) `run` is null.
std::span<const CommandSpec> command_table();
// As data: command, usage, doc, takes_seconds.
json::object told(const CommandSpec& spec);
const CommandSpec* find_command(std::string_view name);
std::vector<std::string> command_names();

// The lists of the files that define them.
std::span<const CommandSpec> look_commands();
std::span<const CommandSpec> metric_commands();
std::span<const CommandSpec> log_commands();
std::span<const CommandSpec> act_commands();
std::span<const CommandSpec> tell_commands();
std::span<const CommandSpec> drill_commands();

// How a line is understood: a command and what stands behind its name. An action, or a playbook's own command (kubectl
// rollout undo deployment/api), is `do`; one that only looks is what looks the same here.
struct ReadLine {
  const CommandSpec* spec = nullptr;  // null: there is none of that name
  std::string word;                   // as written
  std::string rest;
};
ReadLine read_line(std::string_view line);

}  // namespace firedrill::console
