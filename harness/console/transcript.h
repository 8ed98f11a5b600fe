// The transcript of a drill, read back and done again: the same drill, variant, seed and lines give the same answers,
// byte for byte.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "base/result.h"
#include "console/game.h"

namespace firedrill::console {

struct Transcript {
  std::string drill{};
  std::int64_t variant = 0;
  std::uint64_t seed = 1;
  Price price = Price::per_action;
  std::vector<Step> steps{};
};

// Errors: no JSON, no transcript, of a newer version, something that is missing.
Result<Transcript> read_transcript(const SourcePtr& source);

// Takes all of its steps; the game stands at its beginning. The error says at which step something else came of it, as
// with another version of the drill's files.
std::expected<void, std::string> replay(const Transcript& transcript, Game& game);

}  // namespace firedrill::console
