// A drill: a scenario that somebody works, and what its author says of it. It stands in drill.yaml beside the scenario.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/time.h"

namespace firedrill::console {

// What is wrong, as the trainee is to find out: a service and a kind of cause (cause_table.h).
struct Cause {
  std::string service{};  // empty: of none, as of a false alarm
  std::string kind{};
  Position where{};
};

struct Hint {
  std::string text{};
  int price = 0;  // points
};

// A step of the best response that is known: a line of the console, so long after the first page.
struct BestStep {
  Duration after{};
  std::string line{};
  Position where{};
};

// Something that a variant draws anew: the value at a path of scenario.yaml ("faults.db-refuses.at").
struct Draw {
  std::string path{};
  std::vector<std::string> choices{};
  Position where{};
};

// A name in the scenario's files, and the others of which a variant draws one for it.
struct OtherNames {
  std::vector<std::string> others{};
  Position where{};
};

struct Drill {
  std::string name{};                    // the code name, by which it is known to who works it: amber-heron
  std::string difficulty{};              // easy | medium | hard
  std::string trains{};                  // what it trains, given away to everybody: it must not say what is wrong
  std::string aim{};                     // what is to be learned, told afterwards
  std::optional<Duration> lasts{};       // of the drill since the end of the warm-up; nothing: as the scenario
  bool quiet = false;                    // nothing is wrong, though somebody is called
  std::vector<Cause> causes{};           // any of them is right
  std::vector<Hint> hints{};             // in their order
  std::vector<BestStep> best{};          // empty: none is known
  std::vector<std::string> questions{};  // of the debriefing
  std::vector<std::string> next{};       // what to practise next
  std::vector<Draw> draws{};
  std::map<std::string, OtherNames> names{};  // by the name
  Position where{};
  Position where_lasts{};
};

}  // namespace firedrill::console
