#include "fake_services/actions/relief.h"

#include <algorithm>

#include "base/duration.h"
#include "base/text/format.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services {
namespace {

// Of requests under way: fewer than that before are no burden.
constexpr double kLeastBurden = 2;
constexpr double kMuchMore = 1.1;
// Of the memory that is held beside requests: less than that is much less.
constexpr double kMuchLess = 0.8;
constexpr double kLittleLess = 0.98;
// Turned away over a limit: no 5xx, and no answer either.
constexpr int kTooManyRequests = 429;

double mean_ms(const Observation& seen) {
  return seen.mean_latency_s() * 1000;
}

double under_way(const Observation& seen) {
  return seen.in_flight + seen.queued;
}

// Beside that of requests.
double held(const Observation& seen) {
  return seen.memory_bytes - seen.request_bytes;
}

}  // namespace

std::string lately(const Observation& seen) {
  return "in the last " + describe_duration(from_seconds(seen.seconds * seen.pace));
}

double failures(const Observation& seen) {
  double failed = seen.refused + seen.timed_out + seen.reset + seen.dns_errors + seen.tls_errors;
  for (const auto& [code, count] : seen.by_code) failed += code >= 500 || code == kTooManyRequests ? count : 0;
  return std::min(failed, seen.attempts);
}

double failing_share(const Observation& seen) {
  return seen.attempts > 0 ? failures(seen) / seen.attempts : 0;
}

bool fails_more(const Observation& before, const Observation& after) {
  return stands_out(failures(after), after.attempts, failures(before), before.attempts);
}

std::string was_worse(const Observation& worst) {
  return format("meanwhile it was worse: {:.0f} of {:.0f} requests failed within {}", failures(worst), worst.attempts,
                describe_duration(from_seconds(worst.seconds * worst.pace)));
}

double goodput(const Observation& seen) {
  double good = 0;
  for (const auto& [code, count] : seen.by_code) good += code < 500 && code != kTooManyRequests ? count : 0;
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
  if (fails_more(before, after) || !latency_rose(after, before)) return std::nullopt;
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

std::optional<std::string> relief_by_new_processes(const Observation& before, const Observation& after,
                                                   std::string_view target) {
  if (auto better = relief(before, after, target)) return better;
  // Processes that are away hold none, and that is no help.
  if (after.endpoints < before.endpoints || held(after) >= kMuchLess * held(before)) return std::nullopt;
  return format("the processes of {} hold {} of memory (before: {})", target, memory_size(after.memory_bytes),
                memory_size(before.memory_bytes));
}

std::string no_relief_by_new_processes(const Observation& before, const Observation& after, std::string_view target) {
  std::string seen = no_relief(before, after, target);
  if (held(after) >= kLittleLess * held(before)) return seen;
  return format("{}; its processes hold {} of memory (before: {})", seen, memory_size(after.memory_bytes),
                memory_size(before.memory_bytes));
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
