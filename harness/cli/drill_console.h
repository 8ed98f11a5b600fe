// The line console of a drill: commands from standard input, from a terminal or a pipe, answers on standard output.
#pragma once

#include "console/game.h"

namespace firedrill::cli {

struct ConsoleOptions {
  bool json = false;  // answers are JSON objects, one a line
  double speed = 0;   // how fast time goes while nobody says anything; 0: it stands still
};

// Until the drill is over or the input has ended; false: it ended first.
bool run_console(console::Game& game, ConsoleOptions options);

}  // namespace firedrill::cli
