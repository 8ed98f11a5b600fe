#include "driver/live/recurring_check.h"

#include <utility>

#include "base/clock.h"
#include "http/client.h"
#include "http/loopback.h"

namespace firedrill::driver::live {

using fake_services::CallOutcome;

namespace {

constexpr Duration kBetweenLooks = std::chrono::milliseconds(250);
constexpr Duration kToConnect = std::chrono::seconds(1);
constexpr std::size_t kMostOfAnswer = 1024 * 1024;
constexpr int kFirstErrorCode = 400;

CallOutcome outcome_of(http::Failure failure) {
  switch (failure) {
    case http::Failure::refused:
    case http::Failure::local:
      return CallOutcome::refused;
    case http::Failure::unconnected:
    case http::Failure::timed_out:
      return CallOutcome::timeout;
    case http::Failure::reset:
      return CallOutcome::reset;
    case http::Failure::too_large:
    case http::Failure::not_http:
      return CallOutcome::error;
  }
  std::unreachable();
}

// Somebody behind the port may have answered it all the same.
bool may_have_passed(http::Failure failure) {
  return outcome_of(failure) != CallOutcome::refused && failure != http::Failure::unconnected;
}

}  // namespace

RecurringCheck::RecurringCheck(Duration pause, std::function<void()> look)
    : pause_(pause), look_(std::move(look)), thread_([this] { run(); }) {}

RecurringCheck::~RecurringCheck() {
  {
    const std::scoped_lock lock(mutex_);
    over_ = true;
  }
  ending_.notify_all();
  thread_.join();
}

void RecurringCheck::run() {
  std::unique_lock lock(mutex_);
  while (!over_) {
    lock.unlock();
    look_();
    lock.lock();
    ending_.wait_for(lock, std::chrono::duration<double>(to_seconds(pause_)), [this] { return over_; });
  }
}

ListenWatch::ListenWatch(std::uint16_t port, std::function<void()> changed)
    : port_(port), changed_(std::move(changed)), check_(kBetweenLooks, [this] { look(); }) {}

// One that takes long to accept, or ends what it has accepted, listens all the same.
void ListenWatch::look() {
  const auto connected = http::connect_loopback(port_, kToConnect);
  const bool listens =
      connected || connected.error() == http::ConnectFault::timed_out || connected.error() == http::ConnectFault::reset;
  if (listens_.exchange(listens) != listens) changed_();
}

AddressCheck::AddressCheck(std::uint16_t port, Duration connect_timeout, Duration request_timeout,
                           std::function<fake_services::Observation()> passed)
    : port_(port),
      connect_timeout_(connect_timeout),
      request_timeout_(request_timeout),
      passed_(std::move(passed)),
      account_(1),
      check_(kBetweenLooks, [this] { look(); }) {}

bool AddressCheck::note_others() {
  const std::scoped_lock lock(mutex_);
  if (is_asked_) return true;
  const fake_services::Observation passed = passed_();
  is_asked_ = passed.replies > own_;
  if (!is_asked_) alone_ = passed;
  return is_asked_;
}

fake_services::Observation AddressCheck::counted(const fake_services::Observation& passed) const {
  const std::scoped_lock lock(mutex_);
  return is_asked_ ? passed.since(alone_) : fake_services::Observation{};
}

void AddressCheck::look() {
  const double from = stopwatch_seconds();
  const auto answer = http::fetch(port_, {.path = "/health/live"},
                                  {.connect = connect_timeout_, .answer = request_timeout_, .body = kMostOfAnswer});
  const double seconds = stopwatch_seconds() - from;
  own_ += answer || may_have_passed(answer.error().failure) ? 1 : 0;
  if (!note_others()) return;
  if (!answer) return account_.called(0, outcome_of(answer.error().failure), 0, seconds);
  const bool success = answer->status < kFirstErrorCode;
  account_.called(0, success ? CallOutcome::success : CallOutcome::error, answer->status, seconds);
}

}  // namespace firedrill::driver::live
