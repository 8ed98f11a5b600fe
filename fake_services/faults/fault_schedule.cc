#include "fake_services/faults/fault_schedule.h"

#include <algorithm>

#include "base/maths.h"
#include "base/text/format.h"
#include "events/event.h"
#include "fake_services/faults/fault_times.h"

namespace firedrill::fake_services {
namespace {

using events::EventKind;

// A witness looks this often until it has seen the symptom; after the first minutes less often.
constexpr Duration kLook = std::chrono::seconds(5);
constexpr Duration kLookLater = std::chrono::minutes(1);
constexpr Duration kLookOftenFor = std::chrono::minutes(5);
// For what shows only afterwards they look this much longer.
constexpr Duration kTraces = std::chrono::minutes(5);
constexpr Duration kShortestRampStep = std::chrono::seconds(1);
constexpr std::int64_t kRampSteps = 50;

// How many of `all` replicas a target means. A percentage rounds down, as in Chaos Mesh (pkg/selector/generic), whose
// words these are.
std::size_t count_hit(const TargetSpec& target, std::size_t all) {
  if (target.mode == "one") return std::min<std::size_t>(1, all);
  if (target.mode == "fixed") return std::min(all, static_cast<std::size_t>(std::max(0.0, target.value)));
  if (target.mode == "fixed-percent") {
    const double share = std::clamp(target.value, 0.0, 1.0) * static_cast<double>(all);
    return std::min(all, static_cast<std::size_t>(maths::floor(share + 1e-9)));
  }
  return all;
}

bool in_zone(const ServiceSpec& service, std::size_t replica, const std::string& zone) {
  return !service.zones.empty() && service.zones[replica % service.zones.size()] == zone;
}

// Which ones, drawn without replacement.
std::vector<bool> choose(std::size_t count, const std::vector<bool>& eligible, RandomStream& chance) {
  std::vector<std::size_t> left;
  for (std::size_t i = 0; i < eligible.size(); ++i) {
    if (eligible[i]) left.push_back(i);
  }
  std::vector<bool> chosen(eligible.size(), false);
  for (std::size_t n = 0; n < count && !left.empty(); ++n) {
    const auto at = static_cast<std::size_t>(chance.below(left.size()));
    chosen[left[at]] = true;
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(at));
  }
  return chosen;
}

// What hits every connection hits those of probes as well. An injected reply is part of what a service answers on a
// route: it reaches a health endpoint only if the fault names its path.
void apply_health(const FaultSpec& fault, double strength, const ServiceSpec& service, TrafficConditions& conditions) {
  const std::optional<ProbeSpec>* probes[] = {&service.liveness_probe, &service.readiness_probe,
                                              &service.startup_probe};
  for (std::size_t type = 0; type < std::size(probes); ++type) {
    const std::optional<ProbeSpec>& probe = *probes[type];
    if (!probe || !fault.match.matches("GET", probe->http_get ? probe->http_get->path : std::string())) continue;
    RequestConditions& health = conditions.health[type];
    const auto replies = health.replies;
    fault.behaviour->apply_to_requests(health, strength);
    if (fault.match.path.empty()) health.replies = replies;
  }
}

std::string describe(const TargetSpec& target) {
  if (!target.dependency.empty()) return format("{} from {}", target.dependency, target.service);
  return target_name(target);
}

std::string describe(const FaultMatch& match) {
  const std::string_view both = match.method.empty() || match.path.empty() ? "" : " ";
  return format("{}{}{}", match.method, both, match.path);
}

// Whether it does something to single requests on their way to the target.
bool hits_requests(const FaultSpec& fault) {
  RequestConditions conditions;
  if (fault.target.dependency.empty()) {
    fault.behaviour->apply_to_requests(conditions, 1);
  } else {
    fault.behaviour->apply_to_link(conditions, 1);
  }
  return conditions != RequestConditions{};
}

events::Event told(const FaultSpec& fault, Time t, EventKind kind) {
  events::Event event{.t = t, .kind = kind, .subject = fault.id, .fields = {}};
  event.with("fault", std::string(fault.kind->name)).with("target", target_name(fault.target));
  return event;
}

}  // namespace

