#include "events/fan_out.h"

#include "events/event.h"

namespace firedrill::events {

void FanOut::on_event(Event event) {
  for (std::size_t i = 0; i + 1 < listeners_.size(); ++i) listeners_[i]->on_event(event);
  if (!listeners_.empty()) listeners_.back()->on_event(std::move(event));
}

void FanOut::on_minute(const Minute& minute) {
  for (Sink* listener : listeners_) listener->on_minute(minute);
}

void FanOut::on_transition(const AlertTransition& transition) {
  for (Sink* listener : listeners_) listener->on_transition(transition);
}

void FanOut::on_send(const AlertSend& send) {
  for (Sink* listener : listeners_) listener->on_send(send);
}

void FanOut::on_forgotten(const AlertForgotten& forgotten) {
  for (Sink* listener : listeners_) listener->on_forgotten(forgotten);
}

void FanOut::on_status_change(const AlertStatusChange& change) {
  for (Sink* listener : listeners_) listener->on_status_change(change);
}

void FanOut::on_notification(const Notification& notification, const NotificationPayload* payload) {
  for (Sink* listener : listeners_) listener->on_notification(notification, payload);
}

void FanOut::on_hold(const AlertHold& hold) {
  for (Sink* listener : listeners_) listener->on_hold(hold);
}

void FanOut::on_log(const LogLine& line) {
  for (Sink* listener : listeners_) listener->on_log(line);
}

void FanOut::on_cluster_event(const ClusterEvent& event) {
  for (Sink* listener : listeners_) listener->on_cluster_event(event);
}

}  // namespace firedrill::events
