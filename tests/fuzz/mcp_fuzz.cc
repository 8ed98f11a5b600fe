// See mcp_target.h, which the unit tests try for a moment, too.
#include "mcp_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return firedrill::console::mcp::try_mcp(data, size);
}
