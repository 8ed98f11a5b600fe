// Another program, started by firedrill for a run: it ends with firedrill, however that ends, and what it prints is
// read line by line.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <deque>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/files/descriptor.h"
#include "base/time.h"

namespace firedrill::monitor {

// The argument by which firedrill knows that it is to become another program. It is of no use to people.
inline constexpr std::string_view kAsProgram = "--as-program";
// Asks the system for its end with its parent's, closes what it has open beside the standard descriptors, and becomes
// the program that the arguments behind kAsProgram name: the parent's process number, the file, its arguments. Returns
// what to exit with if there is none.
int become_program(int argc, char** argv);

// Who else looks after the process: told of it once it is there, and before its number may be another's.
struct ProgramWatch {
  std::function<void(pid_t)> started = {};
  std::function<void(pid_t)> over = {};
};

class Program {
 public:
  // Must be called by a thread that lives as long as the program shall. The error says why there is none.
  static std::expected<std::unique_ptr<Program>, std::string> start(const std::string& file,
                                                                    const std::vector<std::string>& arguments,
                                                                    ProgramWatch watch);
  // Kills it, and waits until it is gone.
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // How it ended: an exit code, 128 + n for signal n; nothing: it has not.
  std::optional<int> ended();
  // The same, after waiting for its end, at most so long.
  std::optional<int> wait_for_end(Duration at_most);
  // Asks it to read its files again (SIGHUP).
  void reload();
  // Asks it to end and waits so long; then kills it.
  void stop(Duration grace);

  // A line that it has printed, or prints while it is waited for. Nothing: the time is over, it has ended, or `is_over`
  // says so.
  std::optional<std::string> wait_for_line(const std::function<bool(std::string_view)>& fits, Duration at_most,
                                           const std::function<bool()>& is_over);
  // The last of its lines, oldest first.
  std::vector<std::string> lines() const;

 private:
  Program(pid_t pid, Descriptor output, ProgramWatch watch);
  void read();
  void reap();

  pid_t pid_;
  Descriptor output_;
  ProgramWatch watch_;
  std::optional<int> code_;
  mutable std::mutex mutex_;  // of what follows
  std::condition_variable printed_;
  std::deque<std::string> lines_;
  bool at_end_ = false;
  std::thread reader_;
};

}  // namespace firedrill::monitor
