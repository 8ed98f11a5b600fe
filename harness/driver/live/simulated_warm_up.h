// The time before a live run of which rules see the metrics: simulated, and loaded as history of the run's monitor.
// What passes for real is the last of it.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/time.h"
#include "driver/live/live_services.h"
#include "driver/run.h"
#include "driver/run_options.h"
#include "record/monitoring.h"
#include "scenario/load.h"

namespace firedrill::driver::live {

// A warm-up that is said is waited for as long as this, by the wall's clock.
inline constexpr Duration kLongestWarmUp = std::chrono::minutes(10);
// Of one whose beginning is simulated so much passes for real, of the incident's time.
inline constexpr Duration kRealPart = std::chrono::minutes(10);

// How much of the warm-up is simulated: of one that follows from the rules, and of one that would be waited for too
// long, all but its last part.
Duration simulated_part(const scenario::Scenario& scenario, double speed);

class SimulatedWarmUp {
 public:
  // Of what a live run scrapes: no kube-state-metrics, no kubelets, no exporters. Nobody is on call, and nobody is
  // told. `options` are the live run's, and `speed` is its.
  SimulatedWarmUp(const scenario::LoadedScenario& scenario, const RunOptions& options, double speed);
  ~SimulatedWarmUp();
  SimulatedWarmUp(const SimulatedWarmUp&) = delete;
  SimulatedWarmUp& operator=(const SimulatedWarmUp&) = delete;

  // Goes on for a while; false: it is over, or its budget is exceeded.
  bool step();
  // What is left of the scenario: that which passes for real.
  static void leave_real_part(scenario::LoadedScenario& scenario, double speed);

  Time from() const { return scenario_.scenario.start; }
  Time until() const { return until_; }
  // From when on all is there; nothing: from the beginning.
  std::optional<Time> whole_from() const;
  // The alerts that fire as it ends though what they watch is over, by their rules' `keep_firing_for`.
  std::vector<record::LostAtStart> kept_firing() const;
  // Which of them whoever monitors the run has not taken up: for the record.
  void set_lost(std::vector<record::LostAtStart> lost) { lost_ = std::move(lost); }
  const std::vector<record::LostAtStart>& lost() const { return lost_; }
  // What each pod exposes as it ends, for processes that count on from there: counts of requests in their own time, of
  // which less passes by `speed`. Once, when it is over: it is one more scrape.
  PastOfPods past(double speed);
  // As it stands once it is over.
  const monitor::EmbeddedMonitor& monitor() const { return run_->inside().monitor; }

 private:
  scenario::LoadedScenario scenario_;
  Time until_{};
  std::unique_ptr<Run> run_;
  std::vector<record::LostAtStart> lost_;
};

}  // namespace firedrill::driver::live
