#include "fake_services/traffic/flow.h"

#include <algorithm>
#include <cassert>

#include "base/maths.h"
#include "fake_services/traffic/wide.h"

namespace firedrill::fake_services {
namespace {

// A change, relative, in a step beyond which the next one is short.
constexpr double kMoving = 0.02;
// The same of a step that is longer than usual.
constexpr double kMovingFar = 0.5;
// Classes whose occupancies differ by less, relative, are the same.
constexpr double kAlike = 1e-3;
// The same of the shares of their breakers that are open.
constexpr double kAlikeOpen = 0.01;
constexpr int kSettlingSteps = 200;

bool alike(const ReplicaClass& a, const ReplicaClass& b) {
  const double difference = a.occupancy - b.occupancy;
  const double scale = kAlike * (a.occupancy + b.occupancy + 0.1);
  if (difference > scale || difference < -scale) return false;
  for (std::size_t e = 0; e < a.edges.size(); ++e) {
    const double open = a.edges[e].breakers.open - b.edges[e].breakers.open;
    if (open > kAlikeOpen || open < -kAlikeOpen) return false;
  }
  return true;
}

void set_station(ReplicaClass& k, const ServiceModel& service, StationTables& tables) {
  const double factor = std::clamp(k.conditions.replica.concurrency_factor, 0.0, 1.0);
  const auto workers = static_cast<std::int64_t>(maths::floor(static_cast<double>(service.workers) * factor + 0.5));
  const std::int64_t working = std::max<std::int64_t>(1, workers);
  const StationTable* station = &tables.get(working, working + service.places - service.workers);
  if (station == k.station) return;  // what was made of it still holds
  k.station = station;
  k.bounded = k.balanced = k.shaped = nullptr;
  k.throttled.reset();
  k.hint = 0;
}

// The process hangs: what it works on ends no more than what comes to it now.
void hold(ReplicaClass& k) {
  k.at_work.silent = k.busy;
  for (Ending& e : k.at_work.endings) e = {};
}

// The process has ended, and what it was doing with it.
void empty(ReplicaClass& k) {
  k.occupancy = k.next_occupancy = k.busy = k.next_busy = 0;
  k.point = {};
  k.own_stretch = 1;
  k.processor = {};
  k.quota = {};
  k.at_work = {};
  k.start_rate = k.last_change = 0;
  k.given_up = k.saved = k.spared = 0;
  k.relaxation = 1;
  std::ranges::fill(k.call_rates, 0.0);
  std::ranges::fill(k.edges, EdgeState{});
  for (CallUnderWay& call : k.calls_under_way) forget(call);
}

ReplicaClass new_class(const ServiceModel& service, TrafficConditions conditions, std::size_t replicas,
                       StationTables& tables) {
  ReplicaClass k;
  k.conditions = std::move(conditions);
  k.replicas = replicas;
  set_station(k, service, tables);
  k.routes.resize(service.routes.size());
  for (std::size_t r = 0; r < k.routes.size(); ++r) {
    k.routes[r].mix = service.routes[r].share;
    for (Spread& spread : k.routes[r].spreads) spread.shares.assign(service.layout.buckets, 0);
  }
  k.attempts.resize(service.calls.size());
  k.operations.resize(service.calls.size());
  k.calls_under_way.resize(service.calls.size());
  k.calls_made.assign(service.calls.size(), 0);
  k.call_rates.assign(service.calls.size(), 0);
  k.call_route.assign(service.calls.size(), 0);
  for (std::size_t r = 0; r < service.routes.size(); ++r) {
    for (const StageModel& stage : service.routes[r].stages) {
      for (const std::size_t call : stage.calls) k.call_route[call] = r;
    }
  }
  k.edges.resize(service.edges.size());
  k.rate.assign(service.layout.size, 0);
  k.integral.assign(service.layout.size, 0);
  return k;
}

}  // namespace

double disk_used(const ServiceModel& model, const ReplicaClass& k) {
  const DiskSpec& disk = *model.spec.disk;
  return disk.size * std::max(disk.used, k.conditions.replica.disk_level);
}

Flow::Flow(FlowModel model, std::uint64_t seed, Time start)
    : model_(std::make_shared<const FlowModel>(std::move(model))), begin_(start), end_(start) {
  services_.resize(model_->services.size());
  for (std::size_t i = 0; i < services_.size(); ++i) {
    const ServiceModel& m = model_->services[i];
    ServiceState& s = services_[i];
    const auto replicas = static_cast<std::size_t>(m.spec.replicas);
    s.classes.push_back(new_class(m, neutral_conditions(i), replicas, tables_));
    s.class_of.assign(replicas, 0);
    s.taken.assign(replicas, std::vector<double>(m.layout.size, 0));
    s.responses.resize(m.routes.size());
    s.arrivals.assign(m.routes.size(), 0);
    if (m.spec.traffic) s.traffic.emplace(*m.spec.traffic, seed, m.spec.name, start);
    s.ready = static_cast<double>(m.spec.replicas);
    for (const EdgeModel& e : m.edges) tables_.get(e.spec.pool.size - 1, e.spec.pool.size - 1);
  }
  settle(start);
}

void Flow::settle(Time start) {
  for (int i = 0; i < kSettlingSteps; ++i) {
    backward(60);
    forward(start, 60);
    for (auto& s : services_) {
      s.tokens_missing = s.next_tokens_missing;
      for (auto& k : s.classes) {
        k.occupancy = k.next_occupancy;
        k.busy = k.next_busy;
        for (Ending& e : k.at_work.endings) e.held = e.next_held;
        for (EdgeState& e : k.edges) e.retries.tokens = e.retries.next_tokens;
      }
    }
  }
}

const ReplicaClass& Flow::class_of(std::size_t service, std::size_t replica) const {
  return services_[service].classes[services_[service].class_of[replica]];
}

void Flow::add_replica(std::size_t service) {
  const ServiceModel& m = model_->services[service];
  ServiceState& s = services_[service];
  TrafficConditions conditions = neutral_conditions(service);
  conditions.ready = conditions.running = false;
  s.classes.push_back(new_class(m, std::move(conditions), 1, tables_));
  s.class_of.push_back(s.classes.size() - 1);
  s.taken.emplace_back(m.layout.size, 0.0);
}

TrafficConditions Flow::neutral_conditions(std::size_t service) const {
  TrafficConditions conditions;
  conditions.routes.resize(model_->services[service].routes.size());
  conditions.links.resize(model_->services[service].links);
  conditions.dependencies.resize(model_->services[service].edges.size());
  if (const double share = model_->services[service].spec.background_errors; share > 0) {
    for (RequestConditions& route : conditions.routes) route.add_reply(kBackgroundError, share, 0);
  }
  return conditions;
}

void Flow::set_traffic_conditions(std::size_t service, std::span<const TrafficConditions> conditions) {
  ServiceState& s = services_[service];
  assert(conditions.size() == s.class_of.size());
  std::vector<ReplicaClass> classes;
  std::vector<std::size_t> origin;  // the old class that each new one continues
  for (std::size_t r = 0; r < conditions.size(); ++r) {
    const std::size_t old = s.class_of[r];
    std::size_t found = classes.size();
    for (std::size_t k = 0; k < classes.size() && found == classes.size(); ++k) {
      if (classes[k].conditions == conditions[r] && (origin[k] == old || alike(classes[k], s.classes[old]))) found = k;
    }
    if (found == classes.size()) {
      classes.push_back(s.classes[old]);
      classes.back().conditions = conditions[r];
      classes.back().replicas = 0;
      set_station(classes.back(), model_->services[service], tables_);
      if (s.classes[old].conditions.running && !conditions[r].running) empty(classes.back());
      if (s.classes[old].conditions.working && !conditions[r].working) hold(classes.back());
      origin.push_back(old);
    }
    if (origin[found] != old) {  // what was taken is counted from the integral of the class it joins
      for (std::size_t i = 0; i < s.taken[r].size(); ++i) {
        s.taken[r][i] += classes[found].integral[i] - s.classes[old].integral[i];
      }
    }
    ++classes[found].replicas;
    s.class_of[r] = found;
  }
  if (!classes.empty()) s.classes = std::move(classes);
  s.ready = 0;
  for (const auto& k : s.classes) s.ready += k.conditions.ready ? static_cast<double>(k.replicas) : 0;
}

void Flow::set_conditions(std::size_t service, const ServiceConditions& conditions) {
  services_[service].conditions = conditions;
}

void Flow::warm(std::size_t service, std::size_t edge) {
  for (ReplicaClass& k : services_[service].classes) k.edges[edge].cache_cold = 0;
}

QueueState Flow::queue_at(std::size_t service, Time t) const {
  QueueState queue = services_[service].queue;
  const double planned = to_seconds(end_ - begin_);
  const double dt_s = to_seconds(t - begin_);
  queue.published += queue.published_rate * dt_s;
  queue.consumed += queue.consumed_rate * dt_s;
  if (planned > 0) {
    queue.backlog += (queue.next_backlog - queue.backlog) * dt_s / planned;
    queue.oldest_s += (queue.next_oldest_s - queue.oldest_s) * dt_s / planned;
  }
  return queue;
}

Time Flow::begin_step(Time t, Time latest_end) {
  begin_ = t;
  const Duration turn = from_seconds(std::min(next_turn_s_, to_seconds(step_)));
  end_ = std::min(t + std::max(kShortest, turn), latest_end);
  const Duration length = end_ - begin_;
  moving_ = 0;
  backward(to_seconds(length));
  forward(begin_ + length / 2, to_seconds(length));
  return end_;
}

void Flow::disturb() {
  step_ = kShortest;
  for (ServiceState& s : services_) {
    s.pace = 1;
    s.last_turn = 0;
    for (ReplicaClass& k : s.classes) {
      k.relaxation = 1;
      k.last_change = 0;
    }
  }
}

void Flow::set_longest(Duration longest) {
  longest_ = std::max(longest, kLongest);
  step_ = std::min(step_, longest_);
}

void Flow::end_step(Time t) {
  const double planned = to_seconds(end_ - begin_);
  const double dt_s = to_seconds(t - begin_);
  const double part = planned > 0 ? dt_s / planned : 0;
  next_turn_s_ = kNever;
  for (std::size_t i = 0; i < services_.size(); ++i) {
    QueueState& queue = services_[i].queue;
    services_[i].tokens_missing += (services_[i].next_tokens_missing - services_[i].tokens_missing) * part;
    if (const auto& traffic = services_[i].traffic) {
      const double timeout_s = to_seconds(traffic->spec().timeout);
      for (Awaited* awaited : {&services_[i].dropped, &services_[i].unanswered, &services_[i].too_late}) {
        fake_services::keep(*awaited, dt_s, timeout_s);
        next_turn_s_ = std::min(next_turn_s_, awaited->line.next_turn(timeout_s));
      }
    }
    queue.published += queue.published_rate * dt_s;
    queue.consumed += queue.consumed_rate * dt_s;
    queue.backlog += (queue.next_backlog - queue.backlog) * part;
    queue.oldest_s += (queue.next_oldest_s - queue.oldest_s) * part;
    for (auto& k : services_[i].classes) {
      add_scaled(dt_s, k.rate.data(), k.integral.data(), k.rate.size());
      k.occupancy += (k.next_occupancy - k.occupancy) * part;
      k.busy += (k.next_busy - k.busy) * part;
      keep(k.at_work, dt_s, part, k.busy);
      keep_saved(k, dt_s);
      next_turn_s_ = std::min(next_turn_s_, next_turn(k.at_work));
      for (EdgeState& e : k.edges) {
        e.retries.tokens += (e.retries.next_tokens - e.retries.tokens) * part;
      }
      for (std::size_t c = 0; c < k.calls_under_way.size(); ++c) {
        const EdgeModel& edge = model_->services[i].edges[model_->services[i].calls[c].edge];
        fake_services::keep(k.calls_under_way[c], edge, dt_s);
        next_turn_s_ = std::min(next_turn_s_, next_turn(k.calls_under_way[c], edge));
      }
      update_breakers(i, k, t, dt_s);
      update_caches(i, k, dt_s);
    }
  }
  const double still = longest_ > kLongest ? kMovingFar : kMoving;
  step_ = moving_ > still ? kShortest : std::min(2 * step_, longest_);
  begin_ = end_ = t;
}

void Flow::take(std::size_t service, std::size_t replica, Time t, std::span<double> out) {
  ServiceState& s = services_[service];
  const ReplicaClass& k = s.classes[s.class_of[replica]];
  std::vector<double>& taken = s.taken[replica];
  const double dt_s = to_seconds(t - begin_);
  take_gained(k.integral.data(), k.rate.data(), dt_s, taken.data(), out.data(), taken.size());
}

}  // namespace firedrill::fake_services
