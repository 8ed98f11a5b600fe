// Whether what somebody did in the live world helped, by what was counted: minute by minute, until it shows or has had
// its time.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "events/action.h"
#include "events/sink.h"
#include "fake_services/actions/action.h"
#include "fake_services/faults/observation.h"

namespace firedrill::driver::live {

class ActionWatch {
 public:
  // It has had its effect. `before`: what was seen in the minute before.
  void begin(const fake_services::ActionSpec& spec, const events::Action& action, fake_services::Observation before);
  // A minute is over; `of(subject)` says what was seen of a service in it.
  template <typename Of>
  void look(Time t, Of of, events::Sink& sink) {
    std::erase_if(watched_, [&](Watched& each) { return decide(each, t, of(each.action.subject), sink); });
  }
  // Something has ended at t by other hands than those of whoever acts, and nothing else `hits` a deed's service: what
  // is better from then on is not better by that deed, unless a deed has taken something away.
  void end_otherwise(Time t, const std::function<bool(const std::string& service)>& hits);
  void take_away() {
    for (Watched& each : watched_) each.has_taken_away = true;
  }

 private:
  struct Watched {
    const fake_services::ActionSpec* spec = nullptr;
    events::Action action;
    fake_services::Observation before;
    std::optional<Time> ended_otherwise{};
    bool has_taken_away = false;
  };
  // True: it is known.
  static bool decide(const Watched& watched, Time t, const fake_services::Observation& after, events::Sink& sink);

  std::vector<Watched> watched_;
};

}  // namespace firedrill::driver::live
