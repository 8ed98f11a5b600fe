// A topology as processes: one for each replica, each with a port of its own that it keeps over restarts, watched as a
// kubelet watches its pods. Readiness decides who gets the calls of others; who ends is started again, with a kubelet's
// back-off. Nothing of it outlives this object, nor the program, however that ends.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/diagnostic.h"
#include "driver/live/deploy/deployment.h"
#include "driver/live/live_clock.h"
#include "driver/live/live_replica.h"
#include "driver/live/replica_orders.h"
#include "driver/live/supervisor.h"
#include "events/event.h"
#include "fake_services/process/account.h"
#include "fake_services/process/past_metrics.h"
#include "fake_services/proxy/entrance.h"
#include "fake_services/proxy/proxy.h"
#include "fake_services/topology/topology.h"
#include "fake_services/traffic/flow_model.h"

namespace firedrill::driver::live {

struct ReplicaView {
  std::string service;
  std::size_t slot = 0;            // among those of its service
  std::string pod;                 // checkout-0
  std::string instance;            // checkout-0:8080, as in the simulated world
  std::uint16_t port = 0;          // at which others reach it
  std::uint16_t scraped_port = 0;  // at which it is scraped: past its proxy, unless that keeps scrapes away
  std::int64_t pid = 0;            // 0: there is no process
  std::string version{};
  std::string program{};  // the URL of a program of the user's own; empty: a process of ours
  ReplicaState state = ReplicaState::starting;
  bool ready = false;
  std::uint64_t restarts = 0;
  Time since{};        // in the state
  std::string detail;  // why it ended last, what its readiness probe said; may be empty
};

// Where a program of the user's own reaches a dependency.
struct WayView {
  std::string service;
  std::string dependency;
  std::uint16_t port = 0;
};

// What has become of a replica since the start, over all of its processes.
struct ReplicaRecord {
  fake_services::Account account{};
  double restarts = 0;
  double exits = 0;  // by themselves
  double kills = 0;  // by the kubelet
  double oom_kills = 0;
  double endpoint_changes = 0;
  bool there = false;      // the slot is not empty
  bool was_there = false;  // or has not been
  bool ready = false;
  std::string version{};
  bool listening = false;
  bool starting_late = false;                                            // it should have listened by now
  std::array<std::optional<fake_services::Worker::Counts>, 3> probes{};  // by ProbeType
  // Of a program of the user's own, by edge: what came through its ways. Its account has what checks of these met.
  std::vector<fake_services::Observation> passed{};
};

// What replicas had counted before their processes were there, by pod.
using PastOfPods = std::map<std::string, fake_services::PastMetrics, std::less<>>;

struct LiveOptions {
  SourcePtr topology;  // its text, which each process reads itself
  std::uint64_t seed = 1;
  // Of the first replica; the others have the next ones, and the ways of programs those behind. 0: any free ones.
  std::uint16_t first_port = 0;
  Duration clock_ahead{};      // of scenario time, before the pace's
  bool on_wall_clock = false;  // processes tell instants by the wall's clock: what scrapes them has no other
  bool tells = false;          // processes tell what they count
  std::optional<Time> certificates_from = {};  // scenario time since which certificates count; nothing: the start
  ProxiedLines proxied = {};                   // empty: none
  // By service: the mean size of its answers; empty, 0: as large as what they say.
  std::vector<double> answer_bytes = {};
  std::shared_ptr<fake_services::Allowances> allowances = nullptr;  // of faults that processes bring about
  std::vector<fake_services::MetricSpec> metrics = {};              // the scenario's own, which processes expose
  std::vector<Slots> slots = {};                                    // by service; empty: one for each replica
  // Of what passes over an incident: probes, back-off, start-up. Requests and what they wait take their own time.
  Pace pace = Pace::beginning_at(WallClock().now(), 1);
};

class LiveServices {
 public:
  // Begins to start them; `topology` is what the text says. Must be called, as all but views(), by a thread that lives
  // as long as the processes shall. The error is one of this machine's: a port, a process that cannot be had.
  static std::expected<std::unique_ptr<LiveServices>, std::string> start(const fake_services::Topology& topology,
                                                                         const LiveOptions& options);
  // Kills what is left.
  ~LiveServices();
  LiveServices(const LiveServices&) = delete;
  LiveServices& operator=(const LiveServices&) = delete;

  // Does what is due, after waiting for something to happen, at most so long, or for a signal. The error: a replica
  // whose first process did not come up.
  std::expected<void, std::string> step(Duration at_most);
  // Every replica that is a process of ours has accepted connections at some time.
  bool have_come_up() const;
  // Asks all to end and steps until they have, each within its grace period, after which it is killed. `say` is told
  // whom that waits for, where it takes long.
  void stop(const std::function<void(const std::string&)>& say = {});

  // As they stand now, without empty slots; any thread may ask.
  std::vector<ReplicaView> views() const;
  // `marked`: its counts are those of the last mark.
  ReplicaRecord record(std::size_t service, std::size_t slot, bool marked = false) const;
  std::size_t slots(std::size_t service) const { return told_[service].size(); }
  // That it should have.
  std::size_t replicas(std::size_t service) const;
  std::vector<WayView> ways() const;
  // What has happened since it was asked for last, at the times at which it did.
  std::vector<events::Event> take_events();

