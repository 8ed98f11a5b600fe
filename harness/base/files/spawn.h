// What a program is to be started with (posix_spawn(3)): which files it has open, and that it is apart from a terminal.
#pragma once

#include <spawn.h>
#include <sys/types.h>

#include <span>
#include <string>

namespace firedrill {

class SpawnPlan {
 public:
  SpawnPlan();
  ~SpawnPlan();
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  // All of these: false if there is no memory for it.
  bool open(int as, const char* path, int flags);
  bool pass(int descriptor, int as);
  // A process group of its own, so that a terminal's signals reach firedrill alone, and no signal held back or ignored.
  bool separate();
  // This very program, with these arguments behind its name. The calling thread is the one with which a process ends
  // that asks for its parent's death. Returns an errno; 0: it has been started.
  int spawn_self(pid_t& pid, std::span<const std::string> arguments);

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

}  // namespace firedrill
