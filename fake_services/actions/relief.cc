#include "fake_services/actions/relief.h"

#include <algorithm>

#include "base/duration.h"
#include "base/text/format.h"

namespace firedrill::fake_services {
namespace {

// Of requests under way: fewer than that before are no burden.
constexpr double kLeastBurden = 2;
constexpr double kMuchMore = 1.1;

double mean_ms(const Observation& seen) {
  return seen.mean_latency_s() * 1000;
}

double under_way(const Observation& seen) {
  return seen.in_flight + seen.queued;
}

}  // namespace

std::string lately(const Observation& seen) {
  return "in the last " + describe_duration(from_seconds(seen.seconds));
}

double failures(const Observation& seen) {
  double failed = seen.refused + seen.timed_out + seen.reset + seen.dns_errors + seen.tls_errors;
  for (const auto& [code, count] : seen.by_code) failed += code >= 500 ? count : 0;
  return std::min(failed, seen.attempts);
}

double goodput(const Observation& seen) {
  double good = 0;
  for (const auto& [code, count] : seen.by_code) good += code < 500 && code != 429 ? count : 0;
  return seen.seconds > 0 ? good / seen.seconds : 0;
}

std::optional<std::string> fewer_failures(const Observation& before, const Observation& after,
                                          std::string_view target) {
  // The other way round: that many are more than chance makes of what is there now.
  if (!stands_out(failures(before), before.attempts, failures(after), after.attempts)) return std::nullopt;
  return format("{:.0f} of {:.0f} requests to {} failed {} (before: {:.0f} of {:.0f})", failures(after), after.attempts,
                target, lately(after), failures(before), before.attempts);
}

std::optional<std::string> relief(const Observation& before, const Observation& after, std::string_view target) {
  if (auto fewer = fewer_failures(before, after, target)) return fewer;
  // What fails at once is no sooner answered.
  const bool fails_more = stands_out(failures(after), after.attempts, failures(before), before.attempts);
  if (fails_more || !latency_rose(after, before)) return std::nullopt;
  return format("requests to {} took {:.1f} ms on average {} (before: {:.1f} ms)", target, mean_ms(after),
                lately(after), mean_ms(before));
}

std::string no_relief(const Observation& before, const Observation& after, std::string_view target) {
  if (after.attempts <= 0) return format("nobody called {} {}", target, lately(after));
  return format(
      "{:.0f} of {:.0f} requests to {} failed {} (before: {:.0f} of {:.0f}), and took {:.1f} ms on "
      "average (before: {:.1f} ms)",
      failures(after), after.attempts, target, lately(after), failures(before), before.attempts, mean_ms(after),
      mean_ms(before));
}

std::optional<std::string> unburdened(const Observation& before, const Observation& after, std::string_view target) {
  const bool more = rate_rose(goodput(after) * after.seconds, after.seconds, goodput(before) * before.seconds,
                              before.seconds, kMuchMore);
  const bool lighter = under_way(before) >= kLeastBurden && under_way(after) < under_way(before) / 2;
  if (!more && !lighter) return std::nullopt;
  return format("{:.1f} requests per second to {} answered well, {:.1f} under way (before: {:.1f} and {:.1f})",
                goodput(after), target, under_way(after), goodput(before), under_way(before));
}

std::string still_burdened(const Observation& before, const Observation& after, std::string_view target) {
  return format("{:.1f} requests per second to {} answered well, {:.1f} under way (before: {:.1f} and {:.1f})",
                goodput(after), target, under_way(after), goodput(before), under_way(before));
}

}  // namespace firedrill::fake_services
