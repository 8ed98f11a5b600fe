#include "fake_services/traffic/laws/retransmissions.h"

#include <algorithm>

namespace firedrill::fake_services {
namespace {

constexpr int kPackets = 8;
constexpr double kTimeout = 0.2;     // seconds until a packet is sent again: the least that Linux waits
constexpr int kMost = 10;            // times that one is sent again: after three minutes nobody waits for it
constexpr double kFirstTimeout = 1;  // of a connection whose round trip is not known yet
constexpr int kMostFirst = 6;
constexpr double kRarely = 1e-6;  // share of requests that need no constant of their own

// One that is sent again after a time-out, after twice as long as that, and so on.
double late_after(int retransmissions, double timeout_s = kTimeout) {
  return timeout_s * static_cast<double>((1 << retransmissions) - 1);
}

// P(none of a request's packets is lost more than n times in a row).
double lost_at_most(int n, double loss) {
  double lost = loss;
  for (int i = 0; i < n; ++i) lost *= loss;
  double share = 1;
  for (int i = 0; i < kPackets; ++i) share *= 1 - lost;
  return share;
}

}  // namespace

Times retransmissions(double loss) {
  Times law;
  double below = 0;
  for (int n = 0; below < 1; ++n) {
    const double upto = lost_at_most(n, loss);
    const bool last = n == kMost || 1 - upto < kRarely;
    law.add((last ? 1 : upto) - below, late_after(n));
    below = last ? 1 : upto;
  }
  return law;
}

double draw_retransmissions(double loss, RandomStream& chance) {
  int most = 0;
  for (int i = 0; i < kPackets; ++i) {
    int lost = 0;
    while (lost < kMost && chance.uniform() < loss) ++lost;
    most = std::max(most, lost);
  }
  return late_after(most);
}

double draw_handshake(double loss, RandomStream& chance) {
  int lost = 0;
  while (lost < kMostFirst && (chance.uniform() < loss || chance.uniform() < loss)) ++lost;
  return late_after(lost, kFirstTimeout);
}

}  // namespace firedrill::fake_services
