// The kubelet's back-off of restarts (client-go's util/flowcontrol/backoff.go as kuberuntime_manager.go, doBackOff,
// uses it).
#pragma once

#include <optional>

#include "base/time.h"

namespace firedrill::fake_services {

class RestartBackoff {
 public:
  static constexpr Duration kInitial = std::chrono::seconds(10);
  static constexpr Duration kMax = std::chrono::seconds(300);
  static constexpr Duration kReset = std::chrono::minutes(10);  // twice the maximum: then all is forgotten

  // The earliest instant from `now` on at which the container may be started again. `finished`: when the last container
  // that the kubelet knows to have exited did so; nothing if there is none.
  Time earliest(Time now, std::optional<Time> finished) const;

  // The container is started. The next restart has to wait twice as long as this one had to.
  void restarted(Time now, std::optional<Time> finished);

  // What a restart has to wait, counted from the exit; zero if it need not.
  Duration current() const { return entry_ ? entry_->wait : Duration::zero(); }

 private:
  struct Entry {
    Duration wait;
    Time updated;  // when the container was started last
  };
  std::optional<Entry> entry_;
};

}  // namespace firedrill::fake_services
