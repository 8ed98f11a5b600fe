#include "fake_services/faults/fault_injector.h"

#include <algorithm>

#include "base/duration.h"
#include "base/maths.h"
#include "base/text/format.h"
#include "events/event.h"

namespace firedrill::fake_services {
namespace {

using events::EventKind;

// Nobody looks at what was seen longer before a fault (FaultWitness).
constexpr Duration kRemembered = std::chrono::minutes(10);

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

std::string nobody_called(const FaultSpec& fault, std::string_view name) {
  if (fault.target.dependency.empty()) return format("nobody called {}", name);
  return format("{} sent nothing to {}", fault.target.service, fault.target.dependency);
}

bool is_uncalled(const Observation& seen) {
  return seen.attempts + seen.replies + seen.refused + seen.timed_out + seen.reset <= 0;
}

events::Event told(const FaultSpec& fault, Time t, EventKind kind) {
  events::Event event{.t = t, .kind = kind, .subject = fault.id, .fields = {}};
  event.with("fault", std::string(fault.kind->name)).with("target", target_name(fault.target));
  return event;
}

}  // namespace

FaultInjector::FaultInjector(const std::vector<FaultSpec>& faults, const FlowModel& model, std::uint64_t seed,
                             bool disabled)
    : model_(&model), disabled_(disabled), schedule_(faults), spans_(faults.size()) {
  for (const ServiceModel& m : model.services) {
    place_of_.emplace_back();
    for (std::size_t r = 0; r < static_cast<std::size_t>(m.spec.replicas); ++r) place_of_.back().push_back(r);
  }
  for (const FaultSpec& spec : faults) {
    Entry entry;
    entry.name = describe(spec.target);
    entry.left = spec.pattern.first;
    entry.hits = resolve(spec, seed);
    if (spec.pattern.first > 0 && !disabled) {
      entry.quota.emplace(spec, entry.hits, model, RandomStream(seed, format("fault/{}/first", spec.id)));
    }
    raises_states_ = raises_states_ || spec.behaviour->state().has_value();
    for (const Hit& hit : entry.hits) {
      services_hit_.push_back(hit.service);
      entry.spared.emplace_back(hit.replicas.size(), false);
    }
    entries_.push_back(std::move(entry));
    set_turns(entries_.size() - 1);
  }
  std::ranges::sort(services_hit_);
  services_hit_.erase(std::ranges::unique(services_hit_).begin(), services_hit_.end());
}

std::vector<Hit> FaultInjector::resolve(const FaultSpec& spec, std::uint64_t seed) const {
  RandomStream chance(seed, format("fault/{}", spec.id));
  const TargetSpec& target = spec.target;
  std::vector<Hit> hits;
  for (std::size_t i = 0; i < model_->services.size(); ++i) {
    const ServiceSpec& service = model_->services[i].spec;
    std::vector<bool> eligible(static_cast<std::size_t>(service.replicas), true);
    if (!target.zone.empty()) {
      for (std::size_t r = 0; r < eligible.size(); ++r) eligible[r] = in_zone(service, r, target.zone);
    } else if (service.name != target.service) {
      continue;
    }
    const auto all = static_cast<std::size_t>(std::ranges::count(eligible, true));
    Hit hit{i, choose(count_hit(target, all), eligible, chance), std::nullopt};
    if (std::ranges::find(hit.replicas, true) == hit.replicas.end()) continue;
    const auto& edges = model_->services[i].edges;
    for (std::size_t e = 0; e < edges.size(); ++e) {
      if (edges[e].spec.name == target.dependency) hit.edge = e;
    }
    hits.push_back(std::move(hit));
  }
  return hits;
}

// When it is a replica's turn: the places hit are spread over the period.
Duration FaultInjector::turn_of(std::size_t fault, const Hit& hit, std::size_t replica) const {
  const auto& duty_cycle = schedule_.duty_cycle(fault);
  if (!duty_cycle || !spec(fault).behaviour->by_turns()) return Duration(0);
  const std::vector<std::size_t>& places = place_of_[hit.service];
  std::int64_t all = 0;
  std::int64_t before = 0;
  for (std::size_t r = 0; r < hit.replicas.size(); ++r) {
    const bool first = std::ranges::find(places, places[r]) - places.begin() == static_cast<std::ptrdiff_t>(r);
    if (!hit.replicas[r] || !first) continue;
    ++all;
    before += places[r] < places[replica] ? 1 : 0;
  }
  return duty_cycle->period * before / std::max<std::int64_t>(1, all);
}

void FaultInjector::set_turns(std::size_t fault) {
  if (!schedule_.duty_cycle(fault) || !spec(fault).behaviour->by_turns()) return;
  std::vector<Duration> lates;
  for (const Hit& hit : entries_[fault].hits) {
    for (std::size_t r = 0; r < hit.replicas.size(); ++r) {
      if (hit.replicas[r]) lates.push_back(turn_of(fault, hit, r));
    }
  }
  schedule_.set_turns(fault, std::move(lates));
}

void FaultInjector::add_replica(std::size_t service, std::size_t place) {
  std::vector<std::size_t>& places = place_of_[service];
  const auto beside = static_cast<std::size_t>(std::ranges::find(places, place) - places.begin());
  const bool known = beside < places.size();
  places.push_back(place);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    Entry& e = entries_[i];
    const TargetSpec& target = spec(i).target;
    for (std::size_t h = 0; h < e.hits.size(); ++h) {
      Hit& hit = e.hits[h];
      if (hit.service != service) continue;
      const bool there = target.zone.empty() || in_zone(model_->services[service].spec, place, target.zone);
      const bool is_hit = known ? bool(hit.replicas[beside]) : there && target.mode == "all";
      e.spared[h].push_back(known && bool(e.spared[h][beside]));
      hit.replicas.push_back(is_hit);
    }
    if (e.quota) e.quota->extend(e.hits);
    set_turns(i);
  }
}

