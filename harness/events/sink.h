// To whom the parts of a run tell what happens. The recorder listens, and so do the terminal and the console. Each
// thing is told once, at its time, in the order in which it happens, by the part to which it happens.
#pragma once

#include "events/alert.h"
#include "events/log.h"
#include "events/minute.h"
#include "events/notification.h"

namespace firedrill::events {

struct Event;

class Sink {
 public:
  virtual ~Sink() = default;
  // Everything that has a kind: who shows what happens needs no more than this.
  virtual void on_event(Event event) = 0;
  // A minute of the world is complete.
  virtual void on_minute(const Minute& /*minute*/) {}

  // What events say of alerts, once more as values, for who keeps a ledger of them. A step that a rule found; an event
  // tells of it next.
  virtual void on_transition(const AlertTransition& /*transition*/) {}
  // Of two monitors one has stopped that alone knew an alert. Where all stop, an event tells of that alone.
  virtual void on_forgotten(const AlertForgotten& /*forgotten*/) {}
  // A firing alert was sent to the Alertmanager.
  virtual void on_send(const AlertSend& /*send*/) {}
  // An Alertmanager's status of an alert has changed. Only where sends may be lost or stay away.
  virtual void on_status_change(const AlertStatusChange& /*change*/) {}
  // Of runs with an Alertmanager, to whom it matters: an integration of a receiver has accepted a notification, or has
  // not; something keeps an alert from going out, or no longer does.
  // With what was sent by its last attempt; null if it could not be rendered.
  virtual void on_notification(const Notification& /*notification*/, const NotificationPayload* /*payload*/) {}
  virtual void on_hold(const AlertHold& /*hold*/) {}

  // What the production writes: a line of a service's log, and what the cluster tells beside what events say already.
  // Told at the end of the minute to which it belongs, or before, and not in order of time.
  virtual void on_log(const LogLine& /*line*/) {}
  virtual void on_cluster_event(const ClusterEvent& /*event*/) {}
};

// Listens to nothing.
Sink& nobody();

}  // namespace firedrill::events
