#include "fake_services/world.h"

#include "fake_services/simulation.h"
#include "fake_services/telemetry/scraped.h"

namespace firedrill::fake_services {

struct World::Impl {
  Impl(WorldSpec spec, events::Sink& sink)
      : simulation(std::move(spec), sink),
        scraped(
            simulation.spec().metrics, simulation.spec().faults, simulation.model(), simulation.pods(),
            {simulation.spec().seed, simulation.started(), simulation.spec().kubernetes, &simulation.spec().topology,
             simulation.spec().start, simulation.spec().reads, simulation.spec().replays, simulation.spec().origin}) {
    simulation.set_watcher(scraped);
  }
  Impl(const Impl& other, events::Sink& sink) : simulation(other.simulation, sink), scraped(other.scraped) {
    simulation.set_watcher(scraped);
  }

  Simulation simulation;
  Scraped scraped;
};

World::World(WorldSpec spec, events::Sink& sink) : impl_(std::make_unique<Impl>(std::move(spec), sink)) {}
World::World(const World& other, events::Sink& sink) : impl_(std::make_unique<Impl>(*other.impl_, sink)) {}
World::~World() = default;
World::World(World&&) noexcept = default;
World& World::operator=(World&&) noexcept = default;

Time World::now() const {
  return impl_->simulation.now();
}
Time World::next_event() const {
  return impl_->simulation.next_boundary();
}
void World::advance_to(Time t) {
  impl_->simulation.advance_to(t);
}
void World::write_last_lines() {
  impl_->simulation.write_last_lines();
}
std::expected<void, std::string> World::apply(const events::Action& action) {
  return impl_->simulation.apply(action);
}
std::vector<FaultState> World::faults() const {
  return impl_->simulation.faults();
}
std::vector<ProbeState> World::probes() {
  return impl_->simulation.probes();
}
std::span<const Target> World::targets() const {
  return impl_->scraped.targets();
}
ScrapeResult World::scrape(std::size_t target, std::vector<double>& values) {
  return impl_->scraped.scrape(target, impl_->simulation.production(), values);
}
void World::pass_by(std::size_t target) {
  impl_->scraped.pass_by(target, impl_->simulation.production());
}
void World::stop_writing() {
  impl_->simulation.stop_writing();
}
const MonitorConditions& World::monitor_conditions() const {
  return impl_->simulation.monitor_conditions();
}
void World::tell(const MonitorCounts& counts) {
  impl_->scraped.tell(counts);
}
void World::tell(const AlertmanagerCounts& counts) {
  impl_->scraped.tell(counts);
}
void World::tell(std::size_t target, const ScrapeOutcome& outcome) {
  impl_->scraped.tell(target, outcome);
}
const Topology& World::topology() const {
  return impl_->simulation.spec().topology;
}
std::size_t World::ready_replicas(std::size_t service) const {
  return impl_->simulation.ready_replicas(service);
}

std::size_t World::wanted_replicas(std::size_t service) const {
  return impl_->simulation.pods().wanted(service);
}
std::vector<ListedPod> World::pods() const {
  return list_pods(impl_->simulation.pods(), topology());
}

}  // namespace firedrill::fake_services
