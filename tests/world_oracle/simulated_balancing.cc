// The simulation's load balancing: who sends a request, and to which replica.
#include <algorithm>

#include "simulation.h"

namespace firedrill::world_oracle {

Simulation::Sender Simulation::new_sender(std::size_t service) {
  const auto replicas = static_cast<std::size_t>(model(service).spec.replicas);
  Sender sender;
  sender.owes.assign(replicas, 0);
  if (model(service).spec.load_balancing == LoadBalancing::round_robin && replicas > 1) {
    sender.turn = random_.below(replicas);
  }
  return sender;
}

std::optional<std::size_t> Simulation::choose_replica(std::size_t s, Sender& sender, const Tried& tried, RetryTo to) {
  const std::vector<std::size_t>& ready = services_[s].ready;
  if (ready.empty()) return std::nullopt;
  const auto has = [](const Tried& all, std::size_t r) { return std::ranges::find(all, r) != all.end(); };
  if (to == RetryTo::same && !tried.empty() && has(ready, tried.back())) return tried.back();
  std::vector<std::size_t> open = ready;
  if (to == RetryTo::another) std::erase_if(open, [&](std::size_t r) { return has(tried, r); });
  if (open.empty()) open = ready;
  switch (model(s).spec.load_balancing) {
    case LoadBalancing::random:
      break;
    case LoadBalancing::round_robin:
      for (;;) {
        const std::size_t next = ready[sender.turn++ % ready.size()];
        if (has(open, next)) return next;
      }
    case LoadBalancing::least_requests: {
      std::int64_t least = sender.owes[open.front()];
      for (const std::size_t r : open) least = std::min(least, sender.owes[r]);
      std::erase_if(open, [&](std::size_t r) { return sender.owes[r] > least; });
      break;
    }
  }
  return open[random_.below(open.size())];
}

std::optional<ConnectFailure> Simulation::connect(std::size_t s, std::size_t route, std::size_t replica) {
  const RequestConditions& c = services_[s].replicas[replica].conditions->routes[route];
  for (std::size_t i = 0; i < kConnectFailures; ++i) {
    if (chance(c.connect_failures[i])) return static_cast<ConnectFailure>(i);
  }
  return std::nullopt;
}

// Clients from outside wait until they give up.
Task Simulation::visit(std::size_t s, std::size_t route) {
  Sender& sender = services_[s].outside;
  const auto replica = choose_replica(s, sender, {}, RetryTo::any);
  const auto failure = replica ? connect(s, route, *replica) : ConnectFailure::refused;
  const bool dropped = failure && *failure == ConnectFailure::dropped;
  const auto tell = [&] { note(layout_->outside(s, static_cast<std::size_t>(*failure))); };
  if (failure && !dropped) {
    tell();
    co_return;
  }
  if (!failure && model(s).spec.load_balancing != LoadBalancing::least_requests) {
    serve(s, route, *replica, {});
    co_return;
  }
  ++sender.owes[*replica];
  const Token t = engine_.token();
  engine_.wake_at(now() + to_seconds(model(s).spec.traffic->timeout), t, kGaveUp);
  if (!failure) serve(s, route, *replica, t);
  co_await engine_.wait(t);
  --sender.owes[*replica];
  if (dropped) tell();
}

}  // namespace firedrill::world_oracle
