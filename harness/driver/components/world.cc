// The services: simulated, or those of a live world.
#include "driver/cluster_use.h"
#include "driver/components/component.h"
#include "driver/components/monitoring.h"
#include "driver/live/live_host.h"
#include "driver/live/simulated_warm_up.h"
#include "driver/log_keeper.h"
#include "driver/series_read.h"
#include "driver/sim/numbered_sim_host.h"
#include "driver/sim/sim_host.h"

namespace firedrill::driver {
namespace {

// Whether kube-state-metrics and the kubelets have to be scraped.
bool watches_cluster(const Setup& setup) {
  const scenario::PrometheusSettings& prometheus = setup.scenario.scenario.prometheus;
  if (prometheus.kubernetes_targets) return *prometheus.kubernetes_targets;
  const Expressions expected = expected_expressions(setup.scenario.declared);
  return scrapes_cluster(prometheus.jobs) || reads_cluster(setup.scenario.rule_files, expected);
}

template <typename Host>
std::unique_ptr<events::Component> wired(std::unique_ptr<Host> host, Wiring& wiring) {
  wiring.host = host.get();
  wiring.targets = host.get();
  if constexpr (requires { host->world(); }) wiring.world = &host->world();
  return host;
}

// Counted from where the scenario says that it starts.
Time certified(const Setup& setup) {
  return setup.scenario.scenario.warmup_follows ? setup.record.judged_from : setup.record.started;
}

std::vector<fake_services::Stride> strides_of(const scenario::LoadedScenario& scenario) {
  return scenario.history ? scenario.history->strides : std::vector<fake_services::Stride>();
}

std::unique_ptr<events::Component> make(const Setup& setup, Wiring& wiring) {
  const scenario::LoadedScenario& scenario = setup.scenario;
  if (setup.options.live != nullptr) {
    const live::SimulatedWarmUp* warm_up = setup.options.warm_up;
    const tsdb::Store* before = warm_up == nullptr ? nullptr : &warm_up->monitor().series();
    return wired(
        std::make_unique<live::LiveHost>(*setup.options.live, scenario, setup.record,
                                         live::LiveHost::Options{.seed = setup.options.seed,
                                                                 .promql = setup.options.promql,
                                                                 .disable_faults = setup.options.disable_faults,
                                                                 .clock = wiring.clock,
                                                                 .prometheus = setup.options.programs != nullptr,
                                                                 .before = before},
                                         *wiring.of_world),
        wiring);
  }
  fake_services::WorldSpec spec{
      .topology = scenario.topology,
      .metrics = scenario.metrics,
      .faults = scenario.faults,
      .seed = setup.options.seed,
      .start = setup.record.started,
      .origin = setup.record.judged_from,
      .certified = certified(setup),
      .disable_faults = setup.options.disable_faults,
      .people = scenario.team != nullptr,
      .limited = scenario.limited,
      .log_every = setup.options.keep == Keep::none && !setup.options.logs
                       ? Duration(0)
                       : log_every(setup.record.judged_to - logs_from(setup.record.started, setup.record.judged_from)),
      .reads = fake_services::attaches_exporters(scenario.topology) ? series_read(setup) : nullptr,
      .kubernetes = watches_cluster(setup),
      .replays = scenario.replays,
      .strides = strides_of(scenario)};
  if (setup.options.numbered_pods) {
    return wired(std::make_unique<NumberedSimHost>(std::move(spec), *wiring.of_world), wiring);
  }
  return wired(std::make_unique<SimHost>(std::move(spec), *wiring.of_world), wiring);
}

std::unique_ptr<events::Component> copy(const events::Component& other, Wiring& wiring) {
  auto copied = std::make_unique<SimHost>(static_cast<const SimHost&>(other), *wiring.of_world);
  if (!wiring.watched) copied->stop_writing();
  return wired(std::move(copied), wiring);
}

}  // namespace

namespace components {
ComponentKind world() {
  return {.name = "world", .make = make, .copy = copy};
}
}  // namespace components

}  // namespace firedrill::driver
