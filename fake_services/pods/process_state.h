// What its conditions (pod_conditions.h) have made of the process in a pod: whether it has come up, what it has leaked,
// whether it hangs, when it ends by itself. A new process begins afresh; conditions that last begin with it again.
#pragma once

#include <optional>

#include "base/time.h"
#include "fake_services/pods/lifecycle.h"
#include "fake_services/pods/pod_conditions.h"
#include "fake_services/topology/release.h"

namespace firedrill::fake_services {

class ProcessState {
 public:
  // One that came up long ago. `startup` is how long any process of this pod takes to listen, `leak_pace` how much
  // faster than others it leaks.
  ProcessState(Duration startup, Time since, double leak_pace = 1);

  // Another process has started.
  void begin(Time t);
  // The process is gone: what its conditions order finds nothing.
  void gone(Time t);

  // Of this process and of those to come. Where `crashes` or `deadlocks` has risen, one more is ordered.
  void set_conditions(const PodConditions& conditions, Time t);
  const PodConditions& conditions() const { return conditions_; }
  // The version that this process and those to come are of; null: the topology's own. Must outlive this.
  void set_release(const Release* release, Time t);
  const Release* release() const { return release_; }

  // What becomes due up to t comes about: it comes up, it hangs. The instants are those of next_at().
  void advance(Time t);
  bool up_at_once() const;                   // of a process that starts now
  bool up() const { return up_; }            // it has listened
  bool late(Time t) const;                   // it does not listen, well after `startup`
  bool hangs() const { return hangs_; }      // it answers nothing and reacts to nothing
  double leaked(Time t) const;               // bytes
  std::optional<Exit> end_at(Time t) const;  // it ends by itself at t or has been to before
  // When any of this changes by itself, later than what was advanced to.
  std::optional<Time> next_at() const;
  // When it will have leaked so much; nothing if it does not leak.
  std::optional<Time> leaked_by(double bytes) const;

  // Neither conditions nor their consequences: it needs no watching.
  bool calm() const { return calm_; }

 private:
  Time up_due() const;
  std::optional<Time> end_due() const;
  double rate() const;
  void settle_leak(Time t);
  void look_calm();

  Duration startup_;
  double leak_pace_;
  PodConditions conditions_;
  const Release* release_ = nullptr;
  Time since_;
  bool there_ = true;
  bool up_ = true;
  bool hangs_ = false;
  bool calm_ = true;
  std::optional<Time> crash_ordered_;
  double leaked_ = 0;
  Time leak_from_;
};

}  // namespace firedrill::fake_services