std::optional<Time> FaultInjector::next_at() const {
  std::optional<Time> next = schedule_.next_at();
  for (const Entry& e : entries_) {
    if (const auto look = e.witness.next_look(); look && (!next || *look < *next)) next = look;
  }
  return next;
}

bool FaultInjector::due(Time t) const {
  const auto next = next_at();
  return next && *next <= t;
}

bool FaultInjector::process(Time t, const Observer& observer, events::Sink& sink) {
  bool changed = false;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    FaultWitness& witness = entries_[i].witness;
    if (schedule_.begin_if_due(i, t)) {
      begin(i, t, observer, sink);
      changed = true;
    }
    if (schedule_.turn_if_due(i, t)) changed = true;
    const bool ends = schedule_.ends(i, t);
    if (witness.next_look() && (*witness.next_look() <= t || ends)) look(i, t, observer, sink);
    if (ends || schedule_.ended(i)) witness.end(schedule_, i, t);
    if (ends) {
      end(i, t, observer, sink);
      changed = true;
    }
  }
  return changed;
}

void FaultInjector::begin(std::size_t i, Time t, const Observer& observer, events::Sink& sink) {
  entries_[i].witness.begin(t, observe(i, observer, false), observe(i, observer, true));
  spans_[i] = {!disabled_, false, t, {}};
  sink.on_event(told(spec(i), t, EventKind::fault_injected));
}

void FaultInjector::end(std::size_t i, Time t, const Observer& observer, events::Sink& sink) {
  schedule_.finish(i);
  spans_[i].ended = true;
  spans_[i].to = t;
  if (entries_[i].quota) entries_[i].quota->end();
  witness_behind(i, t, observer);
  sink.on_event(told(spec(i), t, EventKind::fault_ended));
  if (spec(i).behaviour->over(observe(i, observer))) recover(i, t, sink);
}

void FaultInjector::witness_behind(std::size_t ended, Time t, const Observer& observer) {
  if (spec(ended).kind->aims != Aims(Aim::monitor)) return;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const bool follows = i != ended && schedule_.on(i) && schedule_.begin_of(i) > schedule_.begin_of(ended);
    if (!follows || spec(i).kind->name != spec(ended).kind->name) continue;
    entries_[i].witness.begin_behind(entries_[ended].witness, t, observe(i, observer));
  }
}

void FaultInjector::recover(std::size_t i, Time t, events::Sink& sink) {
  entries_[i].recovered = t;
  sink.on_event(told(spec(i), t, EventKind::fault_recovered));
}

bool FaultInjector::lingering() const {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (schedule_.ended(i) && !entries_[i].recovered) return true;
  }
  return false;
}

void FaultInjector::recover(Time t, const Observer& observer, events::Sink& sink) {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (schedule_.ended(i) && !entries_[i].recovered && spec(i).behaviour->over(observe(i, observer))) {
      recover(i, t, sink);
    }
  }
}

