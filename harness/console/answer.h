// What comes of a command of whoever works a drill.
#pragma once

#include <cstddef>
#include <string>

#include "base/text/json.h"
#include "base/time.h"

namespace firedrill::console {

// Longer lines are refused.
inline constexpr std::size_t kLongestLine = 4096;
// More commands are not taken in one drill.
inline constexpr std::size_t kMostSteps = 10'000;

// What came of a command. Programs get `data`; people read `text`.
struct Answer {
  bool ok = true;
  std::string text{};
  json::value data{};  // an object; beside what the command says: ok, now, over, news since the last answer
};

// A command that was taken, as the transcript has it.
struct Step {
  Time at{};
  std::string line{};
  bool ok = true;
  Time after{};          // what time it was when it had been answered
  std::string digest{};  // SHA-256 of the answer's text; empty: time that has passed (wait), or a look without a line
  std::string by{};      // empty: whoever works the drill; else who runs it: Game::facilitate()
};

// Of time that passed while nobody said anything: Game::pass().
inline bool passed_by_itself(const Step& step) {
  return step.digest.empty() && step.line.starts_with("wait ");
}

// Of something that a form has answered by itself: Game::look().
inline bool is_look(const Step& step) {
  return step.digest.empty() && !step.line.starts_with("wait ");
}

}  // namespace firedrill::console
