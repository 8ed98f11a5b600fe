// What came of a line of a drill, whoever worked it.
#pragma once

#include <optional>
#include <vector>

#include "console/answer.h"
#include "console/line/turn.h"
#include "console/session.h"
#include "driver/run.h"

namespace firedrill::console {

struct Worked {
  driver::Finished finished;
  Book book;
  std::vector<Page> pages;   // as they stood at the end
  std::vector<Time> lapses;  // Session::lapses(), by then
  std::vector<Step> steps;
  double requests = 0;  // of the entry points, from the drill's start to its end
  double lost = 0;      // of these, those that failed
};

// What a drill is held against: the run in which nobody acts, and the best response that is known.
struct Yardstick {
  Yardstick() = default;
  // Of whole runs; null: no best response is known.
  Yardstick(const Worked& nobody, const Worked* best)
      : lost_by_nobody(nobody.lost), pages(!nobody.pages.empty()), lost_at_best(lost_in(best)) {}

  double lost_by_nobody = 0;
  bool pages = false;  // somebody is paged in it, if nobody acts before
  std::optional<double> lost_at_best{};

 private:
  static std::optional<double> lost_in(const Worked* worked) {
    return worked == nullptr ? std::nullopt : std::optional(worked->lost);
  }
};

}  // namespace firedrill::console