void FaultInjector::look(std::size_t i, Time t, const Observer& observer, events::Sink& sink) {
  Entry& e = entries_[i];
  if (!e.witness.look(schedule_, i, e.name, observe(i, observer), t)) return;
  sink.on_event(told(spec(i), t, EventKind::fault_witnessed).with("symptom", e.witness.testimony().what));
}

bool FaultInjector::looks_on() const {
  return std::ranges::any_of(entries_, [](const Entry& e) { return e.witness.next_look().has_value(); });
}

void FaultInjector::look_last(Time t, bool cut_short, const Observer& observer, events::Sink& sink) {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    Entry& e = entries_[i];
    if (!e.witness.next_look()) continue;
    look(i, t, observer, sink);
    if (cut_short && schedule_.on(i) && !e.witness.testimony().observed) e.cut = t;
  }
}

double FaultInjector::rate_of(std::size_t fault, const Flow& flow, bool all) const {
  const auto counts = [&](const RouteModel& route) {
    if (all) return true;
    if (spec(fault).kind->writes_only && (route.method == "GET" || route.method == "HEAD")) return false;
    return spec(fault).match.matches(route.method, route.path);
  };
  double rate = 0;
  for (const Hit& hit : entries_[fault].hits) {
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
          if (counts(routes[route])) rate += k.calls_under_way[c].attempts * m.calls[c].weights[route];
        }
      }
    }
  }
  return rate;
}

// Those that meet it.
double FaultInjector::rate_hit(std::size_t fault, const Flow& flow, Time t) const {
  return rate_of(fault, flow, false) * strength(fault, t);
}

std::optional<Time> FaultInjector::exhausted_at(Time t, const Flow& flow) const {
  std::optional<Time> first;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (spec(i).pattern.first <= 0 || strength(i, t) <= 0) continue;
    const double rate = rate_hit(i, flow, t);
    if (rate <= 0) continue;
    constexpr double kLongest = 1e6;
    // An instant is a whole millisecond: rather one too late, since the quota gives no more than it has.
    const Time at = t + Duration(1) + from_seconds(std::min(kLongest, entries_[i].left / rate));
    first = first ? std::min(*first, at) : at;
  }
  return first;
}

void FaultInjector::pass(const Flow& flow, Time from, Time to) {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    Entry& e = entries_[i];
    const double step_s = to_seconds(to - from);
    if (schedule_.on(i) && !e.witness.testimony().observed) {
      const double matched = rate_of(i, flow, false) * step_s;
      e.offered += rate_of(i, flow, true) * step_s;
      e.matched += matched;
      e.met += matched * strength(i, from);
    }
    if (spec(i).pattern.first <= 0 || strength(i, from) <= 0) continue;
    e.left -= rate_hit(i, flow, from) * step_s;
    if (e.left <= 0) schedule_.exhaust(i, to);
  }
}

std::vector<Quota*> FaultInjector::quotas() {
  std::vector<Quota*> out;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].quota && (schedule_.on(i) || entries_[i].quota->goes_on())) out.push_back(&*entries_[i].quota);
  }
  return out;
}

void FaultInjector::remember(const Observer& observer) {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const bool soon = schedule_.begin_of(i) == Time::max() || schedule_.begin_of(i) - observer.now() <= kRemembered;
    if (!schedule_.begun(i) && soon) entries_[i].witness.remember(observe(i, observer, false));
  }
}

Observation FaultInjector::observe(std::size_t fault, const Observer& observer, bool own) const {
  const Entry& e = entries_[fault];
  const View view = spec(fault).kind->view;
  const bool apart = own && spec(fault).pattern.first > 0;
  Observation seen = apart ? observer.while_left(fault, e.hits, view) : observer.of(e.hits, view);
  if (const ForgedMetric* metric = spec(fault).behaviour->forges()) {
    seen.samples_forged = observer.forged(entries_[fault].hits, *metric);
  }
  if (const auto change = spec(fault).behaviour->state())
    seen.level = observer.level(entries_[fault].hits, change->state);
  return seen;
}

double FaultInjector::strength(std::size_t fault, Time t, Duration late) const {
  return disabled_ ? 0 : schedule_.strength(fault, t, late);
}

