#include "base/files/spawn.h"

#include <signal.h>

#include <vector>

extern char** environ;

namespace firedrill {
namespace {

constexpr const char* kThisProgram = "/proc/self/exe";

}  // namespace

SpawnPlan::SpawnPlan() {
  ::posix_spawn_file_actions_init(&actions_);
  ::posix_spawnattr_init(&attributes_);
}

SpawnPlan::~SpawnPlan() {
  ::posix_spawn_file_actions_destroy(&actions_);
  ::posix_spawnattr_destroy(&attributes_);
}

bool SpawnPlan::open(int as, const char* path, int flags) {
  return ::posix_spawn_file_actions_addopen(&actions_, as, path, flags, 0) == 0;
}

bool SpawnPlan::pass(int descriptor, int as) {
  return ::posix_spawn_file_actions_adddup2(&actions_, descriptor, as) == 0;
}

bool SpawnPlan::separate() {
  sigset_t none;
  sigset_t all;
  ::sigemptyset(&none);
  ::sigfillset(&all);
  ::sigdelset(&all, SIGKILL);
  ::sigdelset(&all, SIGSTOP);
  constexpr short kFlags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
  return ::posix_spawnattr_setflags(&attributes_, kFlags) == 0 && ::posix_spawnattr_setpgroup(&attributes_, 0) == 0 &&
         ::posix_spawnattr_setsigmask(&attributes_, &none) == 0 &&
         ::posix_spawnattr_setsigdefault(&attributes_, &all) == 0;
}

int SpawnPlan::spawn_self(pid_t& pid, std::span<const std::string> arguments) {
  std::string name = "firedrill";
  std::vector<std::string> texts(arguments.begin(), arguments.end());
  std::vector<char*> pointers{name.data()};
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return ::posix_spawn(&pid, kThisProgram, &actions_, &attributes_, pointers.data(), environ);
}

}  // namespace firedrill
