// A topology as processes: one for each replica, each with a port of its own that it keeps over restarts, watched as a
// kubelet watches its pods. Readiness decides who gets the calls of others; who ends is started again, with a kubelet's
// back-off. Nothing of it outlives this object, nor the program, however that ends.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/diagnostic.h"
#include "driver/live/child_process.h"
#include "driver/live/probing.h"
#include "fake_services/pods/backoff.h"
#include "fake_services/topology/topology.h"

namespace firedrill::driver::live {

enum class ReplicaState {
  starting,  // its process is there, and does not accept connections yet
  serving,
  draining,  // asked to end
  waiting,   // for its back-off, to be started again
  ended,     // for good
};
std::string_view to_string(ReplicaState state);

struct ReplicaView {
  std::string service;
  std::string pod;       // checkout-0
  std::string instance;  // checkout-0:8080, as in the simulated world
  std::uint16_t port = 0;
  std::int64_t pid = 0;  // 0: there is no process
  ReplicaState state = ReplicaState::starting;
  bool ready = false;
  std::uint64_t restarts = 0;
  Time since{};        // in the state
  std::string detail;  // why it ended last, what its readiness probe said; may be empty
};

struct LiveOptions {
  SourcePtr topology;  // its text, which each process reads itself
  std::uint64_t seed = 1;
  std::uint16_t first_port = 0;  // of the first replica; the others have the next ones. 0: any free ones
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
  // Every replica has accepted connections at some time.
  bool have_come_up() const;
  // Asks all to end and steps until they have, each within its grace period, after which it is killed.
  void stop();

  // As they stand now; any thread may ask.
  std::vector<ReplicaView> views() const;

 private:
  struct Replica;
  LiveServices(const fake_services::Topology& topology, const LiveOptions& options);

  std::expected<void, std::string> reserve();
  std::expected<void, std::string> launch(Replica& replica);
  void listen_to(Replica& replica);
  void bury(Replica& replica, int code);
  void heed_probes(Replica& replica);
  void ask_to_end(Replica& replica, Duration grace);
  void do_due(Replica& replica);
  void tell_ready();
  void enter(Replica& replica, ReplicaState state);
  void wait(Duration at_most);

  fake_services::Topology topology_;
  LiveOptions options_;
  WallClock clock_;
  Descriptor woken_;  // the ends of a pipe, by which probes wake the loop
  Descriptor waker_;
  std::vector<std::unique_ptr<Replica>> replicas_;
  std::string failure_;
  bool stopping_ = false;
  std::vector<std::vector<std::uint16_t>> told_;  // the ready ports by service, as the processes know them
  mutable std::mutex mutex_;                      // of what views() reads
};

}  // namespace firedrill::driver::live
