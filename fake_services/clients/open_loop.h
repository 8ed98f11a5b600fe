// Clients from outside, for real: an open loop. Requests start at times that do not depend on how long those before
// them take, and what a client waited for is counted from when it was to start, so that a service that falls behind
// does not slow down those who measure it ("coordinated omission").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "events/minute.h"
#include "fake_services/faults/allowances.h"
#include "fake_services/faults/observation.h"
#include "fake_services/traffic/flow_model.h"

namespace firedrill::fake_services {

// What clients of one entry point met since the start. What is under way is not counted yet.
struct OutsideCounts {
  Observation seen;  // its fields on requests
  double requests = 0;
  double errors = 0;         // answered 5xx, refused, reset or given up on
  double client_errors = 0;  // answered 4xx
  // Of those that reached a replica, by the time until they ended.
  std::array<double, events::kLatencyBuckets> latency{};
  // As `seen`, of those alone that began while there was some left of a fault that hits its first few: by its
  // allowance.
  std::map<std::size_t, Observation> while_left{};
};

// How far behind their times requests were begun: what the sending side itself adds.
struct Lateness {
  std::uint64_t begun = 0;
  std::uint64_t unsent = 0;  // more were under way than are let be, and these were not begun
  double p50_s = 0;
  double p99_s = 0;
};

class OpenLoop {
 public:
  struct Options {
    std::uint64_t seed = 0;
    // The time by which rates have their hours and days; any thread may call it.
    std::function<Time()> now{};
    std::size_t most_under_way = 20000;
    std::shared_ptr<const Allowances> allowances = nullptr;  // null: there are none
  };
  // Of the services of the model that have traffic; it must outlive the loop. Nothing is sent yet.
  OpenLoop(const FlowModel& model, Options options);
  // Breaks off what is under way.
  ~OpenLoop();
  OpenLoop(const OpenLoop&) = delete;
  OpenLoop& operator=(const OpenLoop&) = delete;

  // From now on requests are sent. The error: this machine gives no thread.
  std::expected<void, std::string> begin();
  // No further ones are begun, until it is resumed.
  void pause();
  void resume();

  // Where the replicas of a service listen that are ready; none: clients are refused.
  void set_ready(std::size_t service, std::vector<std::uint16_t> ports);
  // Its rate is multiplied by it.
  void set_factor(std::size_t service, double factor);
  // Its rate whatever its traffic says; nothing: as that says.
  void set_rate(std::size_t service, std::optional<double> per_second);

  // Of a service without traffic all is 0.
  OutsideCounts counts(std::size_t service) const;
  // Since it was asked for last.
  Lateness take_lateness();
  std::size_t under_way() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace firedrill::fake_services
