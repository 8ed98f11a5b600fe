// The Alertmanager of whoever gives no configuration of one: it has the alerts that are sent to it, and notifies
// nobody.
#pragma once

#include "events/component.h"
#include "events/sink.h"
#include "monitor/alert_receiver.h"
#include "monitor/alertmanager/alert_statuses.h"
#include "notify/provider/alert_store.h"

namespace firedrill::monitor {

class ReceivedAlerts final : public events::Component, public AlertReceiver {
 public:
  // The sink must outlive this.
  explicit ReceivedAlerts(events::Sink& sink) : sink_(&sink) {}
  // Goes on where the other stands, and tells another sink.
  ReceivedAlerts(const ReceivedAlerts& other, events::Sink& sink) : ReceivedAlerts(other) { sink_ = &sink; }

  Receipt post(std::span<const events::AlertSend> alerts, Time now) override;
  // When the next alert expires, unless it is sent again.
  Time next_due() const override { return statuses_.next_due(); }
  void run_due(Time now) override { statuses_.run_due(now, *sink_); }

 private:
  ReceivedAlerts(const ReceivedAlerts&) = default;

  events::Sink* sink_;
  notify::AlertStore store_;
  AlertStatuses statuses_;
  Time collect_at_{};  // the store
};

}  // namespace firedrill::monitor
