#include "fake_services/faults/unseen.h"

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"

namespace firedrill::fake_services {
namespace {

// How little may happen by itself: see observation.cc.
constexpr std::string_view kChance = "too little to tell from what happens without a fault";

}  // namespace

std::string latency_unrisen(const Observation& before, const Observation& during, std::string_view target) {
  if (during.latency_count <= 0) return format("nobody called {}", target);
  if (during.latency_count < kLeastRequests) {
    return format("{:.0f} requests to {} are too few to tell how long they take", during.latency_count, target);
  }
  return format("{:.0f} requests to {} took {:.1f} ms on average (before: {:.1f} ms over {:.0f}), {}",
                during.latency_count, target, during.mean_latency_s() * 1000, before.mean_latency_s() * 1000,
                before.latency_count, kChance);
}

std::string code_unrisen(const Observation& before, const Observation& during, int code, std::string_view target) {
  if (during.replies <= 0) return format("nobody called {}", target);
  return format("{:.0f} of {:.0f} requests to {} were answered {} (before: {:.0f} of {:.0f}), {}", during.count(code),
                during.replies, target, code, before.count(code), before.replies, kChance);
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

std::string ends_unchanged(const Observation& before, const Observation& during, std::string_view target) {
  return format("{:.0f} containers of {} ended and {:.0f} were restarted (before: {:.0f} and {:.0f} in {}) {}",
                during.exits, target, during.restarts, before.exits, before.restarts,
                describe_duration(from_seconds(before.seconds)), since_its_start(during));
}

std::string not_scraped_yet(const Observation& during, std::string_view target) {
  return during.scrapes > 0 ? std::string() : format("{} was not scraped {}", target, since_its_start(during));
}

std::string names_nothing(const Observation& during, std::string_view metric, std::string_view target) {
  return format("none of the {:.0f} samples of {} in {:.0f} scrapes was of a metric '{}'", during.samples, target,
                during.scrapes, metric);
}

std::string arrivals_unchanged(const Observation& before, const Observation& during, std::string_view target) {
  if (during.seconds <= 0 || before.seconds <= 0) return format("there was no time to count what came to {}", target);
  const std::string drift =
      during.drift > 0 ? format(" (its traffic drifts by {} by itself)", describe_ratio(during.drift)) : "";
  return format("{:.1f} requests per second came to {} (before: {:.1f}), {}{}", during.outside / during.seconds, target,
                before.outside / before.seconds, kChance, drift);
}

std::string attempts_unchanged(double count, const Observation& during, double count_before, const Observation& before,
                               std::string_view what) {
  return format("{:.0f} of {:.0f} {} (before: {:.0f} of {:.0f}), {}", count, during.attempts, what, count_before,
                before.attempts, kChance);
}

std::string memory_size(double bytes) {
  constexpr double kMega = 1024.0 * 1024;
  constexpr double kKilo = 1024;
  if (bytes >= 10 * kMega) return format("{:.0f} MiB", bytes / kMega);
  if (bytes >= kMega) return format("{:.1f} MiB", bytes / kMega);
  return bytes >= kKilo ? format("{:.0f} KiB", bytes / kKilo) : format("{:.1f} bytes", bytes);
}

}  // namespace firedrill::fake_services
