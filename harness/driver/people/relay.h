// Between the parts of a run and who listens to it: whoever works the incidents hears what the others tell, too.
#pragma once

#include <utility>

#include "events/event.h"
#include "events/sink.h"

namespace firedrill::driver {

class Relay final : public events::Sink {
 public:
  explicit Relay(events::Sink& listener) : listener_(listener) {}
  Relay(const Relay&) = delete;

  // Past the ear: for the ear itself.
  events::Sink& listener() const { return listener_; }
  // It must outlive what is told; none, before it is set.
  void set_ear(events::Sink& ear) { ear_ = &ear; }

  void on_event(events::Event event) override {
    if (ear_ != nullptr) ear_->on_event(event);
    listener_.on_event(std::move(event));
  }
  void on_minute(const events::Minute& minute) override {
    listener_.on_minute(minute);
    if (ear_ != nullptr) ear_->on_minute(minute);
  }
  void on_transition(const events::AlertTransition& transition) override {
    listener_.on_transition(transition);
    if (ear_ != nullptr) ear_->on_transition(transition);
  }
  void on_send(const events::AlertSend& send) override { listener_.on_send(send); }
  void on_forgotten(const events::AlertForgotten& forgotten) override { listener_.on_forgotten(forgotten); }
  void on_status_change(const events::AlertStatusChange& change) override { listener_.on_status_change(change); }
  void on_notification(const events::Notification& notification, const events::NotificationPayload* payload) override {
    listener_.on_notification(notification, payload);
    if (ear_ != nullptr) ear_->on_notification(notification, payload);
  }
  void on_hold(const events::AlertHold& hold) override { listener_.on_hold(hold); }
  void on_log(const events::LogLine& line) override { listener_.on_log(line); }
  void on_cluster_event(const events::ClusterEvent& event) override { listener_.on_cluster_event(event); }

 private:
  events::Sink& listener_;
  events::Sink* ear_ = nullptr;
};

}  // namespace firedrill::driver
