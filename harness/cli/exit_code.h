// What the process exits with.
#pragma once

namespace firedrill::cli {

// DESIGN: 0 passed, 1 an expectation failed, ….
enum ExitCode : int {
  kPassed = 0,
  kFailed = 1,
  kBadInput = 2,
  kEnvironment = 3,
  kInvalidDrill = 4,
  kInterrupted = 130,
};

}  // namespace firedrill::cli
