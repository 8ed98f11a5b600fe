#include <gtest/gtest.h>

#include "../../fuzz/mcp_target.h"
#include "mutations.h"

namespace firedrill::console {

TEST(MutationsTest, LinesOfTheProtocol) {
  try_mutations(firedrill::console::mcp::try_mcp, "mcp", 3000);
}

}  // namespace firedrill::console
