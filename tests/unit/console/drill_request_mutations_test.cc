#include <gtest/gtest.h>

#include "../../fuzz/drill_request_target.h"
#include "mutations.h"

namespace firedrill::console {

TEST(MutationsTest, RequestsToADrill) {
  try_mutations(firedrill::fuzz::try_drill_request, "drill_request", 3000);
}

}  // namespace firedrill::console
