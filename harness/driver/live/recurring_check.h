// What is looked at again and again beside the rest, by a thread of its own, since a look may take as long as its
// time-outs: whether a program of the user's own listens, and how an address fares that it was given.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

#include "base/time.h"
#include "fake_services/process/account.h"

namespace firedrill::driver::live {

// Throws std::system_error where this machine gives no thread.
class RecurringCheck {
 public:
  // `look` is called by the thread, at once and then after each pause.
  RecurringCheck(Duration pause, std::function<void()> look);
  // Waits for the look that is under way.
  ~RecurringCheck();
  RecurringCheck(const RecurringCheck&) = delete;
  RecurringCheck& operator=(const RecurringCheck&) = delete;

 private:
  void run();

  Duration pause_;
  std::function<void()> look_;
  std::mutex mutex_;
  std::condition_variable ending_;
  bool over_ = false;
  std::thread thread_;
};

// Whether something listens at a port of the loopback interface: connections are made and closed again.
class ListenWatch {
 public:
  // `changed` is called by the thread.
  ListenWatch(std::uint16_t port, std::function<void()> changed);
  bool listens() const { return listens_; }

 private:
  void look();

  std::uint16_t port_;
  std::function<void()> changed_;
  std::atomic<bool> listens_ = false;
  RecurringCheck check_;
};

// How requests to a port fare: each is a connection of its own and asks for /health/live, of which any answer will do.
// They stand for those of somebody who asks there, too, and count from when somebody did.
class AddressCheck {
 public:
  // `passed`: requests that got through to whatever is behind the port, these ones included; it is called by the
  // thread.
  AddressCheck(std::uint16_t port, Duration connect_timeout, Duration request_timeout,
               std::function<fake_services::Observation()> passed);
  // Its fields on requests, since somebody else asked there.
  fake_services::Observation seen() const { return account_.account().edges.front(); }
  // Of all that has passed what counts: nothing of the time in which nobody else asked.
  fake_services::Observation counted(const fake_services::Observation& passed) const;

 private:
  void look();
  bool note_others();

  std::uint16_t port_;
  Duration connect_timeout_;
  Duration request_timeout_;
  std::function<fake_services::Observation()> passed_;
  double own_ = 0;  // of these
  mutable std::mutex mutex_;
  bool is_asked_ = false;               // by somebody else
  fake_services::Observation alone_{};  // what had passed when it was not yet
  fake_services::AccountKeeper account_;
  RecurringCheck check_;
};

}  // namespace firedrill::driver::live
