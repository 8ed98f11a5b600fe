// The pods behind the replicas: their kubelets' probes and restarts, tied to the flow of requests. A pod that is not
// ready leaves the load balancer, a container that starts refuses connections until it is up, one that ends takes its
// requests and its counters with it. A Deployment replaces pods by others, which have names of their own.
//
// A service is to have so many replicas, and each is a place: the pod that is made for one that goes takes its place.
// What faults hit are places, zones are given to places, and a pod is made where it finds one of the slots of its place
// free. So there are as many slots as pods that are there at the same time at most, and they stand for replicas in the
// flow and whatever is counted by replica.
//
// Most of the time nothing happens: while all is well with a replica its pod coasts, and costs nothing.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "events/sink.h"
#include "fake_services/pods/balancing.h"
#include "fake_services/pods/pod.h"
#include "fake_services/pods/pod_conditions.h"
#include "fake_services/pods/pod_identity.h"
#include "fake_services/pods/process_state.h"
#include "fake_services/pods/revisions.h"
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

// A pod that is or was there.
struct PodLife {
  std::size_t service = 0;
  std::size_t replica = 0;  // slot
  std::string name;
  std::string instance;
  Time from = Time::min();
  Time until = Time::max();
  std::array<std::optional<Worker::Counts>, 3> probes{};  // by ProbeType, when it had gone
};

PodSpec pod_spec_of(const ServiceSpec& service);

// node-monitor-grace-period of the controller manager: for so long nobody notices that a node is out of touch.
inline constexpr Duration kNodeMonitorGrace = std::chrono::seconds(50);

// The pods of a ReplicaSet as its status has them.
struct ReplicaSetCounts {
  std::size_t present = 0;  // there, and not being deleted
  std::size_t ready = 0;
};

class Pods {
 public:
  // Makes one more slot of a service for a place, behind the others, wherever something is kept by replica; calls
  // add_replica.
  using AddSlot = std::function<void(std::size_t service, std::size_t place)>;

  // A pod for each replica of our own services, created so long ago that its container has run since `started`, given
  // in the order of services and replicas.
  Pods(const FlowModel& model, std::uint64_t seed, std::span<const Time> started, Time now);

  // One more slot of a service, behind the others, with no pod in it yet.
  void add_replica(std::size_t service, std::size_t place, std::uint64_t seed, Time t);

  // When a pod wants to be stepped, next after what was processed; Time::max() if none does.
  Time next_at() const { return next_; }

  // What is due at t, between two steps of the flow. What has changed for the world is found in `services` (conditions
  // have to be set), `restarted` (counters begin anew), `made` and `removed`; all are valid until the next call. Of one
  // slot, what was removed from it comes before what was made in it.
  struct Changes {
    std::vector<std::size_t> services;   // each once; of which pods have come and gone, too
    std::vector<std::size_t> restarted;  // slots
    std::vector<std::size_t> made;       // slots in which there is another pod
    std::vector<std::size_t> removed;    // slots in which there is none any more
  };
  const Changes& process(Time t, const Flow& flow, events::Sink& sink, const AddSlot& add);

  // Tells of each pod that is not up as the run begins: of which nothing is told is taken for ready.
  void tell_initial_state(Time t, events::Sink& sink);

  // What a service's pods do to the conditions of its replicas at t.
  void apply(std::size_t service, Time t, std::span<TrafficConditions> conditions) const;

  // The conditions of a service's pods from now on, one for each slot; obeyed from the next process() on.
  void set_conditions(std::size_t service, std::span<const PodConditions> conditions, Time t);

  // Replaces the pods of a service as a rollout does, from t on: by those of another revision of the same version.
  void restart(std::size_t service, Time t);
  // The same, by those of an earlier revision (Revisions::before; 0: the one before). Why it cannot be; nothing: it is.
  std::optional<std::string> roll_back(std::size_t service, std::int64_t revision, Time t);
  // What its pods run, or will when the rollout is over.
  const Template& program(std::size_t service) const;
  // Deletes a pod, as soon as its Deployment can do without one (of maxUnavailable, and one at least): only then
  // another is made in its place, on a node where pods may be.
  void evict(std::size_t pod, Time t);
  // No pod is made on the node any more, as long as there is another. Neither is one on a node that is known to be out
  // of touch; before that it is, and waits there for its kubelet.
  void cordon(const std::string& node);
  // From t on a service has so many pods, the first of its places: those behind them are deleted, and drain as in a
  // rollout; those that are missing are made, all at once.
  void scale(std::size_t service, std::size_t replicas, Time t);

