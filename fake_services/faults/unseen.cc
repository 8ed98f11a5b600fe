#include "fake_services/faults/unseen.h"

#include "base/text/format.h"

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

std::string arrivals_unchanged(const Observation& before, const Observation& during, std::string_view target) {
  if (during.seconds <= 0 || before.seconds <= 0) return format("there was no time to count what came to {}", target);
  return format("{:.1f} requests per second came to {} (before: {:.1f}), {}", during.outside / during.seconds, target,
                before.outside / before.seconds, kChance);
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
