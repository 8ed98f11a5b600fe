#include "fake_services/traffic/conditions.h"

namespace firedrill::fake_services {

void RequestConditions::add_reply(std::int32_t code, double share, double retry_after_s) {
  for (InjectedReply& reply : replies) {
    if (reply.code != 0 && reply.code != code) continue;
    reply.code = code;
    reply.share = reply.share + share > 1 ? 1 : reply.share + share;
    reply.retry_after_s = reply.retry_after_s > retry_after_s ? reply.retry_after_s : retry_after_s;
    return;
  }
}

void Delay::add(double other_share, double other_mean_s, double other_variance_s2) {
  // A request is delayed by the first, by the second, by both or by neither; keep the share that is delayed at all, and
  // the first two moments of the sum.
  const double first = share * mean_s + other_share * other_mean_s;
  const double second = share * (variance_s2 + mean_s * mean_s) +
                        other_share * (other_variance_s2 + other_mean_s * other_mean_s) +
                        2 * share * mean_s * other_share * other_mean_s;
  const double hit = 1 - (1 - share) * (1 - other_share);
  if (hit <= 0) return;
  share = hit;
  mean_s = first / hit;
  variance_s2 = second / hit - mean_s * mean_s;
  if (variance_s2 < 0) variance_s2 = 0;
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