  std::size_t index_of(std::size_t service, std::size_t replica) const { return members_[service][replica]; }
  // The pod is there; else it has gone, or has not been made yet.
  bool exists(std::size_t pod) const { return !bodies_[pod].pod.removed(); }
  // It is there, and is to stay.
  bool stays(std::size_t pod) const { return exists(pod) && !bodies_[pod].pod.deleting(); }
  std::size_t existing(std::size_t service) const;   // of those
  std::size_t endpoints(std::size_t service) const;  // pods that are ready
  // As it was last stepped: of one with which all is well its probes' counts may lag behind.
  const Pod& pod(std::size_t pod) const { return bodies_[pod].pod; }
  const PodCounts& counts(std::size_t pod) const { return bodies_[pod].counts; }
  const std::string& name_of(std::size_t pod) const { return bodies_[pod].identity.pod; }
  std::size_t service_of(std::size_t pod) const { return bodies_[pod].service; }
  std::size_t replica_of(std::size_t pod) const { return bodies_[pod].replica; }
  // The place whose pod it is; and how many a service has.
  std::size_t place_of(std::size_t pod) const { return bodies_[pod].place; }
  std::size_t places(std::size_t service) const { return places_[service]; }
  // Of the pod that is in the slot, or was last.
  const PodIdentity& identity(std::size_t pod) const { return bodies_[pod].identity; }
  // Of our own services: how many it is to have now.
  std::size_t wanted(std::size_t service) const { return rollouts_[service].replicas; }
  // Among the pods of its service, in the order in which they were made.
  std::uint64_t number(std::size_t pod) const { return bodies_[pod].number; }
  // Its process accepts connections.
  bool listens(std::size_t pod) const { return bodies_[pod].face.listening; }
  // It is among the load balancer's addresses.
  bool routed(std::size_t pod) const { return bodies_[pod].face.routed; }
  // It was started, and should have accepted connections before.
  bool starts_late(std::size_t pod, Time t) const { return bodies_[pod].process.late(t); }
  bool node_lost(std::size_t pod) const { return bodies_[pod].process.conditions().node_lost; }
  // When the control plane takes it for lost; nothing: it is not, or no pod was on it then.
  std::optional<Time> node_noticed(std::size_t pod) const;
  // Bytes that its process has leaked.
  double leaked(std::size_t pod, Time t) const { return bodies_[pod].process.leaked(t); }
  // The version that it runs; null: the topology's.
  const Release* release(std::size_t pod) const { return bodies_[pod].process.release(); }
  // How far the deployments have come, in the order of our services.
  std::vector<RolloutState> rollouts(Time t) const;
  std::size_t services() const { return rollouts_.size(); }
  const ServiceSpec& spec(std::size_t service) const { return model_->services[service].spec; }
  const Revisions& revisions(std::size_t service) const { return rollouts_[service].revisions; }
  // Of all ReplicaSets of a service, in the order in which they were made.
  std::vector<ReplicaSetCounts> replica_sets(std::size_t service) const;
  // All that happened to it before t is made up for, so that its counts are right.
  const Pod& seen_at(std::size_t pod, Time t);
  // How often the pods of the slot were probed up to t, those before this one too; nothing: they have no such probe.
  std::optional<Worker::Counts> probed(std::size_t pod, ProbeType type, Time t);
  std::size_t size() const { return bodies_.size(); }
  // All pods that there were: those of the beginning in the order of services and replicas, then as they were made.
  const std::vector<PodLife>& lives() const { return lives_; }
  std::vector<ProbeState> states(Time t);

 private:
  // What of a pod the world acts upon.
  struct Face {
    bool routed = true;     // among the load balancer's addresses
    bool running = true;    // a process is there
    bool listening = true;  // and accepts connections
    bool hangs = false;
    const Release* release = nullptr;
    bool operator==(const Face&) const = default;
  };
  // Requests that were under way at a process when it began to hang, and of which their clients do not know yet.
  struct Wedged {
    double requests = 0;
    double stay_s = 0;      // how long a request was there, on average, before that
    double patience_s = 0;  // of its client
    Time since{};
    Time all_gave_up() const { return since + from_seconds(patience_s); }
    // The share of them whose clients still wait.
    double waiting(Time t) const;
  };
  // A slot, and the pod in it.
  struct Body {
    std::size_t service = 0;
    std::size_t replica = 0;
    std::size_t place = 0;
    Pod pod;
    RandomStream chance;
    RandomStream lags;
    ProcessState process;
    Route route;
    PodIdentity identity = {};
    std::uint64_t number = 0;
    std::size_t life = 0;
    Face face = {};
    std::uint64_t container = 1;
    bool coasting = false;
    bool stopping = false;           // the kubelet ends its container
    bool evicted = false;            // it is to make room for another of the same template
    const Release* asked = nullptr;  // the version that faults ask for; null: the topology's
    std::size_t wanted = 0;          // the ReplicaSet that a pod here should be of
    std::size_t set = 0;             // that it is of
    Time ready_since = Time::min();
    std::optional<Time> lost_since = {};  // when its node went out of touch
    std::optional<Wedged> wedged = {};    // of a process that hangs
    Time stays_until = Time::min();       // where it was to be evicted and no other node was left: looked at again then
    PodCounts counts = {};
    std::array<Worker::Counts, 3> past = {};  // by ProbeType: of the pods before this one
  };
  struct Rollout {
    bool going = false;
    bool complete = true;  // all pods have been of the template asked for, and available
    std::int64_t generation = 1;
    Revisions revisions = {};
    bool canary = false;                             // only some places are asked for a version
    std::optional<std::size_t> before_release = {};  // the ReplicaSet of before, while all are asked for one
    std::size_t done = 0;                            // pods of the template asked for that are available
    Time progress{};                                 // when something was last done for it
    std::size_t replicas = 0;                        // asked for
    std::uint64_t made = 0;                          // pods
  };

