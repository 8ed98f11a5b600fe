// Whether what somebody did in the live world helped, by what was counted: minute by minute, until it shows or has had
// its time.
#pragma once

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
    std::erase_if(watched_, [&](const Watched& each) { return decide(each, t, of(each.action.subject), sink); });
  }

 private:
  struct Watched {
    const fake_services::ActionSpec* spec = nullptr;
    events::Action action;
    fake_services::Observation before;
  };
  // True: it is known.
  static bool decide(const Watched& watched, Time t, const fake_services::Observation& after, events::Sink& sink);

  std::vector<Watched> watched_;
};

}  // namespace firedrill::driver::live
