#include "fake_services/proxy/fate.h"

#include <algorithm>

#include "base/maths.h"
#include "fake_services/traffic/laws/retransmissions.h"

namespace firedrill::fake_services {
namespace {

bool happens(double share, RandomStream& chance) {
  return share > 0 && (share >= 1 || chance.uniform() < share);
}

// Lognormal, as the latencies of services are; without variance always the same.
double draw_shared(const Delay& delay, RandomStream& chance) {
  if (delay.mean_s <= 0 || !happens(delay.share, chance)) return 0;
  if (delay.variance_s2 <= 0) return delay.mean_s;
  const double sigma2 = maths::log1p(delay.variance_s2 / (delay.mean_s * delay.mean_s));
  return chance.lognormal(maths::log(delay.mean_s) - sigma2 / 2, maths::sqrt(sigma2));
}

double draw_delay(const Delay& delay, RandomStream& chance) {
  const double late = draw_shared(delay, chance);
  return delay.packet_loss > 0 ? late + draw_retransmissions(delay.packet_loss, chance) : late;
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

// Without what is further.
Fate draw_alone(const LineFaults& faults, ConnectionDraws& connection, RandomStream& chance) {
  const bool spared =
      faults.unit == LineFaults::Unit::connection && !connection.is_hit(faults.fault, faults.connections, chance);
  if (spared) return {};
  Fate fate = draw_kind(faults, chance);
  fate.packet_loss = faults.to_client.delay.packet_loss;
  fate.wait_to_backend_s = draw_delay(faults.to_backend.delay, chance);
  fate.wait_to_client_s = draw_delay(faults.to_client.delay, chance);
  const bool paced = !faults.to_backend.pace.is_free() || !faults.to_client.pace.is_free();
  if (paced && happens(faults.paced, chance)) {
    fate.to_backend = faults.to_backend.pace;
    fate.to_client = faults.to_client.pace;
  }
  if (faults.slow_close_s > 0 && happens(faults.slow_close, chance)) fate.close_s = faults.slow_close_s;
  return fate.is_hit() && !faults.first.take() ? Fate{} : fate;
}

// The less of two, of which 0 is none.
template <typename Number>
Number less_of(Number a, Number b) {
  return a > 0 && b > 0 ? std::min(a, b) : std::max(a, b);
}

Pace slower(const Pace& a, const Pace& b) {
  return {.bytes_per_second = less_of(a.bytes_per_second, b.bytes_per_second),
          .slice = less_of(a.slice, b.slice),
          .slice_pause_s = std::max(a.slice_pause_s, b.slice_pause_s)};
}

}  // namespace

bool ConnectionDraws::is_hit(std::size_t fault, double share, RandomStream& chance) {
  auto drawn = std::ranges::find(drawn_, fault, &Drawn::fault);
  if (drawn == drawn_.end()) drawn = drawn_.insert(drawn, {fault, chance.uniform()});
  return drawn->number < share;
}

Fate draw_fate(const LineFaults& faults, ConnectionDraws& connection, RandomStream& chance) {
  Fate fate = draw_alone(faults, connection, chance);
  for (const LineFaults& each : faults.further) {
    if (fate.kind != Fate::Kind::carried) break;
    Fate other = draw_alone(each, connection, chance);
    other.close_s = std::max(other.close_s, fate.close_s);
    other.packet_loss = 1 - (1 - other.packet_loss) * (1 - fate.packet_loss);
    other.wait_to_backend_s += fate.wait_to_backend_s;
    other.wait_to_client_s += fate.wait_to_client_s;
    other.to_backend = slower(other.to_backend, fate.to_backend);
    other.to_client = slower(other.to_client, fate.to_client);
    fate = other;
  }
  return fate;
}

}  // namespace firedrill::fake_services
