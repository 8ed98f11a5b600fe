// The queue before a consumer, as far as one replica holds it: callers put messages in and go on, the replica's workers
// take them as they can, and a message whose work fails goes back in. It ends with its process.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/time.h"

namespace firedrill::fake_services {

class MessageQueue {
 public:
  // Does the work of a message of this route; whether it succeeded.
  using Work = std::function<bool(std::size_t route)>;
  MessageQueue(double capacity, std::int64_t workers, Duration redelivery_pause, Work work);
  // Waits for the work under way.
  ~MessageQueue();
  MessageQueue(const MessageQueue&) = delete;
  MessageQueue& operator=(const MessageQueue&) = delete;

  // False: the queue is full.
  bool put(std::size_t route);
  // No further message is taken.
  void stop_taking();
  // So many workers take messages from now on.
  void set_taking(std::int64_t workers);

  struct State {
    double waiting = 0;
    double oldest_s = 0;
    double published = 0;
    double consumed = 0;
    std::int64_t busy = 0;  // workers
  };
  State state() const;

 private:
  struct Message {
    std::size_t route = 0;
    double since_s = 0;
  };
  void take();

  double capacity_;
  Duration pause_;
  Work work_;
  mutable std::mutex mutex_;
  std::condition_variable there_;
  bool stopping_ = false;
  std::deque<Message> messages_;
  double published_ = 0;
  double consumed_ = 0;
  std::int64_t busy_ = 0;
  std::int64_t taking_;  // workers that may
  std::vector<std::thread> workers_;
};

}  // namespace firedrill::fake_services
