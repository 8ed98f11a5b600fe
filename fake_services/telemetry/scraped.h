// The simulation as a monitor meets it: targets, and an account of what the monitor does.
#pragma once

#include "fake_services/telemetry/exposition.h"
#include "fake_services/watcher.h"

namespace firedrill::fake_services {

class Scraped final : public Watcher {
 public:
  // `model` must outlive it.
  Scraped(const std::vector<MetricSpec>& metrics, const std::vector<FaultSpec>& faults, const FlowModel& model,
          const Pods& pods, const Exposition::Start& start);

  std::span<const Target> targets() const { return exposition_.targets(); }
  ScrapeResult scrape(std::size_t target, const Production& production, std::vector<double>& values) {
    return exposition_.scrape(target, production, values, counts_, alertmanager_counts_);
  }
  void pass_by(std::size_t target, const Production& production) { exposition_.pass_by(target, production); }
  void tell(const MonitorCounts& counts) { counts_ = counts; }
  void tell(const AlertmanagerCounts& counts) { alertmanager_counts_ = counts; }
  void tell(std::size_t target, const ScrapeOutcome& outcome) { exposition_.tell(target, outcome); }

  void on_slot_added() override { exposition_.add_slot(); }
  void on_pod_made(std::size_t slot, const Production& production) override;
  void on_pod_removed(std::size_t slot) override { exposition_.unlist(slot); }
  void on_restarted(std::size_t slot, Time t) override { exposition_.restarted(slot, t); }
  void on_conditions(std::size_t slot, const ScrapeConditions& conditions, const Production& production) override {
    exposition_.disturb(slot, conditions, production);
  }
  std::span<const ScrapeTally> scrapes() const override { return exposition_.tallies(); }
  const MonitorCounts& monitor_counts() const override { return counts_; }
  const AlertmanagerCounts& alertmanager_counts() const override { return alertmanager_counts_; }

 private:
  std::vector<MetricSpec> metrics_;  // of pods that are made
  std::vector<FaultSpec> faults_;
  Exposition exposition_;
  MonitorCounts counts_;
  AlertmanagerCounts alertmanager_counts_;
};

}  // namespace firedrill::fake_services
