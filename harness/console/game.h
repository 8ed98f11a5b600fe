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

#include "console/answer.h"
#include "console/drill/drill.h"
#include "console/session.h"

namespace firedrill::console {

struct Book;

// What thinking costs.
enum class Price {
  real,        // as long as it takes, by the clock of whoever plays: pass()
  per_action,  // each command as much as its row says
};

// What came of a line of the drill: of the trainee's, of nobody's, of the best response that is known.
struct Worked;
// What it is held against.
struct Yardstick;

class Game {
 public:
  struct Options {
    std::uint64_t seed = 1;
    std::int64_t variant = 0;  // 0: the drill as it was written
    Price price = Price::per_action;
    bool records = true;    // result() gives a record with its series
    std::string command{};  // that reproduces the drill, for the record
    bool rewinds = true;    // false: nothing is taken back, as who is measured must not know what will come
  };
  Game(std::shared_ptr<const Drill> drill, std::shared_ptr<const scenario::LoadedScenario> scenario,
       const Options& options);
  ~Game();

  // One line, as the console has it ("ack 1", "query up", "wait 5m"); `help` lists them. Never fails: what cannot be is
  // said in the answer.
  Answer take(std::string_view line);
  // Time that has passed while somebody thought (Price::real). Ends early when something new comes.
  void pass(Duration time);
  // For forms that answer without a line (Prometheus's API): what was looked at, as the line for it ("query up"). It is
  // evidence and stands in the transcript, and costs nothing; of one command once, until time goes on or another line
  // is taken.
  void look(std::string_view line);
  // For whoever runs the drill: `inject FAULT` and `end FAULT` of those that the scenario declares, `message ROLE:
  // TEXT`, `mark TEXT` for the debriefing. Takes no time, and stands in the transcript as theirs; a rewind to before it
  // takes it back.
  Answer facilitate(std::string_view line);
  // News since the last answer, in lines for people.
  std::string take_news();
  // Anew, from a copy of the beginning; what was done stands in the transcript. What whoever runs the drill had done
  // before the trainee's first step is done again.
  void reset();

  // For forms that act without a line (Alertmanager's API): the same as a line, which stands in the transcript.
  Answer add_silence(const notify::Silence& silence);
  Answer expire_silence(std::string_view id);

  const Drill& drill() const;
  const Session& session() const;
  const Book& book() const;
  const Options& options() const;
  bool over() const;                    // somebody has said `finish`, or the run is at its end
  std::span<const Step> steps() const;  // of the line that goes on; as the trainee knows them: own_steps.h
  std::span<const Step> log() const;    // of all, rewinds too, in the order in which they were taken

  // {"format":"firedrill-drill","version":1,…}: replays byte for byte.
  std::string transcript() const;

  // What came of it; once, the drill is over then. The lines that were left by a rewind stand behind it, the last 20.
  struct Result {
    std::unique_ptr<Worked> worked;
    std::unique_ptr<Worked> nobody;
    std::unique_ptr<Worked> best;  // null: none is known
    std::vector<Worked> left;
    std::vector<std::size_t> left_at;     // of each, which step it was left before, as the trainee numbers them
    std::vector<Yardstick> left_against;  // of each, what it is held against
    Result();
    Result(Result&&) noexcept;
    ~Result();
  };
  Result result();
  // As much of it as a score needs, in half the time; once, in result()'s place.
  struct Outcome {
    std::unique_ptr<Worked> worked;
    std::unique_ptr<Yardstick> yardstick;
    Outcome();
    Outcome(Outcome&&) noexcept;
    ~Outcome();
  };
  Outcome outcome();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace firedrill::console
