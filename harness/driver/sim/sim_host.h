// The simulated world behind the driver's seams.
#pragma once

#include "driver/service_host.h"
#include "monitor/embedded/scrape_targets.h"

namespace firedrill::driver {

class SimHost : public ServiceHost, public monitor::ScrapeTargets {
 public:
  SimHost(fake_services::WorldSpec spec, events::Sink& sink) : world_(std::move(spec), sink) {}
  // Goes on where the other stands, and tells another sink.
  SimHost(const SimHost& other, events::Sink& sink) : world_(other.world_, sink) {}

  Time next_due() const override { return world_.next_event(); }
  const fake_services::World& world() const { return world_; }
  void run_due(Time now) override { world_.advance_to(now); }
  void end(Time /*now*/) override { world_.write_last_lines(); }
  std::expected<void, std::string> apply(const events::Action& action) override { return world_.apply(action); }
  std::vector<fake_services::FaultState> faults() const override { return world_.faults(); }
  std::vector<fake_services::ProbeState> probes() override { return world_.probes(); }
  std::span<const fake_services::Target> targets() const override { return world_.targets(); }
  fake_services::ScrapeResult scrape(std::size_t target, std::vector<double>& values) override {
    return world_.scrape(target, values);
  }
  void pass_by(std::size_t target) override { world_.pass_by(target); }
  // Nobody reads what services write, either.
  void stop_writing() { world_.stop_writing(); }
  const fake_services::MonitorConditions& monitor_conditions() const override { return world_.monitor_conditions(); }
  void tell(const fake_services::MonitorCounts& counts) override { world_.tell(counts); }
  void tell(const fake_services::AlertmanagerCounts& counts) override { world_.tell(counts); }
  void tell(std::size_t target, const fake_services::ScrapeOutcome& outcome) override { world_.tell(target, outcome); }

 private:
  fake_services::World world_;
};

}  // namespace firedrill::driver
