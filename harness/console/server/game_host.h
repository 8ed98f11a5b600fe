// A drill of a file as a server has it.
#pragma once

#include <memory>

#include "console/drill/find_drills.h"
#include "console/server/drill_host.h"

namespace firedrill::console {

class GameHost final : public DrillHost {
 public:
  // `loaded` is the variant of `file` that `game` plays. Both must outlive it; a reset to another seed or variant plays
  // a game of its own.
  GameHost(const DrillFile& file, LoadedDrill loaded, Game& game);

  Game& game() override { return own_ ? *own_ : game_; }
  Answer reset(std::optional<std::uint64_t> seed, std::optional<std::int64_t> variant) override;
  // What is wrong, and what the drill's author says of it.
  json::value truth() override;
  // From the transcript, which is done again.
  std::function<json::value()> score() override;
  std::function<std::optional<Game::Result>()> done_again() override;

 private:
  const DrillFile& file_;
  LoadedDrill loaded_;
  Game& game_;
  std::unique_ptr<Game> own_;
};

}  // namespace firedrill::console