FaultSchedule::FaultSchedule(const std::vector<FaultSpec>& faults, const FlowModel& model, std::uint64_t seed,
                             bool disabled)
    : model_(&model), disabled_(disabled), spans_(faults.size()) {
  for (const ServiceModel& m : model.services) replicas_.push_back(static_cast<std::size_t>(m.spec.replicas));
  for (const FaultSpec& spec : faults) {
    Entry entry;
    entry.spec = spec;
    entry.name = describe(spec.target);
    entry.duty_cycle = spec.pattern.duty_cycle ? spec.pattern.duty_cycle : spec.behaviour->duty_cycle();
    entry.left = spec.pattern.first;
    resolve(entry, model, seed);
    if (spec.pattern.first > 0 && !disabled) {
      entry.quota.emplace(spec, entry.hits, model, RandomStream(seed, format("fault/{}/first", spec.id)));
    }
    for (const Hit& hit : entry.hits) services_hit_.push_back(hit.service);
    entries_.push_back(std::move(entry));
  }
  for (std::size_t i = 0; i < entries_.size(); ++i) by_begin_.push_back(i);
  std::ranges::sort(services_hit_);
  services_hit_.erase(std::ranges::unique(services_hit_).begin(), services_hit_.end());
}

std::expected<FaultSchedule::Entry*, std::string> FaultSchedule::find(std::string_view fault) {
  const auto it = std::ranges::find_if(entries_, [&](const Entry& e) { return e.spec.id == fault; });
  if (it == entries_.end()) return std::unexpected(format("the scenario declares no fault '{}'", fault));
  return &*it;
}

std::expected<void, std::string> FaultSchedule::begin(std::string_view fault, Time t) {
  const auto found = find(fault);
  if (!found) return std::unexpected(found.error());
  Entry& e = **found;
  if (e.begun) return std::unexpected(format("fault '{}' has begun already", fault));
  const FaultTimes times = times_from(e.spec, t);
  e.begin = times.begin;
  e.end = times.end;
  std::ranges::sort(by_begin_);
  std::ranges::stable_sort(by_begin_, {}, [&](std::size_t i) { return entries_[i].begin; });
  return {};
}

std::expected<void, std::string> FaultSchedule::end(std::string_view fault, Time t) {
  const auto found = find(fault);
  if (!found) return std::unexpected(found.error());
  Entry& e = **found;
  if (e.begin > t) return std::unexpected(format("fault '{}' has not begun by then", fault));
  if (e.ended) return std::unexpected(format("fault '{}' has ended already", fault));
  e.end = t;
  return {};
}

void FaultSchedule::resolve(Entry& entry, const FlowModel& model, std::uint64_t seed) const {
  RandomStream chance(seed, format("fault/{}", entry.spec.id));
  const TargetSpec& target = entry.spec.target;
  for (std::size_t i = 0; i < model.services.size(); ++i) {
    const ServiceSpec& service = model.services[i].spec;
    std::vector<bool> eligible(static_cast<std::size_t>(service.replicas), true);
    if (!target.zone.empty()) {
      for (std::size_t r = 0; r < eligible.size(); ++r) eligible[r] = in_zone(service, r, target.zone);
    } else if (service.name != target.service) {
      continue;
    }
    const auto all = static_cast<std::size_t>(std::ranges::count(eligible, true));
    Hit hit{i, choose(count_hit(target, all), eligible, chance), std::nullopt};
    if (std::ranges::find(hit.replicas, true) == hit.replicas.end()) continue;
    const auto& edges = model.services[i].edges;
    for (std::size_t e = 0; e < edges.size(); ++e) {
      if (edges[e].spec.name == target.dependency) hit.edge = e;
    }
    entry.hits.push_back(std::move(hit));
  }
}

void FaultSchedule::add_replica(std::size_t service) {
  const std::size_t replica = replicas_[service]++;
  for (Entry& e : entries_) {
    const TargetSpec& target = e.spec.target;
    for (Hit& hit : e.hits) {
      if (hit.service != service) continue;
      const bool there = target.zone.empty() || in_zone(model_->services[service].spec, replica, target.zone);
      hit.replicas.push_back(there && target.mode == "all");
    }
    if (e.quota) e.quota->extend(e.hits);
  }
}

