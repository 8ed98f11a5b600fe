#include "fake_services/process/message_queue.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/clock.h"

namespace firedrill::fake_services {

MessageQueue::MessageQueue(double capacity, std::int64_t workers, Duration redelivery_pause, Work work)
    : capacity_(capacity), pause_(redelivery_pause), work_(std::move(work)), taking_(workers) {
  for (std::int64_t i = 0; i < workers; ++i) workers_.emplace_back([this] { take(); });
}

MessageQueue::~MessageQueue() {
  stop_taking();
  for (std::thread& each : workers_) each.join();
}

bool MessageQueue::put(std::size_t route) {
  const std::scoped_lock lock(mutex_);
  if (static_cast<double>(messages_.size()) >= capacity_) return false;
  messages_.push_back({route, stopwatch_seconds()});
  published_ += 1;
  there_.notify_one();
  return true;
}

void MessageQueue::stop_taking() {
  const std::scoped_lock lock(mutex_);
  stopping_ = true;
  there_.notify_all();
}

void MessageQueue::set_taking(std::int64_t workers) {
  const std::scoped_lock lock(mutex_);
  taking_ = workers;
  there_.notify_all();
}

MessageQueue::State MessageQueue::state() const {
  const std::scoped_lock lock(mutex_);
  double oldest = 0;
  if (!messages_.empty()) {
    oldest = stopwatch_seconds() - std::ranges::min_element(messages_, {}, &Message::since_s)->since_s;
  }
  return {static_cast<double>(messages_.size()), oldest, published_, consumed_, busy_};
}

void MessageQueue::take() {
  std::unique_lock lock(mutex_);
  while (true) {
    there_.wait(lock, [this] { return stopping_ || (!messages_.empty() && busy_ < taking_); });
    if (stopping_) return;
    const Message message = messages_.front();
    messages_.pop_front();
    ++busy_;
    lock.unlock();
    const bool done = work_(message.route);
    lock.lock();
    if (done) {
      consumed_ += 1;
    } else {
      messages_.push_back(message);
      // The worker is held meanwhile, but not against an end.
      there_.wait_for(lock, pause_, [this] { return stopping_; });
    }
    --busy_;
    there_.notify_one();
  }
}

}  // namespace firedrill::fake_services
