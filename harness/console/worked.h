// What came of a line of a drill, whoever worked it.
#pragma once

#include <vector>

#include "console/answer.h"
#include "console/line/turn.h"
#include "console/session.h"
#include "driver/run.h"

namespace firedrill::console {

struct Worked {
  driver::Finished finished;
  Book book;
  std::vector<Page> pages;  // as they stood at the end
  std::vector<Step> steps;
  double requests = 0;  // of the entry points, from the drill's start to its end
  double lost = 0;      // of these, those that failed
};

}  // namespace firedrill::console
