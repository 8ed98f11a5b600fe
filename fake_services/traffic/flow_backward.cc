// From the called to the callers: how long a request takes and how it ends, given how full the replicas are.
#include <algorithm>

#include "base/maths.h"
#include "fake_services/traffic/flow.h"
#include "fake_services/traffic/stations/few_callers.h"

namespace firedrill::fake_services {
namespace {

constexpr double kNobodyWaits = 1e-12;
constexpr double kHardlyAnyWaits = 1e-5;
constexpr double kInstant = 0.0005;  // seconds that a response without work takes

const Law& instant() {
  static const Law kLaw = std::make_shared<const Times>(Times::just(kInstant));
  return kLaw;
}

void set_part(Component& part, std::size_t slot, double share, const Law& time) {
  part.slot = slot;
  part.share = share;
  if (share > 0) part.time = time;
}

// What requests of a route are delayed by: their own conditions, and the disk's if they write.
Delay delay_of(const ServiceModel& m, const ReplicaClass& k, std::size_t r) {
  Delay delay = k.conditions.routes[r].delay;
  const Delay& disk = k.conditions.replica.disk_delay;
  if (disk.share > 0 && m.routes[r].writes) delay.add(disk.share, disk.mean_s, disk.variance_s2);
  return delay;
}

// Own time, what it is delayed by, and calls.
void make_worked(RouteState& route, const RouteModel& m, const ReplicaClass& k, const Delay& delay) {
  const auto r = static_cast<std::size_t>(&route - k.routes.data());
  Inputs& inputs = route.times.worked_from;
  const Journey& journey = route.journey;
  const std::array<double, kWorkedParts> shares = {journey.success, journey.failure[0], journey.failure[1],
                                                   journey.failure[2]};
  const std::array<const Law*, kWorkedParts> called = {&journey.success_time, &journey.failure_time[0],
                                                       &journey.failure_time[1], &journey.failure_time[2]};
  inputs.begin();
  inputs.time(1, k.own_stretch);
  inputs.share(k.throttled ? 1 : 0);
  inputs.time(1, k.conditions.replica.cpu_factor);
  inputs.share(delay.share);
  inputs.time(delay.share, delay.mean_s);
  inputs.time(delay.share, maths::sqrt(delay.variance_s2));
  inputs.share(delay.packet_loss);
  for (const Law* law : called) inputs.law(*law);
  for (const double share : shares) inputs.share(share > 0 ? 1 : 0);
  if (!inputs.moved()) return;
  Law own = m.own_time;
  if (const double slower = k.conditions.replica.cpu_factor; slower != 1) {
    own = std::make_shared<const Times>(own->scaled(slower));
  }
  if (k.throttled) {
    own = std::make_shared<const Times>(k.throttled->at_work(r));
  } else if (k.own_stretch != 1) {
    own = std::make_shared<const Times>(quota_times(*own, k.processor, k.quota, k.own_stretch));
  }
  if (delay.any()) own = std::make_shared<const Times>(*own + law_of(delay));
  for (std::size_t i = 0; i < kWorkedParts; ++i) {
    Law& worked = route.times.worked[i];
    worked = nullptr;
    if (shares[i] <= 0) continue;
    const bool calls = *called[i] != nullptr;
    worked = calls ? std::make_shared<const Times>(*own + **called[i]) : own;
  }
}

void make_answered(RouteState& route, const Law& wait) {
  Inputs& inputs = route.times.answered_from;
  inputs.begin();
  inputs.law(wait);
  for (const Law& worked : route.times.worked) inputs.law(worked);
  if (!inputs.moved()) return;
  for (std::size_t i = 0; i < kWorkedParts; ++i) {
    const Law& worked = route.times.worked[i];
    route.times.answered[i] =
        wait == nullptr || worked == nullptr ? worked : std::make_shared<const Times>(*wait + *worked);
  }
}

// How long requests keep a worker, over all routes, worked-on requests alone.
struct Holding {
  double mean = 0;
  double square = 0;
};
Holding holding_of(const ReplicaClass& k) {
  Holding holding;
  for (const RouteState& route : k.routes) {
    for (std::size_t i = 0; i < kWorkedParts; ++i) {
      const Law& worked = route.times.worked[i];
      if (worked == nullptr) continue;
      const double share = route.mix * (i == 0 ? route.journey.success : route.journey.failure[i - 1]);
      holding.mean += share * worked->mean();
      holding.square += share * worked->mean_square();
    }
  }
  return holding;
}

Times holding_law(const ReplicaClass& k) {
  Times law;
  for (const RouteState& route : k.routes) {
    for (std::size_t i = 0; i < kWorkedParts; ++i) {
      const double share = route.mix * (i == 0 ? route.journey.success : route.journey.failure[i - 1]);
      if (share > 0 && route.times.worked[i] != nullptr) law.add(share, *route.times.worked[i]);
    }
  }
  return law;
}

double room_of(const StationTable& station) {
  return static_cast<double>(station.places() - station.workers()) + static_cast<double>(station.arrivals().beyond) / 8;
}

struct Waiting {
  double waits = 1;   // how many do, against exponential work
  double waited = 1;  // how long all do together
};

// What waits, against exponential work (Lee and Longton 1959): as what is left of a service that has begun, against a
// whole one. A queue that is full is so whatever its work. `steady`: where work does not vary at all.
Waiting waiting_of(const ReplicaClass& k, const SteadyWork* steady) {
  const Holding holding = holding_of(k);
  if (holding.mean <= 0) return {};
  const StationTable& station = k.bounded != nullptr ? *k.bounded : k.shaped != nullptr ? *k.shaped : *k.station;
  const double room = room_of(station);
  const double taken = room > 0 ? std::clamp((k.point.occupancy - k.point.busy) / room, 0.0, 1.0) : 1;
  const double ratio = holding.square / (holding.mean * holding.mean);
  if (steady != nullptr && ratio < 2) {
    const double less = std::min(1.0, 2 - ratio) * (1 - taken * taken);
    return {1 + less * (steady->waits - 1), 1 + less * (steady->waited - 1)};
  }
  // How regularly requests come is in the station, for work that is exponential (Allen and Cunneen 1978).
  const double come = k.balanced != nullptr ? irregularity(k.balanced->arrivals()) : 1;
  const double waited = std::clamp((come - 1 + ratio) / (come + 1), come / (come + 1), 5.0);
  if (k.bounded != nullptr && waited > 1) return {1, few_wait_longer(waited, room, taken)};
  return {1, 1 + (waited - 1) * (1 - taken)};
}

// A share `another` of those that wait do so for one more service beside what is left of the first, and of these for
// one more, and so on, if always as many can come. Where fewer can, the share of those after the second that goes with
// the second moment of how many services there are to wait for.
double goes_on(const StationPoint& point, double another) {
  const double mean = point.wait_mean;
  if (mean <= 1 || another <= 0) return another;
  const double pairs = point.wait_variance - mean + mean * (mean - 1);  // E(j·(j − 1))
  const double less = std::min(1.0, pairs / (2 * mean * (mean - 1)));
  // Of the first no more than all of them.
  const double least = std::max(0.0, 2 - 1 / another);
  return std::clamp(1 - (1 - another) / less, least, another);
}

// Of those that wait. A short queue is what is left of a service and, with a probability that gives the mean, more
// such; a long one, or a full one, is known by its moments.
Times waiting_law(const ReplicaClass& k, Moments wait) {
  constexpr double kLong = 0.6;
  constexpr double kAlike = 0.05;
  const Times left = residual(holding_law(k)).scaled(1 / static_cast<double>(k.station->workers()));
  const double another = wait.mean > 0 ? 1 - left.mean() / wait.mean : 0;
  if (another < 0) return left.scaled(wait.mean / left.mean());  // several replicas are as one queue
  if (another > kLong) return Times::fitted(wait);
  const bool few = k.bounded != nullptr && k.bounded->arrivals().policy == LoadBalancing::random;
  const double more = few ? goes_on(k.point, another) : another;
  if (more > another - kAlike) return in_a_queue(left, another);
  // Of few that can come, fewer wait the more there are.
  const double second = another / (1 - another) * (1 - more);
  Times law;
  law.add(1 - second, left);
  law.add(second, left + in_a_queue(left, more));
  return law;
}

}  // namespace

void Flow::backward(double dt_s) {
  for (auto it = model_->callers_first.rbegin(); it != model_->callers_first.rend(); ++it) {
    for (auto& k : services_[*it].classes) {
      evaluate_calls(*it, k, dt_s);
      evaluate_routes(*it, k);
    }
    if (model_->services[*it].spec.consumer) {
      acknowledge(*it);
    } else {
      draw_replicas(*it);
      respond(*it);
    }
  }
}

void Flow::evaluate_calls(std::size_t service, ReplicaClass& k, double dt_s) {
  const ServiceModel& m = model_->services[service];
  for (auto& e : k.edges) e.arrivals = e.holding_s = e.holding_square_s2 = e.answered = 0;
  for (std::size_t c = 0; c < m.calls.size(); ++c) {
    const CallModel& call = m.calls[c];
    const EdgeModel& edge = m.edges[call.edge];
    const ServiceState& callee = services_[edge.callee];
    const std::span links(k.conditions.links.data() + edge.first_link, callee.responses.size());
    if (edge.spec.retries.to != RetryTo::any) try_calls(service, k, c);
    try_after_loss(k, m, c);
    if (k.tries.empty() || k.tries[c].nth.empty()) {
      attempt(k.attempts[c], edge, model_->services[edge.callee], callee.responses, call.weights, links,
              coming_back(call, k.operations[c], edge.spec.critical));
    }
    const double rate = k.calls_under_way[c].acquisitions;
    k.edges[call.edge].arrivals += rate;
    k.edges[call.edge].holding_s += rate * k.attempts[c].holding_s;
    k.edges[call.edge].holding_square_s2 += rate * k.attempts[c].response_square_s2;
    k.edges[call.edge].answered += rate * (k.attempts[c].success + k.attempts[c].error);
  }
  for (std::size_t e = 0; e < m.edges.size(); ++e) {
    EdgeState& state = k.edges[e];
    state.holding_s = state.arrivals > 0 ? state.holding_s / state.arrivals : 0;
    state.holding_square_s2 = state.arrivals > 0 ? state.holding_square_s2 / state.arrivals : 0;
    state.answered = state.arrivals > 0 ? state.answered / state.arrivals : 0;
    use_pool(service, k, e);
    budget_retries(m, k, e, dt_s);
  }
  for (std::size_t c = 0; c < m.calls.size(); ++c) {
    const std::size_t e = m.calls[c].edge;
    const std::span<const Attempt> attempts = attempts_of(k, c);
    operation(k.operations[c], m.edges[e], attempts, k.edges[e].pool,
              {.conditions = k.conditions.dependencies[e],
               .open_share = k.edges[e].breakers.open,
               .cache_cold = k.edges[e].cache_cold,
               .retried = k.edges[e].retries.granted});
    if (attempts.size() > 1) average(k.attempts[c], k.operations[c], attempts);
    k.operations[c].finds_its_place = finding_its_place(m, k, c);
    k.operations[c].turned_away = k.operations[c].finds_its_place > 0 ? turned_away(k.operations[c], k.attempts[c]) : 0;
  }
}

// What is answered without any work: over the service's limit, or by an injected reply. Returns its share.
double Flow::turn_away(const ServiceState& s, const ServiceModel& m, const RequestConditions& conditions,
                       RouteState& route) {
  double left = 1;
  const auto reply = [&](Component& part, int code, double share, double retry_after_s) {
    part.share = 0;
    if (code == 0 || share <= 0) return;
    set_part(part, m.codes.slot(code), left * share, instant());
    part.retry_after_s = retry_after_s;
    left -= part.share;
  };
  reply(route.parts[kLimitPart], s.conditions.limit_code, s.limited, s.conditions.limit_retry_after_s);
  for (std::size_t i = 0; i < kReplyParts; ++i) {
    const InjectedReply& injected = conditions.replies[i];
    reply(route.parts[kFirstReplyPart + i], injected.code, injected.share, injected.retry_after_s);
  }
  return 1 - left;
}

// How often a short queue is full goes by how the times at work vary.
void Flow::shape_queue(ReplicaClass& k) {
  constexpr double kNear = 0.75;  // eighths
  const double room = room_of(*k.station);
  const Holding holding = holding_of(k);
  if (room <= 0 || room > kShortQueue || k.balanced != nullptr || k.bounded != nullptr || holding.mean <= 0) {
    k.shaped = nullptr;
    return;
  }
  const double wanted = 8 * room_if_exponential(room, holding.square / (holding.mean * holding.mean) - 1);
  if (maths::abs(wanted - 8 * room_of(k.shaped != nullptr ? *k.shaped : *k.station)) < kNear) return;
  const auto eighths = static_cast<std::int64_t>(maths::floor(wanted + 0.5));
  k.hint = 0;
  k.shaped = &tables_.get(k.station->workers(), k.station->workers() + eighths / 8, {.beyond = eighths % 8});
}

std::optional<SteadyWork> Flow::steady_work(const ReplicaClass& k) {
  if (k.balanced == nullptr || k.balanced->arrivals().policy != LoadBalancing::round_robin) return std::nullopt;
  const Arrivals& arrivals = k.balanced->arrivals();
  const std::int64_t workers = k.station->workers();
  const double load = k.point.busy / std::max(1e-9, 1 - k.point.blocking);
  const StationTable& all = tables_.get(workers * arrivals.replicas, k.station->places() * arrivals.replicas);
  return steady_in_turn(workers, arrivals, k.bounded != nullptr ? k.balanced->at_load(load) : k.point,
                        k.station->at_load(load), all.at_load(load * static_cast<double>(arrivals.replicas)));
}

// What those wait that get a worker. Nobody waits at a consumer.
void Flow::make_wait(ReplicaClass& k) {
  Waiting against;
  if (k.point.waits > kHardlyAnyWaits && !k.throttled) {
    const std::optional<SteadyWork> steady = steady_work(k);
    against = waiting_of(k, steady ? &*steady : nullptr);
  }
  const double waits = k.point.waits * against.waits > kHardlyAnyWaits ? k.point.waits * against.waits : 0;
  k.queue_factor = waits > 0 ? against.waited : 1;
  const double turn = k.holding_s * k.slower / static_cast<double>(k.station->workers()) *
                      (waits > 0 ? against.waited / against.waits : 1);
  const Moments wait{k.point.wait_mean * turn, k.point.wait_variance * turn * turn};
  k.wait_from.begin();
  k.wait_from.share(waits);
  k.wait_from.time(waits, wait.mean);
  k.wait_from.time(waits, maths::sqrt(wait.variance));
  if (waits > 0) {
    for (const RouteState& route : k.routes) {
      for (const Law& worked : route.times.worked) k.wait_from.law(worked);
    }
  }
  if (!k.wait_from.moved()) return;
  if (waits <= 0) {
    k.wait = nullptr;
    return;
  }
  const Times law = k.throttled ? k.throttled->wait() : waiting_law(k, wait);
  k.wait = std::make_shared<const Times>(with_probability(law, waits));
}

// Here, or at whom it calls for it.
double Flow::hollow_share(const ServiceModel& m, const ReplicaClass& k, const RouteModel& route) const {
  double whole = 1;
  for (const StageModel& stage : route.stages) {
    for (const std::size_t c : stage.calls) {
      const CallModel& call = m.calls[c];
      const EdgeModel& edge = m.edges[call.edge];
      if (!edge.spec.critical || edge.spec.dispensable) continue;
      double lacking = k.conditions.dependencies[call.edge].off ? 1 : 0;
      if (lacking <= 0) {
        const std::vector<Response>& responses = services_[edge.callee].responses;
        for (std::size_t r = 0; r < responses.size(); ++r) lacking += call.weights[r] * responses[r].hollow;
      }
      whole *= 1 - call.probability * lacking;
    }
  }
  return 1 - whole;
}

void Flow::evaluate_routes(std::size_t service, ReplicaClass& k) {
  const ServiceModel& m = model_->services[service];
  const double stretch = k.own_stretch * k.conditions.replica.cpu_factor;
  double holding_s = 0;
  for (std::size_t r = 0; r < m.routes.size(); ++r) {
    RouteState& route = k.routes[r];
    const Delay delay = delay_of(m, k, r);
    travel(route.journey, m, m.routes[r], k.operations, k.calls_made);
    route.hollow = hollow_share(m, k, m.routes[r]);
    make_worked(route, m.routes[r], k, delay);
    route.holding_s = m.routes[r].own.mean() * stretch + mean_of(delay) + route.journey.mean_time_s;
    holding_s += route.mix * route.holding_s;
  }
  k.holding_s = holding_s;
  shape_queue(k);
  make_wait(k);
  const double blocking = k.point.blocking > kNobodyWaits ? k.point.blocking * services_[service].strangers : 0;
  for (std::size_t r = 0; r < m.routes.size(); ++r) {
    RouteState& route = k.routes[r];
    const RequestConditions& conditions = k.conditions.routes[r];
    const bool full = k.conditions.replica.disk_level >= kDiskFull;
    const double unwritable = !m.routes[r].writes ? 0 : full ? 1 : k.conditions.replica.disk_errors;
    const double taken_in = 1 - turn_away(services_[service], m, conditions, route);
    const double answered = taken_in * (1 - conditions.silent);
    set_part(route.parts[kDiskPart], m.codes.slot(kBackgroundError), answered * unwritable, instant());
    // Who would never be answered needs a place like all others.
    set_part(route.parts[kFullPart], m.codes.slot(kQueueFull), (taken_in - route.parts[kDiskPart].share) * blocking,
             instant());
    const double left = (answered - route.parts[kDiskPart].share) * (1 - blocking);
    make_answered(route, k.wait);
    set_part(route.parts[0], m.codes.slot(kOk), left * route.journey.success, route.times.answered[0]);
    for (std::size_t c = 0; c < kCauses; ++c) {
      set_part(route.parts[1 + c], m.codes.slot(kCauseCodes[c]), left * route.journey.failure[c],
               route.times.answered[1 + c]);
    }
  }
}

// The queue answers for the consumer, whatever state that is in.
void Flow::acknowledge(std::size_t service) {
  const ServiceModel& m = model_->services[service];
  ServiceState& s = services_[service];
  const Law& time = m.publish_time;
  for (Response& response : s.responses) {
    response.connect_failures = {};
    response.reached = 1;
    response.hollow = 0;
    response.parts.clear();
    response.parts.push_back({m.codes.slot(kOk), 1 - s.queue.full, time});
    if (s.queue.full > 0) response.parts.push_back({m.codes.slot(kQueueFull), s.queue.full, time});
  }
}

void Flow::respond(std::size_t service) {
  ServiceState& s = services_[service];
  const auto lose = [](const RequestConditions& route) { return route.torn > 0 || route.gone > 0; };
  s.torn = std::ranges::any_of(s.classes,
                               [&](const ReplicaClass& k) { return std::ranges::any_of(k.conditions.routes, lose); });
  respond(s, nullptr, false, s.responses);
  s.responses_again.resize(s.torn ? s.responses.size() : 0);
  if (s.torn) respond(s, nullptr, true, s.responses_again);
  if (!model_->services[service].told_apart || s.classes.size() < 2) return;
  for (ReplicaClass& k : s.classes) {
    k.responses.resize(s.responses.size());
    respond(s, &k, false, k.responses);
    k.responses_again.resize(s.torn ? s.responses.size() : 0);
    if (s.torn) respond(s, &k, true, k.responses_again);
  }
}

namespace {

// Of those that did not come back to a place which they had just left, against all: how many more are turned away, and
// how many fewer get a worker.
struct OfStrangers {
  double no_place = 1;
  double worker = 1;
};
OfStrangers of_strangers(const ServiceState& s, const ReplicaClass& k) {
  if (s.strangers >= 1 || k.point.blocking <= kNobodyWaits || k.point.blocking >= 1) return {};
  return {1 / s.strangers, (1 - k.point.blocking) / (1 - k.point.blocking * s.strangers)};
}

}  // namespace

// Over all classes, or of one alone. `again`: to those who try again.
void Flow::respond(const ServiceState& s, const ReplicaClass* only, bool again, std::vector<Response>& responses) {
  for (std::size_t r = 0; r < responses.size(); ++r) {
    Response& response = responses[r];
    response.parts.clear();
    response.connect_failures = {};
    response.reached = response.silent = response.hollow = response.lost = response.cut = 0;
    double cut = 0;
    double good = 0;
    response.cut_from.begin();
    for (const auto& k : s.classes) {
      if (!k.conditions.ready || s.ready <= 0 || (only != nullptr && only != &k)) continue;
      const RequestConditions& conditions = k.conditions.routes[r];
      double weight = only != nullptr ? 1 : static_cast<double>(k.replicas) * k.drawn / s.ready;
      for (std::size_t i = 0; i < kConnectFailures; ++i) {
        if (conditions.connect_failures[i] <= 0) continue;
        response.connect_failures[i] += weight * conditions.connect_failures[i];
        weight *= 1 - conditions.connect_failures[i];
      }
      response.reached += weight;
      const double vain = again ? conditions.lost : 1 - (1 - conditions.lost) * (1 - conditions.gone);
      const double reset = again ? conditions.cut : 1 - (1 - conditions.cut) * (1 - conditions.torn);
      const double arrives = (1 - vain) * (1 - reset);
      good += weight * k.routes[r].parts[0].share * arrives;
      response.hollow += weight * k.routes[r].parts[0].share * arrives * k.routes[r].hollow;
      double answered = 0;
      const OfStrangers strangers = of_strangers(s, k);
      for (std::size_t i = 0; i < kComponents; ++i) {
        const Component& part = k.routes[r].parts[i];
        if (part.share <= 0) continue;
        const Found found = i < kWorkedParts ? Found::worker : i == kFullPart ? Found::no_place : Found::nothing;
        const double of_these = found == Found::worker     ? strangers.worker
                                : found == Found::no_place ? strangers.no_place
                                                           : 1;
        response.parts.push_back(
            {part.slot, weight * part.share * of_these * arrives, part.time, part.retry_after_s, found});
        answered += part.share;
        if (reset <= 0) continue;
        const double share = weight * part.share * (1 - vain) * reset;
        cut += share;
        response.cut_from.share(share);
        response.cut_from.law(part.time);
      }
      if (conditions.silent > 0) response.silent += weight * std::max(0.0, 1 - answered);
      response.lost += weight * answered * vain;
    }
    response.hollow = good > 0 ? response.hollow / good : 0;
    if (response.reached <= 0) {
      if (s.ready <= 0) response.connect_failures[static_cast<std::size_t>(ConnectFailure::refused)] = 1;
      continue;
    }
    for (Part& part : response.parts) part.share /= response.reached;
    response.silent /= response.reached;
    response.lost /= response.reached;
    response.cut = cut / response.reached;
    if (response.cut_from.moved()) response.cut_time = response.cut_from.mixture();
  }
}

}  // namespace firedrill::fake_services
