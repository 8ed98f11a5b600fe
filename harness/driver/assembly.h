// The components of a run, put together: for simulated services under the embedded monitor.
#pragma once

#include <memory>
#include <vector>

#include "base/clock.h"
#include "driver/components/component.h"

namespace firedrill::driver {

class Assembly {
 public:
  // What the setup refers to, and the sink, must outlive it.
  Assembly(const Setup& setup, events::Sink& sink);
  // The same components again, which go on where those of the other stand and tell another sink; unless `watched`,
  // those without which services would do as they do are left out.
  Assembly(const Assembly& other, events::Sink& sink, bool watched = true);

  Clock& clock() const { return *clock_; }
  // In the order in which they act at one time.
  const std::vector<std::unique_ptr<events::Component>>& components() const { return components_; }
  // Of these, those that are asked for what is not told piece by piece.
  ServiceHost& host() const { return *wiring_.host; }
  monitor::AlertSource& alerts() const { return *wiring_.alerts; }
  const Wiring& wiring() const { return wiring_; }

 private:
  std::unique_ptr<Clock> clock_;
  Wiring wiring_;
  std::vector<const ComponentKind*> kinds_;  // by component
  std::vector<std::unique_ptr<events::Component>> components_;
};

}  // namespace firedrill::driver
