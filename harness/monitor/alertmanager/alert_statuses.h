// An Alertmanager's status of each alert that it was sent: firing, or resolved. While all sends arrive that is what the
// rules say; when sends are lost, or the monitor is down, it is not: an alert that is not sent again expires and looks
// resolved, and comes back when it is. Changes are told of each rule whose alert it is.
#pragma once

#include <cstddef>
#include <map>

#include "events/kinds.h"
#include "events/sink.h"
#include "notify/provider/alert.h"

namespace firedrill::monitor {

// A value: it can be copied with the store of alerts that it follows.
class AlertStatuses {
 public:
  // What was sent has arrived, and `stored` is what the store makes of it.
  void take(const events::AlertSend& sent, const notify::Alert& stored, Time now, events::Sink& out);
  // When the next alert expires, unless it is sent again; Time::max() if none does.
  Time next_due() const;
  // Lets expire what is not sent again until `now`.
  void run_due(Time now, events::Sink& out);
  // The process is there again, and knows none of what it knew.
  void forget(Time now, events::Sink& out);

 private:
  // Of an alert as one rule has it. Two rules may send the same labels, which are one alert to an Alertmanager.
  struct Activation {
    Time starts_at{};
    bool firing = true;
    Time over_at{};  // of one that is not firing
  };
  struct Known {
    Time ends_at{};                                 // as stored: when it expires, or was over
    std::map<std::size_t, Activation> activations;  // by rule; not empty

    bool fires() const;
  };

  void end(const model::Labels& labels, Known& known, Time t, bool expired, events::Sink& out);

  std::map<model::Labels, Known> known_;
};

}  // namespace firedrill::monitor
