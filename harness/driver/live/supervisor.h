// A process that looks after the others of a live world, and does nothing else: it knows which there are, and holds the
// lease of whoever started them. When that is gone, however it went, it kills them, and waits until nothing is left.
// Processes end by themselves then, too; one that is stopped, or hangs, does not.
#pragma once

#include <sys/types.h>

#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "base/files/descriptor.h"
#include "driver/live/child_process.h"

namespace firedrill::driver::live {

// The argument by which the program knows that it is one. It is of no use to people.
inline constexpr std::string_view kAsSupervisor = "--as-supervisor";

class Supervisor {
 public:
  // The error says why there is none. It must be called as ChildProcess::start.
  static std::expected<Supervisor, std::string> start();

  // From now on, and no longer: before the process is waited for, so that its number is nobody else's.
  void watch(pid_t process);
  void forget(pid_t process);
  // A folder of firedrill's own files, which is removed with all that is in it if firedrill cannot do so itself.
  void watch_folder(const std::string& folder);
  // Somebody has ended it: nobody would look after what is left.
  bool has_ended() { return process_.ended().has_value(); }

 private:
  explicit Supervisor(ChildProcess process) : process_(std::move(process)) {}
  ChildProcess process_;
};

// What the process does. Returns what it is to exit with.
int supervise(Descriptor control);

}  // namespace firedrill::driver::live
