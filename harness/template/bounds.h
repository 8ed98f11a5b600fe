// What one text, and one execution, may use at most. Go has no such bounds but for the depth (100,000 there).
#pragma once

#include <cstddef>

namespace firedrill::templates {

inline constexpr std::size_t kMaxTextBytes = std::size_t{1} << 20;
inline constexpr int kMaxTemplateDepth = 200;
inline constexpr std::size_t kMaxSteps = 1'000'000;
inline constexpr std::size_t kMaxOutput = std::size_t{1} << 20;

}  // namespace firedrill::templates
