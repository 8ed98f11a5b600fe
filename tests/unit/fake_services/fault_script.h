// A drill for one fault: ten minutes before it, ten with it, twenty after. Tests say what shows meanwhile in metrics
// and probes (the columns of the fault catalogue); that the witness saw it, that it goes away and that nothing
// testifies to a fault without effect is the same for all.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "shop.h"

namespace firedrill::fake_services {

inline ServiceSpec& service_of(WorldSpec& spec, std::string_view name) {
  return *std::ranges::find(spec.topology.services, name, &ServiceSpec::name);
}

inline ProbeSpec http_probe(std::string path, std::int64_t period) {
  ProbeSpec probe;
  probe.http_get = ProbeHttpGet{.path = std::move(path), .port = "8080", .scheme = "HTTP", .host = {}, .headers = {}};
  probe.period_seconds = period;
  return probe;
}

// The shop with probes, zones, a disk, certificates, and a queue of mails that checkout fills.
inline WorldSpec drill_shop(std::vector<FaultSpec> faults = {}) {
  using namespace std::chrono_literals;
  WorldSpec spec = shop_world(std::move(faults));
  for (const char* name : {"web", "checkout", "catalogue"}) {
    ServiceSpec& service = service_of(spec, name);
    service.liveness_probe = http_probe("/health/live", 10);
    service.readiness_probe = http_probe("/health/ready", 5);
    service.zones = {"a", "b", "c"};
  }
  ServiceSpec& checkout = service_of(spec, "checkout");
  checkout.disk.emplace();
  checkout.readiness_checks = {"disk"};
  checkout.dependencies.push_back(dependency("mailer", std::chrono::seconds(1)));
  checkout.routes[0].calls.push_back(call("mailer"));
  service_of(spec, "catalogue").certificate.emplace();
  service_of(spec, "payments").certificate.emplace();
  ServiceSpec mailer = service("mailer", 2, lognormal(20ms, 60ms));
  mailer.concurrency = 4;
  mailer.consumer.emplace();
  mailer.liveness_probe = http_probe("/health/live", 10);
  spec.topology.services.push_back(mailer);
  EXPECT_TRUE(validate(spec.topology).empty());
  complete(spec.topology);
  return spec;
}

struct FaultScript {
  std::string kind;
  TargetSpec target;
  Fields fields = {};
  std::function<void(WorldSpec&)> change = {};  // of the shop
  std::function<void(Drill&)> before = {};      // two minutes before it begins
  std::function<void(Drill&)> during = {};      // two minutes before it ends
  std::function<void(Drill&)> after = {};       // twenty minutes after its end
  Duration ramp{};
};

inline WorldSpec world_of(const FaultScript& script) {
  using namespace std::chrono_literals;
  FaultSpec spec = fault("f", script.kind, script.target, 10min, 10min, script.fields);
  spec.ramp = script.ramp;
  WorldSpec world = drill_shop({std::move(spec)});
  if (script.change) script.change(world);
  complete(world.topology);
  for (const FaultProblem& p : validate(world.faults[0], world.topology)) ADD_FAILURE() << p.what << ": " << p.remedy;
  return world;
}

// Everything that is the same for all faults, and what the script adds.
inline void play(const FaultScript& script) {
  using namespace std::chrono_literals;
  Drill drill(world_of(script));
  const Time start = drill.world().now();
  const auto run_to = [&](Duration at) { drill.run_for(start + at - drill.world().now()); };
  run_to(8min);
  if (script.before) script.before(drill);
  run_to(18min);
  if (script.during) script.during(drill);
  run_to(40min);
  const auto states = drill.world().faults();
  ASSERT_EQ(states.size(), 1u);
  EXPECT_TRUE(states[0].witness.observed) << script.kind;
  EXPECT_LE(states[0].witness.at - states[0].injected, 2min) << script.kind << ": " << states[0].witness.what;
  EXPECT_TRUE(states[0].ended);
  EXPECT_LT(drill.error_ratio("web", 5), 1e-3) << script.kind << " is not over when it has ended";
  if (script.after) script.after(drill);
  WorldSpec without = world_of(script);
  without.disable_faults = true;
  without.faults[0].duration.reset();
  Drill harmless(std::move(without));
  harmless.run_for(90min);
  EXPECT_FALSE(harmless.world().faults().at(0).witness.observed)
      << script.kind << ": " << harmless.world().faults().at(0).witness.what;
}

// Failed probes of a service since the start.
inline double failed_probes(Drill& drill, std::string_view service, ProbeType type) {
  double failed = 0;
  for (const ProbeState& state : drill.world().probes()) {
    if (state.service == service && state.type == type) failed += static_cast<double>(state.failures);
  }
  return failed;
}
inline double failed_probes(Drill& drill) {
  double failed = 0;
  for (const ProbeState& state : drill.world().probes()) failed += static_cast<double>(state.failures);
  return failed;
}

inline std::size_t pod_events(const Drill& drill, EventKind kind, std::string_view service) {
  return static_cast<std::size_t>(std::ranges::count_if(
      drill.events(), [&](const events::Event& e) { return e.kind == kind && e.subject.starts_with(service); }));
}

// How many of a service's targets a scrape finds up.
inline std::size_t targets_up(Drill& drill, std::string_view service) {
  std::vector<double> values;
  std::size_t up = 0;
  const auto targets = drill.world().targets();
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (targets[i].service == service && drill.world().scrape(i, values).up) ++up;
  }
  return up;
}

inline double calls(const Drill& drill, std::string_view service, std::string dependency, std::string outcome) {
  return drill.value(service, "dependency_requests_total",
                     {{"dependency", std::move(dependency)}, {"outcome", std::move(outcome)}});
}

// Successful answers per second of a service over the next minute.
inline double rate_of(Drill& drill, std::string_view service, std::string_view metric,
                      const std::vector<model::Label>& labels = {}) {
  using namespace std::chrono_literals;
  const double before = drill.value(service, metric, labels);
  drill.run_for(1min);
  return (drill.value(service, metric, labels) - before) / 60;
}

inline TargetSpec link(std::string service, std::string dependency) {
  TargetSpec target = target_of(std::move(service));
  target.dependency = std::move(dependency);
  return target;
}

template <typename... Pairs>
Fields with(Pairs... pairs) {
  Fields fields;
  (fields.set(pairs.first, pairs.second, {}), ...);
  return fields;
}

}  // namespace firedrill::fake_services
