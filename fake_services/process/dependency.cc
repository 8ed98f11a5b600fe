#include "fake_services/process/dependency.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "fake_services/process/routing.h"

namespace firedrill::fake_services {
namespace {

constexpr double kInstant = 0.0003;   // seconds until a caller knows that nobody takes its call
constexpr double kLongestPause = 60;  // seconds that a dependency may ask to wait
constexpr double kLongestEnd = 3600;  // seconds for which the end of a connection is awaited
constexpr int kFirstError = 400;
constexpr int kFirstServerError = 500;

http::ClientBounds bounds_of(const EdgeModel& edge) {
  return {.connect = edge.spec.connect_timeout, .answer = edge.spec.request_timeout};
}

double retry_after(const http::Answer& answer) {
  const std::string* said = http::find_header(answer.headers, "Retry-After");
  const auto seconds = said == nullptr ? std::nullopt : parse_int(*said);
  return seconds ? std::clamp(static_cast<double>(*seconds), 0.0, kLongestPause) : 0;
}

}  // namespace

Dependency::Dependency(const EdgeModel& edge, const ServiceModel& callee, std::size_t index, std::uint64_t seed,
                       std::string_view pod, const CallCounter& counter)
    : edge_(edge),
      callee_(callee),
      index_(index),
      counter_(counter),
      chance_(seed, format("process/{}/calls/{}", pod, edge.spec.name)),
      breaker_(edge.spec.circuit_breaker),
      connections_(edge.spec.pool.size, callee.spec.load_balancing),
      budget_(edge.spec.retries.budget > 0 ? kSavedRetries : 0) {}

Dependency::~Dependency() {
  over_ = true;
}

// Gives the place in the pool back, unless somebody else is to.
class Dependency::Place {
 public:
  explicit Place(Connections& connections) : connections_(connections) {}
  ~Place() {
    if (mine_) connections_.release();
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  void leave() { mine_ = false; }

 private:
  Connections& connections_;
  bool mine_ = true;
};

// One that is kept is for the next request. The pool closes in order: one that ends has its place until it has ended.
void Dependency::give_back(http::Client client, Place& place) {
  if (!client.is_ending()) return connections_.keep(std::move(client));
  if (client.await_end(Duration(0))) return;
  place.leave();
  aside_.begin([this, ending = std::make_shared<http::Client>(std::move(client))] {
    constexpr Duration kLook = std::chrono::milliseconds(100);
    const double until_s = stopwatch_seconds() + kLongestEnd;
    while (!over_ && stopwatch_seconds() < until_s && !ending->await_end(kLook)) {
    }
    connections_.release();
  });
}

std::optional<Cause> Dependency::call(std::span<const double> weights) {
  const CallConditions now = conditions();
  if (now.off) return std::nullopt;
  if (edge_.spec.cache) {
    const bool hit = chance_.happens(edge_.spec.cache->hit_ratio * (1 - now.cache_lost));
    counter_.cache(index_, hit);
    if (hit) return std::nullopt;
  }
  earn_retries();
  double pause = edge_.backoff_s;
  std::optional<Cause> cause;
  std::vector<std::uint16_t> tried;
  std::int64_t attempts = send_extra(weights, now.extra);
  const std::int64_t extra = attempts;
  while (true) {
    const Ended ended = attempt(weights, tried);
    ++attempts;
    counter_.outcome(index_, ended.outcome, ended.code, ended.seconds);
    cause = ended.cause;
    if (!cause || !ended.retryable || attempts - extra > edge_.spec.retries.max || !may_retry()) break;
    sleep_seconds(std::max(pause, ended.retry_after_s));
    pause *= 2;
  }
  counter_.operation(index_, attempts);
  if (!cause) return std::nullopt;
  if (edge_.spec.cache && edge_.spec.cache->serve_stale) return std::nullopt;
  return cause;
}

// At once, beside the one that is awaited. How many.
std::int64_t Dependency::send_extra(std::span<const double> weights, double extra) {
  if (extra <= 0) return 0;
  const double whole = maths::floor(extra);
  const auto count = static_cast<std::int64_t>(whole) + (chance_.happens(extra - whole) ? 1 : 0);
  for (std::int64_t i = 0; i < count; ++i) {
    aside_.begin([this, weights] {
      std::vector<std::uint16_t> tried;
      const Ended ended = attempt(weights, tried);
      counter_.outcome(index_, ended.outcome, ended.code, ended.seconds);
    });
  }
  return count;
}

Dependency::Ended Dependency::attempt(std::span<const double> weights, std::vector<std::uint16_t>& tried) {
  const Breaker::Pass pass = breaker_.ask(stopwatch_seconds());
  if (pass == Breaker::Pass::no) {
    sleep_seconds(kInstant);
    return {CallOutcome::circuit_open, Cause::unreachable};
  }
  if (!connections_.acquire(edge_.spec.pool.acquire_timeout)) {
    breaker_.abandoned(pass);
    return {CallOutcome::pool_timeout, Cause::unreachable};
  }
  Place place(connections_);
  const double from = stopwatch_seconds();
  Ended ended = reach(weights, tried, place);
  ended.seconds = stopwatch_seconds() - from;
  breaker_.ended(stopwatch_seconds(), ended.retryable, pass);
  return ended;
}

// The name is looked up for each attempt; who has a connection already needs none.
Dependency::Ended Dependency::reach(std::span<const double> weights, std::vector<std::uint16_t>& tried, Place& place) {
  const CallConditions now = conditions();
  if (now.lookup.share > 0 && chance_.happens(now.lookup.share)) {
    if (now.lookup.mean_s > to_seconds(edge_.spec.connect_timeout)) {
      sleep_seconds(to_seconds(edge_.spec.connect_timeout));
      return {CallOutcome::timeout, Cause::timed_out, true};
    }
    sleep_seconds(now.lookup.mean_s);
  }
  if (chance_.happens(now.unresolved)) {
    sleep_seconds(kInstant);
    return {CallOutcome::dns_error, Cause::unreachable, true};
  }
  const auto port =
      chance_.happens(now.misled) ? std::nullopt : connections_.choose(chance_, tried, edge_.spec.retries.to);
  if (!port) {
    sleep_seconds(kInstant);
    return {CallOutcome::refused, Cause::unreachable, true};
  }
  tried.push_back(*port);
  const RouteModel& route = callee_.routes[chance_.pick(weights)];
  http::Client client = connections_.take(*port);
  Ended ended = exchange(client, request_of(route));
  if (ended.outcome == CallOutcome::success || ended.outcome == CallOutcome::error) {
    give_back(std::move(client), place);
  }
  connections_.ended(*port);
  return ended;
}

Dependency::Ended Dependency::exchange(http::Client& client, const http::Request& request) const {
  const auto answer = client.send(request, bounds_of(edge_));
  if (answer) {
    if (answer->status < kFirstError) return {.code = answer->status};
    const bool again = answer->status >= kFirstServerError || answer->status == kTooManyRequests;
    return {CallOutcome::error, Cause::bad_response, again, again ? retry_after(*answer) : 0, answer->status};
  }
  switch (answer.error().failure) {
    case http::Failure::refused:
    case http::Failure::local:
      return {CallOutcome::refused, Cause::unreachable, true};
    case http::Failure::unconnected:
    case http::Failure::timed_out:
      return {CallOutcome::timeout, Cause::timed_out, true};
    case http::Failure::reset:
      return {CallOutcome::reset, Cause::unreachable, true};
    case http::Failure::too_large:
    case http::Failure::not_http:
      return {CallOutcome::error, Cause::bad_response, false};
  }
  std::unreachable();
}

bool Dependency::is_there() {
  if (breaker_.is_open(stopwatch_seconds())) return false;
  if (!connections_.acquire(edge_.spec.pool.acquire_timeout)) return false;
  Place place(connections_);
  const auto port = connections_.choose(chance_);
  if (!port) return false;
  http::Client client = connections_.take(*port);
  const bool there = client.send({.path = "/health/live"}, bounds_of(edge_)).has_value();
  if (there) give_back(std::move(client), place);
  connections_.ended(*port);
  return there;
}

// Retries are a share of first attempts; what is not used is saved up, but not for ever.
void Dependency::earn_retries() {
  const std::scoped_lock lock(mutex_);
  budget_ = std::min(kSavedRetries, budget_ + edge_.spec.retries.budget);
}

void Dependency::set_conditions(const CallConditions& conditions) {
  {
    const std::scoped_lock lock(mutex_);
    conditions_ = conditions;
  }
  const double size = static_cast<double>(connections_.size());
  const double lost = conditions.pool_leak * std::max(0.0, size - conditions.pool_left);
  connections_.set_lost(static_cast<std::int64_t>(lost + 0.5));
}

CallConditions Dependency::conditions() const {
  const std::scoped_lock lock(mutex_);
  return conditions_;
}

bool Dependency::may_retry() {
  const std::scoped_lock lock(mutex_);
  if (budget_ < 1) return false;
  budget_ -= 1;
  return true;
}

}  // namespace firedrill::fake_services