  Body& add_body(std::size_t service, std::size_t place, Pod pod, Time since, std::uint64_t seed);
  bool outdated(const Body& body) const;
  bool available(const Body& body, Time t) const;
  Face face_of(const Body& body) const;
  // The process ends by itself at t; nothing: it does not.
  std::optional<Exit> end_of(const Body& body, const ReplicaClass& k, Time t) const;
  double memory_limit(const Body& body) const;
  double memory(const Body& body, const ReplicaClass& k) const;  // but for what is leaked
  bool out_of_touch(Body& body, std::size_t index, Time t, const Flow& flow, events::Sink& sink);
  void step(Body& body, Time t, const Flow& flow);
  void report(Body& body, events::Sink& sink);
  events::Event told(const Body& body, PodEvent& event);
  events::ClusterEvent unhealthy(const Body& body, const PodEvent& event) const;
  void note(Body& body, std::size_t index, Time t, const Flow& flow);
  static bool drained(const Body& body);
  void end_life(Body& body, std::size_t index, Time t);
  double reached(std::size_t service, const Body* but) const;
  double refusing(std::size_t service) const;
  void lose(Body& body, Loss::Kind kind, const Flow& flow, Time t);
  static Wedged wedge(const ReplicaClass& k, double patience_s, Time t);
  void give_up(Body& body, const Flow& flow, Time t);
  void plan(const Body& body, const ReplicaClass& k, Time t);
  void note_change(std::size_t service);
  // pods_rollout.cc
  Rollout& begin_rollout(std::size_t service, Time t);
  RolloutBounds bounds(std::size_t service) const;
  void roll(std::size_t service, Time t, const Flow& flow, events::Sink& sink, const AddSlot& add);
  bool move(std::size_t service, Time t, const Flow& flow, events::Sink& sink, const AddSlot& add);
  void look_at_progress(std::size_t service, Time t);
  void make(std::size_t service, std::size_t place, Time t, const Flow& flow, const AddSlot& add);
  void take_away(std::size_t index, Time t, const Flow& flow, events::Sink& sink);
  void withdraw(std::size_t index, Time t, const Flow& flow, events::Sink& sink);
  void renew(Body& body, Time t);
  void identify(Body& body, Time from, std::string node);
  // pods_revisions.cc
  void ask_release(std::size_t service, Time t);
  bool want(std::size_t service, Time t);
  void ask(std::size_t service, Time t);
  std::size_t staying(std::size_t service, std::size_t set) const;
  events::ClusterEvent of_replica_set(const Body& body, Time t, std::string_view reason, std::string_view what) const;
  events::ClusterEvent scheduled(const Body& body, Time t) const;
  void tell_scaling(std::size_t service, Time t, events::Sink& sink);
  // pods_nodes.cc
  bool is_lost(const std::string& node) const;
  bool not_ready(const std::string& node, Time t) const;
  std::optional<Time> lost_since(const Body& body) const;
  std::string node_for(std::size_t service, std::size_t place, Time t) const;
  void look_at_toleration(Body& body, std::size_t index, Time t, const Flow& flow, events::Sink& sink);

  const FlowModel* model_;
  std::vector<Body> bodies_;
  std::vector<std::vector<std::size_t>> members_;  // bodies of each service's slots; none of a third party's
  std::vector<std::size_t> places_;                // by service
  std::vector<Rollout> rollouts_;                  // by service
  std::vector<Loss> losses_;                       // by service
  std::vector<std::optional<Time>> lost_;          // by service: until when it is told of them
  std::vector<std::int64_t> ready_;                // endpoints, by service
  std::vector<std::string> cordoned_;              // nodes
  std::vector<PodLife> lives_;
  Time next_ = Time::max();
  Changes changes_;
  std::vector<PodEvent> scratch_;
  std::vector<events::ClusterEvent> told_;  // scratch: what ReplicaSets tell of the pods that come and go
};

}  // namespace firedrill::fake_services
