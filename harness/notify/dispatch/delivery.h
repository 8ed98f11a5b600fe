// One integration being told at a flush: its attempts, until one is accepted or none can be (notify/retry_stage.go,
// set_notifies_stage.go). Advances from event to event, so that it can be copied in between.
#pragma once

#include <optional>
#include <vector>

#include "base/random.h"
#include "notify/nflog/notification_log.h"
#include "notify/notification.h"
#include "notify/stages/receivers.h"
#include "notify/stages/renderer.h"
#include "notify/stages/retry.h"

namespace firedrill::notify {

// What a delivery works with.
struct DeliveryContext {
  const Receiver& receiver;
  Duration repeat_interval{};
  const Endpoints* endpoints = nullptr;  // null: all is accepted at once
  const Renderer* renderer = nullptr;    // null: payloads are not rendered
  NotificationLog& log;
  RandomStream& random;
  Outcomes& outcomes;
};

class Delivery {
 public:
  struct Order {
    LogKey key;
    std::vector<Fingerprint> firing{};
    std::vector<Fingerprint> resolved{};
    Notification notification{};  // all but its attempts and time
    Time deadline{};              // of the flush: what is under way then is cut off
  };

  // Makes the first attempt.
  Delivery(Order order, Time now, const DeliveryContext& context);

  // When it goes on; nothing once it is over.
  std::optional<Time> next_due() const { return is_over() ? std::nullopt : std::optional(next_); }
  void advance(Time now, const DeliveryContext& context);
  // A reload ends the flush, or nobody looks any longer; a request without an answer ends like that.
  void cancel(Time now, Outcomes& outcomes, Attempt::Result as);

  bool is_over() const { return state_ == State::accepted || state_ == State::failed; }
  bool has_failed() const { return state_ == State::failed; }

 private:
  enum class State { asking, waiting, giving_up, accepted, failed };

  void attempt(Time now, const DeliveryContext& context);
  // Makes the payload of an attempt; false if it cannot be made, and the attempt is over.
  bool render(Time now, const DeliveryContext& context);
  void take_response(Time now, const DeliveryContext& context);
  void wait_for_retry(Time now);
  void end(State state, Outcomes& outcomes);

  Order order_;
  State state_ = State::waiting;
  BackOff back_off_;
  Time retry_at_{};  // the next attempt's earliest time
  Time next_{};
  int status_ = 0;  // of the answer under way; 0: none will come
};

}  // namespace firedrill::notify
