#include "fake_services/process/side_threads.h"

#include <system_error>
#include <thread>
#include <utility>

namespace firedrill::fake_services {

SideThreads::~SideThreads() {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [this] { return under_way_ == 0; });
}

void SideThreads::begin(std::function<void()> work) {
  {
    const std::scoped_lock lock(mutex_);
    ++under_way_;
  }
  try {
    std::thread([this, work] {
      work();
      end();
    }).detach();
  } catch (const std::system_error&) {
    work();
    end();
  }
}

void SideThreads::end() {
  const std::scoped_lock lock(mutex_);
  --under_way_;
  ended_.notify_all();
}

}  // namespace firedrill::fake_services
