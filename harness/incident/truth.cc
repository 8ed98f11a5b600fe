#include "incident/truth.h"

#include <algorithm>

#include "base/maths.h"
#include "incident/severity/severity.h"
#include "record/record.h"

namespace firedrill::incident {
using namespace record;
namespace {

constexpr Duration kMinute = 1min;

bool counts(const ServiceTruth& truth, std::string_view service) {
  return service.empty() ? truth.entry_point : truth.service == service;
}

void add_buckets(std::vector<double>& into, const std::vector<double>& buckets) {
  if (buckets.empty()) return;
  if (into.size() < buckets.size()) into.resize(buckets.size());
  for (std::size_t i = 0; i < buckets.size(); ++i) into[i] += buckets[i];
}

// Requests of a minute within the threshold, from three known points of its distribution: exact at the percentiles,
// linear between them. For records that keep no buckets.
double within_by_percentiles(const TruthMinute& minute, double threshold_s) {
  struct Point {
    double latency, share;
  };
  const Point points[] = {{0, 0}, {minute.p50_s, 0.5}, {minute.p95_s, 0.95}, {minute.p99_s, 0.99}};
  if (threshold_s >= minute.p99_s) return minute.requests * (threshold_s > minute.p99_s ? 1.0 : 0.99);
  for (std::size_t i = 1; i < std::size(points); ++i) {
    if (threshold_s >= points[i].latency) continue;
    const double width = points[i].latency - points[i - 1].latency;
    const double part = width > 0 ? (threshold_s - points[i - 1].latency) / width : 0;
    return minute.requests * (points[i - 1].share + part * (points[i].share - points[i - 1].share));
  }
  return minute.requests;
}

// A request is good or it is not: what is estimated within a bucket is brought to whole requests.
SliCount count_minute(const Record& record, const Slo& slo, const TruthMinute& minute) {
  if (slo.sli == SliKind::success_rate) return {minute.requests - minute.errors, minute.requests};
  const double threshold_s = to_seconds(slo.threshold);
  const double within = minute.buckets.empty() ? within_by_percentiles(minute, threshold_s)
                                               : bucket_within(record.latency_bounds_s, minute.buckets, threshold_s);
  return {std::min(minute.requests, maths::floor(within + 0.5)), minute.requests};
}

}  // namespace

std::size_t minute_count(const Record& record) {
  std::size_t count = 0;
  for (const ServiceTruth& truth : record.truth) count = std::max(count, truth.minutes.size());
  return count;
}

bool judged_by_minutes(const Record& record) {
  const bool kept = !record.truth.empty();
  return kept ? minute_count(record) > 0 : record.judged_to - record.judged_from >= kMinute;
}

Time minute_start(const Record& record, std::size_t minute) {
  return record.judged_from + kMinute * static_cast<std::int64_t>(minute);
}

Time minute_end(const Record& record, std::size_t minute) {
  return std::min(minute_start(record, minute + 1), std::max(record.judged_to, minute_start(record, minute)));
}

std::size_t minute_at(const Record& record, Time t) {
  if (t <= record.judged_from) return 0;
  const auto minute = static_cast<std::size_t>((t - record.judged_from) / kMinute);
  const std::size_t count = minute_count(record);
  return count == 0 ? 0 : std::min(minute, count - 1);
}

TruthMinute entry_traffic(const Record& record, MinuteRange minutes) {
  TruthMinute total;
  double weighted[3] = {0, 0, 0};
  for (const ServiceTruth& truth : record.truth) {
    if (!truth.entry_point || truth.minutes.empty()) continue;
    const std::size_t last = std::min(minutes.last, truth.minutes.size() - 1);
    for (std::size_t i = minutes.first; i <= last; ++i) {
      const TruthMinute& minute = truth.minutes[i];
      total.requests += minute.requests;
      total.errors += minute.errors;
      total.checks += minute.checks;
      total.checks_passed += minute.checks_passed;
      add_buckets(total.buckets, minute.buckets);
      weighted[0] += minute.requests * minute.p50_s;
      weighted[1] += minute.requests * minute.p95_s;
      weighted[2] += minute.requests * minute.p99_s;
    }
    total.users += truth.minutes[last].users;
    total.users_affected += truth.minutes[last].users_affected;
  }
  if (!total.buckets.empty()) {
    total.p50_s = bucket_quantile(record.latency_bounds_s, total.buckets, 0.5);
    total.p95_s = bucket_quantile(record.latency_bounds_s, total.buckets, 0.95);
    total.p99_s = bucket_quantile(record.latency_bounds_s, total.buckets, 0.99);
  } else if (total.requests > 0) {
    total.p50_s = weighted[0] / total.requests;
    total.p95_s = weighted[1] / total.requests;
    total.p99_s = weighted[2] / total.requests;
  }
  return total;
}

SeverityInputs severity_inputs(const Record& record, std::size_t minute) {
  const std::size_t span = static_cast<std::size_t>(kSeverityWindow / kMinute);
  return severity_inputs(record, MinuteRange{minute + 1 >= span ? minute + 1 - span : 0, minute});
}

SeverityInputs severity_inputs(const Record& record, MinuteRange minutes) {
  const TruthMinute total = entry_traffic(record, minutes);
  SeverityInputs inputs;
  if (total.requests > 0) inputs.error_rate = total.errors / total.requests;
  inputs.p95_seconds = total.p95_s;
  if (total.users > 0) inputs.affected = total.users_affected / total.users;
  if (total.checks > 0) inputs.availability = total.checks_passed / total.checks;
  return inputs;
}

SliCount sli_count(const Record& record, const Slo& slo, MinuteRange minutes) {
  SliCount count;
  for (const ServiceTruth& truth : record.truth) {
    if (!counts(truth, slo.service) || truth.minutes.empty()) continue;
    const std::size_t last = std::min(minutes.last, truth.minutes.size() - 1);
    for (std::size_t i = minutes.first; i <= last; ++i) count += count_minute(record, slo, truth.minutes[i]);
  }
  return count;
}

bool misses(const Record& record, const Slo& slo, std::size_t minute) {
  const SliCount count = sli_count(record, slo, {minute, minute});
  return count.total > 0 && count.ratio() < slo.objective;
}

double bucket_within(std::span<const double> bounds, std::span<const double> buckets, double threshold_s) {
  double within = 0;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    const double lower = i == 0 ? 0 : bounds[i - 1];
    if (threshold_s <= lower) break;
    if (i >= bounds.size()) break;  // above the last bound: longer than any threshold that can be told apart
    if (threshold_s >= bounds[i]) {
      within += buckets[i];
    } else {
      within += buckets[i] * (threshold_s - lower) / (bounds[i] - lower);
    }
  }
  return within;
}

}  // namespace firedrill::incident
