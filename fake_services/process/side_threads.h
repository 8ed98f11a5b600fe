// Threads beside that of a request, for calls made at the same time.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>

namespace firedrill::fake_services {

class SideThreads {
 public:
  SideThreads() = default;
  // Waits for all that has been begun.
  ~SideThreads();
  SideThreads(const SideThreads&) = delete;
  SideThreads& operator=(const SideThreads&) = delete;

  // Where the system gives no thread, `work` is done before this returns.
  void begin(std::function<void()> work);

 private:
  void end();

  std::mutex mutex_;
  std::condition_variable ended_;
  std::size_t under_way_ = 0;
};

}  // namespace firedrill::fake_services