// What a replica meets on its way to its dependencies: to the one that the target names, or to all of them.
void FaultInjector::apply_calls(std::size_t i, const Hit& hit, double s, TrafficConditions& conditions) const {
  const ServiceModel& m = model_->services[hit.service];
  const Fault& fault = *spec(i).behaviour;
  for (std::size_t e = 0; e < m.edges.size(); ++e) {
    if (hit.edge && *hit.edge != e) continue;
    fault.apply_to_dependency(conditions.dependencies[e], s);
    const EdgeModel& edge = m.edges[e];
    const auto& routes = model_->services[edge.callee].routes;
    for (std::size_t c = 0; c < routes.size(); ++c) {
      RequestConditions& link = conditions.links[edge.first_link + c];
      const bool matches = !hit.edge || spec(i).match.matches(routes[c].method, routes[c].path);
      if (!matches) continue;
      hit.edge ? fault.apply_to_link(link, s) : fault.apply_to_calls(link, s);
    }
  }
}

void FaultInjector::apply(Time t, const Flow& flow, std::size_t service, std::vector<TrafficConditions>& conditions,
                          const Which& which, bool whole) const {
  const ServiceModel& m = model_->services[service];
  conditions.assign(place_of_[service].size(), flow.neutral_conditions(service));
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    double s = strength(i, t);
    if (s <= 0 || (which && !which(spec(i)))) continue;
    if (whole) s = 1;
    for (std::size_t h = 0; h < entries_[i].hits.size(); ++h) {
      const Hit& hit = entries_[i].hits[h];
      if (hit.service != service) continue;
      for (std::size_t r = 0; r < conditions.size(); ++r) {
        if (!meets(entries_[i], h, r)) continue;
        apply_calls(i, hit, s, conditions[r]);
        if (hit.edge) continue;
        spec(i).behaviour->apply_to_replica(conditions[r].replica, s);
        if (spec(i).kind->reaches_probes) apply_health(spec(i), s, m.spec, conditions[r]);
        for (std::size_t c = 0; c < m.routes.size(); ++c) {
          if (!spec(i).match.matches(m.routes[c].method, m.routes[c].path)) continue;
          spec(i).behaviour->apply_to_requests(conditions[r].routes[c], s);
        }
      }
    }
  }
}

template <typename Conditions, typename Apply>
void FaultInjector::apply_each(Time t, std::size_t service, std::vector<Conditions>& conditions, Apply apply) const {
  conditions.assign(place_of_[service].size(), Conditions{});
  for (const std::size_t i : schedule_.by_begin()) {
    if (disabled_ || !schedule_.on(i)) continue;
    for (std::size_t h = 0; h < entries_[i].hits.size(); ++h) {
      const Hit& hit = entries_[i].hits[h];
      if (hit.service != service || hit.edge) continue;
      for (std::size_t r = 0; r < conditions.size(); ++r) {
        if (!meets(entries_[i], h, r)) continue;
        if (const double s = strength(i, t, turn_of(i, hit, r)); s > 0) apply(i, conditions[r], s);
      }
    }
  }
}

void FaultInjector::apply(Time t, std::size_t service, std::vector<PodConditions>& pods) const {
  apply_each(t, service, pods,
             [this](std::size_t i, PodConditions& c, double s) { spec(i).behaviour->apply_to_pod(c, s); });
}

void FaultInjector::apply(Time t, std::size_t service, std::vector<ScrapeConditions>& scrapes) const {
  apply_each(t, service, scrapes, [this, t](std::size_t i, ScrapeConditions& c, double s) {
    c.elapsed = t - schedule_.begin_of(i);
    spec(i).behaviour->apply_to_scrape(c, s);
    c.elapsed = Duration(0);
  });
}

ServiceConditions FaultInjector::service_conditions(Time t, std::size_t service) const {
  ServiceConditions conditions;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const double s = strength(i, t);
    if (s <= 0) continue;
    for (const Hit& hit : entries_[i].hits) {
      if (hit.service != service || hit.edge) continue;
      conditions.since = schedule_.begin_of(i);
      spec(i).behaviour->apply_to_service(conditions, s);
    }
  }
  return conditions;
}

void FaultInjector::apply(Time t, const Pods& pods, StateBoard& board) const {
  board.clear();
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    auto change = spec(i).behaviour->state();
    if (!change) continue;
    change->strength = strength(i, t);
    if (change->strength <= 0) continue;
    const StateOf of = state_table()[change->state].of;
    if (of == StateOf::cluster || of == StateOf::monitor) board.cluster.change(*change);
    for (std::size_t h = 0; h < entries_[i].hits.size(); ++h) {
      const Hit& hit = entries_[i].hits[h];
      if (of == StateOf::component) board.services[hit.service].change(*change);
      for (std::size_t r = 0; of == StateOf::node && r < hit.replicas.size(); ++r) {
        if (!meets(entries_[i], h, r) || model_->services[hit.service].spec.external) continue;
        board.nodes[pods.identity(pods.index_of(hit.service, r)).node].change(*change);
      }
    }
  }
}

