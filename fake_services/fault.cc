#include "fake_services/fault.h"

#include <algorithm>

#include "base/maths.h"

namespace firedrill::fake_services {

bool FaultMatch::matches(std::string_view request_method, std::string_view request_path) const {
  if (!method.empty() && method != request_method) return false;
  if (path.ends_with('*')) return request_path.starts_with(std::string_view(path).substr(0, path.size() - 1));
  return path.empty() || path == request_path;
}

double Observation::share(int code) const {
  const auto it = by_code.find(code);
  return it == by_code.end() || replies <= 0 ? 0 : it->second / replies;
}

bool stands_out(double count, double total, double count_before, double total_before) {
  if (count <= 0 || total <= 0) return false;
  // A share of which nothing is known yet could still be as large as one event in all that was seen.
  const double share = total_before > 0 ? (count_before + 1) / (total_before + 1) : 0;
  const double expected = std::min(share, 1.0) * total;
  return count >= expected + 4 * maths::sqrt(expected) + 2;
}

double Observation::latency_variance() const {
  if (latency_count <= 0) return 0;
  const double variance = latency_square / latency_count - mean_latency() * mean_latency();
  return variance > 0 ? variance : 0;
}

void Observation::add(const Observation& other, double sign) {
  attempts += sign * other.attempts;
  refused += sign * other.refused;
  replies += sign * other.replies;
  for (const auto& [code, count] : other.by_code) by_code[code] += sign * count;
  latency_sum += sign * other.latency_sum;
  latency_square += sign * other.latency_square;
  latency_count += sign * other.latency_count;
}

void Fault::apply_to_requests(RequestConditions& /*conditions*/, double /*strength*/) const {}
void Fault::apply_to_replica(ReplicaConditions& /*conditions*/, double /*strength*/) const {}

}  // namespace firedrill::fake_services
