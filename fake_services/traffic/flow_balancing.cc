// Which of a service's replicas its requests go to, where that is not by chance.
#include <algorithm>

#include "base/maths.h"
#include "fake_services/traffic/flow.h"

namespace firedrill::fake_services {
namespace {

constexpr double kNoTime = 0.0003;  // until who is not let in knows
constexpr double kLongWait = 0.02;  // of a sender's patience: who waits less never gives up

// For which a response is owed: until it comes, or the sender gives up.
double kept_s(const Times& law, double patience_s) {
  if (law.mean() <= kLongWait * patience_s) return law.mean();
  const Times kept = law.at_most(patience_s);
  const double all = law.share();
  return kept.total() / all + std::max(0.0, 1 - kept.share() / all) * patience_s;
}

// What a replica of a class owes one who sends it a request of a route, added to what it owes for others. Of one that
// holds requests for ever workers are lost, and what others wait is as it is now.
void add_owed(Alike& kind, double weight, const ReplicaClass& k, std::size_t r, const Senders& senders) {
  const RequestConditions& conditions = k.conditions.routes[r];
  const RouteState& route = k.routes[r];
  const bool hangs = conditions.silent > 0;
  const double patience_s = senders.patience_s();
  double left = 1;
  double seconds = 0;
  for (std::size_t i = 0; i < kConnectFailures; ++i) {
    const double share = left * conditions.connect_failures[i];
    if (share <= 0) continue;
    seconds += share * (static_cast<ConnectFailure>(i) == ConnectFailure::dropped ? senders.connect_s() : kNoTime);
    left -= share;
  }
  const double full = hangs ? 0 : std::min(0.999, route.parts[kFullPart].share);
  left /= 1 - full;
  double answered = full;
  for (std::size_t i = 0; i < kComponents; ++i) {
    const Component& part = route.parts[i];
    if (part.share <= 0 || (i == kFullPart && !hangs)) continue;
    const bool worked = i < kWorkedParts && !hangs;
    const double heard = part.share * (1 - conditions.lost) * (1 - conditions.gone);
    const Times& time = worked ? *route.times.worked[i] : *part.time;
    seconds += left * (heard * kept_s(time, patience_s) + (part.share - heard) * patience_s);
    if (worked) kind.works_s += weight * left * heard * time.mean();
    answered += part.share;
  }
  kind.owes_s += weight * (seconds + left * std::max(0.0, 1 - answered) * patience_s);
}

bool takes_part(const ReplicaClass& k) {
  return k.conditions.ready && k.replicas > 0;
}

}  // namespace

// By least requests, who is slow gets less, and who fails at once more. The shares follow at a pace that halves
// whenever they turn round, since what they lead to moves them again.
void Flow::draw_replicas(std::size_t service) {
  ServiceState& s = services_[service];
  if (model_->services[service].spec.load_balancing != LoadBalancing::least_requests) return;
  double arrivals = 0;
  for (const double rate : s.arrivals) arrivals += rate;
  std::vector<Alike> kinds;
  for (const ReplicaClass& k : s.classes) {
    if (!takes_part(k)) continue;
    Alike kind{.replicas = static_cast<double>(k.replicas),
               .workers = static_cast<double>(k.station->workers()),
               .room = static_cast<double>(k.station->places()),
               .patience_s = std::max(kNoTime, s.senders.patience_s())};
    for (std::size_t r = 0; r < k.routes.size(); ++r) {
      const double share = arrivals > 0 ? s.arrivals[r] / arrivals : model_->services[service].routes[r].share;
      add_owed(kind, share, k, r, s.senders);
    }
    kinds.push_back(kind);
  }
  std::vector<double> drawn;
  s.least.spread(arrivals / s.senders.count(), s.senders.count(), kinds, drawn);
  double turn = 0;
  std::size_t j = 0;
  for (const ReplicaClass& k : s.classes) {
    if (!takes_part(k)) continue;
    const double moved = (drawn[j++] - k.drawn) / static_cast<double>(kinds.size());
    if (maths::abs(moved) > maths::abs(turn)) turn = moved;
  }
  s.pace =
      turn * s.last_turn < 0 && maths::abs(turn) > 1e-3 ? std::max(0.05, s.pace / 2) : std::min(1.0, s.pace * 1.25);
  s.last_turn = turn;
  moving_ = std::max(moving_, maths::abs(turn));
  j = 0;
  double sum = 0;
  for (ReplicaClass& k : s.classes) {
    if (!takes_part(k)) continue;
    k.drawn += s.pace * (drawn[j++] - k.drawn);
    sum += k.drawn * static_cast<double>(k.replicas);
  }
  // Classes come and go, and with them their shares.
  for (ReplicaClass& k : s.classes) {
    if (takes_part(k) && sum > 0) k.drawn *= s.ready / sum;
  }
}

// One call whose retries go by the replica: an attempt at each class of the callee, and what its first attempt, its
// second and so on come to. Nothing where there is one class alone.
void Flow::try_calls(std::size_t service, ReplicaClass& k, std::size_t c) {
  const ServiceModel& m = model_->services[service];
  const CallModel& call = m.calls[c];
  const EdgeModel& edge = m.edges[call.edge];
  const ServiceState& callee = services_[edge.callee];
  std::vector<Sent> kinds;
  for (const ReplicaClass& other : callee.classes) {
    if (takes_part(other)) kinds.push_back({static_cast<double>(other.replicas), other.drawn});
  }
  const bool extra = k.conditions.dependencies[call.edge].extra_retries > 0;
  if (kinds.size() < 2 || (edge.spec.retries.max == 0 && !extra)) {
    if (!k.tries.empty()) k.tries[c] = {};
    return;
  }
  k.tries.resize(m.calls.size());
  Tries& tries = k.tries[c];
  tries.at.resize(kinds.size());
  const std::span links(k.conditions.links.data() + edge.first_link, callee.responses.size());
  std::size_t j = 0;
  for (const ReplicaClass& other : callee.classes) {
    if (!takes_part(other)) continue;
    attempt(tries.at[j++], edge, model_->services[edge.callee], other.responses, call.weights, links,
            coming_back(call, k.operations[c], edge.spec.critical));
  }
  tries.again.resize(callee.torn ? kinds.size() : 0);
  j = 0;
  for (const ReplicaClass& other : callee.classes) {
    if (!takes_part(other) || !callee.torn) continue;
    attempt(tries.again[j++], edge, model_->services[edge.callee], other.responses_again, call.weights, links,
            coming_back(call, k.operations[c], edge.spec.critical));
  }
  go_by_replica(tries, kinds, edge.spec.retries.to,
                edge.spec.retries.max + k.conditions.dependencies[call.edge].extra_retries);
}

// Some of a call's first attempts went to a process that has ended since; those after them meet no such thing. Nothing
// where there is no retry, or where retries go by the replica and know it already.
void Flow::try_after_loss(ReplicaClass& k, const ServiceModel& m, std::size_t c) {
  const CallModel& call = m.calls[c];
  const EdgeModel& edge = m.edges[call.edge];
  const ServiceState& callee = services_[edge.callee];
  if (!k.tries.empty() && !k.tries[c].at.empty()) return;
  const bool retried = edge.spec.retries.max > 0 || k.conditions.dependencies[call.edge].extra_retries > 0;
  if (!callee.torn || !retried) {
    if (!k.tries.empty()) k.tries[c].nth.clear();
    return;
  }
  k.tries.resize(m.calls.size());
  std::vector<Attempt>& nth = k.tries[c].nth;
  nth.resize(2);
  const std::span links(k.conditions.links.data() + edge.first_link, callee.responses.size());
  const double comes_back = coming_back(call, k.operations[c], edge.spec.critical);
  attempt(nth[0], edge, model_->services[edge.callee], callee.responses, call.weights, links, comes_back);
  attempt(nth[1], edge, model_->services[edge.callee], callee.responses_again, call.weights, links, comes_back);
}

// Of a call's operations that are made at once after another one, the share that comes to the very replica which has
// just answered that, and so finds a place there: the one that it has left. While a long queue is full who wait for
// connections take places as well, and retries meet it as full as it was: it is taken to be full for all alike.
double Flow::finding_its_place(const ServiceModel& m, const ReplicaClass& k, std::size_t c) const {
  const CallModel& call = m.calls[c];
  const EdgeModel& edge = m.edges[call.edge];
  const ServiceState& callee = services_[edge.callee];
  const ServiceModel& called = model_->services[edge.callee];
  if (call.times <= 1 || callee.ready <= 0 || called.places - called.workers > kShortQueue) return 0;
  double late = 0;
  for (std::size_t r = 0; r < call.weights.size(); ++r) {
    const Delay& delay = k.conditions.links[edge.first_link + r].delay;
    late += call.weights[r] * (delay.packet_loss > 0 ? 1 : delay.share);
  }
  const double at_once = (1 - k.edges[call.edge].pool.waits) * std::max(0.0, 1 - late);
  double there = 1 / callee.ready;
  // Whoever sent all that a replica has knows that it has room now.
  if (called.spec.load_balancing == LoadBalancing::least_requests) {
    there += (1 - there) / callee.senders.count();
  }
  return at_once * std::min(1.0, there);
}

// As many attempts go to each class as there are of each number, and not as many as are sent to it at first.
void Flow::lead_retries(std::size_t service, const ReplicaClass& k, std::size_t c, double attempts) {
  const ServiceModel& m = model_->services[service];
  const EdgeModel& edge = m.edges[m.calls[c].edge];
  ServiceState& callee = services_[edge.callee];
  const Tries& tries = k.tries[c];
  const Operation& op = k.operations[c];
  double made = 0;
  for (const double share : op.made) made += share;
  if (made <= 0) return;
  std::size_t j = 0;
  for (ReplicaClass& other : callee.classes) {
    if (!takes_part(other)) continue;
    if (j >= tries.at.size()) return;
    double sent = 0;
    for (std::size_t n = 0; n < op.made.size(); ++n) {
      const std::vector<double>& chosen = tries.chosen[std::min(n, tries.chosen.size() - 1)];
      double whole = 0;
      for (const double share : chosen) whole += share;
      if (whole > 0) sent += op.made[n] / made * chosen[j] / whole;
    }
    ++j;
    const double beyond = sent / static_cast<double>(other.replicas) - other.drawn / callee.ready;
    other.led.resize(callee.arrivals.size(), 0);
    for (std::size_t r = 0; r < callee.arrivals.size(); ++r) {
      const RequestConditions& link = k.conditions.links[edge.first_link + r];
      double passes = link.passes();
      for (const InjectedReply& reply : link.replies) passes *= reply.code != 0 ? 1 - reply.share : 1;
      other.led[r] += attempts * m.calls[c].weights[r] * passes * beyond;
    }
  }
}

// How requests come to a replica decides how many wait.
void Flow::choose_station(const ServiceModel& m, const ServiceState& s, ReplicaClass& k) {
  const LoadBalancing policy = m.spec.load_balancing;
  if (policy == LoadBalancing::random) return;
  const double replicas = policy == LoadBalancing::round_robin ? s.ready : static_cast<double>(k.replicas);
  const Arrivals arrivals = arrivals_like(policy, replicas, s.senders.count(), k.station->places());
  if (k.balanced != nullptr && k.balanced->arrivals() == arrivals) return;
  if (k.balanced == nullptr && arrivals == Arrivals{}) return;
  k.balanced = arrivals == Arrivals{} ? nullptr : &tables_.get(k.station->workers(), k.station->places(), arrivals);
  k.hint = 0;
}

}  // namespace firedrill::fake_services
