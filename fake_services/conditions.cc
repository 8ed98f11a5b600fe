#include "fake_services/conditions.h"

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

void RequestConditions::add_delay(double share, double mean, double variance) {
  // A request is delayed by the first, by the second, by both or by neither; keep the share that is delayed at all, and
  // the first two moments of the sum.
  const double first = delay.share * delay.mean + share * mean;
  const double second = delay.share * (delay.variance + delay.mean * delay.mean) + share * (variance + mean * mean) +
                        2 * delay.share * delay.mean * share * mean;
  const double hit = 1 - (1 - delay.share) * (1 - share);
  if (hit <= 0) return;
  delay.share = hit;
  delay.mean = first / hit;
  delay.variance = second / hit - delay.mean * delay.mean;
  if (delay.variance < 0) delay.variance = 0;
}

void RequestConditions::bar(Barrier at, double share) {
  double& barred_there = barred[static_cast<std::size_t>(at)];
  barred_there = 1 - (1 - barred_there) * (1 - share);
}

double RequestConditions::passes() const {
  double share = 1;
  for (const double held_up : barred) share *= 1 - held_up;
  return share;
}

}  // namespace firedrill::fake_services