std::optional<Time> FaultSchedule::next_at() const {
  std::optional<Time> next;
  const auto consider = [&](std::optional<Time> t) {
    if (t && (!next || *t < *next)) next = t;
  };
  for (const Entry& e : entries_) {
    if (!e.begun) consider(e.begin);
    if (e.begun && !e.ended) consider(e.end);
    consider(e.next_look);
    consider(e.next_turn);
  }
  return next;
}

bool FaultSchedule::ramping(Time t) const {
  return std::ranges::any_of(entries_,
                             [&](const Entry& e) { return e.begun && !e.ended && t <= e.begin + e.spec.ramp; });
}

Duration FaultSchedule::ramp_step(Time t) const {
  Duration shortest = std::chrono::hours(24);
  for (const Entry& e : entries_) {
    if (!e.begun || e.ended || t > e.begin + e.spec.ramp) continue;
    shortest = std::min(shortest, std::max(kShortestRampStep, Duration(e.spec.ramp / kRampSteps)));
  }
  return shortest;
}

bool FaultSchedule::due(Time t) const {
  const auto next = next_at();
  return next && *next <= t;
}

bool FaultSchedule::process(Time t, const Observer& observer, events::Sink& sink) {
  bool turned = false;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    Entry& e = entries_[i];
    if (!e.begun && e.begin <= t) {
      e.begun = true;
      e.at_begin = e.at_look = observe(e, observer);
      const std::size_t oldest = e.remembered < e.history.size() ? 0 : e.remembered % e.history.size();
      e.before = e.remembered == 0 ? e.at_begin : e.at_begin.since(e.history[oldest]);
      e.next_look = t + kLook;
      if (e.duty_cycle) e.next_turn = t;
      if (const auto after = e.spec.behaviour->turns_after()) e.next_turn = t + *after;
      spans_[i] = {!disabled_, false, t, {}};
      sink.on_event(told(e.spec, t, EventKind::fault_injected));
      turned = true;
    }
    if (e.next_turn && *e.next_turn <= t && !e.duty_cycle) {
      e.next_turn.reset();
      turned = true;
    } else if (e.next_turn && *e.next_turn <= t) {
      e.next_turn = next_turn(e, t);
      turned = true;
    }
    const bool ends = e.begun && !e.ended && e.end && *e.end <= t;
    if (e.next_look && (*e.next_look <= t || ends)) look(e, t, observer, sink);
    const bool shows = e.spec.behaviour->shows_afterwards() && t < e.end.value_or(t) + kTraces;
    if (e.next_look && (ends || e.ended) && !shows) e.next_look.reset();
    if (ends) {
      e.ended = true;
      e.next_turn.reset();
      spans_[i].ended = true;
      spans_[i].to = t;
      if (e.spec.behaviour->over(observe(e, observer))) recover(e, t, sink);
      turned = true;
    }
  }
  return turned;
}

void FaultSchedule::recover(Entry& e, Time t, events::Sink& sink) {
  e.recovered = t;
  sink.on_event(told(e.spec, t, EventKind::fault_recovered));
}

bool FaultSchedule::lingering() const {
  return std::ranges::any_of(entries_, [](const Entry& e) { return e.ended && !e.recovered; });
}

void FaultSchedule::recover(Time t, const Observer& observer, events::Sink& sink) {
  for (Entry& e : entries_) {
    if (e.ended && !e.recovered && e.spec.behaviour->over(observe(e, observer))) recover(e, t, sink);
  }
}

void FaultSchedule::look(Entry& e, Time t, const Observer& observer, events::Sink& sink) {
  const Observation now = observe(e, observer);
  const auto symptom_since = [&](const Observation& then) {
    Observation during = now.since(then);
    during.elapsed_s = to_seconds(t - e.begin);
    during.exposure_s = exposure_s(e, t - from_seconds(during.seconds), t);
    during.first = e.spec.pattern.first;
    return e.spec.behaviour->symptom(e.before, during, e.name);
  };
  e.last = now.since(e.at_begin);
  e.last.elapsed_s = to_seconds(t - e.begin);
  auto symptom = symptom_since(e.at_begin);
  if (!symptom) symptom = symptom_since(e.at_look);
  if (symptom) {
    e.witness = {true, t, *symptom};
    e.next_look.reset();
    sink.on_event(told(e.spec, t, EventKind::fault_witnessed).with("symptom", *symptom));
    return;
  }
  const bool often = t - e.begin < kLookOftenFor + e.spec.ramp;
  e.next_look = t + (often ? kLook : kLookLater);
  if (t - e.begin >= kLookLater) e.at_look = now;
}

