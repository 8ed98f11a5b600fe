// What `firedrill drill` does for programs: servers on the loopback interface (--serve), or the Model Context Protocol
// over standard input and output (--mcp).
#pragma once

#include <cstdint>
#include <string>

#include "cli/exit_code.h"
#include "console/game.h"
#include "console/server/drill_host.h"

namespace firedrill::cli {

struct DrillServing {
  std::uint16_t port = 0;          // 0: any free one
  std::uint16_t control_port = 0;  // the same
  bool json = false;               // addresses and tokens as one line of JSON
};

// Until the control channel asks for the end, or it is interrupted; the exit code. Addresses and tokens are printed
// once it answers. Port taken: kEnvironment, with what to do.
int serve_drill(console::DrillHost& host, const DrillServing& options);

// Pages for people: `speed` is how time goes in the beginning (0: it stands still). `log`: the trainee's file over
// drills; empty: none is kept.
struct DrillPages {
  std::uint16_t port = 0;              // of whoever works the drill; 0: any free one
  std::uint16_t facilitator_port = 0;  // of whoever runs it
  int speed = 1;
  std::string log{};
  bool json = false;
};

// Before the drill, so that nobody works it in vain: kPassed if lines can be added to the file `log`, which is not
// there yet, holds nothing, or drills. Else it is said what is wrong.
ExitCode check_log(const std::string& log);

// Until it is interrupted, or whoever runs the drill ends it; the exit code. Addresses are printed once it answers.
int serve_pages(console::DrillHost& host, const DrillPages& options);

// Until the client closes its end, or it is interrupted; the exit code. Nothing else may be printed to standard output.
int drill_over_mcp(console::Game& game);

}  // namespace firedrill::cli
