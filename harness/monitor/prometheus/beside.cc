#include "monitor/prometheus/beside.h"

#include <algorithm>

#include "events/event.h"

namespace firedrill::monitor {

class EmbeddedBeside::Listener final : public events::Sink {
 public:
  explicit Listener(MonitorFindings& findings) : findings_(findings) {}
  void on_event(events::Event /*event*/) override {}
  void on_transition(const events::AlertTransition& transition) override {
    findings_.transitions.push_back(transition);
  }
  void on_notification(const events::Notification& notification,
                       const events::NotificationPayload* /*payload*/) override {
    findings_.notifications.push_back(notification);
  }

 private:
  MonitorFindings& findings_;
};

EmbeddedBeside::EmbeddedBeside(ScrapeTargets& targets, const scenario::LoadedScenario& scenario, const Options& options,
                               MonitorFindings& findings)
    : targets_(std::make_unique<QuietTargets>(targets)),
      listener_(std::make_unique<Listener>(findings)),
      monitor_(options.before != nullptr
                   ? std::make_unique<EmbeddedMonitor>(*options.before, *targets_, options.monitoring, options.start,
                                                       *listener_, receivers_)
                   : std::make_unique<EmbeddedMonitor>(*targets_, scenario.scenario.prometheus, scenario.rule_files,
                                                       options.start, options.monitoring, *listener_, receivers_)) {
  if (!scenario.alertmanager) return;
  alertmanager_ =
      std::make_unique<EmbeddedAlertmanager>(*scenario.alertmanager, *targets_,
                                             EmbeddedAlertmanager::Options{.seed = options.monitoring.seed,
                                                                           .start = options.start,
                                                                           .origin = options.origin,
                                                                           .end = options.end,
                                                                           .budget = options.monitoring.budget},
                                             *listener_);
  receivers_.push_back(alertmanager_.get());
}

EmbeddedBeside::~EmbeddedBeside() = default;

Time EmbeddedBeside::next_due() const {
  const Time other = alertmanager_ == nullptr ? Time::max() : alertmanager_->next_due();
  return std::min(monitor_->next_due(), other);
}

void EmbeddedBeside::run_due(Time now) {
  monitor_->run_due(now);
  if (alertmanager_ != nullptr) alertmanager_->run_due(now);
}

void EmbeddedBeside::end(Time now) {
  monitor_->end(now);
  if (alertmanager_ != nullptr) alertmanager_->end(now);
}

}  // namespace firedrill::monitor
