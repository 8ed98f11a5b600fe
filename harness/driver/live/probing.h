// What a kubelet does for one replica, over HTTP and by the clock of the live world: a thread that makes its probes
// when the workers of pods/prober.h say so.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "driver/live/live_clock.h"
#include "fake_services/pods/prober.h"
#include "fake_services/topology/topology.h"

namespace firedrill::driver::live {

class Probing {
 public:
  // `service` must outlive it. `published` is called from the thread when a result has changed.
  Probing(const fake_services::ServiceSpec& service, std::uint16_t port, const Pace& pace,
          std::function<void()> published);
  ~Probing();
  Probing(const Probing&) = delete;
  Probing& operator=(const Probing&) = delete;

  // What is probed from now on.
  void look_at(const fake_services::ContainerView& container);
  // Where; and whether at all: a node that is out of touch has nobody who probes.
  void set_port(std::uint16_t port);
  void set_lost(bool lost);

  struct Results {
    bool ready = false;          // the container listens and its readiness probe, if it has one, says so
    bool to_be_ended = false;    // by its liveness or startup probe,
    std::string why;             // which found this
    std::string readiness_said;  // of the last readiness probe that changed something
  };
  // Of this container.
  Results results(std::uint64_t container) const;
  // What has been published since it was asked for last, by that clock.
  std::vector<fake_services::Publication> take_published();
  // By ProbeType; nothing: it has no such probe.
  std::array<std::optional<fake_services::Worker::Counts>, 3> counts() const;

 private:
  void run();
  Time next() const;
  void tick(std::size_t worker, Time now);
  fake_services::ContainerView view(const fake_services::ContainerView& of) const;

  const fake_services::ServiceSpec& service_;
  std::function<void()> published_;
  LiveClock clock_;
  mutable std::mutex mutex_;
  std::uint16_t port_;
  bool lost_ = false;
  std::vector<fake_services::Publication> news_;
  std::vector<fake_services::Worker::Counts> counts_;  // by worker, as they were after its last tick
  std::vector<fake_services::Worker> workers_;
  fake_services::ContainerView container_;
  Results found_;
  std::uint64_t found_of_ = 0;  // the container of which that was found
  std::uint64_t started_ = 0;   // the last container whose startup probe has succeeded
  bool over_ = false;
  std::thread thread_;
};

// One attempt, for real; as `probe` of the service says, on the replica's one port. It waits as long as it may at that
// speed of the run's time.
fake_services::ProbeOutcome probe_once(const fake_services::ServiceSpec& service, const fake_services::ProbeSpec& probe,
                                       std::uint16_t port, bool running, double speed);

}  // namespace firedrill::driver::live
