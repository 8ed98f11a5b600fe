// What LiveServices knows of one replica that runs as a process.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "driver/live/child_process.h"
#include "driver/live/probing.h"
#include "driver/live/recurring_check.h"
#include "driver/live/replica_orders.h"
#include "fake_services/pods/backoff.h"
#include "fake_services/process/account.h"
#include "fake_services/topology/release.h"

namespace firedrill::driver::live {

enum class ReplicaState {
  starting,  // its process is there, and does not accept connections yet
  serving,
  draining,  // asked to end
  waiting,   // for its back-off, to be started again
  ended,     // for good
};
std::string_view to_string(ReplicaState state);

// Times are those of the live world's pace. Of a program of the user's own there is no process here.
struct LiveReplica {
  const fake_services::ServiceSpec* spec = nullptr;
  std::size_t service = 0;
  std::size_t index = 0;
  std::string pod;
  Descriptor reserved;               // keeps the process's port while no process has it: bound, and never listened on
  std::uint16_t port = 0;            // of its process
  std::optional<std::size_t> front;  // the proxy before it,
  std::uint16_t address = 0;         // and where others reach it
  // By edge, and replica of the service called: the proxy on the way there; empty: there are none.
  std::vector<std::vector<std::size_t>> links;
  // Of a program of the user's own: how it reaches its dependencies, by edge; and whether it is there.
  struct Way {
    std::size_t line = 0;      // the fault proxy at the address that it is given
    std::size_t entrance = 0;  // behind it
    fake_services::LineFaults faults;
    std::unique_ptr<AddressCheck> check;
  };
  std::vector<Way> ways;
  std::unique_ptr<ListenWatch> watch;
  std::optional<ChildProcess> process;
  std::unique_ptr<Probing> probing;
  std::uint64_t container = 0;
  bool fresh = false;    // its next process is that of a new pod
  bool leaving = false;  // its process ends for good
  fake_services::RestartBackoff backoff;
  std::optional<Time> finished;   // the last process
  std::optional<Time> due;        // a start, a kill, or the end of patience
  std::optional<Time> hook_over;  // when its preStop hook is over, and SIGTERM follows
  std::optional<Time> lost;       // since when its node is out of touch
  Time launched{};
  bool has_served = false;
  bool hung = false;  // stopped by an order
  bool restarted_by_hand = false;
  ReplicaOrders orders;
  fake_services::Account before;  // of processes that are gone
  fake_services::Account current;
  // What was counted by the last mark, and through its ways; it is awaited until the process has told.
  struct Mark {
    fake_services::Account account;
    std::vector<fake_services::Observation> passed;
  };
  std::optional<Mark> mark;
  bool mark_awaited = false;

  // What others read.
  ReplicaState state = ReplicaState::starting;
  Time since{};
  bool there = false;                               // it has a process, or is to have one again: else the slot is empty
  const fake_services::Release* release = nullptr;  // that its process is of; null: the topology's version
  bool ready = false;
  Time ready_since{};
  std::uint64_t restarts = 0;
  double exits = 0;
  double kills = 0;
  double oom_kills = 0;
  bool out_of_memory = false;  // its process is about to be killed for it
  double endpoint_changes = 0;
  std::string detail;
};

}  // namespace firedrill::driver::live
