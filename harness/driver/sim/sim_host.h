// The simulated world behind the driver's seam.
#pragma once

#include "driver/service_host.h"

namespace firedrill::driver {

class SimHost final : public ServiceHost {
 public:
  explicit SimHost(fake_services::WorldSpec spec) : world_(std::move(spec)) {}

  Time next_event() const override { return world_.next_event(); }
  void advance_to(Time t) override { world_.advance_to(t); }
  std::vector<fake_services::WorldEvent> take_events() override { return world_.take_events(); }
  std::vector<fake_services::Minute> take_minutes() override { return world_.take_minutes(); }
  std::vector<fake_services::FaultState> faults() const override { return world_.faults(); }
  std::vector<fake_services::ProbeState> probes() override { return world_.probes(); }
  std::span<const fake_services::Target> targets() const override { return world_.targets(); }
  fake_services::ScrapeResult scrape(std::size_t target, std::vector<double>& values) override {
    return world_.scrape(target, values);
  }
  const fake_services::MonitorConditions& monitor_conditions() const override { return world_.monitor_conditions(); }
  void tell(const fake_services::MonitorCounts& counts) override { world_.tell(counts); }
  void tell(std::size_t target, const fake_services::ScrapeOutcome& outcome) override { world_.tell(target, outcome); }

 private:
  fake_services::World world_;
};

}  // namespace firedrill::driver
