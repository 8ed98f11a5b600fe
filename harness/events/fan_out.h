// Several listeners in place of one.
#pragma once

#include <vector>

#include "events/sink.h"

namespace firedrill::events {

class FanOut final : public Sink {
 public:
  // Each hears everything, one after the other in this order. They must outlive it.
  explicit FanOut(std::vector<Sink*> listeners) : listeners_(std::move(listeners)) {}

  void on_event(Event event) override;
  void on_minute(const Minute& minute) override;
  void on_transition(const AlertTransition& transition) override;
  void on_send(const AlertSend& send) override;
  void on_forgotten(const AlertForgotten& forgotten) override;
  void on_status_change(const AlertStatusChange& change) override;
  void on_notification(const Notification& notification, const NotificationPayload* payload) override;
  void on_hold(const AlertHold& hold) override;
  void on_log(const LogLine& line) override;
  void on_cluster_event(const ClusterEvent& event) override;

 private:
  std::vector<Sink*> listeners_;
};

}  // namespace firedrill::events
