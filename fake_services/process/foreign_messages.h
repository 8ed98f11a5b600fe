// Messages that come into a consumer's queue from nobody of the topology.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <thread>

#include "base/random.h"
#include "fake_services/process/message_queue.h"

namespace firedrill::fake_services {

class ForeignMessages {
 public:
  // The queue must outlive it. Messages are of all `routes` alike.
  ForeignMessages(MessageQueue& queue, std::size_t routes, std::uint64_t seed, std::string_view pod);
  ~ForeignMessages();
  ForeignMessages(const ForeignMessages&) = delete;
  ForeignMessages& operator=(const ForeignMessages&) = delete;

  // Per second, from now on, with gaps as of many senders who know nothing of each other.
  void set_rate(double per_second);

 private:
  void send();

  MessageQueue& queue_;
  std::size_t routes_;
  RandomStream chance_;
  std::mutex mutex_;
  std::condition_variable changed_;
  double rate_ = 0;
  bool ending_ = false;
  std::thread thread_;  // from the first rate above 0 on
};

}  // namespace firedrill::fake_services
