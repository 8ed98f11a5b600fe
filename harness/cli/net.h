// The last net under a command that works on inputs: time and memory. Whatever the budget (base/bounds/budget.h) does
// not see, or does not see in time, ends here: with exit code 2, a message that says what was at work, and what to do.
// The program leaves at once, wherever it is, as it does when it is interrupted.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "base/bounds/process_memory.h"
#include "base/clock.h"

namespace firedrill::cli {

class Net {
 public:
  // 0: no bound. Where the system gives no thread to watch with, there is none either.
  Net(Duration timeout, std::uint64_t max_memory);
  ~Net();
  Net(const Net&) = delete;
  Net& operator=(const Net&) = delete;

  // Time that passes by somebody else's clock is none of the command's: it is not counted from here on, until it goes
  // on. Memory is watched throughout.
  void stop_time();
  void go_on_with_time();

 private:
  void look() const;
  bool is_late() const;

  double begun_;
  std::atomic<double> not_counted_ = 0;  // seconds that are none of the command's
  std::atomic<double> stopped_at_ = 0;   // 0: its time goes on
  Duration timeout_;
  std::uint64_t max_memory_;
  std::string timeout_text_;
  std::string memory_text_;
  ResidentSize size_;
  std::unique_ptr<Periodic> watch_;
};

// For when the system refuses memory: says so and leaves with exit code 2. To be called once, before any work.
void install_memory_handler();

// "4 GiB", "1.5 GiB", "300 MiB".
std::string describe_bytes(std::uint64_t bytes);

}  // namespace firedrill::cli
