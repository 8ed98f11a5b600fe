#include "simulation.h"

#include <algorithm>

#include "base/maths.h"

namespace firedrill::world_oracle {
namespace {

constexpr double kInstant = 0.0005;  // an answer without work
// Codes with the seconds to wait in them: a reply says both.
constexpr int kCodes = 1000;
constexpr double kPeriod = 0.1;  // of the processor's quota
// Of a request and its response; and the seconds until one that is lost is sent again, the next time twice as many.
constexpr int kPackets = 8;
constexpr double kRetransmission = 0.2;

}  // namespace

Simulation::Simulation(const Scene& scene, const Counters& layout, std::uint64_t seed, std::string_view stream)
    : scene_(&scene),
      layout_(&layout),
      random_(seed, stream),
      services_(scene.model.services.size()),
      sums_(layout.entries.size(), 0),
      levels_(layout.entries.size(), 0),
      times_(layout.route_names.size()),
      first_times_(scene.model) {
  for (std::size_t s = 0; s < services_.size(); ++s) {
    services_[s].replicas.resize(static_cast<std::size_t>(model(s).spec.replicas));
    services_[s].outside = new_sender(s);
    for (Replica& p : services_[s].replicas) {
      if (model(s).cpu_quota > 0) p.period_at = -kPeriod * random_.uniform();
      p.edges.resize(model(s).edges.size());
      for (std::size_t e = 0; e < p.edges.size(); ++e) p.edges[e].sender = new_sender(model(s).edges[e].callee);
    }
  }
  adopt(scene.before);
}

void Simulation::adopt(const std::vector<ServiceScene>& scenes) {
  for (std::size_t s = 0; s < services_.size(); ++s) {
    const ServiceModel& m = model(s);
    Service& service = services_[s];
    service.whole = scenes[s].whole;
    service.limit_tokens = service.whole.limit_burst;
    service.limit_at = now();
    service.ready.clear();
    for (std::size_t r = 0; r < service.replicas.size(); ++r) {
      Replica& p = service.replicas[r];
      const bool ran = p.conditions == nullptr || p.conditions->running;
      p.conditions = &scenes[s].replicas[r];
      if (p.conditions->ready) service.ready.push_back(r);
      p.workers = std::max<std::int64_t>(
          1, static_cast<std::int64_t>(
                 maths::floor(static_cast<double>(m.workers) * p.conditions->replica.concurrency_factor + 0.5)));
      for (std::size_t e = 0; e < p.edges.size(); ++e) {
        const DependencyConditions& d = p.conditions->dependencies[e];
        const double size = static_cast<double>(m.edges[e].spec.pool.size);
        const auto leaked =
            static_cast<std::int64_t>(maths::floor(d.pool_leak * std::max(0.0, size - d.pool_left) + 0.5));
        p.edges[e].pool.size = m.edges[e].spec.pool.size - leaked;
        level(layout_->pool(s, e), static_cast<double>(leaked - p.edges[e].leaked));
        p.edges[e].leaked = leaked;
        p.edges[e].cold = std::max(p.edges[e].cold, d.cache_lost);
      }
      if (ran && !p.conditions->running) {  // its requests are gone, and whoever waits in it learns of it
        ++p.life;
        occupy(s, p, -static_cast<int>(p.busy), -static_cast<int>(p.in_flight));
        for (const Token t : p.queue) engine_.wake(t, 0);
        p.queue.clear();
      }
      while (p.busy < p.workers && !p.queue.empty()) {
        engine_.wake(p.queue.front(), 0);
        p.queue.pop_front();
        occupy(s, p, 1, 0);
      }
    }
    ++service.sources;
    const double rate = m.spec.traffic ? m.spec.traffic->requests_per_second * service.whole.traffic_factor : 0;
    if (rate > 0) source(s, rate, service.sources, false);
    if (service.whole.foreign_messages > 0) source(s, service.whole.foreign_messages, service.sources, true);
    if (m.spec.consumer) pump(s);
  }
}

void Simulation::advance(double until) {
  engine_.run(until);
  account();
}

void Simulation::change() {
  for (std::size_t s = 0; s < services_.size(); ++s) {
    for (Replica& p : services_[s].replicas) {
      for (Edge& e : p.edges) e.usual = now() > 0 ? e.lookups / now() : 0;
    }
  }
  changed_at_ = now();
  adopt(scene_->after);
}

void Simulation::calm_caches() {
  adopt(scene_->later);
}

void Simulation::forget_times() {
  for (auto& t : times_) t.clear();
}

void Simulation::account() {
  const double passed = now() - accounted_;
  accounted_ = now();
  if (passed <= 0) return;
  for (std::size_t i = 0; i < levels_.size(); ++i) sums_[i] += levels_[i] * passed;
}

// What is integrated changes often: brought up to date when it does, by taking off what account() will add too much.
void Simulation::level(std::size_t index, double change) {
  levels_[index] += change;
  sums_[index] -= change * (now() - accounted_);
}

void Simulation::occupy(std::size_t s, Replica& p, int busy, int in_flight) {
  p.busy += busy;
  p.in_flight += in_flight;
  level(layout_->busy(s), busy);
  level(layout_->in_flight(s), in_flight);
}

double Simulation::draw(const Distribution& law) {
  switch (law.shape()) {
    case Shape::constant:
      return law.mean();
    case Shape::exponential:
      return random_.exponential(law.mean());
    default: {
      const double s2 = maths::log1p(law.variance() / (law.mean() * law.mean()));
      return random_.lognormal(maths::log(law.mean()) - s2 / 2, maths::sqrt(s2));
    }
  }
}

// A share that is delayed is known by its moments; its law is the plainest that has them.
double Simulation::held_up(const Delay& delay) {
  if (!chance(delay.share)) return 0;
  const double square = delay.mean_s * delay.mean_s;
  if (maths::abs(delay.variance_s2 - square) < 1e-9 * square) return random_.exponential(delay.mean_s);
  return draw(Distribution::lognormal({delay.mean_s, delay.variance_s2}));
}

// Each of the eight packets that are on their way together is lost or not, and sent again until it is not; the last one
// to arrive is waited for.
double Simulation::sent_again(double loss) {
  double last = 0;
  for (int packet = 0; loss > 0 && packet < kPackets; ++packet) {
    double arrives = 0;
    for (double timeout = kRetransmission; arrives < kNever && chance(loss); timeout *= 2) arrives += timeout;
    last = std::max(last, arrives);
  }
  return last;
}

double Simulation::late_by(const Delay& delay) {
  const double late = held_up(delay);
  return late + sent_again(delay.packet_loss);
}

std::size_t Simulation::choose(const std::vector<double>& weights) {
  double left = random_.uniform();
  for (std::size_t i = 0; i < weights.size(); ++i) {
    left -= weights[i];
    if (left < 0) return i;
  }
  return weights.size() - 1;
}

Task Simulation::source(std::size_t s, double rate, std::uint32_t turn, bool foreign) {
  std::vector<double> shares;
  for (const RouteModel& r : model(s).routes) shares.push_back(r.share);
  for (;;) {
    co_await engine_.sleep(random_.exponential(1 / rate));
    if (services_[s].sources != turn) co_return;
    const std::size_t route = choose(shares);
    if (foreign || model(s).spec.consumer) {
      publish(s, route, {});
      continue;
    }
    visit(s, route);
  }
}

bool Simulation::over_limit(Service& service) {
  const ServiceConditions& c = service.whole;
  if (c.limit <= 0) return false;
  const double deepest = std::max(1.0, c.limit_burst);
  service.limit_tokens = std::min(deepest, service.limit_tokens + (now() - service.limit_at) * c.limit);
  service.limit_at = now();
  if (service.limit_tokens < 1) return true;
  service.limit_tokens -= 1;
  return false;
}

void Simulation::answer(std::size_t s, std::size_t route, const RequestConditions& c, int code, double begun,
                        Token caller) {
  note(layout_->response(s, model(s).codes.slot(code % kCodes)));
  times_[layout_->first_route[s] + route].push_back(static_cast<float>(now() - begun));
  if (chance(c.lost)) return;
  engine_.wake(caller, chance(c.cut) ? kCut : code);
}

bool Simulation::can_write(const RouteModel& route, const ReplicaConditions& c) {
  return !route.writes || (c.disk_level < kDiskFull && !chance(c.disk_errors));
}

// One replica, one request. What it is answered without work, then a place, a worker, the work.
Task Simulation::serve(std::size_t s, std::size_t route, std::size_t replica, Token caller) {
  const ServiceModel& m = model(s);
  Service& service = services_[s];
  Replica& p = service.replicas[replica];
  const RequestConditions& c = p.conditions->routes[route];
  const double begun = now();
  const ReplicaConditions& whole = p.conditions->replica;
  int code = 0;
  if (over_limit(service)) {
    code = service.whole.limit_code + kCodes * static_cast<int>(service.whole.limit_retry_after_s);
  }
  for (const InjectedReply& reply : c.replies) {
    if (code == 0 && reply.code != 0 && chance(reply.share)) {
      code = reply.code + kCodes * static_cast<int>(reply.retry_after_s);
    }
  }
  const bool silent = code == 0 && chance(c.silent);
  if (code == 0 && !silent && !can_write(m.routes[route], whole)) code = kBackgroundError;
  if (code == 0 && p.in_flight >= p.workers + m.places - m.workers) code = kQueueFull;
  if (code != 0) {
    co_await engine_.sleep(kInstant);
    answer(s, route, c, code, begun, caller);
    co_return;
  }
  const std::uint32_t life = p.life;
  if (p.busy < p.workers) {
    occupy(s, p, 1, 1);
  } else {
    occupy(s, p, 0, 1);
    const Token t = engine_.token();
    p.queue.push_back(t);
    co_await engine_.wait(t);
  }
  if (silent && life == p.life) co_await engine_.wait(engine_.token());  // for ever
  if (life == p.life) code = co_await work(s, route, replica);
  if (life != p.life) {
    engine_.wake(caller, kCut);
    co_return;
  }
  hand_on(s, p);
  answer(s, route, c, code, begun, caller);
}

// A worker is free: for who waits longest.
void Simulation::hand_on(std::size_t s, Replica& p) {
  if (p.busy <= p.workers && !p.queue.empty()) {
    engine_.wake(p.queue.front(), 0);
    p.queue.pop_front();
    occupy(s, p, 0, -1);
  } else {
    occupy(s, p, -1, -1);
  }
}

Step<int> Simulation::work(std::size_t s, std::size_t route, std::size_t replica) {
  const ServiceModel& m = model(s);
  const RouteModel& r = m.routes[route];
  Replica& p = services_[s].replicas[replica];
  const TrafficConditions& c = *p.conditions;
  const std::uint32_t life = p.life;
  const double own = draw(r.own) * c.replica.cpu_factor;
  double delay = late_by(c.routes[route].delay);
  if (r.writes) delay += late_by(c.replica.disk_delay);
  if (m.cpu_quota > 0) {
    co_await process(s, p, own, m.cpu_per_request / r.own.mean());
    if (delay > 0) co_await engine_.sleep(delay);
  } else {
    co_await engine_.sleep(own + delay);
  }
  for (const StageModel& stage : r.stages) {
    if (life != p.life) co_return kOk;
    int ending = fine;
    if (stage.calls.size() == 1) {
      ending = co_await call(s, replica, stage.calls.front());
    } else {
      const auto join = std::make_shared<Join>(Join{stage.calls.size(), engine_.token()});
      for (const std::size_t index : stage.calls) call_beside(s, replica, index, join);
      ending = co_await engine_.wait(join->token);
    }
    if (ending != fine) co_return kCauseCodes[static_cast<std::size_t>(ending - 1)];
  }
  co_return kOk;
}

// On a processor with a limit all at work get what they ask for, until the period's quota is used up.
Step<int> Simulation::process(std::size_t s, Replica& p, double seconds, double cores) {
  go_on(p);
  const Token t = engine_.token();
  p.asked += cores;
  p.working.push({p.work + seconds, t});
  finish_work(s, p, ++p.plan);
  co_await engine_.wait(t);
  go_on(p);
  p.asked = p.working.empty() ? 0 : p.asked - cores;
  finish_work(s, p, ++p.plan);
  co_return 0;
}

// Up to now, within a period, and without the quota being used up before.
void Simulation::go_on(Replica& p) {
  const double passed = now() - p.work_at;
  p.work_at = now();
  if (p.throttled) return;
  p.work += passed;
  const double begun = std::max(0.0, now() - p.period_at);
  if (begun >= kPeriod) {
    p.period_at += kPeriod * maths::floor(begun / kPeriod);
    p.quota = p.asked * (now() - p.period_at);
  } else {
    p.quota += p.asked * passed;
  }
}

Task Simulation::finish_work(std::size_t s, Replica& p, std::uint64_t plan) {
  const double quota = model(s).cpu_quota * kPeriod;
  while (!p.working.empty()) {
    const double left = std::max(0.0, p.working.top().end - p.work);
    const double of_period = std::max(0.0, p.period_at + kPeriod - now());
    double lasts = p.asked > 0 ? std::max(0.0, quota - p.quota) / p.asked : 1e9;
    if (lasts >= of_period) lasts = p.asked * kPeriod > quota ? of_period + quota / p.asked : 1e9;
    const bool was_throttled = p.throttled;
    co_await engine_.sleep(was_throttled ? of_period : std::min(left, lasts));
    if (plan != p.plan) co_return;
    go_on(p);
    if (was_throttled) {
      p.throttled = false;
      p.period_at += kPeriod;
      p.quota = 0;
    } else if (left <= lasts) {
      engine_.wake(p.working.top().token, 0);
      p.working.pop();  // whoever was woken plans the next
      co_return;
    } else {
      p.throttled = true;
    }
  }
}

void Simulation::publish(std::size_t s, std::size_t route, Token caller) {
  const ServiceModel& m = model(s);
  Service& service = services_[s];
  const bool full = static_cast<double>(service.messages.size()) >= m.spec.consumer->capacity;
  if (!full) {
    service.messages.push_back(route);
    pump(s);
  }
  if (caller.turn != 0) {
    engine_.wake_at(now() + to_seconds(m.spec.consumer->publish_time), caller, full ? kQueueFull : kOk);
  }
}

void Simulation::pump(std::size_t s) {
  Service& service = services_[s];
  while (!service.messages.empty()) {
    std::vector<std::size_t> able;
    for (std::size_t r = 0; r < service.replicas.size(); ++r) {
      const Replica& p = service.replicas[r];
      const double workers = maths::floor(static_cast<double>(p.workers) * service.whole.consuming + 0.5);
      const bool there = p.conditions->running && p.conditions->routes.front().failing_at(ConnectFailure::refused) < 1;
      if (there && static_cast<double>(p.busy) < workers) able.push_back(r);
    }
    if (able.empty()) return;
    const std::size_t route = service.messages.front();
    service.messages.pop_front();
    consume(s, route, able[random_.below(able.size())]);
  }
}

Task Simulation::consume(std::size_t s, std::size_t route, std::size_t replica) {
  Service& service = services_[s];
  Replica& p = service.replicas[replica];
  const RequestConditions& c = p.conditions->routes[route];
  const std::uint32_t life = p.life;
  const double begun = now();
  occupy(s, p, 1, 1);
  int code = 0;
  for (const InjectedReply& reply : c.replies) {
    if (code == 0 && reply.code != 0 && chance(reply.share)) code = reply.code;
  }
  if (code == 0 && !can_write(model(s).routes[route], p.conditions->replica)) code = kBackgroundError;
  if (code != 0) {
    co_await engine_.sleep(kInstant);
  } else {
    code = co_await work(s, route, replica);
  }
  if (life == p.life) answer(s, route, {}, code, begun, {});
  if (code != kOk && life == p.life) {
    co_await engine_.sleep(to_seconds(model(s).spec.consumer->redelivery_pause));
  }
  if (code != kOk || life != p.life) service.messages.push_back(route);
  if (life == p.life) occupy(s, p, -1, -1);
  pump(s);
}

}  // namespace firedrill::world_oracle
