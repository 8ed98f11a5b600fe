// A drill being worked: a session, what it costs and what came of it. Takes commands as lines of text, and answers each
// with text for people and a value for programs; that the trainee did so stands in the transcript. Rewind and branch
// start from kept copies.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/text/json.h"
#include "console/drill/drill.h"
#include "console/session.h"

namespace firedrill::console {

// What came of a command. Programs get `data`; people read `text`.
struct Answer {
  bool ok = true;
  std::string text;
  json::value data{};  // an object
};

// A command that was taken, as the transcript has it.
struct Step {
  Time at{};
  std::string line;
  bool ok = true;
  Time after{};  // what time it was when it had been answered
};

// What thinking costs.
enum class Price {
  real,        // as long as it takes, by the clock of whoever plays
  per_action,  // each command as much as its row says
};

class Game {
 public:
  struct Options {
    std::uint64_t seed = 1;
    std::int64_t variant = 0;  // 0: the drill as it was written
    Price price = Price::per_action;
    bool records = true;
  };
  Game(std::shared_ptr<const Drill> drill, std::shared_ptr<const scenario::LoadedScenario> scenario,
       const Options& options);
  ~Game();

  // One line, as the console has it ("ack 1", "query up", "wait 5m"); `help` lists them. Never fails: what cannot be is
  // said in the answer. Lines longer than kLongestLine are refused.
  Answer take(std::string_view line);
  // Time that has passed while somebody thought (Price::real). Ends early when something new comes.
  void pass(Duration time);

  const Session& session() const;
  // For forms that act without a line (Alertmanager's API): the silence is set and stands in the transcript as a step.
  Answer add_silence(const notify::Silence& silence);
  Answer expire_silence(std::string_view id);

  bool over() const;  // somebody has said `finish`, or the run is at its end
  std::span<const Step> steps() const;
  // {"format":"firedrill-drill","version":1,…}: replays byte for byte.
  std::string transcript() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

inline constexpr std::size_t kLongestLine = 4096;

}  // namespace firedrill::console
