#include "monitor/embedded/replica.h"

#include "base/text/format.h"
#include "events/event.h"

namespace firedrill::monitor {

// The same targets; what this server does is no evidence for or against faults, which the first one gives.
class ReplicaMonitor::Targets final : public ScrapeTargets {
 public:
  explicit Targets(ScrapeTargets& targets) : targets_(targets) {}

  std::span<const fake_services::Target> targets() const override { return targets_.targets(); }
  fake_services::ScrapeResult scrape(std::size_t target, std::vector<double>& values) override {
    return targets_.scrape(target, values);
  }
  const fake_services::MonitorConditions& monitor_conditions() const override { return targets_.monitor_conditions(); }
  void tell(const fake_services::MonitorCounts& /*counts*/) override {}
  void tell(const fake_services::AlertmanagerCounts& /*counts*/) override {}
  void tell(std::size_t /*target*/, const fake_services::ScrapeOutcome& /*outcome*/) override {}

 private:
  ScrapeTargets& targets_;
};

class ReplicaMonitor::Filter final : public events::Sink {
 public:
  Filter(events::Sink& sink, bool has_own_alerts) : sink_(sink), has_own_alerts_(has_own_alerts) {}
  Filter(const Filter& other, events::Sink& sink) : sink_(sink), has_own_alerts_(other.has_own_alerts_) {}

  // Its own state is nobody's news; steps of its alerts are.
  void on_event(events::Event event) override {
    if (has_own_alerts_ && events::to_string(event.kind).starts_with("alert.")) sink_.on_event(std::move(event));
  }
  void on_minute(const events::Minute& /*minute*/) override {}
  void on_transition(const events::AlertTransition& transition) override {
    if (has_own_alerts_) sink_.on_transition(transition);
  }
  void on_send(const events::AlertSend& send) override {
    if (has_own_alerts_) sink_.on_send(send);
  }

 private:
  events::Sink& sink_;
  bool has_own_alerts_;
};

ReplicaMonitor::ReplicaMonitor(ScrapeTargets& targets, const scenario::PrometheusSettings& settings,
                               const std::vector<alerting::RuleFile>& rule_files, Time start,
                               const EmbeddedMonitor::Options& options, events::Sink& sink, const Receivers& receivers)
    : targets_(std::make_unique<Targets>(targets)),
      filter_(std::make_unique<Filter>(sink, !settings.replicas.deduplicated)) {
  EmbeddedMonitor::Options own = options;
  own.replica = 1;
  own.may_fail = false;
  own.keep = EmbeddedMonitor::Options::Keep::evidence;
  own.evidence.clear();
  own.wanted.clear();
  monitor_ = std::make_unique<EmbeddedMonitor>(*targets_, settings_of_replica(settings, 1), rule_files, start, own,
                                               *filter_, receivers);
}

ReplicaMonitor::ReplicaMonitor(const ReplicaMonitor& other, ScrapeTargets& targets, events::Sink& sink,
                               const Receivers& receivers)
    : targets_(std::make_unique<Targets>(targets)),
      filter_(std::make_unique<Filter>(*other.filter_, sink)),
      monitor_(std::make_unique<EmbeddedMonitor>(*other.monitor_, *targets_, *filter_, receivers)) {}

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
