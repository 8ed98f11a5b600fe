// The protocol over standard input and output: one message a line. Who reads takes what comes at once, also while a
// call is worked on, so that it can be taken back; a client that sends more than is worked off waits.
#pragma once

#include "console/mcp/server.h"

namespace firedrill::console::mcp {

// Until the input ends, or somebody interrupts. Descriptors stay the caller's. False: the output could not be written
// to the end.
bool serve(Toolbox& tools, int input, int output, const Stopped& interrupted = [] { return false; });

}  // namespace firedrill::console::mcp
