// What lies between a pod and the requests that are sent to it: the load balancing that hears late of who is there, and
// the requests that are lost with a process.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "base/random.h"
#include "base/time.h"

namespace firedrill::fake_services {

// Whether a pod's address is among those that requests are sent to. The control plane knows at once that a pod has
// become ready or has ceased to be, the proxies on the nodes hear of it 1 to 3 s later. What has changed back before
// that has not been.
class Route {
 public:
  explicit Route(bool there) : there_(there) {}

  bool there() const { return there_; }
  // When the proxies hear of what they do not know yet.
  std::optional<Time> next() const { return at_; }
  // At t the pod is ready to be sent requests, or is not.
  void see(bool ready, Time t, RandomStream& chance);
  // How long requests are still sent to a pod that leaves at t.
  Duration leave(Time t, RandomStream& chance);

 private:
  bool there_;
  std::optional<Time> at_;
};

// Requests that were under way at a process when it ended, over all replicas of a service: whoever waits for them meets
// it. They are told as a share of those that come in the seconds after it.
class Loss {
 public:
  // Their connections are reset; or nothing comes back, since the machine is gone as well.
  enum class Kind : std::size_t { cut, silent };

  // So many of them at t, where `rate` come in a second to the service, and of these a share comes upon a replica that
  // is up: those that are left to tell it with. Where none is, it is told with all.
  void add(Kind kind, double requests, double rate, double reached, Time t);
  // Of those that come upon a replica that is up, where this share does now; or that is not, where none is.
  double share(Kind kind, double reached, Time t) const;
  // When it changes next, after t.
  std::optional<Time> next(Time t) const;

 private:
  struct Span {
    double share = 0;  // of those that come to the service
    Time until{};
  };
  std::array<Span, 2> spans_{};
};

}  // namespace firedrill::fake_services
