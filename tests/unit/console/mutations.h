// Inputs made of others by chance, for parsers that must take anything: a short look at each build; tests/fuzz looks
// longer.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/random.h"

namespace firedrill::console {

using Target = int (*)(const std::uint8_t* data, std::size_t size);

// Starts from the files of tests/fuzz/seeds/NAME; the same inputs at each call. FIREDRILL_MUTATIONS=N in the environment
// makes N of them, for a longer look by hand.
inline void try_mutations(Target target, const std::string& name, long count) {
  if (const char* asked = std::getenv("FIREDRILL_MUTATIONS"); asked != nullptr) count = std::atol(asked);
  std::vector<std::string> inputs;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(FIREDRILL_SOURCE_DIR) + "/tests/fuzz/seeds/" + name)) {
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    inputs.push_back(text.str());
  }
  std::ranges::sort(inputs);
  RandomStream chance(1, "mutations/" + name);
  for (long i = 0; i < count; ++i) {
    std::string input = inputs[chance.below(inputs.size())];
    for (std::uint64_t n = chance.below(6); n > 0 && !input.empty(); --n) {
      const std::size_t at = chance.below(input.size());
      const std::string& other = inputs[chance.below(inputs.size())];
      switch (chance.below(5)) {
        case 0:
          input[at] = static_cast<char>(chance.below(256));
          break;
        case 1:
          input.erase(at, 1 + chance.below(8));
          break;
        case 2:
          input.insert(at, other, chance.below(other.size()), 1 + chance.below(40));
          break;
        case 3:
          input.resize(at);
          break;
        default:
          input.insert(at, 1 + chance.below(3), "\"{}[]%&=:\n\\"[chance.below(11)]);
          break;
      }
    }
    target(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
  }
}

}  // namespace firedrill::console
