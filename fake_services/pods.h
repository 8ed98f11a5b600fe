// The pods behind the replicas: their kubelets' probes and restarts, tied to the flow of requests. A pod that is not
// ready leaves the load balancer, a container that starts refuses connections until it is up, one that ends takes its
// requests and its counters with it.
//
// Most of the time nothing happens: while all is well with a replica its pod coasts, and costs nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "fake_services/flow.h"
#include "fake_services/kubelet/pod.h"
#include "fake_services/pod_conditions.h"
#include "fake_services/world.h"

namespace firedrill::fake_services {

// What happened to a pod since the start.
struct PodCounts {
  double restarts = 0;
  double exits = 0;      // of containers, by themselves or stopped, but for
  double oom_kills = 0;  // those killed for their memory
  double kills = 0;      // that the kubelet began to stop
  double endpoint_changes = 0;
};

class Pods {
 public:
  // A pod for each replica of our own services, created so long ago that its container has run since `started`, given
  // in the order of services and replicas.
  Pods(const FlowModel& model, std::uint64_t seed, std::span<const Time> started, Time now);

  // When a pod wants to be stepped, next after what was processed; Time::max() if none does.
  Time next_at() const { return next_; }

  // What is due at t, between two steps of the flow. What has changed for the world is found in `services` (knobs have
  // to be set) and `restarted` (counters begin anew); both are valid until the next call.
  struct Changes {
    std::vector<std::size_t> services;   // each once
    std::vector<std::size_t> restarted;  // pods
  };
  const Changes& process(Time t, const Flow& flow, std::vector<WorldEvent>& events);

  // What a service's pods do to the knobs of its replicas.
  void turn(std::size_t service, std::span<Knobs> knobs) const;

  // The conditions of a service's pods from now on, one for each replica; obeyed from the next process() on.
  void set_conditions(std::size_t service, std::span<const PodConditions> conditions);

  std::size_t index_of(std::size_t service, std::size_t replica) const { return first_[service] + replica; }
  const PodCounts& counts(std::size_t pod) const { return bodies_[pod].counts; }
  std::size_t service_of(std::size_t pod) const { return bodies_[pod].service; }
  std::size_t replica_of(std::size_t pod) const { return bodies_[pod].replica; }
  // All that happened to it before t is made up for, so that its counts are right.
  const Pod& seen_at(std::size_t pod, Time t);
  std::size_t size() const { return bodies_.size(); }
  std::vector<ProbeState> states(Time t);

 private:
  // What of a pod the world acts upon.
  struct Face {
    bool ready = true;      // among the load balancer's addresses
    bool running = true;    // a process is there
    bool listening = true;  // and accepts connections
    bool operator==(const Face&) const = default;
  };
  struct Body {
    std::size_t service = 0;
    std::size_t replica = 0;
    std::string name;
    Pod pod;
    RandomStream chance;
    Face face;
    std::uint64_t container = 0;
    bool coasting = false;
    PodConditions conditions = {};
    PodCounts counts = {};
  };

  Face face_of(const Body& body, Time t) const;
  Time up_at(const Body& body) const;
  void step(Body& body, Time t, const Flow& flow, std::vector<WorldEvent>& events);
  void note(Body& body, std::size_t index, Time t);

  const FlowModel* model_;
  std::vector<Body> bodies_;
  std::vector<std::size_t> first_;  // body of each service's first replica
  Time next_ = Time::max();
  Changes changes_;
  std::vector<PodEvent> scratch_;
};

}  // namespace firedrill::fake_services
