// A program works a drill: it writes a command a line, as people do, and gets a JSON object a line as the answer. The
// first line that it gets says what the drill is; it says `finish` when it is done.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/time.h"
#include "console/agent/process.h"
#include "console/game.h"

namespace firedrill::console {

struct AgentBounds {
  Duration patience = 60s;  // for its next line, and for it to read an answer; by the clock on the wall
  Duration start = 60s;     // for the first line of one that was started for the drill, if that is more
  std::size_t most_commands = 1000;
  AgentProcess::Stop stop{};  // an end is asked for
};

struct AgentRun {
  std::size_t commands = 0;
  std::string trouble{};  // why it did not say `finish`, in words; empty: it did, or the drill was over
  std::string remedy{};   // what whoever wrote it may do about that
  std::optional<AgentProcess::Trouble> how{};
};

// What goes wrong with the program ends the drill, with what was done until then. `starts`: it was started for this
// drill, and gets ready while its first line is waited for.
AgentRun work(Game& game, AgentProcess& agent, const AgentBounds& bounds, bool starts);
AgentRun not_started(const std::string& why);

// The first line: {"drill":…,"trains":…,"now":…,"until":…,"you":…,"commands":[…]}.
std::string greeting(const Game& game);

}  // namespace firedrill::console