MonitorConditions FaultInjector::monitor_conditions(Time t) const {
  MonitorConditions conditions;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (const double s = strength(i, t); s > 0) spec(i).behaviour->apply_to_monitor(conditions, s);
  }
  return conditions;
}

std::vector<std::string> FaultInjector::pods_of(std::size_t i, std::span<const PodLife> lives) const {
  const Time from = schedule_.begin_of(i);
  const Time until = spans_[i].ended ? spans_[i].to : Time::max();
  std::vector<std::string> pods;
  for (const Hit& hit : entries_[i].hits) {
    for (const PodLife& life : lives) {
      if (life.service != hit.service || life.until <= from || life.from >= until) continue;
      if (hit.replicas[life.replica]) pods.push_back(life.name);
    }
  }
  return pods;
}

// Of what hits requests, first of all whether there were any.
std::string FaultInjector::why_unseen(std::size_t i) const {
  const Entry& e = entries_[i];
  const FaultSpec& fault = spec(i);
  const FaultKind& kind = *fault.kind;
  if (!measures_alone_ && (hits_requests(fault) || kind.writes_only)) {
    if (e.offered <= 0) return nobody_called(fault, e.name);
    if (e.matched <= 0 && kind.writes_only) return format("no request wrote: all {:.0f} were GET or HEAD", e.offered);
    if (e.matched <= 0) return format("none of {:.0f} requests matched {}", e.offered, describe(fault.match));
    if (e.met < 1 && !disabled_) {
      return format("it was to hit less than one of the {:.0f} requests that it was about", e.matched);
    }
  }
  std::string measured = fault.behaviour->unseen(e.witness.before(), e.witness.last(), e.name);
  if (measures_alone_ && hits_requests(fault) && kind.view == View::callers && is_uncalled(e.witness.before()) &&
      is_uncalled(e.witness.last())) {
    measured = format("{}, before the fault or since: {}", nobody_called(fault, e.name), measured);
  }
  if (!e.cut) return measured;
  return format("the run was cut short {} after it began, before it could be seen: {}",
                describe_duration(*e.cut - schedule_.begin_of(i)), measured);
}

bool FaultInjector::meets(const Entry& entry, std::size_t hit, std::size_t replica) {
  return entry.hits[hit].replicas[replica] && !entry.spared[hit][replica];
}

std::vector<std::size_t> FaultInjector::hitting(std::size_t service, bool connections) const {
  const std::string& name = model_->services[service].spec.name;
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const TargetSpec& target = spec(i).target;
    if (!schedule_.on(i)) continue;
    if (target.service == name || (connections && target.dependency == name)) out.push_back(i);
  }
  return out;
}

std::vector<std::size_t> FaultInjector::hitting_zone(std::string_view zone) const {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (schedule_.on(i) && spec(i).target.zone == zone) out.push_back(i);
  }
  return out;
}

bool FaultInjector::spare(std::size_t fault, std::size_t service, std::size_t replica) {
  Entry& e = entries_[fault];
  bool left = false;
  for (std::size_t h = 0; h < e.hits.size(); ++h) {
    if (e.hits[h].service == service && replica < e.spared[h].size()) e.spared[h][replica] = true;
    for (std::size_t r = 0; r < e.spared[h].size(); ++r) left = left || meets(e, h, r);
  }
  return !left;
}

std::vector<FaultInjector::Effective> FaultInjector::effective(Time since) const {
  std::vector<Effective> out;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const FaultSpan& span = spans_[i];  // of those that have an effect
    const bool over = span.ended && entries_[i].recovered && *entries_[i].recovered < since;
    if (span.begun && !over) out.push_back({&spec(i), entries_[i].hits, span.from});
  }
  std::ranges::stable_sort(out, std::ranges::greater{}, &Effective::begun);
  return out;
}

std::vector<FaultState> FaultInjector::states(std::span<const PodLife> lives) const {
  std::vector<FaultState> out;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (!schedule_.begun(i)) continue;
    const Entry& e = entries_[i];
    out.push_back({spec(i).id, schedule_.begin_of(i), e.recovered, e.witness.testimony(), pods_of(i, lives)});
    if (!out.back().witness.observed) out.back().witness.what = why_unseen(i);
  }
  return out;
}

}  // namespace firedrill::fake_services
