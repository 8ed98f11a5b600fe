#include "notify/dispatch/delivery.h"

#include <algorithm>
#include <filesystem>

#include "base/text/format.h"

namespace firedrill::notify {
namespace {

// With the place by the file's own name: where it lies is nothing that Alertmanager says.
std::string in_words(const RenderFault& fault) {
  if (fault.where.source == nullptr) return fault.what;
  return format("{} (line {} of {})", fault.what, fault.where.line,
                std::filesystem::path(fault.where.source->name).filename().string());
}

}  // namespace

Delivery::Delivery(Order order, Time now, const DeliveryContext& context) : order_(std::move(order)) {
  attempt(now, context);
}

void Delivery::advance(Time now, const DeliveryContext& context) {
  switch (state_) {
    case State::asking:
      take_response(now, context);
      break;
    case State::waiting:
      attempt(now, context);
      break;
    case State::giving_up:
      end(State::failed, context.outcomes);
      break;
    case State::accepted:
    case State::failed:
      break;
  }
}

bool Delivery::render(Time now, const DeliveryContext& context) {
  if (context.renderer == nullptr) return true;
  Notification& notification = order_.notification;
  notification.time = now;
  auto rendered = context.renderer->render(notification);
  if (rendered) {
    notification.payload = *std::move(rendered);
    notification.fault.clear();
    return true;
  }
  notification.payload = nullptr;
  notification.fault = in_words(rendered.error());
  notification.attempts.push_back({.at = now, .ended = now, .result = Attempt::Result::not_rendered});
  if (!rendered.error().is_retried) {
    end(State::failed, context.outcomes);
    return false;
  }
  wait_for_retry(now);
  if (state_ == State::giving_up && next_ <= now) end(State::failed, context.outcomes);
  return false;
}

void Delivery::attempt(Time now, const DeliveryContext& context) {
  retry_at_ = now + back_off_.next(context.random);
  if (!render(now, context)) return;
  const std::size_t index = order_.notification.integration;
  const Response response =
      context.endpoints == nullptr ? Response{} : context.endpoints->respond(context.receiver, index, now);
  Time ends = response.never ? Time::max() : now + response.after;
  status_ = response.never ? 0 : response.status;
  const Duration own = own_timeout(context.receiver.integrations[index]);
  const Time latest = own > Duration::zero() ? std::min(now + own, order_.deadline) : order_.deadline;
  if (ends > latest) {
    ends = latest;
    status_ = 0;
  }
  order_.notification.attempts.push_back({.at = now, .ended = ends});
  state_ = State::asking;
  next_ = ends;
  if (ends == now) take_response(now, context);
}

void Delivery::take_response(Time now, const DeliveryContext& context) {
  const std::size_t index = order_.notification.integration;
  Attempt& attempt = order_.notification.attempts.back();
  attempt.ended = now;
  attempt.status = status_;
  RequestCounts& counts = context.outcomes.requests;
  ++counts.made;
  counts.time += now - attempt.at;
  if (status_ == 0) ++counts.timed_out;
  if (status_ != 0 && status_ / 100 != 2) ++counts.refused;
  if (status_ / 100 == 2) {
    attempt.result = Attempt::Result::accepted;
    context.log.write(order_.key, order_.notification.group, std::move(order_.firing), std::move(order_.resolved),
                      context.repeat_interval, now);
    end(State::accepted, context.outcomes);
  } else if (status_ == 0) {
    attempt.result = Attempt::Result::timed_out;
    wait_for_retry(now);
  } else if (is_retried(context.receiver.integrations[index], status_)) {
    attempt.result = Attempt::Result::retried;
    wait_for_retry(now);
  } else {
    attempt.result = Attempt::Result::dropped;
    end(State::failed, context.outcomes);
  }
  if (state_ == State::giving_up && next_ <= now) end(State::failed, context.outcomes);
}

void Delivery::wait_for_retry(Time now) {
  next_ = std::max(now, retry_at_);
  state_ = State::waiting;
  if (next_ < order_.deadline) return;
  next_ = order_.deadline;
  state_ = State::giving_up;
}

void Delivery::cancel(Time now, Outcomes& outcomes, Attempt::Result as) {
  if (is_over()) return;
  if (state_ == State::asking) {
    Attempt& attempt = order_.notification.attempts.back();
    attempt.ended = now;
    attempt.result = as;
  }
  order_.notification.is_under_way = as == Attempt::Result::under_way;
  end(State::failed, outcomes);
}

void Delivery::end(State state, Outcomes& outcomes) {
  state_ = state;
  order_.notification.accepted = state == State::accepted;
  order_.notification.time = order_.notification.attempts.back().at;
  outcomes.notifications.push_back(std::move(order_.notification));
}

}  // namespace firedrill::notify
