// From the callers to the called: how many requests arrive, how full the replicas get, and the rates of everything that
// is counted until the step ends.
#include <algorithm>

#include "base/maths.h"
#include "fake_services/traffic/flow.h"
#include "fake_services/traffic/stations/few_callers.h"

namespace firedrill::fake_services {
namespace {

constexpr int kFirstClientError = 400;
constexpr int kFirstServerError = 500;
// How long a request that is never answered keeps its worker; seconds.
constexpr double kForEver = 86400;
constexpr double kCountless = 1e12;
constexpr double kHardlyAnyWaits = 1e-4;  // of requests, or is turned away
constexpr double kHardlyAny = 1e-12;      // of requests; what is silent stays so as long as there are any

double size_of(double x) {
  return x < 0 ? -x : x;
}

double relative_change(double from, double to, double floor) {
  return size_of(to - from) / (std::max(size_of(from), size_of(to)) + floor);
}

// Shares over buckets with the given upper bounds; the last is open.
template <typename Out>
void shares_over(const Times& time, std::span<const double> bounds, Out& out) {
  time.cdf(bounds, out.data());
  double below = 0;
  for (std::size_t b = 0; b < bounds.size(); ++b) {
    const double upto = out[b] > 1 - 1e-12 ? 1 : out[b];
    out[b] = std::max(0.0, upto - below);
    below = std::max(below, upto);
  }
  out[bounds.size()] = std::max(0.0, 1 - below);
}

void refresh(Spread& spread, const Law& time, std::span<const double> bounds) {
  if (spread.of == time) return;
  spread.of = time;
  shares_over(*time, bounds, spread.shares);
  shares_over(*time, latency_bounds_s(), spread.fine);
}

double strangers_of(const ServiceState& s) {
  constexpr double kFewest = 0.01;
  if (s.comes_back <= 0) return 1;
  double arrivals = 0;
  for (const double rate : s.arrivals) arrivals += rate;
  return arrivals > 0 ? std::clamp(1 - s.comes_back / arrivals, kFewest, 1.0) : 1;
}

}  // namespace

void Flow::forward(Time middle, double dt_s) {
  for (std::size_t i = 0; i < services_.size(); ++i) {
    ServiceState& s = services_[i];
    s.outside_usual = s.traffic ? s.traffic->usual(middle) : 0;
    s.outside = s.traffic ? s.traffic->rate(middle) * s.conditions.traffic_factor : 0;
    for (std::size_t r = 0; r < s.arrivals.size(); ++r) s.arrivals[r] = s.outside * model_->services[i].routes[r].share;
    s.fine_rate.fill(0);
    s.callers = s.outside > 0 ? kCountless : 0;
    s.elsewhere = s.comes_back = 0;
    s.groups = {};
    s.patience_s = kForEver;
    s.senders = {};
    if (s.outside > 0)
      s.senders.add(1, s.outside, to_seconds(s.traffic->spec().timeout), to_seconds(s.traffic->spec().timeout));
    for (auto& k : s.classes) std::ranges::fill(k.led, 0.0);
  }
  for (const std::size_t i : model_->callers_first) {
    limit(services_[i], dt_s);
    const bool consumer = model_->services[i].spec.consumer.has_value();
    services_[i].strangers = strangers_of(services_[i]);
    if (consumer) take_messages(i, dt_s);
    for (auto& k : services_[i].classes) {
      if (consumer) {
        consume(i, k);
      } else {
        serve(i, k, dt_s);
      }
      relax_calls(i, k);
      begin_calls(i, k, dt_s);
      send_calls(i, k);
      if (!consumer) spare_saved(model_->services[i], k, dt_s);
      fill_rates(i, k);
    }
    if (consumer) settle_queue(i, dt_s);
    see_from_outside(i, dt_s);
  }
}

void Flow::serve(std::size_t service, ReplicaClass& k, double dt_s) {
  const ServiceModel& m = model_->services[service];
  const ServiceState& s = services_[service];
  double arrivals = 0;
  double silent = 0;
  bool hangs = false;  // also while no requests are sent to it: those that it holds stay
  for (std::size_t r = 0; r < k.routes.size(); ++r) {
    RouteState& route = k.routes[r];
    hangs = hangs || k.conditions.routes[r].silent > 0;
    route.offered = k.conditions.ready && s.ready > 0 ? s.arrivals[r] / s.ready * k.drawn : 0;
    if (!k.led.empty()) route.offered = std::max(0.0, route.offered + k.led[r]);
    double worked_on = 1;
    for (std::size_t i = kFirstReplyPart; i < kComponents; ++i) worked_on -= route.parts[i].share;
    route.mix = std::max(0.0, route.offered * k.conditions.routes[r].passes() * worked_on);
    arrivals += route.mix;
    silent += route.mix * k.conditions.routes[r].silent;
  }
  for (std::size_t r = 0; r < k.routes.size(); ++r) {
    k.routes[r].mix = arrivals > 0 ? k.routes[r].mix / arrivals : m.routes[r].share;
  }
  set_endings(k, hangs && arrivals > 0 ? silent / arrivals : 0);
  if (hangs) {
    // Those that are never answered keep their workers, until nobody else gets one.
    k.bounded = k.balanced = k.shaped = nullptr;
    k.throttled.reset();
    k.at_work.silent_share = std::max(k.at_work.silent_share, kHardlyAny);
    fill(k, arrivals, s.strangers, dt_s);
    return;
  }
  choose_station(m, s, k);
  bound_by_callers(s, k, arrivals);
  const StationTable& station = k.bounded != nullptr ? *k.bounded : k.balanced != nullptr ? *k.balanced : *k.station;
  bound_by_quota(m, k, arrivals,
                 {.workers = k.station->workers(), .places = station.places(), .arrivals = station.arrivals()},
                 s.elsewhere);
  if (k.throttled) {
    fill_throttled(k, arrivals, s.strangers, dt_s);
  } else {
    fill(k, arrivals, s.strangers, dt_s);
  }
  stretch_own_time(m, k);
}

// No more requests can be there than callers can have under way, and the more there are the fewer come, as long as
// callers wait to the end: whoever gives up leaves a request behind. That is where they would be waiting for all
// others, or where all goes well.
void Flow::bound_by_callers(const ServiceState& s, ReplicaClass& k, double offered) {
  constexpr double kOfPatience = 1.0 / 3;
  const double workers = static_cast<double>(k.station->workers());
  const std::int64_t callers =
      std::min(static_cast<std::int64_t>(maths::ceil(std::min(s.callers, kCountless))), s.groups.callers());
  const double longest_s = static_cast<double>(callers) * k.holding_s / (workers * std::max(1.0, s.ready));
  const double stays_s = k.holding_s * (k.busy > 0 ? std::max(1.0, k.occupancy / k.busy) : 1);
  const bool bounded =
      s.callers >= 1 && s.callers <= kManyCallers && (longest_s < s.patience_s || stays_s < kOfPatience * s.patience_s);
  const StationTable* table = nullptr;
  if (bounded) {
    Arrivals arrivals = k.balanced != nullptr ? k.balanced->arrivals() : Arrivals{};
    arrivals.callers = callers;
    arrivals.groups = std::min(arrivals.callers, s.groups.count());
    // Among those that are alike: a slow replica can have all callers.
    arrivals.among = std::max<std::int64_t>(1, static_cast<std::int64_t>(k.replicas));
    arrivals.elsewhere =
        in_eighths(s.elsewhere / std::max(1e-9, offered * k.holding_s * static_cast<double>(k.replicas)));
    table = &tables_.get(k.station->workers(), std::min(k.station->places(), arrivals.callers), arrivals);
  }
  if (table == k.bounded) return;
  k.bounded = table;
  k.hint = 0;
}

namespace {

// Of a request of average work, alone at full speed: how long it is at work, and how long it keeps its worker then.
struct OwnTime {
  double mean = 0;
  double square = 0;
  double rest = 0;
};
OwnTime own_time_of(const ServiceModel& m, const ReplicaClass& k) {
  const double slower = k.conditions.replica.cpu_factor;
  OwnTime own;
  for (std::size_t r = 0; r < k.routes.size(); ++r) {
    const Moments alone = m.routes[r].own.moments();
    own.mean += k.routes[r].mix * alone.mean * slower;
    own.square += k.routes[r].mix * (alone.variance + alone.mean * alone.mean) * slower * slower;
  }
  own.rest = std::max(0.0, k.holding_s - own.mean * k.own_stretch);
  return own;
}

// How much that varies which a request does after its work, the square of the coefficient of variation; in few steps,
// and the one before as long as it is near enough.
double rest_varies(const ReplicaClass& k, double before) {
  double mean = 0;
  double square = 0;
  for (const RouteState& route : k.routes) {
    const Journey& journey = route.journey;
    const auto add = [&](double share, const Law& law) {
      if (share <= 0 || law == nullptr) return;
      mean += route.mix * share * law->mean();
      square += route.mix * share * law->mean_square();
    };
    add(journey.success, journey.success_time);
    for (std::size_t i = 0; i < kCauses; ++i) add(journey.failure[i], journey.failure_time[i]);
  }
  if (mean <= 0) return 1;
  const double varies = std::clamp(square / (mean * mean) - 1, 0.05, 8.0);
  if (before > 0 && varies > before / 1.8 && varies < before * 1.8) return before;
  double step = 1;
  while (step > varies * 1.4142) step /= 2;
  while (step < varies / 1.4142) step *= 2;
  return step;
}

// A whole number, and the one before as long as it is near enough.
std::int64_t near(double value, std::int64_t before) {
  constexpr double kMost = 1024;
  const auto known = static_cast<double>(before);
  if (before > 0 && value > 0.8 * known - 1 && value < 1.25 * known + 1) return before;
  return static_cast<std::int64_t>(std::clamp(maths::floor(value + 0.5), 0.0, kMost));
}

// In small steps, so that few tables are made.
double in_steps(double factor) {
  constexpr double kStep = 0.02;
  return factor == 1 ? 1 : maths::exp(kStep * maths::floor(maths::log(factor) / kStep + 0.5));
}

}  // namespace

// Who is at work, who waits and who is turned away goes by the standstills of the processor's quota, where these show.
// `shape`: its workers and places, and how requests come; `elsewhere`: how many of few callers are under way but not
// here.
void Flow::bound_by_quota(const ServiceModel& m, ReplicaClass& k, double offered, QuotaShape shape, double elsewhere) {
  constexpr std::int64_t kMostWorkers = 4096;
  constexpr std::int64_t kMostAlike = 16;
  constexpr double kBegins = 1.01;  // stretch from which standstills show,
  constexpr double kEnds = 1.005;   // and below which they do no longer
  const OwnTime own = own_time_of(m, k);
  std::optional<QuotaStation> before = std::move(k.throttled);
  k.throttled.reset();
  if (m.cpu_quota <= 0 || m.cpu_per_request <= 0 || own.mean <= 0 || offered <= 0) return;
  const double slower = in_steps(k.conditions.replica.cpu_factor);
  const double most = m.cpu_quota / (m.cpu_per_request * slower);
  if (shape.workers < 1 || shape.workers > kMostWorkers) return;
  if (std::max(shape.arrivals.replicas, shape.arrivals.among) > kMostAlike) return;
  const ProcessorLoad load{.room = most * own.mean,
                           .load = std::min(offered, most) * own.mean,
                           .workers = static_cast<double>(shape.workers)};
  const double stretch = quota_use(load, {own.mean, std::max(0.0, own.square - own.mean * own.mean)}).stretch;
  if (stretch < (before ? kEnds : kBegins)) return;
  shape.per_period = most * kQuotaPeriod;
  shape.rest_s += own.rest;
  shape.rest_varies = rest_varies(k, before ? before->rest_varies() : 0);
  for (std::size_t r = 0; r < m.routes.size(); ++r) {
    shape.works.push_back({m.routes[r].share, m.routes[r].own.scaled(slower)});
  }
  if (shape.arrivals.elsewhere > 0) {
    // Told against what a request takes here now; in a sample against what it takes alone.
    const double all = offered * (own.mean + own.rest) * static_cast<double>(k.replicas);
    shape.arrivals.elsewhere = near(8 * elsewhere / std::max(1e-9, all), before ? before->elsewhere() : 0);
  }
  if (!before || !before->like(shape)) before.emplace(shape);
  before->set_rest(shape.rest_s);
  k.throttled = std::move(before);
}

void Flow::fill_throttled(ReplicaClass& k, double arrivals, double strangers, double dt_s) {
  const QuotaPoint point = k.throttled->step(k.occupancy, arrivals, dt_s, strangers);
  const double occupancy = point.station.occupancy;
  moving_ = std::max(
      {moving_, relative_change(k.occupancy, occupancy, 0.1), 10 * size_of(k.point.blocking - point.station.blocking)});
  k.next_occupancy = occupancy;
  k.point = point.station;
  k.next_busy = k.point.busy;
  const double turn = k.holding_s / static_cast<double>(k.station->workers());
  k.point.wait_mean /= turn;
  k.point.wait_variance /= turn * turn;
  k.slower = 1;
  begin_work(k, std::max(0.0, point.done_rate + (k.next_busy - k.busy) / dt_s), dt_s);
}

// So many get a worker, and those end whose time has come.
void Flow::begin_work(ReplicaClass& k, double started, double dt_s) {
  go_on(k.at_work, started, dt_s);
  k.start_rate = started * (1 - k.at_work.silent_share);
  k.done_rate = 0;
  for (const Ending& e : k.at_work.endings) k.done_rate += e.rate;
}

// What is at work uses up the processor's quota; and what is worked on faster than that allows takes longer instead.
void Flow::stretch_own_time(const ServiceModel& m, ReplicaClass& k) {
  if (m.cpu_quota <= 0 || m.cpu_per_request <= 0) return;
  const OwnTime own = own_time_of(m, k);
  if (own.mean <= 0) return;
  const double most = m.cpu_quota / (m.cpu_per_request * k.conditions.replica.cpu_factor);
  k.processor = {.room = most * own.mean,
                 .load = std::min(k.start_rate, most) * own.mean,
                 .workers = static_cast<double>(k.station->workers())};
  k.quota = quota_use(k.processor, {own.mean, std::max(0.0, own.square - own.mean * own.mean)});
  double needed = std::max(k.quota.stretch, (k.next_busy / most - (k.holding_s - own.mean * k.own_stretch)) / own.mean);
  if (k.throttled) {
    const QuotaPoint& point = k.throttled->point();
    k.quota.throttled_periods = point.throttled_periods;
    k.quota.throttled_time = point.throttled_time;
    needed = point.stretch;
  }
  moving_ = std::max(moving_, relative_change(k.own_stretch, needed, 0));
  k.own_stretch =
      needed > k.own_stretch * 1.001 || needed < k.own_stretch * 0.999 ? (k.own_stretch + needed) / 2 : needed;
}

// One step of the station with what arrives at it, of which `strangers` find no place where there is none.
void Flow::fill(ReplicaClass& k, double arrivals, double strangers, double dt_s) {
  const StationTable& station = k.bounded != nullptr    ? *k.bounded
                                : k.balanced != nullptr ? *k.balanced
                                : k.shaped != nullptr   ? *k.shaped
                                                        : *k.station;
  const bool room_for_all = k.bounded != nullptr && k.bounded->places() >= k.bounded->arrivals().callers;
  // Who begins as long as there are workers for it: those that are free, or those that can become so.
  const double workers = static_cast<double>(k.station->workers());
  const double lost = k.at_work.silent + k.at_work.silent_share * arrivals * dt_s / 2;
  const double in_turn = std::max(0.0, workers - lost) / std::max(1e-9, k.holding_s);
  const double begins = std::min(arrivals, std::max(in_turn, (workers - k.busy) / dt_s));
  // The laws follow in steps, the mean at once.
  const double followed = k.at_work.usual_s > 0 ? k.holding_s / k.at_work.usual_s : 1;
  const double ends_after_s = leaving_after(k.at_work, begins, dt_s);
  const double leaving_s = ends_after_s * followed;
  k.slower = k.holding_s > 0 ? leaving_s / k.holding_s : 1;
  const auto step = station.step(k.occupancy, arrivals, leaving_s, dt_s, k.hint, room_for_all ? 0 : strangers);
  const double change = relative_change(k.occupancy, step.occupancy, 0.1);
  moving_ = std::max({moving_, change, 10 * size_of(k.point.blocking - step.point.blocking)});
  k.next_occupancy = step.occupancy;
  k.next_busy = step.point.busy;
  k.point = step.point;
  const bool room = step.point.blocking < kHardlyAnyWaits && step.point.waits < kHardlyAnyWaits;
  if (room && k.at_work.silent_share <= 0 && holds_long(k.at_work)) {
    // All begin at once, and who is there follows from who comes and who goes.
    begin_work(k, arrivals, dt_s);
    const double then = std::max(0.0, k.busy + (arrivals - k.done_rate) * dt_s);
    if (then < workers) {
      k.next_busy = then;
      k.next_occupancy = then + std::max(0.0, step.occupancy - step.point.busy);
      return;
    }
  }
  // Where nobody's work ends, none does.
  const double done_rate = ends_after_s < kForEver ? step.done_rate : 0;
  begin_work(k, std::max(0.0, done_rate + (k.next_busy - k.busy) / dt_s), dt_s);
}

// How those end that get a worker, by route and kind.
void Flow::set_endings(ReplicaClass& k, double silent_share) {
  k.at_work.endings.resize(k.routes.size() * kWorkedParts);
  k.at_work.silent_share = silent_share;
  k.at_work.usual_s = 0;
  for (std::size_t r = 0; r < k.routes.size(); ++r) {
    const RouteState& route = k.routes[r];
    for (std::size_t i = 0; i < kWorkedParts; ++i) {
      const double share = i == 0 ? route.journey.success : route.journey.failure[i - 1];
      Ending& ending = k.at_work.endings[r * kWorkedParts + i];
      set_ending(ending, (1 - silent_share) * route.mix * share, route.times.worked[i]);
      if (ending.share > 0) k.at_work.usual_s += route.mix * share * (ending.least_s + ending.rest_s);
    }
  }
}

// Calls follow the requests that start; where a full caller and a slow callee drive each other, following at once would
// swing from step to step, so the pace halves whenever the direction turns.
void Flow::relax_calls(std::size_t service, ReplicaClass& k) {
  const ServiceModel& m = model_->services[service];
  if (m.calls.empty()) return;
  double change = 0;
  double largest = 0;
  for (std::size_t c = 0; c < m.calls.size(); ++c) {
    const double wanted = k.start_rate * k.routes[k.call_route[c]].mix * k.calls_made[c];
    const double moved = wanted - k.call_rates[c];
    if (size_of(moved) > size_of(change)) change = moved;
    largest = std::max({largest, wanted, k.call_rates[c]});
  }
  const double relative = largest > 0 ? change / largest : 0;
  if (relative * k.last_change < 0 && size_of(relative) > 1e-3) {
    k.relaxation = std::max(0.05, k.relaxation / 2);
  } else {
    k.relaxation = std::min(1.0, k.relaxation * 1.25);
  }
  k.last_change = relative;
  moving_ = std::max(moving_, size_of(relative));
  for (std::size_t c = 0; c < m.calls.size(); ++c) {
    const double wanted = k.start_rate * k.routes[k.call_route[c]].mix * k.calls_made[c];
    k.call_rates[c] += k.relaxation * (wanted - k.call_rates[c]);
  }
}

void Flow::begin_calls(std::size_t service, ReplicaClass& k, double dt_s) {
  const ServiceModel& m = model_->services[service];
  for (std::size_t c = 0; c < m.calls.size(); ++c) {
    CallUnderWay& call = k.calls_under_way[c];
    const double before = call.attempts;
    go_on(call, k.call_rates[c], k.operations[c], attempts_of(k, c), m.edges[m.calls[c].edge], dt_s);
    moving_ = std::max(moving_, relative_change(before, call.attempts, 0.1));
  }
}

void Flow::send_calls(std::size_t service, const ReplicaClass& k) {
  const ServiceModel& m = model_->services[service];
  const double replicas = static_cast<double>(k.replicas);
  for (std::size_t e = 0; e < m.edges.size() && k.conditions.running; ++e) {
    const EdgeModel& edge = m.edges[e];
    ServiceState& callee = services_[edge.callee];
    double requests = static_cast<double>(k.station->workers());
    if (k.bounded != nullptr) requests = std::min(requests, services_[service].callers / replicas);
    const double at_once = edge.at_once * requests * (1 + k.conditions.dependencies[e].extra_attempts);
    const auto pool = static_cast<double>(edge.spec.pool.size);
    const double callers = replicas * std::min(at_once, pool);
    callee.callers += callers;
    // Who has few callers itself sends what these send.
    double groups = replicas;
    if (k.bounded != nullptr) groups = std::max(groups, static_cast<double>(k.bounded->arrivals().groups));
    groups = std::clamp(groups, 1.0, std::max(1.0, callers));
    double sent = 0;
    for (std::size_t c = 0; c < m.calls.size(); ++c) {
      if (m.calls[c].edge == e) sent += replicas * k.calls_under_way[c].attempts;
    }
    callee.groups.add(groups, std::max(1.0, callers), sent);
    // Who waits for a connection is not under way yet; who works on something else is.
    if (at_once <= pool) callee.elsewhere += replicas * std::max(0.0, k.busy - k.edges[e].pool.in_use / edge.at_once);
    callee.patience_s = std::min(callee.patience_s, edge.request_timeout_s);
  }
  for (std::size_t c = 0; c < m.calls.size(); ++c) {
    const EdgeModel& edge = m.edges[m.calls[c].edge];
    const double sent = k.calls_under_way[c].attempts;
    const double attempts = replicas * sent;
    services_[edge.callee].comes_back += attempts * coming_back(m.calls[c], k.operations[c], edge.spec.critical);
    services_[edge.callee].senders.add(replicas, sent, edge.request_timeout_s, edge.connect_timeout_s);
    if (!k.tries.empty() && !k.tries[c].nth.empty()) lead_retries(service, k, c, attempts);
    for (std::size_t r = 0; r < m.calls[c].weights.size(); ++r) {
      const RequestConditions& link = k.conditions.links[edge.first_link + r];
      double passes = link.passes();
      for (const InjectedReply& reply : link.replies) passes *= reply.code != 0 ? 1 - reply.share : 1;
      services_[edge.callee].arrivals[r] += attempts * m.calls[c].weights[r] * passes;
    }
  }
}

// How a request is to end is told as it begins. A call that times out may be made again when all is well again, and
// succeed: then that request ends well, too, though as late as it was to end.
void Flow::spare_saved(const ServiceModel& m, ReplicaClass& k, double dt_s) {
  constexpr double kAlike = 0.8;
  k.gives_up = k.saves = k.spared = 0;
  for (std::size_t c = 0; c < m.calls.size(); ++c) {
    const DependencySpec& dependency = m.edges[m.calls[c].edge].spec;
    if (!dependency.critical || (dependency.cache && dependency.cache->serve_stale)) continue;
    k.gives_up += k.calls_under_way[c].given_up;
    k.saves += k.calls_under_way[c].saved;
  }
  if (k.saved + k.saves <= 0) return;
  double ends = 0;
  for (std::size_t i = kTimedOutPart; i < k.at_work.endings.size(); i += kWorkedParts)
    ends += k.at_work.endings[i].rate;
  const double due = k.gives_up + k.given_up / dt_s;
  if (ends <= 0 || due >= kAlike * ends) return;
  k.spared = std::min(ends - due, k.saves + k.saved / dt_s) / ends;
}

namespace {

// So much of what ends in the step leaves; what is left is of no more requests than are at work.
void carry(double& left, double comes, double goes, double dt_s, double most) {
  left = std::clamp(left + (comes - goes) * dt_s, 0.0, most);
}

}  // namespace

void Flow::keep_saved(ReplicaClass& k, double dt_s) {
  double ends = 0;
  double inside = 0;
  for (std::size_t i = kTimedOutPart; i < k.at_work.endings.size(); i += kWorkedParts) {
    const Ending& e = k.at_work.endings[i];
    ends += e.rate;
    inside += e.held + e.line.content(0, e.least_s);
  }
  carry(k.given_up, k.gives_up, ends * (1 - k.spared), dt_s, inside);
  carry(k.saved, k.saves, ends * k.spared, dt_s, inside);
}

void Flow::fill_rates(std::size_t service, ReplicaClass& k) {
  const ServiceModel& m = model_->services[service];
  ServiceState& s = services_[service];
  const double replicas = static_cast<double>(k.replicas);
  std::ranges::fill(k.rate, 0.0);
  const double done = k.done_rate;
  const bool consumer = m.spec.consumer.has_value();
  k.rate[m.layout.worked()] = done;
  for (std::size_t r = 0; r < k.routes.size(); ++r) {
    RouteState& route = k.routes[r];
    const double reached = route.offered * k.conditions.routes[r].passes();
    double finished = 0;  // share of the requests reached that are worked on to some end
    for (std::size_t i = 0; i < kFullPart; ++i) finished += route.parts[i].share;
    const Ending* endings = consumer ? nullptr : &k.at_work.endings[r * kWorkedParts];
    for (std::size_t i = 0; i < kComponents; ++i) {
      Component& part = route.parts[i];
      part.rate = 0;
      if (i < kFullPart && endings != nullptr) {
        part.rate = part.time != nullptr ? endings[i].rate : 0;
      } else if (part.share > 0) {
        part.rate = i < kFullPart ? done * route.mix * part.share / finished : reached * part.share;
      }
      if (part.rate <= 0) continue;
      Spread& spread = route.spreads[i];
      refresh(spread, part.time, m.bounds);
      double* at = k.rate.data() + m.layout.response(r, part.slot);
      const double well = i == kTimedOutPart ? k.spared : 0;
      double* instead = k.rate.data() + m.layout.response(r, well > 0 ? route.parts[0].slot : part.slot);
      for (std::size_t b = 0; b < m.layout.buckets; ++b) {
        at[b] += part.rate * (1 - well) * spread.shares[b];
        if (well > 0) instead[b] += part.rate * well * spread.shares[b];
      }
      for (std::size_t b = 0; b < kLatencyBuckets; ++b) s.fine_rate[b] += replicas * part.rate * spread.fine[b];
      k.rate[m.layout.response_seconds(r)] += part.rate * part.time->mean();
    }
  }
  for (std::size_t c = 0; c < m.calls.size(); ++c) {
    const std::size_t e = m.calls[c].edge;
    const Operation& op = k.operations[c];
    const CallUnderWay& call = k.calls_under_way[c];
    const double rate = k.call_rates[c];
    double* outcomes = k.rate.data() + m.layout.edge_at[e];
    for (const CallOutcome o :
         {CallOutcome::refused, CallOutcome::timeout, CallOutcome::pool_timeout, CallOutcome::circuit_open,
          CallOutcome::reset, CallOutcome::dns_error, CallOutcome::tls_error}) {
      outcomes[static_cast<std::size_t>(o)] += call.outcomes[static_cast<std::size_t>(o)];
    }  // successes and errors are counted by code
    double* codes = outcomes + kCallOutcomes;
    for (std::size_t i = 0; i < m.edges[e].codes.list.size(); ++i) codes[i] += call.codes[i];
    if (m.edges[e].spec.cache) {
      k.rate[m.layout.cache(e)] += rate * op.cache_hits;
      k.rate[m.layout.cache(e) + 1] += rate * (1 - op.cache_hits);
    }
    k.rate[m.layout.call_seconds(e)] += call.seconds;
    k.rate[m.layout.call_seconds(e) + 1] += call.squares;
    k.rate[m.layout.operations(e)] += rate * op.tried;
    k.rate[m.layout.retries(e)] += std::max(0.0, call.acquisitions - rate * op.tried);
  }
}

void Flow::see_from_outside(std::size_t service, double dt_s) {
  const ServiceModel& m = model_->services[service];
  ServiceState& s = services_[service];
  s.outside_unanswered = s.outside_gives_up = s.outside_cut = s.outside_hollow = s.checks_failing = 0;
  s.outside_connect_failures = {};
  if (!s.traffic) return;
  const double timeout_s = to_seconds(s.traffic->spec().timeout);
  double arrivals = 0;
  double unanswered = 0;
  double too_late = 0;
  double succeeding = 0;  // share of checks: what is turned away has not succeeded, whoever is to blame
  for (std::size_t r = 0; r < m.routes.size(); ++r) {
    arrivals += s.arrivals[r];
    const double rate = s.outside * m.routes[r].share;
    const Response& response = s.responses[r];
    for (std::size_t i = 0; i < kConnectFailures; ++i)
      s.outside_connect_failures[i] += rate * response.connect_failures[i];
    const double reached = rate * response.reached;
    unanswered += reached * response.silent;
    too_late += reached * response.lost;
    s.outside_cut += reached * response.cut;
    for (const Part& part : response.parts) {
      const int code = m.codes.list[part.slot];
      double in_time = part.share;
      if (code < kFirstServerError && part.time->mean() > timeout_s / 100) {
        in_time *= part.time->cdf(timeout_s);
        too_late += reached * (part.share - in_time);
      }
      if (code < kFirstClientError) s.outside_hollow += reached * in_time * response.hollow;
      if (code < kFirstClientError) succeeding += m.routes[r].share * response.reached * in_time;
    }
  }
  double& dropped = s.outside_connect_failures[static_cast<std::size_t>(ConnectFailure::dropped)];
  dropped = end_of(s.dropped, dropped, dt_s, timeout_s);
  s.outside_unanswered = end_of(s.unanswered, unanswered, dt_s, timeout_s);
  s.outside_gives_up = end_of(s.too_late, too_late, dt_s, timeout_s);
  s.outside_share = arrivals > 0 ? s.outside / arrivals : 1;
  constexpr double kRounding = 1e-12;
  const double failing = 1 - succeeding * (1 - s.conditions.unrouted);
  s.checks_failing = failing < kRounding ? 0 : std::min(1.0, failing);
}

}  // namespace firedrill::fake_services