// The integral of its strength, its duty cycle on average.
double FaultSchedule::exposure_s(const Entry& e, Time from, Time to) {
  const double ramp = to_seconds(e.spec.ramp);
  const auto until = [&](Time t) {
    const double seconds = std::max(0.0, to_seconds(std::min(t, e.end.value_or(t)) - e.begin));
    return seconds < ramp ? seconds * seconds / (2 * ramp) : seconds - ramp / 2;
  };
  const double on = e.duty_cycle ? to_seconds(e.duty_cycle->on) / to_seconds(e.duty_cycle->period) : 1;
  return (until(to) - until(from)) * on * e.spec.probability * e.spec.pattern.share;
}

double FaultSchedule::rate_of(const Entry& e, const Flow& flow, bool all) const {
  const auto counts = [&](const RouteModel& route) {
    if (all) return true;
    if (e.spec.kind->writes_only && (route.method == "GET" || route.method == "HEAD")) return false;
    return e.spec.match.matches(route.method, route.path);
  };
  double rate = 0;
  for (const Hit& hit : e.hits) {
    const ServiceModel& m = model_->services[hit.service];
    for (std::size_t r = 0; r < hit.replicas.size(); ++r) {
      if (!hit.replicas[r]) continue;
      const ReplicaClass& k = flow.class_of(hit.service, r);
      for (std::size_t route = 0; !hit.edge && route < m.routes.size(); ++route) {
        if (counts(m.routes[route])) rate += k.routes[route].offered;
      }
      for (std::size_t c = 0; hit.edge && c < m.calls.size(); ++c) {
        if (m.calls[c].edge != *hit.edge) continue;
        const auto& routes = model_->services[m.edges[*hit.edge].callee].routes;
        for (std::size_t route = 0; route < routes.size(); ++route) {
          if (counts(routes[route])) rate += k.call_rates[c] * k.operations[c].attempts * m.calls[c].weights[route];
        }
      }
    }
  }
  return rate;
}

// Those that meet it.
double FaultSchedule::rate_hit(const Entry& e, const Flow& flow, Time t) const {
  return rate_of(e, flow, false) * strength(e, t);
}

std::optional<Time> FaultSchedule::exhausted_at(Time t, const Flow& flow) const {
  std::optional<Time> first;
  for (const Entry& e : entries_) {
    if (e.spec.pattern.first <= 0 || strength(e, t) <= 0) continue;
    const double rate = rate_hit(e, flow, t);
    if (rate <= 0) continue;
    constexpr double kLongest = 1e6;
    // An instant is a whole millisecond: rather one too late, since the quota gives no more than it has.
    const Time at = t + Duration(1) + from_seconds(std::min(kLongest, e.left / rate));
    first = first ? std::min(*first, at) : at;
  }
  return first;
}

void FaultSchedule::pass(const Flow& flow, Time from, Time to) {
  for (Entry& e : entries_) {
    if (e.begun && !e.ended && !e.witness.observed) {
      const double seconds = to_seconds(to - from), matched = rate_of(e, flow, false) * seconds;
      e.offered += rate_of(e, flow, true) * seconds;
      e.matched += matched;
      e.met += matched * strength(e, from);
    }
    if (e.spec.pattern.first <= 0 || strength(e, from) <= 0) continue;
    const double rate = rate_hit(e, flow, from);
    e.left -= rate * to_seconds(to - from);
    if (e.left <= 0) e.end = std::min(to, e.end.value_or(to));
  }
}

std::vector<Quota*> FaultSchedule::quotas() {
  std::vector<Quota*> out;
  for (Entry& e : entries_) {
    if (e.quota && e.begun && !e.ended) out.push_back(&*e.quota);
  }
  return out;
}

