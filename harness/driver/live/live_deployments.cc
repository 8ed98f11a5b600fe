// Of LiveServices: processes that are added, taken away and replaced by others of another version.
#include <signal.h>

#include <algorithm>

#include "driver/live/live_services.h"
#include "fake_services/topology/release.h"

namespace firedrill::driver::live {

using fake_services::ProbeType;
using fake_services::ProcessConditions;

std::size_t LiveServices::replicas(std::size_t service) const {
  const std::scoped_lock lock(mutex_);
  return deployments_[service].replicas();
}

std::expected<void, std::string> LiveServices::scale(std::size_t service, std::int64_t replicas) {
  const std::scoped_lock lock(mutex_);
  deploying_[service] = true;
  return deployments_[service].scale(replicas);
}

std::expected<bool, std::string> LiveServices::roll_back(std::size_t service, std::int64_t revision) {
  deploying_[service] = true;
  return deployments_[service].roll_back(revision, now());
}

// What the orders of its slots say of versions.
void LiveServices::follow_versions(std::size_t service) {
  if (topology_.services[service].program) return;
  std::vector<const fake_services::Release*> asked;
  for (std::size_t i = 0; i < told_[service].size(); ++i) asked.push_back(at(service, i).orders.pod.release);
  const bool any = std::ranges::any_of(asked, [](const auto* release) { return release != nullptr; });
  deploying_[service] = deploying_[service] || any;
  deployments_[service].ask(asked, now());
}

// Does what Deployments have to do now; of those that nothing was ever asked of there is nothing.
void LiveServices::deploy() {
  const Time wall = clock_.now();
  for (std::size_t s = 0; s < deployments_.size() && !stopping_; ++s) {
    if (!deploying_[s]) continue;
    const Duration least = std::chrono::seconds(topology_.services[s].min_ready_seconds);
    std::vector<SlotState> states;
    for (std::size_t i = 0; i < told_[s].size(); ++i) {
      const Replica& replica = at(s, i);
      states.push_back({replica.there, replica.leaving, replica.ready && wall >= replica.ready_since + least});
    }
    Deployment& deployment = deployments_[s];
    const Deployment::Moves moves = deployment.next(states);
    for (const std::size_t slot : moves.start) begin_slot(at(s, slot), deployment.release(slot));
    for (const std::size_t slot : moves.end) {
      const bool beyond = deployment.slots().place_of(slot) >= deployment.replicas();
      end_slot(at(s, slot), beyond ? "fewer replicas are wanted" : "another version takes its place");
    }
  }
}

void LiveServices::begin_slot(Replica& replica, const fake_services::Release* release) {
  {
    const std::scoped_lock lock(mutex_);
    replica.there = true;
    replica.fresh = true;
    replica.release = release;
    replica.detail.clear();
  }
  replica.hung = false;
  replica.backoff = {};
  replica.finished.reset();
  const auto launched = launch(replica);
  if (launched) return;
  {
    const std::scoped_lock lock(mutex_);
    replica.detail = launched.error();
  }
  replica.due = clock_.now() + fake_services::RestartBackoff::kInitial;
  enter(replica, ReplicaState::waiting);
}

void LiveServices::end_slot(Replica& replica, const std::string& why) {
  replica.leaving = true;
  if (!to_restart_.empty() && to_restart_.front() == &replica) restarting_.reset();
  std::erase(to_restart_, &replica);
  if (!replica.process) return slot_is_empty(replica);
  if (replica.hung) replica.process->signal(SIGCONT);
  ask_to_end(replica, std::chrono::seconds(replica.spec->termination_grace_period_seconds), why);
}

void LiveServices::slot_is_empty(Replica& replica) {
  replica.due.reset();
  {
    const std::scoped_lock lock(mutex_);
    replica.there = replica.leaving = false;
    replica.detail.clear();
  }
  enter(replica, ReplicaState::ended);
}

// What its process is told: what befalls it, and what its version is like.
ProcessConditions LiveServices::conditions_of(const Replica& replica) const {
  ProcessConditions out = replica.orders.process;
  if (replica.release == nullptr) return out;
  const fake_services::Release& release = *replica.release;
  for (fake_services::RequestConditions& route : out.routes) {
    if (release.errors > 0) route.add_reply(release.code, release.errors, 0);
  }
  out.cpu_factor *= release.cpu_factor;
  if (!release.becomes_ready) out.forced[static_cast<std::size_t>(ProbeType::readiness)] = false;
  return out;
}

const std::string& LiveServices::version_of(const Replica& replica) const {
  return replica.release != nullptr ? replica.release->version : replica.spec->version;
}

}  // namespace firedrill::driver::live
