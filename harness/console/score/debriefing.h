// What is told afterwards: what was wrong, the score with its reasons, the two yardsticks, the lines that were left,
// questions, and what to practise next. This gives the drill away: it is for when it is over.
#pragma once

#include <string>

#include "base/text/json.h"
#include "console/game.h"
#include "console/score/score.h"

namespace firedrill::console {

struct Debriefing {
  std::string text;   // for people
  json::object data;  // the same for programs
};

Debriefing debriefing_of(const Drill& drill, const Game::Options& options, const Game::Result& result);

json::object json_of(const Score& score);

}  // namespace firedrill::console
