// When somebody else is on call: each handoff of a roster, in virtual time. Like the escalation it has no clock, and
// can be copied.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "events/event.h"
#include "oncall/roster.h"

namespace firedrill::oncall {

struct Handoff {
  Time t{};
  std::string schedule{};
  std::string tier{};
  std::string was{};     // empty: nobody
  std::string person{};  // empty: nobody from here on
  bool operator==(const Handoff&) const = default;
};

class Handoffs {
 public:
  // Those after `start`; who is on call then, Tier::on_call says.
  Handoffs(std::shared_ptr<const Roster> roster, Time start);

  Time next_due() const;
  // Those until then, in order of their times, of the schedules and their tiers. A turn that goes to whoever had the
  // last one is none.
  std::vector<Handoff> advance(Time now);

 private:
  struct Post {
    std::size_t schedule = 0;
    std::size_t tier = 0;
    Shift shift{};
  };
  std::shared_ptr<const Roster> roster_;
  std::vector<Post> posts_;
};

// oncall.handoff, or oncall.nobody where nobody follows.
events::Event event_of(const Handoff& handoff);

}  // namespace firedrill::oncall
