// What an Alertmanager believes of the alerts that a monitor sends it. While all sends arrive it believes what the
// rules say; when sends are lost, or the monitor is down, it does not: an alert that is not sent again expires and
// looks resolved, and comes back as a new one.
#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "driver/alert_source.h"

namespace firedrill::driver {

class ReceivedAlerts {
 public:
  // What the rules found: what is so to whoever listens at the Alertmanager is added to `out`, now or later. Steps that
  // are never sent are not for here.
  void add(AlertStep step, std::vector<AlertStep>& out);
  // A send has arrived: the alert as it is (firing, or inactive if it has ended), believed to fire until `ends_at`.
  void receive(AlertStep sent, Time ends_at, std::vector<AlertStep>& out);
  // The monitor has stopped and forgets its alerts. What waited is no more, what had arrived stays until it expires.
  void forget(Time t, std::vector<AlertStep>& out);

  // When the next alert expires, unless it is sent again.
  std::optional<Time> next_expiry() const;
  void expire(Time t, std::vector<AlertStep>& out);

 private:
  struct Known {
    AlertStep last;        // the pending or firing step that was passed on
    bool firing = false;   // passed on as firing
    bool arrived = false;  // at the Alertmanager
    Time ends_at{};
  };
  using Key = std::pair<std::size_t, model::Labels>;

  std::map<Key, Known> known_;
};

}  // namespace firedrill::driver
