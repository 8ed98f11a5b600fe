// What `firedrill drill` does for programs: servers on the loopback interface (--serve), or the Model Context Protocol
// over standard input and output (--mcp).
#pragma once

#include <cstdint>

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

// Until the client closes its end, or it is interrupted; the exit code. Nothing else may be printed to standard output.
int drill_over_mcp(console::Game& game);

}  // namespace firedrill::cli
