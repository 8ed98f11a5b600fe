#include "fake_services/traffic/conditions.h"

namespace firedrill::fake_services {

void RequestConditions::add_reply(std::int32_t code, double share, double retry_after) {
  for (InjectedReply& reply : replies) {
    if (reply.code != 0 && reply.code != code) continue;
    reply.code = code;
    reply.share = reply.share + share > 1 ? 1 : reply.share + share;
    reply.retry_after = reply.retry_after > retry_after ? reply.retry_after : retry_after;
    return;
  }
}

void Delay::add(double other_share, double other_mean, double other_variance) {
  // A request is delayed by the first, by the second, by both or by neither; keep the share that is delayed at all, and
  // the first two moments of the sum.
  const double first = share * mean + other_share * other_mean;
  const double second = share * (variance + mean * mean) + other_share * (other_variance + other_mean * other_mean) +
                        2 * share * mean * other_share * other_mean;
  const double hit = 1 - (1 - share) * (1 - other_share);
  if (hit <= 0) return;
  share = hit;
  mean = first / hit;
  variance = second / hit - mean * mean;
  if (variance < 0) variance = 0;
}

void RequestConditions::fail_connects(ConnectFailure at, double share) {
  double& failing_there = connect_failures[static_cast<std::size_t>(at)];
  failing_there = 1 - (1 - failing_there) * (1 - share);
}

double RequestConditions::passes() const {
  double share = 1;
  for (const double held_up : connect_failures) share *= 1 - held_up;
  return share;
}

}  // namespace firedrill::fake_services
