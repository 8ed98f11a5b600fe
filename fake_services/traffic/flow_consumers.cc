// Consumers, which take messages when they have workers for them, and the queues before them.
#include <algorithm>

#include "base/maths.h"
#include "fake_services/traffic/flow.h"

namespace firedrill::fake_services {
namespace {

constexpr double kUsualSeconds = 60;  // of messages, over which their usual rate is taken

// The share of requests of a route that do not end well.
double failing_share(const RouteState& route) {
  return std::max(0.0, 1 - route.parts[0].share);
}

// For which a consumer's worker has a message: what is answered without work takes none, and after each failure it
// pauses.
double held_by_message_s(const ServiceModel& m, const ReplicaClass& k) {
  double fails = 0;
  double worked_on = 0;
  for (const RouteState& route : k.routes) {
    double share = 1;
    for (std::size_t i = kFirstReplyPart; i < kComponents; ++i) share -= route.parts[i].share;
    worked_on += route.mix * share;
    fails += route.mix * failing_share(route);
  }
  return worked_on * k.holding_s + fails * to_seconds(m.spec.consumer->redelivery_pause);
}

// Workers of a consumer that take messages: whole ones, as a process has them.
double taking(const ReplicaClass& k, const ServiceState& s) {
  return maths::floor(static_cast<double>(k.station->workers()) * s.conditions.consuming + 0.5);
}

}  // namespace

// How many messages each replica takes: all that there are, as long as it has workers for them.
void Flow::take_messages(std::size_t service, double dt_s) {
  const ServiceModel& m = model_->services[service];
  ServiceState& s = services_[service];
  QueueState& queue = s.queue;
  double sent = 0;
  for (const double rate : s.arrivals) sent += rate;
  const double room = std::max(0.0, m.spec.consumer->capacity - queue.backlog) / dt_s + queue.consumed_rate;
  const double offered = sent + s.conditions.foreign_messages;
  queue.full = offered > room ? 1 - room / offered : 0;
  queue.published_rate = offered * (1 - queue.full);
  double able = 0;
  for (auto& k : s.classes) {
    k.takes = 0;
    if (!k.conditions.running || k.conditions.routes.front().failing_at(ConnectFailure::refused) >= 1) continue;
    k.takes = taking(k, s) / std::max(1e-6, held_by_message_s(m, k));
    able += k.takes * static_cast<double>(k.replicas);
  }
  const double wanted = queue.published_rate + queue.backlog / dt_s;
  if (able <= wanted) return;
  // All take alike, but none more than it can.
  double level = 0;
  for (std::size_t round = 0; round <= s.classes.size(); ++round) {
    double taken = 0;
    double open = 0;
    for (const auto& k : s.classes) {
      const double replicas = static_cast<double>(k.replicas);
      (k.takes <= level ? taken : open) += replicas * (k.takes <= level ? k.takes : 1);
    }
    if (open > 0) level = std::max(level, (wanted - taken) / open);
  }
  for (auto& k : s.classes) k.takes = std::min(k.takes, level);
}

// A consumer takes a message when it has a worker for it: nothing waits at it, and nothing is turned away.
void Flow::consume(std::size_t service, ReplicaClass& k) {
  const ServiceModel& m = model_->services[service];
  const ServiceState& s = services_[service];
  double sent = 0;
  for (const double rate : s.arrivals) sent += rate;
  double silent = 0;
  double worked_on = 0;
  for (std::size_t r = 0; r < k.routes.size(); ++r) {
    RouteState& route = k.routes[r];
    route.mix = sent > 0 ? s.arrivals[r] / sent : m.routes[r].share;
    route.offered = k.takes * route.mix;
    silent += route.mix * k.conditions.routes[r].silent;
    double worked_on_share = 1;
    for (std::size_t i = kFirstReplyPart; i < kComponents; ++i) worked_on_share -= route.parts[i].share;
    worked_on += route.mix * worked_on_share;
  }
  const double workers = taking(k, s);
  if (silent > 0) {
    k.throttled.reset();
  } else {
    bound_consumer(m, k, static_cast<std::int64_t>(workers));
  }
  const double busy = silent > 0 ? workers : std::min(workers, k.takes * held_by_message_s(m, k));
  moving_ = std::max(moving_, maths::abs(busy - k.next_busy) / (std::max(k.next_busy, busy) + 0.1));
  k.next_busy = k.next_occupancy = busy;
  k.point = {.occupancy = busy, .busy = busy, .variance = busy};
  k.start_rate = k.done_rate = k.takes * worked_on * (1 - silent);
  stretch_own_time(m, k);
}

// Whoever has a free worker takes the next message of all: as from callers of whom there are as many as workers. More
// than it can do is not taken, since workers are held for longer then.
void Flow::bound_consumer(const ServiceModel& m, ReplicaClass& k, std::int64_t workers) {
  constexpr std::size_t kLikeMore = 16;
  constexpr double kAtRest = 1e6;  // seconds
  const auto among = static_cast<std::int64_t>(std::clamp<std::size_t>(k.replicas, 1, kLikeMore));
  QuotaShape shape{.workers = workers, .places = workers, .one_line = true};
  shape.arrivals = {.callers = workers * among, .among = among};
  for (const RouteState& route : k.routes) {
    shape.rest_s += route.mix * failing_share(route) * to_seconds(m.spec.consumer->redelivery_pause);
  }
  bound_by_quota(m, k, k.takes, std::move(shape), 0);
  if (k.throttled) k.throttled->step(k.occupancy, k.takes, kAtRest);
}

// What was worked off leaves the queue, what failed stays in it.
void Flow::settle_queue(std::size_t service, double dt_s) {
  ServiceState& s = services_[service];
  QueueState& queue = s.queue;
  queue.consumed_rate = 0;
  for (const auto& k : s.classes) {
    for (const RouteState& route : k.routes) {
      queue.consumed_rate += static_cast<double>(k.replicas) * k.takes * route.mix * (1 - failing_share(route));
    }
  }
  queue.next_backlog = std::max(0.0, queue.backlog + (queue.published_rate - queue.consumed_rate) * dt_s);
  // Forgotten by messages and not by time: while none comes, those that wait are as they were.
  const double newer = queue.usual_rate > 0 ? queue.published_rate * dt_s / (queue.usual_rate * kUsualSeconds) : 1;
  queue.usual_rate += (queue.published_rate - queue.usual_rate) * (1 - maths::exp(-newer));
  // The oldest waits on, and whoever is taken makes the next one the oldest: younger by the time between the two.
  const double passed = queue.usual_rate > 0 ? queue.consumed_rate / queue.usual_rate : 1;
  const bool waits = queue.next_backlog > 1 && queue.usual_rate > 0;
  queue.next_oldest_s = waits ? std::max(0.0, queue.oldest_s + (1 - passed) * dt_s) : 0;
}

}  // namespace firedrill::fake_services
