// A process of this program's own, started for a replica, with its end of the control line. It ends with whoever
// started it, and no later than this object.
#pragma once

#include <sys/types.h>

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "fake_services/process/control.h"

namespace firedrill::driver::live {

class ChildProcess {
 public:
  // `called` stands behind `as`, the argument that makes it one, for who lists processes. Must be called by a thread
  // that lives as long as the process shall: the system ends it with that thread. The error says why there is none.
  // `allowances`: a descriptor that it is to have as kAllowancesDescriptor; negative: none.
  static std::expected<ChildProcess, std::string> start(const std::string& called, std::string_view as,
                                                        int allowances = -1);
  // Kills it, and waits until it is gone.
  ~ChildProcess();
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;

  pid_t pid() const { return pid_; }
  fake_services::Control& control() { return control_; }
  // SIGTERM, SIGKILL. Nothing happens once it has been found to be gone.
  void signal(int number);
  // How it ended: an exit code, 128 + n for signal n; nothing: it has not.
  std::optional<int> ended();

 private:
  ChildProcess(pid_t pid, fake_services::Control control) : pid_(pid), control_(std::move(control)) {}

  pid_t pid_ = -1;
  fake_services::Control control_;
  std::optional<int> code_;
};

}  // namespace firedrill::driver::live
