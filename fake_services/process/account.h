// What a replica's process counted since it began, as it tells firedrill over the control line: for the truth by minute
// and for the witnesses of faults. A process that is killed takes what it counted since it told last with it.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/text/json.h"
#include "events/minute.h"
#include "fake_services/faults/allowances.h"
#include "fake_services/faults/observation.h"
#include "fake_services/traffic/flow_model.h"

namespace firedrill::fake_services {

struct Account {
  Observation own;                 // what it served, and what of it there is now
  std::vector<Observation> edges;  // what it saw of its dependencies, by edge; their levels are of its pools
  // The requests that it answered, by the time that they took.
  std::array<double, events::kLatencyBuckets> latency{};
  // The same as `edges`, of the attempts alone that began while there was some left of a fault that hits its first few:
  // by the fault's allowance.
  std::map<std::size_t, std::vector<Observation>> while_left{};

  // What another process counted beside it.
  void add(const Account& other);
  // Without the levels, which go with the process.
  Account counts() const;
};

json::object to_json(const Account& account);
// Nothing: it is none of a process with so many edges.
std::optional<Account> read_account(const json::object& told, std::size_t edges);

// Keeps it, for any thread.
class AccountKeeper {
 public:
  explicit AccountKeeper(std::size_t edges) { account_.edges.resize(edges); }
  // Before it counts anything; null: there are none.
  void set_allowances(std::shared_ptr<const Allowances> allowances) { allowances_ = std::move(allowances); }

  void answered(double seconds);
  // An attempt over an edge has ended: `code` of an answer, 0 where there was none.
  void called(std::size_t edge, CallOutcome outcome, int code, double seconds);
  // An operation that was not answered from a cache: after so many attempts.
  void operated(std::size_t edge, std::int64_t attempts);
  void asked_cache(std::size_t edge, bool hit);
  Account account() const;

 private:
  std::shared_ptr<const Allowances> allowances_;
  mutable std::mutex mutex_;
  Account account_;
};

}  // namespace firedrill::fake_services
