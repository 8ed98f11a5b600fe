// What is to be done next, by what was done so far: an easy drill teaches its pages, or the line console, as it goes.
#pragma once

#include <optional>
#include <string_view>

#include "console/game.h"

namespace firedrill::console {

// One step, in words that are true wherever the drill is worked, and how it is done: in pages, and by lines.
struct Lesson {
  int number = 0;  // from 1
  int of = 0;
  std::string_view what;
  std::string_view in_pages;
  std::string_view by_lines;
};

// Nothing: the drill is over.
std::optional<Lesson> lesson_of(const Game& game);
// Whether that is told without being asked for.
bool teaches(const Drill& drill);

}  // namespace firedrill::console