void FaultSchedule::remember(const Observer& observer) {
  for (Entry& e : entries_) {
    if (e.begun) continue;
    e.history[e.remembered++ % e.history.size()] = observe(e, observer);
  }
}

Observation FaultSchedule::observe(const Entry& entry, const Observer& observer) {
  return observer.of(entry.hits, entry.spec.kind->view);
}

// When it is a replica's turn: the replicas hit are spread over the period.
Duration FaultSchedule::turn_of(const Entry& e, const Hit& hit, std::size_t replica) {
  if (!e.duty_cycle || !e.spec.behaviour->by_turns()) return Duration(0);
  const auto begin = hit.replicas.begin();
  const auto all = std::count(begin, hit.replicas.end(), true);
  const auto before = std::count(begin, begin + static_cast<std::ptrdiff_t>(replica), true);
  return e.duty_cycle->period * before / std::max<std::ptrdiff_t>(1, all);
}

// When it goes on or off for some replica, next after t.
Time FaultSchedule::next_turn(const Entry& e, Time t) {
  Time next = Time::max();
  const auto consider = [&](Duration late) {
    const Time begin = e.begin + late;
    if (t < begin) {
      next = std::min(next, begin);
      return;
    }
    const Duration into = (t - begin) % e.duty_cycle->period;
    next = std::min(next, t - into + (into < e.duty_cycle->on ? e.duty_cycle->on : e.duty_cycle->period));
  };
  consider(Duration(0));
  if (!e.spec.behaviour->by_turns()) return next;
  for (const Hit& hit : e.hits) {
    for (std::size_t r = 0; r < hit.replicas.size(); ++r) {
      if (hit.replicas[r]) consider(turn_of(e, hit, r));
    }
  }
  return next;
}

double FaultSchedule::strength(const Entry& e, Time t, Duration late) const {
  if (disabled_ || !e.begun || e.ended) return 0;
  if (e.duty_cycle && (t < e.begin + late || (t - e.begin - late) % e.duty_cycle->period >= e.duty_cycle->on)) return 0;
  const double ramp = to_seconds(e.spec.ramp);
  const double risen = ramp > 0 ? std::clamp(to_seconds(t - e.begin) / ramp, 0.0, 1.0) : 1;
  return risen * e.spec.probability * e.spec.pattern.share;
}

// What a replica meets on its way to its dependencies: to the one that the target names, or to all of them.
void FaultSchedule::apply_calls(const Entry& e, const Hit& hit, double s, TrafficConditions& conditions) const {
  const ServiceModel& m = model_->services[hit.service];
  const Fault& fault = *e.spec.behaviour;
  for (std::size_t i = 0; i < m.edges.size(); ++i) {
    if (hit.edge && *hit.edge != i) continue;
    fault.apply_to_dependency(conditions.dependencies[i], s);
    const EdgeModel& edge = m.edges[i];
    const auto& routes = model_->services[edge.callee].routes;
    for (std::size_t c = 0; c < routes.size(); ++c) {
      RequestConditions& link = conditions.links[edge.first_link + c];
      const bool matches = !hit.edge || e.spec.match.matches(routes[c].method, routes[c].path);
      if (!matches) continue;
      if (hit.edge) {
        fault.apply_to_link(link, s);
      } else {
        fault.apply_to_calls(link, s);
      }
    }
  }
}

void FaultSchedule::apply(Time t, const Flow& flow, std::size_t service,
                          std::vector<TrafficConditions>& conditions) const {
  const ServiceModel& m = model_->services[service];
  conditions.assign(replicas_[service], flow.neutral_conditions(service));
  for (const Entry& e : entries_) {
    const double s = strength(e, t);
    if (s <= 0) continue;
    for (const Hit& hit : e.hits) {
      if (hit.service != service) continue;
      for (std::size_t r = 0; r < conditions.size(); ++r) {
        if (!hit.replicas[r]) continue;
        apply_calls(e, hit, s, conditions[r]);
        if (hit.edge) continue;
        e.spec.behaviour->apply_to_replica(conditions[r].replica, s);
        if (e.spec.kind->reaches_probes) apply_health(e.spec, s, m.spec, conditions[r]);
        for (std::size_t c = 0; c < m.routes.size(); ++c) {
          if (!e.spec.match.matches(m.routes[c].method, m.routes[c].path)) continue;
          e.spec.behaviour->apply_to_requests(conditions[r].routes[c], s);
        }
      }
    }
  }
}

