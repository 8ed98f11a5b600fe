#include "fake_services/pods/balancing.h"

#include <algorithm>

namespace firedrill::fake_services {
namespace {

constexpr double kShortestLag = 1;  // seconds
constexpr double kLongestLag = 3;
constexpr double kMostAtOnce = 0.9;  // of the requests that come
constexpr double kLossSeconds = 1;   // at least: a step of the flow
constexpr double kLongestLoss = 60;

Duration lag(RandomStream& chance) {
  return from_seconds(kShortestLag + (kLongestLag - kShortestLag) * chance.uniform());
}

}  // namespace

void Route::see(bool ready, Time t, RandomStream& chance) {
  if (ready == there_) {
    at_.reset();
    return;
  }
  if (!at_) at_ = t + lag(chance);
  if (t < *at_) return;
  there_ = ready;
  at_.reset();
}

Duration Route::leave(Time t, RandomStream& chance) {
  if (!there_) return Duration(0);
  if (!at_) at_ = t + lag(chance);
  return *at_ - t;
}

void Loss::add(Kind kind, double requests, double rate, double reached, Time t) {
  if (requests <= 0 || rate <= 0) return;
  if (reached <= 0) reached = 1;
  Span& span = spans_[static_cast<std::size_t>(kind)];
  const double left = t < span.until ? span.share * to_seconds(span.until - t) : 0;
  const double seconds = left + requests / rate;
  const double most = kMostAtOnce * reached;
  const double length = std::clamp(seconds / most, kLossSeconds, kLongestLoss);
  span.share = std::min(most, seconds / length);
  span.until = t + from_seconds(length);
}

double Loss::share(Kind kind, double reached, Time t) const {
  const Span& span = spans_[static_cast<std::size_t>(kind)];
  if (t >= span.until || reached <= 0) return 0;
  return std::min(kMostAtOnce, span.share / reached);
}

std::optional<Time> Loss::next(Time t) const {
  std::optional<Time> next;
  for (const Span& span : spans_) {
    if (span.until > t && (!next || span.until < *next)) next = span.until;
  }
  return next;
}

}  // namespace firedrill::fake_services
