// What a drill came to, for the page that tells it: reckoned once, beside whoever goes on looking, as plain values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "console/drill/drill.h"
#include "console/game.h"
#include "console/score/score.h"

namespace firedrill::console::pages {

// A line of the drill: the trainee's, one that was left by a rewind, nobody's, the best one that is known.
struct LineAfter {
  std::string name{};
  double requests = 0;
  double lost = 0;
  std::string time_to_mitigate{};     // empty: there was nothing to mitigate
  std::optional<Score> score{};       // of the trainee's own
  std::vector<double> error_share{};  // by minute since the drill's start; NaN: no requests
  std::vector<Step> steps{};          // without what only let time go on or looked without a line
};

// What whoever ran the drill let happen on the trainee's line.
struct Injected {
  std::string kind{};
  std::string target{};
  Time at{};
};

struct Aftermath {
  Drill drill{};
  Time start{};
  std::optional<Time> paged_at{};  // the first page
  std::vector<LineAfter> lines{};  // the trainee's first
  std::string digest{};            // SHA-256 of all steps of the trainee's line
  std::vector<Injected> injected{};
};

Aftermath aftermath_of(const Drill& drill, const Game::Result& result);

// One line of a trainee's own file over drills.
std::string log_line(const Aftermath& after, const Game::Options& options, Time when);
// Such a file, read back. Lines that are none are left out, and so is the same work once more: a transcript was resumed
// that was over.
struct LoggedDrill {
  std::string when{};
  std::string digest{};  // of the drill and what was done in it; empty: an older firedrill wrote the line
  std::string drill{};
  std::string difficulty{};
  double points = 0;
  double most = 0;
  double lost = 0;
  double lost_by_nobody = 0;
  std::vector<std::pair<std::string, std::pair<double, double>>> aspects{};  // by name: points, of how many
};
std::vector<LoggedDrill> read_log(std::string_view text);

}  // namespace firedrill::console::pages
