// The ReplicaSets of a Deployment, one for each pod template that it had (pkg/controller/deployment: sync.go,
// getNewReplicaSet, cleanupDeployment; kubectl's polymorphichelpers/rollback.go). The template that is asked for has
// the highest revision; one that is asked for again gets its ReplicaSet of before, which is the newest then.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "fake_services/topology/release.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services {

// What pods are made from.
struct Template {
  const Release* release = nullptr;  // a version that was rolled out; null: the topology's. Must outlive it
  bool former = false;               // what ran before the topology's version was deployed, which behaves alike
  std::int64_t restart = 0;          // another one for each `kubectl rollout restart`, 0: none
  // They run the same program; a restart changes nothing in it.
  bool same_program(const Template& other) const { return release == other.release && former == other.former; }
};

struct ReplicaSet {
  Template pods;
  std::string name;  // checkout-6d4cf56db6
  Time created{};
  std::int64_t revision = 0;    // deployment.kubernetes.io/revision
  std::size_t wanted = 0;       // pods that its Deployment wants of it
  std::size_t told = 0;         // how many of them an event told of last
  std::int64_t generation = 1;  // one more for each number wanted
  bool there = true;            // else it was cleaned up
};

class Revisions {
 public:
  Revisions() = default;
  // The topology's version is revision 2, of so many pods; revision 1 was there before it.
  Revisions(const ServiceSpec& service, Time created, std::size_t replicas);

  // An index into all, which stays the same for good.
  std::size_t current() const { return current_; }  // of the template asked for
  std::size_t newest() const;                       // the same, but while a canary has one of its own
  const std::vector<ReplicaSet>& all() const { return all_; }
  ReplicaSet& at(std::size_t set) { return all_[set]; }
  const ReplicaSet& at(std::size_t set) const { return all_[set]; }

  // Asks for a template. It is the newest then.
  void ask(const Template& pods, Time t);
  // That of a canary: it is newer than the template asked for, and does not take its place.
  std::size_t canary(const Template& pods, Time t);
  // What is asked for, started anew.
  void restart(Time t);

  // What `kubectl rollout undo` goes back to: the newest but one; with a revision, that one. Nothing: there is none.
  std::optional<std::size_t> before() const;
  std::optional<std::size_t> of_revision(std::int64_t revision) const;

  // Of those that no pod is wanted of, the oldest go, but for so many (revisionHistoryLimit).
  void clean_up(std::int64_t limit);

 private:
  std::size_t find_or_make(const Template& pods, Time t);
  void renew(std::size_t set);

  const ServiceSpec* service_ = nullptr;
  std::vector<ReplicaSet> all_;
  std::size_t current_ = 0;
  std::int64_t last_revision_ = 0;
  std::int64_t restarts_ = 0;
};

}  // namespace firedrill::fake_services
