// What an Alertmanager takes the alerts for that a monitor sends it. While all sends arrive that is what the rules say;
// when sends are lost, or the monitor is down, it is not: an alert that is not sent again expires and looks resolved,
// and comes back when it is.
#pragma once

#include <map>
#include <utility>

#include "events/component.h"
#include "events/kinds.h"
#include "events/sink.h"
#include "monitor/alert_receiver.h"
#include "monitor/embedded/scrape_targets.h"

namespace firedrill::monitor {

class ReceivedAlerts final : public events::Component, public AlertReceiver {
 public:
  // Both must outlive this. The targets say whether the Alertmanager is down.
  ReceivedAlerts(const ScrapeTargets& targets, events::Sink& sink) : targets_(&targets), sink_(&sink) {}
  // Goes on where the other stands, with a copy of its targets, and tells another sink.
  ReceivedAlerts(const ReceivedAlerts& other, const ScrapeTargets& targets, events::Sink& sink)
      : ReceivedAlerts(other) {
    targets_ = &targets;
    sink_ = &sink;
  }

  Receipt post(std::span<const events::AlertSend> alerts, Time now) override;
  // When the next alert expires, unless it is sent again.
  Time next_due() const override;
  void run_due(Time now) override;

 private:
  struct Known {
    Time starts_at{};
    Time ends_at{};      // of a firing alert: when it expires
    bool firing = true;  // else it has expired
  };
  using Key = std::pair<std::size_t, model::Labels>;

  ReceivedAlerts(const ReceivedAlerts&) = default;
  // A process that is down lets nothing expire; once it is started again it knows none of what it knew.
  void obey(Time now);
  void receive(const events::AlertSend& sent, Time now);
  void tell(const Key& key, Time t, bool firing, bool expired = false);
  void tell_event(const model::Labels& labels, Time t, events::EventKind kind);

  const ScrapeTargets* targets_;
  events::Sink* sink_;
  bool down_ = false;
  std::map<Key, Known> known_;
};

}  // namespace firedrill::monitor
