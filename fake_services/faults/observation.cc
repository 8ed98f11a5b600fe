#include "fake_services/faults/observation.h"

#include <algorithm>

#include "base/maths.h"
#include "base/text/format.h"

namespace firedrill::fake_services {
namespace {

// The mean must have risen by this share of what it was and by this many standard errors.
constexpr double kLeastRelativeRise = 0.01;
constexpr double kStandardErrors = 6;
constexpr double kCountErrors = 5;
constexpr double kLeastAbove = 2;
// Rates move by themselves, beyond what chance does to the counts.
constexpr double kRateErrors = 6;
constexpr double kLeastEvents = 20;
// The drift before and that during a fault are two draws; a witness sees many pairs of them.
constexpr double kLeastBeyondDrift = 0.2;
constexpr double kDriftErrors = 4;

using Field = double Observation::*;

constexpr Field kCounts[] = {
    &Observation::seconds,
    &Observation::attempts,
    &Observation::refused,
    &Observation::timed_out,
    &Observation::reset,
    &Observation::dns_errors,
    &Observation::tls_errors,
    &Observation::replies,
    &Observation::latency_sum_s,
    &Observation::latency_square_s2,
    &Observation::latency_count,
    &Observation::outside,
    &Observation::usual,
    &Observation::served,
    &Observation::cpu_s,
    &Observation::calls,
    &Observation::retries,
    &Observation::cache_hits,
    &Observation::cache_misses,
    &Observation::pool_timeouts,
    &Observation::published,
    &Observation::consumed,
    &Observation::restarts,
    &Observation::exits,
    &Observation::oom_kills,
    &Observation::kills,
    &Observation::endpoint_changes,
    &Observation::liveness_probes,
    &Observation::liveness_failures,
    &Observation::readiness_probes,
    &Observation::readiness_failures,
    &Observation::startup_probes,
    &Observation::startup_failures,
    &Observation::scrapes,
    &Observation::scrapes_failed,
    &Observation::scrape_s,
    &Observation::samples,
    &Observation::scrapes_timed_out,
    &Observation::scrapes_missed,
    &Observation::samples_nan,
    &Observation::samples_forged,
    &Observation::samples_named,
    &Observation::samples_renamed,
    &Observation::samples_skewed,
    &Observation::series_ended,
    &Observation::counters_fallen,
    &Observation::targets_gone,
    &Observation::evaluations,
    &Observation::evaluations_missed,
    &Observation::evaluation_delay_s,
    &Observation::notifications,
    &Observation::notifications_lost,
    &Observation::receiver_requests,
    &Observation::receiver_refusals,
    &Observation::receiver_timeouts,
    &Observation::receiver_s,
};

constexpr Field kLevels[] = {
    &Observation::waited_for,
    &Observation::in_flight,
    &Observation::queued,
    &Observation::pool_in_use,
    &Observation::pool_size,
    &Observation::pool_waiting,
    &Observation::backlog,
    &Observation::memory_bytes,
    &Observation::request_bytes,
    &Observation::disk_bytes,
    &Observation::disk_used,
    &Observation::endpoints,
    &Observation::replicas,
    &Observation::certificate_expiry_s,
    &Observation::listening,
    &Observation::starting_late,
    &Observation::targeted,
    &Observation::measured,
    &Observation::evaluations_overdue,
};

double beyond_drift(const Observation& during) {
  return std::max(kLeastBeyondDrift, kDriftErrors * maths::sqrt(2) * during.drift);
}

// Of a fault that begins with the run nothing is known before: what is usual at that hour has to do.
Observation known_before(const Observation& before, const Observation& during) {
  Observation known = before;
  if (before.usual <= 0) known.outside = known.usual = during.usual;
  return known;
}

std::string arrivals(const Observation& before, const Observation& during, std::string_view target) {
  return format("{:.1f} requests per second came to {} (before: {:.1f})", during.outside / during.seconds, target,
                before.seconds > 0 ? before.outside / before.seconds : 0);
}

}  // namespace

double Observation::count(int code) const {
  const auto it = by_code.find(code);
  return it == by_code.end() ? 0 : it->second;
}

double Observation::of_version(std::string_view version) const {
  const auto it = versions.find(version);
  return it == versions.end() ? 0 : it->second;
}

double Observation::latency_variance_s2() const {
  if (latency_count <= 0) return 0;
  const double variance = latency_square_s2 / latency_count - mean_latency_s() * mean_latency_s();
  return variance > 0 ? variance : 0;
}

void Observation::add(const Observation& other) {
  for (const Field field : kCounts) this->*field += other.*field;
  for (const Field field : kLevels) this->*field += other.*field;
  for (const auto& [code, count_of_code] : other.by_code) by_code[code] += count_of_code;
  for (const auto& [version, replicas_of] : other.versions) versions[version] += replicas_of;
}

Observation Observation::since(const Observation& then) const {
  Observation out = *this;
  for (const Field field : kCounts) out.*field -= then.*field;
  for (const auto& [code, count_of_code] : then.by_code) out.by_code[code] -= count_of_code;
  return out;
}

Observation Observation::counts() const {
  Observation out = *this;
  for (const Field field : kLevels) out.*field = 0;
  return out;
}

double least_that_stands_out(double total, double count_before, double total_before, double first) {
  // A share of which nothing is known yet could still be as large as one event in all that was seen.
  const double share = total_before > 0 ? (count_before + 1) / (total_before + 1) : 0;
  const double expected = std::min(share, 1.0) * total;
  // What was before is an estimate, too: over a long time it is what limits what can be told.
  const double spread = maths::sqrt(expected + (total_before > 0 ? expected * total / total_before : 0));
  return expected + kCountErrors * spread + (first > 0 ? std::min(kLeastAbove, first / 4) : kLeastAbove);
}

bool stands_out(double count, double total, double count_before, double total_before, double first) {
  return count > 0 && total > 0 && count >= least_that_stands_out(total, count_before, total_before, first);
}

double least_of_risen_rate(double seconds, double count_before, double seconds_before, double factor) {
  // What was never seen before could still have come once in all that time.
  const double rate = seconds_before > 0 ? std::max(count_before, 1.0) / seconds_before : 0;
  const double expected = rate * seconds;
  const double spread = maths::sqrt(expected + (seconds_before > 0 ? expected * seconds / seconds_before : 0));
  return std::max({kLeastEvents, factor * expected, expected + kRateErrors * spread});
}

bool rate_rose(double count, double seconds, double count_before, double seconds_before, double factor) {
  return seconds > 0 && count >= least_of_risen_rate(seconds, count_before, seconds_before, factor);
}

double most_of_fallen_rate(double seconds, double count_before, double seconds_before, double factor) {
  if (seconds <= 0 || seconds_before <= 0) return -1;
  const double expected = count_before / seconds_before * seconds;
  if (expected < kLeastEvents) return -1;
  const double spread = maths::sqrt(expected + expected * seconds / seconds_before);
  return std::min(factor * expected, expected - std::min(kRateErrors * spread, expected));
}

bool rate_fell(double count, double seconds, double count_before, double seconds_before, double factor) {
  return count <= most_of_fallen_rate(seconds, count_before, seconds_before, factor);
}

LeastLatencyRise least_latency_rise(const Observation& before, const Observation& during) {
  // A few requests tell little about how far they spread, those before tell how far they would.
  const double variance = during.first > 0 ? before.latency_variance_s2() : during.latency_variance_s2();
  const double error =
      maths::sqrt(variance / (during.latency_count > 1 ? during.latency_count : 1) +
                  before.latency_variance_s2() / (before.latency_count > 1 ? before.latency_count : 1));
  const double by_chance = kStandardErrors * error;
  const double by_share = kLeastRelativeRise * before.mean_latency_s();
  if (by_share > by_chance) return {.seconds = by_share, .standard_errors = 0, .share = kLeastRelativeRise};
  return {.seconds = by_chance, .standard_errors = kStandardErrors, .share = 0};
}

bool latency_rose(const Observation& before, const Observation& during) {
  const double needed = during.first > 0 ? std::min(during.first, kLeastRequests) : kLeastRequests;
  if (during.latency_count < needed) return false;
  return during.mean_latency_s() - before.mean_latency_s() >= least_latency_rise(before, during).seconds;
}

std::optional<std::string> latency_rise(const Observation& before, const Observation& during, std::string_view target) {
  if (!latency_rose(before, during)) return std::nullopt;
  return format("{:.0f} {} to {} took {:.1f} ms on average (before: {:.1f} ms over {:.0f})", during.latency_count,
                during.latency_count > 1 ? "requests" : "request", target, during.mean_latency_s() * 1000,
                before.mean_latency_s() * 1000, before.latency_count);
}

std::optional<std::string> code_rise(const Observation& before, const Observation& during, int code,
                                     std::string_view target) {
  const double were = during.count(code);
  if (!stands_out(were, during.replies, before.count(code), before.replies, during.first)) return std::nullopt;
  return format("{:.0f} of {:.0f} requests to {} were answered {} (before: {:.0f} of {:.0f})", were, during.replies,
                target, code, before.count(code), before.replies);
}

double least_risen_arrivals(const Observation& before, const Observation& during) {
  const Observation known = known_before(before, during);
  const double factor = 1 + beyond_drift(during);
  return least_of_risen_rate(during.usual, known.outside, known.usual, factor) / during.seconds;
}

double most_fallen_arrivals(const Observation& before, const Observation& during) {
  const Observation known = known_before(before, during);
  const double factor = std::max(0.0, 1 - beyond_drift(during));
  return most_of_fallen_rate(during.usual, known.outside, known.usual, factor) / during.seconds;
}

std::optional<std::string> arrivals_rise(const Observation& before, const Observation& during,
                                         std::string_view target) {
  const double factor = 1 + beyond_drift(during);
  const Observation known = known_before(before, during);
  if (!rate_rose(during.outside, during.usual, known.outside, known.usual, factor)) return std::nullopt;
  return arrivals(before, during, target);
}

std::optional<std::string> arrivals_fall(const Observation& before, const Observation& during,
                                         std::string_view target) {
  const double factor = std::max(0.0, 1 - beyond_drift(during));
  const Observation known = known_before(before, during);
  if (!rate_fell(during.outside, during.usual, known.outside, known.usual, factor)) return std::nullopt;
  return arrivals(before, during, target);
}

}  // namespace firedrill::fake_services
