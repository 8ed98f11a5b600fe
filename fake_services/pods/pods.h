// The pods behind the replicas: their kubelets' probes and restarts, tied to the flow of requests. A pod that is not
// ready leaves the load balancer, a container that starts refuses connections until it is up, one that ends takes its
// requests and its counters with it.
//
// Most of the time nothing happens: while all is well with a replica its pod coasts, and costs nothing.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "events/sink.h"
#include "fake_services/pods/pod.h"
#include "fake_services/pods/pod_conditions.h"
#include "fake_services/pods/process_state.h"
#include "fake_services/pods/rollout.h"
#include "fake_services/traffic/flow.h"

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

  // A place for one more of a service, behind the others, with no pod in it yet.
  void add_replica(std::size_t service, std::uint64_t seed, Time t);

  // When a pod wants to be stepped, next after what was processed; Time::max() if none does.
  Time next_at() const { return next_; }

  // What is due at t, between two steps of the flow. What has changed for the world is found in `services` (conditions
  // have to be set) and `restarted` (counters begin anew); both are valid until the next call.
  struct Changes {
    std::vector<std::size_t> services;   // each once; of which pods have come and gone, too
    std::vector<std::size_t> restarted;  // pods
  };
  const Changes& process(Time t, const Flow& flow, events::Sink& sink);

  // Tells of each pod that is not up as the run begins: of which nothing is told is taken for ready.
  void tell_initial_state(Time t, events::Sink& sink);

  // What a service's pods do to the conditions of its replicas.
  void apply(std::size_t service, std::span<TrafficConditions> conditions) const;

  // The conditions of a service's pods from now on, one for each replica; obeyed from the next process() on.
  void set_conditions(std::size_t service, std::span<const PodConditions> conditions, Time t);

  // Replaces the pods of a service one after the other, as a rollout does, from t on.
  void restart(std::size_t service, Time t);
  // The same of one of them alone.
  void restart_one(std::size_t pod, Time t);
  // From t on a service has so many pods, the first of its places: those behind them are deleted, and drain as in a
  // rollout; those that are missing are made, all at once.
  void scale(std::size_t service, std::size_t replicas, Time t);

  std::size_t index_of(std::size_t service, std::size_t replica) const { return members_[service][replica]; }
  // The pod is there; else it has been scaled away, or not been made yet.
  bool exists(std::size_t pod) const { return !bodies_[pod].pod.removed(); }
  std::size_t existing(std::size_t service) const;
  const PodCounts& counts(std::size_t pod) const { return bodies_[pod].counts; }
  const std::string& name_of(std::size_t pod) const { return bodies_[pod].name; }
  std::size_t service_of(std::size_t pod) const { return bodies_[pod].service; }
  std::size_t replica_of(std::size_t pod) const { return bodies_[pod].replica; }
  // Its process accepts connections.
  bool listens(std::size_t pod) const { return bodies_[pod].face.listening; }
  // It was started, and should have accepted connections before.
  bool starts_late(std::size_t pod, Time t) const { return bodies_[pod].process.late(t); }
  bool node_lost(std::size_t pod) const { return bodies_[pod].process.conditions().node_lost; }
  // Bytes that its process has leaked.
  double leaked(std::size_t pod, Time t) const { return bodies_[pod].process.leaked(t); }
  // The version that it runs; null: the topology's.
  const Release* release(std::size_t pod) const { return bodies_[pod].process.release(); }
  // How far the deployments have come, in the order of our services.
  std::vector<RolloutState> rollouts(Time t) const;
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
    bool hangs = false;
    const Release* release = nullptr;
    bool operator==(const Face&) const = default;
  };
  struct Body {
    std::size_t service = 0;
    std::size_t replica = 0;
    std::string name;
    std::string instance;
    Pod pod;
    RandomStream chance;
    ProcessState process;
    Face face = {};
    std::uint64_t container = 1;
    bool coasting = false;
    const Release* wanted = nullptr;      // the version that it should be of
    bool replacing = false;               // it is being deleted, to make room for one of that version or for good
    std::int64_t restarts_asked = 0;      // of its service, when it was made
    std::optional<Time> lost_since = {};  // when its node went out of touch
    PodCounts counts = {};
    std::array<Worker::Counts, 3> past = {};  // by ProbeType: of the pods before this one
  };
  struct Rollout {
    bool going = false;
    std::int64_t generation = 1;
    std::int64_t restarts_asked = 0;
    std::size_t done = 0;      // pods of the version asked for that are ready
    Time progress{};           // when that last rose
    std::size_t replicas = 0;  // asked for
    bool resizing = false;     // and not acted upon yet
  };

  void add_body(std::size_t service, Pod pod, Time since, std::uint64_t seed);
  bool wanted(const Body& body) const { return body.replica < rollouts_[body.service].replicas; }
  bool rolls(const Body& body) const { return wanted(body) && !body.pod.removed(); }
  bool outdated(const Body& body) const;
  Face face_of(const Body& body) const;
  // The process ends by itself at t; nothing: it does not.
  std::optional<Exit> end_of(const Body& body, const ReplicaClass& k, Time t) const;
  double memory_limit(const Body& body) const;
  double memory(const Body& body, const ReplicaClass& k) const;  // but for what is leaked
  bool out_of_touch(Body& body, std::size_t index, Time t, events::Sink& sink);
  void step(Body& body, Time t, const Flow& flow);
  void report(Body& body, events::Sink& sink);
  events::Event told(const Body& body, PodEvent& event);
  void note(Body& body, std::size_t index, Time t);
  void plan(const Body& body, const ReplicaClass& k, Time t);
  Rollout& begin_rollout(std::size_t service, Time t);
  void roll(std::size_t service, Time t, const Flow& flow, events::Sink& sink);
  void resize(std::size_t service, Time t, const Flow& flow, events::Sink& sink);
  void replace(std::size_t index, Time t, const Flow& flow, events::Sink& sink);
  void renew(Body& body, Time t);
  void note_change(std::size_t service);

  const FlowModel* model_;
  std::vector<Body> bodies_;
  std::vector<std::vector<std::size_t>> members_;  // bodies of each service's replicas; none of a third party's
  std::vector<Rollout> rollouts_;                  // by service
  std::vector<std::int64_t> ready_;                // endpoints, by service
  Time next_ = Time::max();
  Changes changes_;
  std::vector<PodEvent> scratch_;
};

}  // namespace firedrill::fake_services
