// A Deployment of processes: which of its slots are to have one, and of which version, decided as a Deployment's
// controller and its ReplicaSets decide it (pods/revisions.h, pods/rollout.h). It knows slots and no processes.
//
// A slot is an address that a process can have. Each place among the replicas has one slot, or two where versions may
// replace each other, so that the new process comes up beside the old one: slots 0 to P - 1 are of places 0 to P - 1,
// and so are the P behind them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "fake_services/pods/revisions.h"
#include "fake_services/pods/rollout.h"

namespace firedrill::driver::live {

struct Slots {
  std::size_t places = 1;
  bool twice = false;
  std::size_t count() const { return twice ? 2 * places : places; }
  std::size_t place_of(std::size_t slot) const { return slot % places; }
  bool operator==(const Slots&) const = default;
};

// What has become of a slot.
struct SlotState {
  bool there = false;      // it has a process, or is to have one again
  bool leaving = false;    // which is asked to end for good
  bool available = false;  // ready for minReadySeconds
};

class Deployment {
 public:
  // As it stands when the run begins: complete, in the first slots. `service` must outlive it.
  Deployment(const fake_services::ServiceSpec& service, const Slots& slots, Time created);

  std::size_t replicas() const { return replicas_; }
  const Slots& slots() const { return slots_; }
  // Of the process that a slot has or had last; null: the topology's.
  const fake_services::Release* release(std::size_t slot) const;

  // Which version faults ask for, by slot; null: the topology's.
  void ask(std::span<const fake_services::Release* const> releases, Time t);
  // Its processes are started anew by somebody else, where they are.
  void restarted(Time t);
  // To an earlier revision, 0: to the one before. Whether that is another program; else why there is none.
  std::expected<bool, std::string> roll_back(std::int64_t revision, Time t);
  std::expected<void, std::string> scale(std::int64_t replicas);

  // What is to be done now, slots each.
  struct Moves {
    std::vector<std::size_t> start;
    std::vector<std::size_t> end;
    bool none() const { return start.empty() && end.empty(); }
  };
  Moves next(std::span<const SlotState> states);

 private:
  struct Slot {
    const fake_services::Release* asked = nullptr;
    std::size_t set = 0;     // of its process: an index into the revisions
    std::size_t wanted = 0;  // that it should be of
  };
  void want(Time t);
  fake_services::RolloutBounds bounds(std::span<const SlotState> states) const;
  void settle(std::span<const SlotState> states);
  std::optional<std::size_t> free_slot(std::size_t place, std::span<const SlotState> states) const;

  const fake_services::ServiceSpec& service_;
  Slots slots_;
  std::size_t replicas_;
  std::vector<Slot> all_;
  fake_services::Revisions revisions_;
  bool canary_ = false;
  bool going_ = false;                         // not all slots have been found to be of the template asked for
  std::optional<std::size_t> before_release_;  // the ReplicaSet of before, while all places are asked for one version
};

}  // namespace firedrill::driver::live
