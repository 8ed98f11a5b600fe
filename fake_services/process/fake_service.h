// One replica of a service, as its process runs it: what it answers, how long it takes, whom it calls, what it exposes.
// The parameters are those of the simulated world (traffic/flow_model.h), and what follows from them is for real: time
// passes, the processor works, calls go over connections.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "fake_services/pods/probe_handlers.h"
#include "fake_services/pods/prober.h"
#include "fake_services/process/chance.h"
#include "fake_services/process/dependency.h"
#include "fake_services/process/journey.h"
#include "fake_services/process/message_queue.h"
#include "fake_services/process/replica_metrics.h"
#include "fake_services/process/workers.h"
#include "http/message.h"
#include "http/server.h"

namespace firedrill::fake_services {

// "checkout-0"
std::string pod_name(const ServiceSpec& service, std::size_t replica);

// The most requests that a replica's process may hold at once: each has a thread.
inline constexpr std::int64_t kMostInProcess = 4000;

class FakeService {
 public:
  // `model` must outlive it. `replica` is below the number of its replicas.
  FakeService(const FlowModel& model, std::size_t service, std::size_t replica, std::uint64_t seed, Time started);
  ~FakeService();

  // Any thread may call it, and waits as long as the answer takes.
  http::Response answer(const http::Request& request);
  // What a server needs so that the service's own limits are what is hit.
  http::ServerBounds bounds() const;

  // The ports of the replicas of a dependency that are ready. Nothing happens for one that it does not have.
  void set_ready(std::string_view dependency, std::vector<std::uint16_t> ports);

  // From now on it says that it is not ready, and works on what it has and what still comes.
  void drain();
  // Nothing is being worked on.
  bool is_idle() const;

 private:
  http::Response serve(std::size_t route);
  http::Response publish(std::size_t route);
  bool consume(std::size_t route);
  int work_on(const RouteModel& route);
  http::Response health(ProbeType type);
  std::vector<DependencyCheck> checks();
  ReplicaGauges gauges() const;

  const FlowModel& model_;
  const ServiceModel& service_;
  std::string pod_;
  std::map<std::string, ProbeType, std::less<>> health_paths_;
  Chance latency_;
  Chance errors_;
  Workers workers_;
  Processor processor_;
  std::atomic<bool> draining_ = false;
  std::atomic<std::int64_t> open_ = 0;  // requests that came in and are not answered
  CallCounter counter_;
  ReplicaMetrics metrics_;
  std::vector<std::unique_ptr<Dependency>> dependencies_;  // by edge
  Journeys journeys_;
  std::unique_ptr<MessageQueue> queue_;
};

}  // namespace firedrill::fake_services
