// The drill as a server has it: the game that is played, which a reset replaces, and what only who runs the drill may
// ask for.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "base/text/json.h"
#include "console/game.h"

namespace firedrill::console {

class DrillHost {
 public:
  virtual ~DrillHost() = default;

  virtual Game& game() = 0;
  // The same drill from its beginning, with another seed or variant where they are given.
  virtual Answer reset(std::optional<std::uint64_t> seed, std::optional<std::int64_t> variant) = 0;
  virtual json::value truth() = 0;
  // The debriefing of what was done until now. What is given may be called once, and beside whoever goes on with the
  // game: it does the drill again on its own.
  virtual std::function<json::value()> score() = 0;
  // What came of it, with its series: the same, for pages that draw it. Nothing: it cannot be done again.
  virtual std::function<std::optional<Game::Result>()> done_again() = 0;
};

}  // namespace firedrill::console
