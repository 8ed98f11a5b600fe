#include "fake_services/process/foreign_messages.h"

#include <algorithm>
#include <chrono>
#include <system_error>

#include "base/text/format.h"

namespace firedrill::fake_services {
namespace {

using Steady = std::chrono::steady_clock;

// Who was held up makes up for no more than this.
constexpr std::chrono::milliseconds kMostBehind{200};

}  // namespace

ForeignMessages::ForeignMessages(MessageQueue& queue, std::size_t routes, std::uint64_t seed, std::string_view pod)
    : queue_(queue), routes_(std::max<std::size_t>(1, routes)), chance_(seed, format("process/{}/foreign", pod)) {}

ForeignMessages::~ForeignMessages() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void ForeignMessages::set_rate(double per_second) {
  const std::scoped_lock lock(mutex_);
  if (per_second == rate_) return;
  rate_ = per_second;
  changed_.notify_all();
  if (thread_.joinable()) return;
  try {
    thread_ = std::thread([this] { send(); });
  } catch (const std::system_error&) {
    rate_ = 0;  // asked for again with the next conditions; until then the witness sees nothing
  }
}

void ForeignMessages::send() {
  std::unique_lock lock(mutex_);
  auto due = Steady::now();
  while (!ending_) {
    if (rate_ <= 0) {
      changed_.wait(lock, [this] { return ending_ || rate_ > 0; });
      due = Steady::now();
      continue;
    }
    due = std::max(due, Steady::now() - kMostBehind) +
          std::chrono::duration_cast<Steady::duration>(std::chrono::duration<double>(chance_.exponential(1 / rate_)));
    const double rate = rate_;
    if (changed_.wait_until(lock, due, [&] { return ending_ || rate_ != rate; })) continue;
    const auto route = static_cast<std::size_t>(chance_.below(routes_));
    lock.unlock();
    (void)queue_.put(route);
    lock.lock();
  }
}

}  // namespace firedrill::fake_services
