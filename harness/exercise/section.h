// When what happens for one alert.
#pragma once

#include <cstddef>
#include <string>

#include "base/time.h"

namespace firedrill::exercise {

// Of one alert, in time since the end of the warm-up.
struct Section {
  std::size_t subject = 0;
  std::string id;  // of its incident, unique in the scenario
  Duration begin{};
  Duration hot_from{};
  Duration hot_to{};
  Duration end{};
};

}  // namespace firedrill::exercise
