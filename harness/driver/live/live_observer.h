// What witnesses of faults see of the live world: what processes, clients, kubelets and the monitor counted.
#pragma once

#include <optional>
#include <vector>

#include "driver/live/live_scraper.h"
#include "driver/live/live_world.h"
#include "fake_services/faults/observer.h"

namespace firedrill::driver::live {

class LiveObserver final : public fake_services::Observer {
 public:
  // Since the run's start, so many seconds ago. `outside_usual` by service: as many come from outside without faults.
  LiveObserver(LiveWorld& world, const LiveScraper& scraper, const fake_services::MonitorCounts& monitor,
               const fake_services::AlertmanagerCounts& alertmanager, const std::vector<double>& outside_usual,
               Time now, double seconds);
  // What clients had counted by an instant, by service, and processes by the mark that was made then.
  void go_back_to(LiveWorld& world, const std::vector<fake_services::OutsideCounts>& outside);
  Time now() const override { return now_; }
  fake_services::Observation of(std::span<const fake_services::Hit> hits, fake_services::View view) const override;
  fake_services::Observation while_left(std::size_t fault, std::span<const fake_services::Hit> hits,
                                        fake_services::View view) const override;
  double forged(std::span<const fake_services::Hit> hits, const fake_services::ForgedMetric& metric) const override;
  // Nothing shows states here: all are as they should be.
  double level(std::span<const fake_services::Hit> hits, std::size_t state) const override;

  // What all callers of a service saw of it, whether from outside or from within. `while_left`: of what began while
  // there was some left of that fault.
  fake_services::Observation callers_of(std::size_t service, std::optional<std::size_t> while_left = {}) const;
  const ReplicaRecord& replica(std::size_t service, std::size_t index) const { return replicas_[service][index]; }
  const fake_services::OutsideCounts& outside(std::size_t service) const { return outside_[service]; }

 private:
  using WhileLeft = std::optional<std::size_t>;
  fake_services::Observation seen_of(std::span<const fake_services::Hit> hits, fake_services::View view,
                                     WhileLeft fault) const;
  fake_services::Observation met_by_callers(std::size_t service, std::size_t edge, WhileLeft fault) const;
  fake_services::Observation over_edge(std::size_t service, std::size_t edge, WhileLeft fault) const;
  void add_replica(const fake_services::Hit& hit, std::size_t index, fake_services::Observation& out) const;
  void add_scrapes(std::size_t service, std::size_t index, fake_services::Observation& out) const;

  double pace_;  // seconds of the run in one in which requests pass
  const fake_services::FlowModel& model_;
  const LiveScraper& scraper_;
  const fake_services::MonitorCounts& monitor_;
  const fake_services::AlertmanagerCounts& alertmanager_;
  const std::vector<double>& usual_;
  Time now_;
  double seconds_;
  std::vector<std::vector<ReplicaRecord>> replicas_;  // by service
  std::vector<fake_services::OutsideCounts> outside_;
};

}  // namespace firedrill::driver::live
