#include "driver/truth_minute.h"

#include "base/maths.h"

namespace firedrill::driver {
namespace {

// Distinct users with at least one of `requests`, when `users` share them evenly and independently.
double distinct_users(double requests, double users) {
  constexpr double kParts = 1000;  // thousandths of an expected user are written
  return users > 0 ? maths::floor(users * -maths::expm1(-requests / users) * kParts + 0.5) / kParts : 0;
}

}  // namespace

record::TruthMinute truth_of(std::span<const events::ServiceMinute> recent, std::span<const double> latency_bounds_s) {
  const events::ServiceMinute& minute = recent.back();
  record::TruthMinute truth;
  truth.requests = minute.requests;
  truth.errors = minute.errors;
  truth.buckets.assign(minute.latency.begin(), minute.latency.end());
  truth.p50_s = record::bucket_quantile(latency_bounds_s, truth.buckets, 0.50);
  truth.p95_s = record::bucket_quantile(latency_bounds_s, truth.buckets, 0.95);
  truth.p99_s = record::bucket_quantile(latency_bounds_s, truth.buckets, 0.99);
  truth.checks = minute.checks;
  truth.checks_passed = minute.checks - minute.checks_failed;
  double requests = 0, errors = 0;
  for (const events::ServiceMinute& one : recent) {
    requests += one.requests;
    errors += one.errors;
  }
  truth.users = distinct_users(requests, minute.users);
  truth.users_affected = distinct_users(errors, minute.users);
  return truth;
}

}  // namespace firedrill::driver
