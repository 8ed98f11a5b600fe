// The second of two Prometheus servers that watch the same targets by the same rules and send to the same Alertmanager.
// What both find is told as one (replica_union.h).
#pragma once

#include <memory>

#include "monitor/embedded/embedded_monitor.h"
#include "monitor/embedded/quiet_targets.h"

namespace firedrill::monitor {

class ReplicaMonitor final : public events::Component {
 public:
  // `settings` are the first one's. Targets, sink, receivers and rule files must outlive it.
  ReplicaMonitor(ScrapeTargets& targets, const scenario::PrometheusSettings& settings,
                 const std::vector<alerting::RuleFile>& rule_files, Time start, const EmbeddedMonitor::Options& options,
                 events::Sink& sink, const Receivers& receivers);
  // Goes on where the other stands, with copies of its targets and of its receivers, and tells another sink.
  ReplicaMonitor(const ReplicaMonitor& other, ScrapeTargets& targets, events::Sink& sink, const Receivers& receivers);
  ReplicaMonitor(const ReplicaMonitor& other, ScrapeTargets& targets, events::Sink& sink, const Receivers& receivers,
                 EmbeddedMonitor::LooksAway);
  ~ReplicaMonitor() override;

  Time next_due() const override;
  void run_due(Time now) override;

 private:
  std::unique_ptr<QuietTargets> targets_;
  std::unique_ptr<EmbeddedMonitor> monitor_;
};

// The settings of one of two servers: its own value of the label that tells them apart, and the step that drops it if
// alerts are to be alike. Of a single server nothing changes.
scenario::PrometheusSettings settings_of_replica(scenario::PrometheusSettings settings, int replica);

}  // namespace firedrill::monitor
