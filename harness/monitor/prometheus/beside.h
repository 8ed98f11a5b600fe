// firedrill's own monitor and Alertmanager beside the real ones: they scrape the same processes and notify nobody, and
// what they find is kept apart from the run, for comparison.
#pragma once

#include <memory>
#include <vector>

#include "events/component.h"
#include "events/sink.h"
#include "monitor/alertmanager/embedded_alertmanager.h"
#include "monitor/embedded/embedded_monitor.h"
#include "monitor/embedded/quiet_targets.h"
#include "scenario/load.h"

namespace firedrill::monitor {

struct MonitorFindings {
  std::vector<events::AlertTransition> transitions;
  std::vector<events::Notification> notifications;
};

class EmbeddedBeside final : public events::Component {
 public:
  struct Options {
    Time start{};   // of the run
    Time origin{};  // from which the times of silences count
    Time end{};     // of the run
    EmbeddedMonitor::Options monitoring{};
    const EmbeddedMonitor* before = nullptr;  // which it goes on from; null: there was nothing
  };
  // Targets, scenario and findings must outlive it.
  EmbeddedBeside(ScrapeTargets& targets, const scenario::LoadedScenario& scenario, const Options& options,
                 MonitorFindings& findings);
  ~EmbeddedBeside() override;

  Time next_due() const override;
  void run_due(Time now) override;
  void end(Time now) override;

 private:
  class Listener;
  std::unique_ptr<QuietTargets> targets_;
  std::unique_ptr<Listener> listener_;
  Receivers receivers_;
  std::unique_ptr<EmbeddedMonitor> monitor_;
  std::unique_ptr<EmbeddedAlertmanager> alertmanager_;  // null: the scenario has none
};

}  // namespace firedrill::monitor
