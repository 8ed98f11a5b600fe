#include "monitor/embedded/replica.h"

#include "base/text/format.h"

namespace firedrill::monitor {

ReplicaMonitor::ReplicaMonitor(ScrapeTargets& targets, const scenario::PrometheusSettings& settings,
                               const std::vector<alerting::RuleFile>& rule_files, Time start,
                               const EmbeddedMonitor::Options& options, events::Sink& sink, const Receivers& receivers)
    : targets_(std::make_unique<QuietTargets>(targets)) {
  EmbeddedMonitor::Options own = options;
  own.replica = 1;
  own.may_fail = false;
  own.keep = EmbeddedMonitor::Options::Keep::evidence;
  own.evidence.clear();
  own.wanted.clear();
  monitor_ = std::make_unique<EmbeddedMonitor>(*targets_, settings_of_replica(settings, 1), rule_files, start, own,
                                               sink, receivers);
}

ReplicaMonitor::ReplicaMonitor(const ReplicaMonitor& other, ScrapeTargets& targets, events::Sink& sink,
                               const Receivers& receivers)
    : targets_(std::make_unique<QuietTargets>(targets)),
      monitor_(std::make_unique<EmbeddedMonitor>(*other.monitor_, *targets_, sink, receivers)) {}

ReplicaMonitor::ReplicaMonitor(const ReplicaMonitor& other, ScrapeTargets& targets, events::Sink& sink,
                               const Receivers& receivers, EmbeddedMonitor::LooksAway away)
    : targets_(std::make_unique<QuietTargets>(targets)),
      monitor_(std::make_unique<EmbeddedMonitor>(*other.monitor_, *targets_, sink, receivers, away)) {}

ReplicaMonitor::~ReplicaMonitor() = default;

Time ReplicaMonitor::next_due() const {
  return monitor_->next_due();
}

void ReplicaMonitor::run_due(Time now) {
  monitor_->run_due(now);
}

scenario::PrometheusSettings settings_of_replica(scenario::PrometheusSettings settings, int replica) {
  if (settings.replicas.count < 2) return settings;
  settings.external_labels.set(settings.replicas.label, format("prometheus-{}", replica));
  if (settings.replicas.deduplicated) {
    auto step =
        alerting::RelabelStep::make({.regex = settings.replicas.label, .action = alerting::RelabelAction::label_drop});
    if (step) settings.alert_relabel.push_back(*std::move(step));
  }
  return settings;
}

}  // namespace firedrill::monitor
