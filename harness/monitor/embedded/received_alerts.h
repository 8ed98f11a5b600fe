// What an Alertmanager believes of the alerts that a monitor sends it. While all sends arrive it believes what the
// rules say; when sends are lost, or the monitor is down, it does not: an alert that is not sent again expires and
// looks resolved, and comes back as a new one.
#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "events/sink.h"

namespace firedrill::monitor {

using events::AlertSend;
using events::AlertTransition;

class ReceivedAlerts {
 public:
  // What the rules found. What of it is so to whoever listens at the Alertmanager is told to `out`, now or later.
  // Transitions of alerts that are never sent are not for here.
  void add(AlertTransition step, events::Sink& out);
  // A send has arrived; a firing alert is taken to fire until its ends_at.
  void receive(const AlertSend& sent, events::Sink& out);
  // The monitor has stopped and forgets its alerts. What waited is no more, what had arrived stays until it expires.
  void forget(Time t, events::Sink& out);

  // When the next alert expires, unless it is sent again.
  std::optional<Time> next_expiry() const;
  void expire(Time t, events::Sink& out);

 private:
  struct Known {
    AlertTransition last;   // to pending or firing, as it was passed on
    bool firing = false;    // passed on as firing
    bool received = false;  // by the Alertmanager
    Time ends_at{};
  };
  using Key = std::pair<std::size_t, model::Labels>;

  std::map<Key, Known> known_;
};

}  // namespace firedrill::monitor
