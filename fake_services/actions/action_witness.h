// Looks whether actions help: at what was seen in the minutes before each, against what is seen since.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "events/action.h"
#include "events/sink.h"
#include "fake_services/actions/action.h"
#include "fake_services/faults/observer.h"

namespace firedrill::fake_services {

class ActionWitness {
 public:
  explicit ActionWitness(std::size_t services) : history_(services) {}

  // At each full minute: tells of actions that have helped by now, or have had their time, and remembers what is seen.
  // Everything must have been drawn.
  void look(Time t, const Observer& observer, const Flow& flow, events::Sink& sink);
  // Something has ended at t by other hands than those of whoever acts, and nothing else `hits` one of a deed's
  // services: what is better from then on is not better by that deed, unless that has taken something away itself.
  void end_otherwise(Time t, const std::function<bool(std::size_t service)>& hits);
  void take_away() {
    for (Watched& each : watched_) each.has_taken_away = true;
  }
  // An action on these services is begun, and has its effect at `effective`.
  void begin(const ActionSpec& spec, const events::Action& action, std::vector<std::size_t> services, Time effective,
             const Observer& observer, const Flow& flow);

 private:
  static constexpr std::size_t kMinutes = 2;  // that count as those before

  struct Watched {
    const ActionSpec* spec = nullptr;
    events::Action action;
    std::vector<std::size_t> services;
    std::string target;  // for people
    Time effective{};
    Observation before;
    Observation last;  // counts since the start, at the last look
    // The minute since then in which more failed than before it, and most.
    std::optional<Observation> worst{};
    Time looked_at{};
    std::optional<Time> ended_otherwise{};
    bool has_taken_away = false;
  };

  static Observation observe(const std::vector<std::size_t>& services, const Observer& observer, const Flow& flow);
  static void keep_worst(Watched& watched, const Observation& minute);
  // True: there is nothing more to be seen.
  static bool look_at(Watched& watched, Time t, const Observer& observer, const Flow& flow, events::Sink& sink);

  std::vector<std::array<Observation, kMinutes>> history_;  // by service, a ring
  std::size_t remembered_ = 0;
  std::vector<Watched> watched_;
};

}  // namespace firedrill::fake_services
