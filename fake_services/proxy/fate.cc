#include "fake_services/proxy/fate.h"

#include "base/maths.h"

namespace firedrill::fake_services {
namespace {

bool happens(double share, RandomStream& chance) {
  return share > 0 && (share >= 1 || chance.uniform() < share);
}

// Lognormal, as the latencies of services are; without variance always the same.
double draw_delay(const Delay& delay, RandomStream& chance) {
  if (delay.mean_s <= 0 || !happens(delay.share, chance)) return 0;
  if (delay.variance_s2 <= 0) return delay.mean_s;
  const double sigma2 = maths::log1p(delay.variance_s2 / (delay.mean_s * delay.mean_s));
  return chance.lognormal(maths::log(delay.mean_s) - sigma2 / 2, maths::sqrt(sigma2));
}

Fate draw_kind(const LineFaults& faults, RandomStream& chance) {
  Fate fate;
  if (happens(faults.reset, chance)) {
    fate.kind = Fate::Kind::reset;
    return fate;
  }
  if (happens(faults.silent, chance)) {
    fate.kind = Fate::Kind::silent;
    return fate;
  }
  double rest = chance.uniform();  // replies are shares of all: at most one of them is given
  for (const InjectedReply& reply : faults.replies) {
    if (reply.code == 0) continue;
    rest -= reply.share;
    if (rest >= 0) continue;
    fate.kind = Fate::Kind::replied;
    fate.reply = reply;
    return fate;
  }
  fate.answer_bytes = faults.cut_after;
  if (happens(faults.lost, chance)) {
    fate.kind = Fate::Kind::lost;
  } else if (happens(faults.cut, chance)) {
    fate.kind = Fate::Kind::cut;
  } else if (happens(faults.truncated, chance)) {
    fate.kind = Fate::Kind::truncated;
  }
  return fate;
}

}  // namespace

Fate draw_fate(const LineFaults& faults, RandomStream& chance, std::uint64_t& left) {
  if (left == 0) return {};
  Fate fate = draw_kind(faults, chance);
  fate.wait_to_backend_s = draw_delay(faults.to_backend.delay, chance);
  fate.wait_to_client_s = draw_delay(faults.to_client.delay, chance);
  const bool hit = fate.kind != Fate::Kind::carried || fate.wait_to_backend_s > 0 || fate.wait_to_client_s > 0;
  if (hit) --left;
  return fate;
}

}  // namespace firedrill::fake_services