template <typename Conditions, typename Apply>
void FaultSchedule::apply_each(Time t, std::size_t service, std::vector<Conditions>& conditions, Apply apply) const {
  conditions.assign(replicas_[service], Conditions{});
  for (const std::size_t i : by_begin_) {
    const Entry& e = entries_[i];
    if (disabled_ || !e.begun || e.ended) continue;
    for (const Hit& hit : e.hits) {
      if (hit.service != service || hit.edge) continue;
      for (std::size_t r = 0; r < conditions.size(); ++r) {
        if (!hit.replicas[r]) continue;
        if (const double s = strength(e, t, turn_of(e, hit, r)); s > 0) apply(e, conditions[r], s);
      }
    }
  }
}

void FaultSchedule::apply(Time t, std::size_t service, std::vector<PodConditions>& pods) const {
  apply_each(t, service, pods,
             [](const Entry& e, PodConditions& c, double s) { e.spec.behaviour->apply_to_pod(c, s); });
}

void FaultSchedule::apply(Time t, std::size_t service, std::vector<ScrapeConditions>& scrapes) const {
  apply_each(t, service, scrapes, [t](const Entry& e, ScrapeConditions& c, double s) {
    c.elapsed = t - e.begin;
    e.spec.behaviour->apply_to_scrape(c, s);
    c.elapsed = Duration(0);
  });
}

ServiceConditions FaultSchedule::service_conditions(Time t, std::size_t service) const {
  ServiceConditions conditions;
  for (const Entry& e : entries_) {
    const double s = strength(e, t);
    if (s <= 0) continue;
    for (const Hit& hit : e.hits) {
      if (hit.service != service || hit.edge) continue;
      conditions.since = e.begin;
      e.spec.behaviour->apply_to_service(conditions, s);
    }
  }
  return conditions;
}

MonitorConditions FaultSchedule::monitor_conditions(Time t) const {
  MonitorConditions conditions;
  for (const Entry& e : entries_) {
    if (const double s = strength(e, t); s > 0) e.spec.behaviour->apply_to_monitor(conditions, s);
  }
  return conditions;
}

std::vector<std::string> FaultSchedule::pods_of(const Entry& entry) const {
  std::vector<std::string> pods;
  for (const Hit& hit : entry.hits) {
    for (std::size_t r = 0; r < hit.replicas.size(); ++r) {
      if (hit.replicas[r]) pods.push_back(format("{}-{}", model_->services[hit.service].spec.name, r));
    }
  }
  return pods;
}

// Of what hits requests, first of all whether there were any.
std::string FaultSchedule::why_unseen(const Entry& e) const {
  const FaultKind& kind = *e.spec.kind;
  if (hits_requests(e.spec) || kind.writes_only) {
    if (e.offered <= 0 && !e.spec.target.dependency.empty()) {
      return format("{} sent nothing to {}", e.spec.target.service, e.spec.target.dependency);
    }
    if (e.offered <= 0) return format("nobody called {}", e.name);
    if (e.matched <= 0 && kind.writes_only) return format("no request wrote: all {:.0f} were GET or HEAD", e.offered);
    if (e.matched <= 0) return format("none of {:.0f} requests matched {}", e.offered, describe(e.spec.match));
    if (e.met < 1 && !disabled_) {
      return format("it was to hit less than one of the {:.0f} requests that it was about", e.matched);
    }
  }
  return e.spec.behaviour->unseen(e.before, e.last, e.name);
}

std::vector<FaultState> FaultSchedule::states() const {
  std::vector<FaultState> out;
  for (const Entry& e : entries_) {
    if (!e.begun) continue;
    out.push_back({e.spec.id, e.begin, e.recovered, e.witness, pods_of(e)});
    if (!e.witness.observed) out.back().witness.what = why_unseen(e);
  }
  return out;
}

}  // namespace firedrill::fake_services
