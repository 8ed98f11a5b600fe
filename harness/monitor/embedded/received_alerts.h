// What an Alertmanager believes of the alerts that a monitor sends it. While all sends arrive it believes what the
// rules say; when sends are lost, or the monitor is down, it does not: an alert that is not sent again expires and
// looks resolved, and comes back as a new one.
#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "events/sink.h"
#include "monitor/alert_receiver.h"

namespace firedrill::monitor {

using events::AlertSend;
using events::AlertTransition;

class ReceivedAlerts final : public AlertReceiver {
 public:
  // What is so to whoever listens at the Alertmanager is told to `out`, which must outlive this.
  explicit ReceivedAlerts(events::Sink& out) : out_(&out) {}
  // Goes on where the other stands, and tells another sink.
  ReceivedAlerts(const ReceivedAlerts& other, events::Sink& out) : ReceivedAlerts(other) { out_ = &out; }

  // What the rules found; it is told now, or later, or never. Transitions of alerts that are never sent are not for
  // here.
  void add(AlertTransition step);
  // A firing alert is taken to fire until its ends_at.
  void post(std::span<const AlertSend> alerts, Time now) override;
  // The monitor has stopped and forgets its alerts. What waited is no more, what had arrived stays until it expires.
  void forget(Time t);

  // When the next alert expires, unless it is sent again.
  std::optional<Time> next_expiry() const;
  void expire(Time t);

 private:
  struct Known {
    AlertTransition last;   // to pending or firing, as it was passed on
    bool firing = false;    // passed on as firing
    bool received = false;  // by the Alertmanager
    Time ends_at{};
  };
  using Key = std::pair<std::size_t, model::Labels>;

  ReceivedAlerts(const ReceivedAlerts&) = default;
  void receive(const AlertSend& sent);

  events::Sink* out_;
  std::map<Key, Known> known_;
};

}  // namespace firedrill::monitor
