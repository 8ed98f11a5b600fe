// The targets of a run for a server beside its first one: what becomes of its scrapes is no evidence for or against
// faults, which the first one gives.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "monitor/embedded/scrape_targets.h"

namespace firedrill::monitor {

class QuietTargets final : public ScrapeTargets {
 public:
  // They must outlive it.
  explicit QuietTargets(ScrapeTargets& targets) : targets_(targets) {}

  SlowScrapes* slow_scrapes() override { return targets_.slow_scrapes(); }
  std::span<const fake_services::Target> targets() const override { return targets_.targets(); }
  fake_services::ScrapeResult scrape(std::size_t target, std::vector<double>& values) override {
    return targets_.scrape(target, values);
  }
  void pass_by(std::size_t target) override { targets_.pass_by(target); }
  const fake_services::MonitorConditions& monitor_conditions() const override { return targets_.monitor_conditions(); }
  void tell(const fake_services::MonitorCounts& /*counts*/) override {}
  void tell(const fake_services::AlertmanagerCounts& /*counts*/) override {}
  void tell(std::size_t /*target*/, const fake_services::ScrapeOutcome& /*outcome*/) override {}

 private:
  ScrapeTargets& targets_;
};

}  // namespace firedrill::monitor
