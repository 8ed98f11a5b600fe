// What one text, and one execution, may use at most. Go has no such bounds but for the depth (100,000 there).
#pragma once

#include <cstddef>

namespace firedrill::templates {

inline constexpr std::size_t kMaxTextBytes = std::size_t{1} << 20;
inline constexpr int kMaxTemplateDepth = 200;

// Of an execution. What they stand at is enough for what is said of one alert; who says something of thousands at once
// gives more.
struct Bounds {
  std::size_t steps = 1'000'000;              // nodes that are executed
  std::size_t output = std::size_t{1} << 20;  // bytes, of the result and of each text on the way to it
};

}  // namespace firedrill::templates
