// The limits of a replica: so many requests are worked on at once, so many more wait for their turn, in the order in
// which they came, and one more is turned away. And the processor, of which it may have only so much.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>

namespace firedrill::fake_services {

class Workers {
 public:
  Workers(std::int64_t workers, std::int64_t queue) : workers_(workers), queue_(queue) {}

  // Waits for a worker. False, at once: the queue is full.
  bool enter();
  void leave();
  // How many of them work from now on, at least one; those at work go on.
  void set_working(std::int64_t workers);

  struct Load {
    std::int64_t busy = 0;
    std::int64_t waiting = 0;
  };
  Load load() const;

 private:
  struct Waiting {
    std::condition_variable turn;
    bool come = false;
  };
  void call_in();

  std::int64_t workers_;
  std::int64_t queue_;
  mutable std::mutex mutex_;
  std::int64_t busy_ = 0;
  std::deque<Waiting*> waiting_;
};

// Holds a worker while it lives, if there was one to be had.
class Worked {
 public:
  explicit Worked(Workers& workers) : workers_(workers), entered_(workers.enter()) {}
  ~Worked() {
    if (entered_) workers_.leave();
  }
  Worked(const Worked&) = delete;
  Worked& operator=(const Worked&) = delete;
  explicit operator bool() const { return entered_; }

 private:
  Workers& workers_;
  bool entered_;
};

// A quota of processor time, as a control group's: so much in each period of 100 ms, and what is not left of it is
// waited for until the next.
class Processor {
 public:
  // `cores` of 0: no limit.
  explicit Processor(double cores) : cores_(cores) {}

  // Keeps the calling thread at work until it has used so many seconds of the processor.
  void use(double seconds);

 private:
  static constexpr double kPeriod = 0.1;  // seconds

  // Takes at most so much of the quota; nothing: all of it is used up, until after so many seconds.
  double take(double seconds, double& wait);

  double cores_;
  std::mutex mutex_;
  double period_at_s_ = 0;  // when the period began
  double used_ = 0;         // of it
};

}  // namespace firedrill::fake_services
