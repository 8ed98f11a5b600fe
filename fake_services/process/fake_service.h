// One replica of a service, as its process runs it: what it answers, how long it takes, whom it calls, what it exposes.
// The parameters are those of the simulated world (traffic/flow_model.h), and what follows from them is for real: time
// passes, the processor works, calls go over connections.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "fake_services/faults/allowances.h"
#include "fake_services/pods/probe_handlers.h"
#include "fake_services/pods/prober.h"
#include "fake_services/process/account.h"
#include "fake_services/process/chance.h"
#include "fake_services/process/dependency.h"
#include "fake_services/process/foreign_messages.h"
#include "fake_services/process/journey.h"
#include "fake_services/process/message_queue.h"
#include "fake_services/process/process_conditions.h"
#include "fake_services/process/replica_metrics.h"
#include "fake_services/process/workers.h"
#include "http/message.h"
#include "http/server.h"

namespace firedrill::fake_services {

// "checkout-0"
std::string pod_name(const ServiceSpec& service, std::size_t replica);

// The most requests that a replica's process may hold at once: each has a thread.
inline constexpr std::int64_t kMostInProcess = 4000;

// Bytes of an answer, and what their mean may be: of sizes that spread exponentially one in some thousands is larger
// than eight times the mean.
inline constexpr double kLargestAnswer = 8.0 * 1024 * 1024;
inline constexpr double kLargestMeanAnswer = kLargestAnswer / 8;

class FakeService {
 public:
  // `model` must outlive it. `replica` is below the number of its replicas.
  FakeService(const FlowModel& model, std::size_t service, std::size_t replica, std::uint64_t seed, Time started);
  ~FakeService();

  // Any thread may call it, and waits as long as the answer takes.
  http::Response answer(const http::Request& request);
  // What a server needs so that the service's own limits are what is hit.
  http::ServerBounds bounds() const;

  // Before it answers anything. Of the answers of its routes: their mean size, 0 for as large as what they say; and
  // what is left of faults that are over after their first few requests.
  void set_answer_bytes(double mean) { answer_bytes_ = mean; }
  void set_allowances(std::shared_ptr<Allowances> allowances) {
    account_.set_allowances(allowances);
    allowances_ = std::move(allowances);
  }
  void set_own_metrics(std::vector<MetricSpec> metrics, double speed) { metrics_.add_own(std::move(metrics), speed); }
  // From now on; requests that are held by what they say go on when it is over.
  void set_conditions(const ProcessConditions& conditions);
  // What it has counted since it began, and what there is now.
  Account account() const;
  // Its metrics are to count from now on alone.
  void count_anew() { metrics_.count_anew(); }
  // And they go on from these.
  void go_on_from(const PastMetrics& past) { metrics_.go_on_from(past); }
  void set_certificate_expiry(double seconds) { metrics_.set_certificate_expiry(seconds); }

  // The ports of the replicas of a dependency that are ready. Nothing happens for one that it does not have.
  void set_ready(std::string_view dependency, std::vector<std::uint16_t> ports);

  // From now on it says that it is not ready, and works on what it has and what still comes.
  void drain();
  // Nothing is being worked on.
  bool is_idle() const;
  // It has more memory than it may: a kernel would kill it.
  bool is_beyond_memory() const;

 private:
  http::Response serve(std::size_t route);
  http::Response publish(std::size_t route);
  bool consume(std::size_t route);
  using Conditions = std::shared_ptr<const ProcessConditions>;
  Conditions conditions() const;
  // A code that it is answered with at once; nothing: it is worked on.
  std::optional<InjectedReply> turned_away(const RequestConditions& befalls);
  std::optional<InjectedReply> turned_away(const ProcessConditions& now, std::size_t route);
  // Of faults that are over after their first few requests: holds one of those, and says how long it is to wait.
  double first_delay(const ProcessConditions& now, std::size_t route);
  http::Response answer_of(const RouteModel& route);
  bool over_the_limit(const LimitConditions& limit);
  // Waits, and keeps what the caller has, until requests of this sort are answered again.
  void hang(double longest_s, const std::function<double(const ProcessConditions&)>& silent);
  double delay(const Delay& of);
  int write_to_disk(const RouteModel& route, const ProcessConditions& now);
  int work_on(std::size_t route);
  http::Response expose();
  http::Response health(ProbeType type);
  std::vector<DependencyCheck> checks();
  ReplicaGauges gauges() const;
  double memory(double in_flight) const;

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
  mutable std::mutex mutex_;
  Conditions conditions_;
  double tokens_ = 0;  // of the limit
  double filled_s_ = 0;
  double leaked_ = 0;  // up to then; since then at the rate of the conditions
  double leaked_until_s_ = 0;
  double answer_bytes_ = 0;
  std::shared_ptr<Allowances> allowances_;  // null: there are none
  AccountKeeper account_;
  CallCounter counter_;
  ReplicaMetrics metrics_;
  std::vector<std::unique_ptr<Dependency>> dependencies_;  // by edge
  Journeys journeys_;
  std::unique_ptr<MessageQueue> queue_;
  std::unique_ptr<ForeignMessages> foreign_;  // null: it has no queue
};

}  // namespace firedrill::fake_services
