// How many lines are written of what is counted: a few as it begins, then one every so often, each of which stands for
// all that was counted since the one before it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace firedrill::fake_services {

class LogSampler {
 public:
  static constexpr std::size_t kMostAtOnce = 4;

  // `every`: how often a line is written of what goes on and on; more than 0. `at_once`: how many as it begins, or
  // begins to be many times as much; 1: no further ones then.
  LogSampler(Duration every, std::size_t at_once)
      : every_(every), at_once_(at_once), tokens_(static_cast<double>(at_once)) {}

  // So much was counted from one time to another; later than what was counted before. `extraordinary`: something is
  // known to have made more of it than is usual, so that this does not become what is usual.
  // Returns how many lines are to be written of it.
  std::size_t count(double amount, Time from, Time to, bool extraordinary);
  // For how many the next of them stands; to be called once for each, `left` counting down to 1.
  std::uint64_t stands_for(std::size_t left);
  // No line will stand for what was counted.
  void forget() { pending_ = 0; }
  // There is something that no line stands for yet.
  bool pending() const { return pending_ >= 1; }

  // Of what was counted last: the share that is beyond what is usual; whether there was none of it before; whether
  // there was less than half as much as before.
  double excess() const { return excess_; }
  bool begins() const { return begins_; }
  bool ends() const { return ends_; }
  // Counting nothing changes nothing.
  bool idle() const { return pending_ < 1 && last_per_s_ <= 0 && usual_per_s_ <= 0; }

 private:
  void learn(double per_s, double seconds, bool extraordinary);

  Duration every_;
  std::size_t at_once_;
  double tokens_;
  Time filled_{};
  Time risen_{};
  double pending_ = 0;
  bool known_ = false;
  double usual_per_s_ = 0;
  double last_per_s_ = 0;
  double excess_ = 0;
  bool begins_ = false;
  bool ends_ = false;
};

}  // namespace firedrill::fake_services
