#include "fake_services/faults/unseen.h"

#include <algorithm>

#include "base/duration.h"
#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"

namespace firedrill::fake_services {
namespace {

// With as many digits as tell a small one from nothing.
std::string milliseconds(double seconds) {
  const double ms = seconds * 1000;
  if (ms >= 10) return format("{:.1f} ms", ms);
  return ms >= 0.1 ? format("{:.2f} ms", ms) : format("{:.4f} ms", ms);
}

std::string arrivals(const Observation& before, const Observation& during, std::string_view target) {
  return format("{:.1f} requests per second came to {} (before: {:.1f})", during.outside / during.seconds, target,
                before.outside / before.seconds);
}

std::string drift_of(const Observation& during) {
  return during.drift > 0 ? format(", since its traffic drifts by {} by itself", describe_ratio(during.drift)) : "";
}

bool no_time(const Observation& before, const Observation& during) {
  return during.seconds <= 0 || before.seconds <= 0;
}

}  // namespace

std::string count_bound(double total, double count_before, double total_before, double first) {
  const double least = maths::ceil(least_that_stands_out(total, count_before, total_before, first));
  if (least > total) return "no number of so few would be more than chance makes of them";
  return format("from {:.0f} on it is more than chance makes of them", std::max(least, 1.0));
}

std::string latency_unrisen(const Observation& before, const Observation& during, std::string_view target) {
  if (during.latency_count <= 0) return format("nobody called {}", target);
  if (during.latency_count < kLeastRequests) {
    return format("{:.0f} requests to {} are too few to tell how long they take: from {:.0f} on their mean counts",
                  during.latency_count, target, kLeastRequests);
  }
  const double rise = during.mean_latency_s() - before.mean_latency_s();
  const LeastLatencyRise least = least_latency_rise(before, during);
  return format(
      "{:.0f} requests to {} took {} on average (before: {} over {:.0f}), {} {}; a rise counts from {} on, {}",
      during.latency_count, target, milliseconds(during.mean_latency_s()), milliseconds(before.mean_latency_s()),
      before.latency_count, milliseconds(rise < 0 ? -rise : rise), rise < 0 ? "less" : "more",
      milliseconds(least.seconds),
      least.standard_errors > 0 ? format("{:.0f} standard errors of so many", least.standard_errors)
                                : format("{} of what it was", describe_ratio(least.share)));
}

std::string code_unrisen(const Observation& before, const Observation& during, int code, std::string_view target) {
  if (during.replies <= 0) return format("nobody called {}", target);
  return format("{:.0f} of {:.0f} requests to {} were answered {} (before: {:.0f} of {:.0f}); {}", during.count(code),
                during.replies, target, code, before.count(code), before.replies,
                count_bound(during.replies, before.count(code), before.replies, during.first));
}

std::string since_its_start(const Observation& during) {
  return format("within {} of its start", describe_duration(from_seconds(during.elapsed_s)));
}

std::string probes_unchanged(double failed, double made, double failed_before, double made_before,
                             std::string_view probes, std::string_view target, const Observation& during) {
  if (made <= 0) return format("no {} probe of {} was made {}", probes, target, since_its_start(during));
  return format("{:.0f} of {:.0f} {} probes of {} failed (before: {:.0f} of {:.0f}) {}", failed, made, probes, target,
                failed_before, made_before, since_its_start(during));
}

std::string ends_and_restarts(const Observation& during, std::string_view target) {
  return format("{:.0f} container{} of {} ended and {:.0f} {} restarted", during.exits, during.exits == 1 ? "" : "s",
                target, during.restarts, during.restarts == 1 ? "was" : "were");
}

std::string times_in_words(double count) {
  return count == 1 ? "once" : format("{:.0f} times", count);
}

std::string ends_unchanged(const Observation& before, const Observation& during, std::string_view target) {
  return format("{} (before: {:.0f} and {:.0f} in {}) {}", ends_and_restarts(during, target), before.exits,
                before.restarts, describe_duration(from_seconds(before.seconds * before.pace)),
                since_its_start(during));
}

std::string not_scraped_yet(const Observation& during, std::string_view target) {
  return during.scrapes > 0 ? std::string() : format("{} was not scraped {}", target, since_its_start(during));
}

std::string names_nothing(const Observation& during, std::string_view metric, std::string_view target) {
  return format("none of the {:.0f} samples of {} in {:.0f} scrapes was of a metric '{}'", during.samples, target,
                during.scrapes, metric);
}

std::string arrivals_unrisen(const Observation& before, const Observation& during, std::string_view target) {
  if (no_time(before, during)) return format("there was no time to count what came to {}", target);
  return format("{}; a rise counts from {:.1f} on{}", arrivals(before, during, target),
                least_risen_arrivals(before, during), drift_of(during));
}

std::string arrivals_unfallen(const Observation& before, const Observation& during, std::string_view target) {
  if (no_time(before, during)) return format("there was no time to count what came to {}", target);
  const double most = most_fallen_arrivals(before, during);
  const std::string bound =
      most < 0 ? "so few that no fall could be told" : format("a fall counts from {:.1f} down", most);
  return format("{}; {}{}", arrivals(before, during, target), bound, drift_of(during));
}

std::string attempts_unchanged(double count, const Observation& during, double count_before, const Observation& before,
                               std::string_view what) {
  const std::string waits =
      during.waited_for < 0.5 ? "" : format("; {:.0f} were still waited for at the end", during.waited_for);
  return format("{:.0f} of {:.0f} {} (before: {:.0f} of {:.0f}); {}{}", count, during.attempts, what, count_before,
                before.attempts, count_bound(during.attempts, count_before, before.attempts, during.first), waits);
}

std::string memory_size(double bytes) {
  constexpr double kMega = 1024.0 * 1024;
  constexpr double kKilo = 1024;
  if (bytes >= 10 * kMega) return format("{:.0f} MiB", bytes / kMega);
  if (bytes >= kMega) return format("{:.1f} MiB", bytes / kMega);
  return bytes >= kKilo ? format("{:.0f} KiB", bytes / kKilo) : format("{:.1f} bytes", bytes);
}

}  // namespace firedrill::fake_services
