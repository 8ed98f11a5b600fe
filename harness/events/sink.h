// To whom the parts of a run tell what happens. The recorder listens, and so do the terminal and the console. Each
// thing is told once, at its time, in the order in which it happens.
#pragma once

#include "events/alert.h"
#include "events/minute.h"

namespace firedrill::events {

struct Event;

class Sink {
 public:
  virtual ~Sink() = default;
  virtual void on_event(Event event) = 0;
  // A minute of the world is complete.
  virtual void on_minute(const Minute& minute) = 0;
  // What a rule found out about an alert, as it is to whoever listens at the Alertmanager.
  virtual void on_transition(const AlertTransition& transition) = 0;
  // A firing alert was sent to the Alertmanager.
  virtual void on_send(const AlertSend& send) = 0;
};

// Listens to nothing.
Sink& nobody();

}  // namespace firedrill::events
