// Of LiveHost: faults at their times, as orders to processes, proxies and clients.
#include <algorithm>
#include <utility>

#include "driver/live/live_host.h"
#include "fake_services/faults/live_forms.h"

namespace firedrill::driver::live {

using fake_services::FaultSpec;
using fake_services::FlowModel;
using fake_services::LiveForm;
using fake_services::Target;
using fake_services::TrafficConditions;

namespace {

bool on_lines(const FaultSpec& fault) {
  return fake_services::live_form(fault) == LiveForm::line;
}
bool in_process(const FaultSpec& fault) {
  return !on_lines(fault);
}
// What others do to the same requests does not mix with it.
bool is_apart(const FaultSpec& fault) {
  return fault.pattern.first > 0 || fault.behaviour->bytes() || fault.parts_connections();
}

// Who is hit knows it only when the wait is over.
bool shows_late(const FaultSpec& fault) {
  fake_services::RequestConditions c;
  fault.target.dependency.empty() ? fault.behaviour->apply_to_requests(c, 1) : fault.behaviour->apply_to_link(c, 1);
  return c.silent > 0 || c.lost > 0 || c.delay.any() || c.failing_at(fake_services::ConnectFailure::dropped) > 0;
}

// Of all who wait for an answer; nobody waits longer than kMostWait for their sake.
Duration longest_wait(const FlowModel& model) {
  constexpr Duration kMostWait = std::chrono::seconds(10);
  Duration longest{};
  for (const auto& service : model.services) {
    if (service.spec.traffic) longest = std::max(longest, service.spec.traffic->timeout);
    for (const auto& edge : service.edges) longest = std::max(longest, edge.spec.request_timeout);
  }
  return std::min(longest, kMostWait);
}

}  // namespace

// It was to hit so many and no more. It is over when those who waited for the last of them have told so.
void LiveHost::end_what_is_used_up(Time t) {
  for (std::size_t i = 0; i < scenario_.faults.size(); ++i) {
    const FaultSpec& fault = scenario_.faults[i];
    const bool counts = fault.pattern.first > 0 && injector_.schedule().on(i);
    if (!counts || !world_.allowances()->is_used_up(i)) continue;
    const auto [used_up, just_now] = used_up_.emplace(i, t);
    if (just_now) give_orders(t);  // what else it does ends with its last request
    const Time since = used_up->second;
    if (t >= since + of_wall(kTold + (shows_late(fault) ? longest_wait(model_) : Duration(0)))) {
      injector_.schedule().exhaust(i, t);
    }
  }
}

void LiveHost::process_faults(Time t) {
  end_what_is_used_up(t);
  const bool due = injector_.due(t);
  if (!due && !injector_.lingering()) return;
  const LiveObserver seen = observer(t);
  if (due && injector_.process(t, seen, sink_)) give_orders(t);
  if (injector_.lingering()) injector_.recover(t, seen, sink_);
}

void LiveHost::give_orders(Time t) {
  for (const std::size_t service : injector_.services_hit()) order_service(t, service);
  set_monitor(t);
  note_injected();
  next_ramp_ = injector_.schedule().ramping(t) ? t + injector_.schedule().ramp_step(t) : Time::max();
}

void LiveHost::take_back(std::size_t service) {
  const TrafficConditions neutral = neutral_.neutral_conditions(service);
  const ReplicaOrders orders = orders_for(model_.services[service], {neutral, neutral, {}, {}});
  world_.post([service, orders](LiveServices& services) {
    for (std::size_t r = 0; r < services.slots(service); ++r) services.order(service, r, orders);
  });
}

// The thread that does it comes to this behind the orders. What hits the first few hits none before: who counts them
// begins to count at the same instant.
void LiveHost::note_injected() {
  const fake_services::FaultSchedule& schedule = injector_.schedule();
  for (std::size_t i = 0; i < schedule.size(); ++i) {
    const std::string& id = schedule.spec(i).id;
    if (!schedule.begun(i) || !ordered_.insert(id).second) continue;
    const auto few = static_cast<std::uint64_t>(schedule.spec(i).pattern.first);
    world_.post([id, i, few, allowances = world_.allowances(), injected = injected_](LiveServices& services) {
      services.settle();
      if (few > 0) allowances->grant(i, few);
      const std::scoped_lock lock(injected->mutex);
      injected->at.emplace(id, services.now());
    });
  }
}

void LiveHost::order_service(Time t, std::size_t service) {
  const fake_services::ServiceModel& model = model_.services[service];
  std::vector<fake_services::ScrapeConditions> scrapes;
  injector_.apply(t, service, scrapes);
  world_.clients().set_factor(service, injector_.service_conditions(t, service).traffic_factor);
  std::vector<ReplicaOrders> orders;
  for (const Befalls& each : befalls(t, service)) orders.push_back(orders_for(model, each));
  world_.post([service, orders = std::move(orders)](LiveServices& services) {
    for (std::size_t r = 0; r < orders.size(); ++r) services.order(service, r, orders[r]);
    services.follow_versions(service);
  });
  for (std::size_t i = 0; i < scraper_.targets().size(); ++i) {
    const Target& target = scraper_.targets()[i];
    if (target.service_index == service && target.replica < scrapes.size()) {
      scraper_.set_conditions(i, scrapes[target.replica]);
    }
  }
}

std::vector<Befalls> LiveHost::befalls(Time t, std::size_t service) {
  std::vector<TrafficConditions> process;
  std::vector<TrafficConditions> lines;
  std::vector<fake_services::PodConditions> pods;
  const auto hits_yet = [this](const FaultSpec& f) { return !is_used_up(f); };
  injector_.apply(t, neutral_, service, process, [&](const FaultSpec& f) { return in_process(f) && hits_yet(f); });
  injector_.apply(t, neutral_, service, lines, [&](const FaultSpec& f) { return on_lines(f) && hits_yet(f); });
  injector_.apply(t, service, pods);
  const fake_services::ServiceConditions conditions = injector_.service_conditions(t, service);
  std::vector<Befalls> out;
  for (std::size_t r = 0; r < process.size(); ++r) {
    out.push_back({.in_process = process[r], .on_lines = lines[r], .pod = pods[r], .service = conditions});
    out.back().speed = speed();
    out.back().replicas = world_.services().replicas(service);
  }
  if (std::ranges::none_of(scenario_.faults, is_apart)) return out;
  injector_.apply(t, neutral_, service, process, [](const FaultSpec& f) { return in_process(f) && !is_apart(f); });
  injector_.apply(t, neutral_, service, lines, [](const FaultSpec& f) { return on_lines(f) && !is_apart(f); });
  for (std::size_t r = 0; r < out.size(); ++r) {
    out[r].in_process.routes = process[r].routes;
    out[r].in_process.links = process[r].links;
    out[r].on_lines.routes = lines[r].routes;
    out[r].on_lines.links = lines[r].links;
    out[r].on_lines.dependencies = lines[r].dependencies;
  }
  spare_probes(t, service, out);
  for (std::size_t i = 0; i < scenario_.faults.size(); ++i) {
    const FaultSpec& fault = scenario_.faults[i];
    if (!is_apart(fault) || !injector_.schedule().on(i)) continue;
    const auto is_it = [&](const FaultSpec& f) { return f.id == fault.id; };
    injector_.apply(t, neutral_, service, lines, is_it, fault.parts_connections());
    const auto bytes = fault.behaviour->bytes();
    for (std::size_t r = 0; r < out.size(); ++r) {
      Befalling& apart =
          out[r].apart.emplace_back(Befalling{.fault = i, .conditions = lines[r], .on_line = on_lines(fault)});
      if (fault.parts_connections()) apart.connections = injector_.strength_at(i, t);
      if (fault.pattern.first > 0) apart.first = {world_.allowances(), i};
      if (bytes) apart.bytes = *bytes;
    }
  }
  return out;
}

// What hits the first few hits requests: probes take none of them, and so meet nothing. (On a health endpoint that is
// no route there is nothing but probes to hit.)
void LiveHost::spare_probes(Time t, std::size_t service, std::vector<Befalls>& out) {
  const auto spares = [&](const FaultSpec& fault) {
    return fault.pattern.first > 0 && std::ranges::any_of(model_.services[service].routes, [&](const auto& route) {
             return fault.match.matches(route.method, route.path);
           });
  };
  if (std::ranges::none_of(scenario_.faults, spares)) return;
  std::vector<TrafficConditions> process;
  std::vector<TrafficConditions> lines;
  injector_.apply(t, neutral_, service, process, [&](const FaultSpec& f) { return in_process(f) && !spares(f); });
  injector_.apply(t, neutral_, service, lines, [&](const FaultSpec& f) { return on_lines(f) && !spares(f); });
  for (std::size_t r = 0; r < out.size(); ++r) {
    out[r].in_process.health = process[r].health;
    out[r].on_lines.health = lines[r].health;
    out[r].on_lines.replica = lines[r].replica;  // scrapes, which go through the proxy where this says so
  }
}

bool LiveHost::is_used_up(const FaultSpec& fault) const {
  return std::ranges::any_of(used_up_, [&](const auto& each) { return scenario_.faults[each.first].id == fault.id; });
}

}  // namespace firedrill::driver::live
