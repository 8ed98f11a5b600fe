#include "counters.h"

#include "base/text/format.h"

namespace firedrill::world_oracle {

Counters::Counters(const FlowModel& model) {
  first_route.push_back(0);
  for (std::size_t s = 0; s < model.services.size(); ++s) {
    const ServiceModel& m = model.services[s];
    const auto add = [&](Quantity what, std::string name, double full = 1) {
      entries.push_back({what, s, m.spec.name + " " + std::move(name), full});
    };
    const auto replicas = static_cast<double>(m.spec.replicas);
    service_at_.push_back(entries.size());
    for (const int code : m.codes.list) add(Quantity::responses, format("{}", code));
    outside_at_.push_back(entries.size());
    for (const CallOutcome o : kConnectOutcomes) {
      add(Quantity::failures, format("from outside: {}", kCallOutcomeNames[static_cast<std::size_t>(o)]));
    }
    add(Quantity::busy, "busy", replicas * static_cast<double>(m.workers));
    add(Quantity::in_flight, "in flight", replicas * static_cast<double>(m.places));
    edge_at_.push_back(entries.size());
    for (std::size_t e = 0; e < m.edges.size(); ++e) {
      const DependencySpec& d = m.edges[e].spec;
      for (const char* outcome : kCallOutcomeNames) add(Quantity::failures, format("→ {}: {}", d.name, outcome));
      add(Quantity::pool, format("→ {}: pool", d.name), replicas * static_cast<double>(d.pool.size));
    }
    for (const RouteModel& r : m.routes) route_names.push_back(format("{} {} {}", m.spec.name, r.method, r.path));
    first_route.push_back(route_names.size());
  }
}

FirstTimes::FirstTimes(const FlowModel& model) {
  for (const ServiceModel& m : model.services) {
    queue.push_back(kNever);
    breaker.emplace_back(m.edges.size(), kNever);
    warm.emplace_back(m.edges.size(), kNever);
  }
}

}  // namespace firedrill::world_oracle