  // Scenario time.
  Time now() const { return clock_.now() + options_.clock_ahead; }
  // What befalls a replica from now on. Called, as all below, by the thread that steps.
  void order(std::size_t service, std::size_t replica, const ReplicaOrders& orders);
  // Waits until proxies do what they were told.
  void settle();
  // Of what happens, and of processes that are started, from now on.
  void set_clock_ahead(Duration ahead) { options_.clock_ahead = ahead; }
  // What processes that run have counted so far is none of what they expose from now on; they go on from what is said
  // of them. It is `start` of scenario time, and `wall` by the wall's clock.
  void count_anew(const PastOfPods& past, Time start, Time wall);
  // What has been counted by now is kept as it is: each process is asked for it, and tells within a moment.
  void mark();
  // Ends the wait of a step; any thread may call it.
  void wake() const;
  // Another process that is to end with firedrill, and no longer; a folder that is to go with it then.
  void watch(pid_t process) { supervisor_->watch(process); }
  void forget(pid_t process) { supervisor_->forget(process); }
  void watch_folder(const std::string& folder) { supervisor_->watch_folder(folder); }
  // Its processes are asked to end and are started again, one after the other: each when the one before is ready again,
  // or has had its time.
  void restart(std::size_t service);
  // Deployment: what follows is done by the steps.
  std::expected<void, std::string> scale(std::size_t service, std::int64_t replicas);
  std::expected<bool, std::string> roll_back(std::size_t service, std::int64_t revision);
  // After orders to all of its slots, which say what version each is to be of.
  void follow_versions(std::size_t service);

 private:
  using Replica = LiveReplica;
  static constexpr int kLastPort = 65535;
  LiveServices(const fake_services::Topology& topology, const LiveOptions& options);

  Replica& at(std::size_t service, std::size_t replica) const;
  std::expected<void, std::string> open_pipe();
  std::expected<void, std::string> reserve();
  std::expected<void, std::string> reserve(Replica& replica, std::uint16_t port);
  std::expected<void, std::string> open_links();
  std::expected<void, std::string> open_ways(int next_port);
  std::expected<void, std::string> watch_program(Replica& replica);
  void heed_program(Replica& replica);
  void follow_ways(Replica& replica);
  void set_way_faults(Replica& replica);
  void deploy();
  void begin_slot(Replica& replica, const fake_services::Release* release);
  void end_slot(Replica& replica, const std::string& why);
  void slot_is_empty(Replica& replica);
  fake_services::ProcessConditions conditions_of(const Replica& replica) const;
  const std::string& version_of(const Replica& replica) const;
  static fake_services::Account counted_by(const Replica& replica);
  void add_ways(const Replica& replica, ReplicaRecord& record) const;
  std::expected<void, std::string> launch(Replica& replica);
  json::object order_of(const Replica& replica) const;
  std::optional<double> certificate_expiry(const Replica& replica, Time scenario, Time wall) const;
  void listen_to(Replica& replica);
  void hear(Replica& replica, const json::object& message);
  void begin_to_serve(Replica& replica);
  void bury(Replica& replica, int code);
  void heed_probes(Replica& replica);
  void heed_pod(Replica& replica);
  void ask_to_end(Replica& replica, Duration grace, std::string why);
  void terminate(Replica& replica);
  void end_by_itself(Replica& replica, int code);
  void do_due(Replica& replica);
  void tell_ready();
  json::object ready_ports_of(const Replica& caller) const;
  void go_on_restarting();
  void send_conditions(Replica& replica);
  void follow_proxies(Replica& replica);
  void enter(Replica& replica, ReplicaState state);
  void set_ready(Replica& replica, bool ready);
  void wait(Duration at_most);
  events::Event event_of(const Replica& replica, events::EventKind kind) const;
  void push(events::Event event);
  Duration startup_of(const Replica& replica) const;
  void tell(const Replica& replica, events::EventKind kind, std::string reason = {});

  fake_services::Topology topology_;
  LiveOptions options_;
  fake_services::FlowModel model_;
  LiveClock clock_;
  Descriptor woken_;  // the ends of a pipe, by which probes wake the loop
  Descriptor waker_;
  std::optional<Supervisor> supervisor_;
  std::unique_ptr<fake_services::FaultProxies> proxies_;  // null: no line has one
  std::unique_ptr<fake_services::Entrances> entrances_;   // null: there is no program of the user's own
  std::vector<std::unique_ptr<Replica>> replicas_;
  std::vector<std::size_t> first_;       // by service: index of its first slot
  std::vector<Deployment> deployments_;  // by service
  std::vector<bool> deploying_;          // something was asked of it
  std::deque<Replica*> to_restart_;
  std::optional<Time> restarting_;  // since when the first of these is
  std::string failure_;
  bool stopping_ = false;
  std::vector<std::vector<bool>> told_;  // by service and slot: the ready ones, as the processes know them
  std::vector<events::Event> events_;
  mutable std::mutex mutex_;  // of what others read
};

}  // namespace firedrill::driver::live
