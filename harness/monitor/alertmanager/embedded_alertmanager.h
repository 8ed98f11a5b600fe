// firedrill's own Alertmanager as a part of a run: takes what the monitor posts, decides in virtual time, and tells of
// each notification, of what holds alerts back and, where sends may be lost, of what it has of each alert. Faults make
// it stop and start again, and its receivers fail.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bounds/budget.h"
#include "events/component.h"
#include "events/sink.h"
#include "monitor/alert_receiver.h"
#include "monitor/alertmanager/alert_statuses.h"
#include "monitor/alertmanager/teller.h"
#include "monitor/embedded/scrape_targets.h"
#include "notify/alertmanager.h"
#include "scenario/notifications/alertmanager.h"

namespace firedrill::monitor {

class EmbeddedAlertmanager final : public events::Component, public AlertReceiver {
 public:
  struct Options {
    std::uint64_t seed = 0;  // of the run
    Time start{};            // when the process starts
    Time origin{};           // from which the times of silences count
    Time end{};              // of the run
    // By rule: where Prometheus says that an alert of it comes from.
    std::vector<std::string> generator_urls{};
    bool sends_may_fail = false;  // what it has of an alert may differ from what the rules say, and is told
    Budget* budget = nullptr;     // of the command; null: no bound
  };

  // Targets and sink must outlive it.
  EmbeddedAlertmanager(const scenario::AlertmanagerSettings& settings, ScrapeTargets& targets, const Options& options,
                       events::Sink& sink);
  // Goes on where the other stands, with a copy of its targets, and tells another sink.
  EmbeddedAlertmanager(const EmbeddedAlertmanager& other, ScrapeTargets& targets, events::Sink& sink);

  // Nothing arrives while it is down.
  Receipt post(std::span<const events::AlertSend> alerts, Time now) override;
  Time next_due() const override;
  void run_due(Time now) override;
  void end(Time now) override;

  // For who watches it and sets silences while it goes on; null while it is down.
  const notify::Alertmanager* manager() const { return down_ ? nullptr : &manager_; }
  notify::Alertmanager* manager() { return down_ ? nullptr : &manager_; }

 private:
  // Does what faults ask from now on.
  void obey(Time now);
  void take_silences();
  void stop(Time now);
  void start(Time now);
  void tell();
  void tell_statuses(std::span<const events::AlertSend> alerts, Time now);

  ScrapeTargets& targets_;
  events::Sink& sink_;
  notify::Alertmanager manager_;
  OutcomeTeller teller_;
  bool sends_may_fail_;
  AlertStatuses statuses_;
  std::shared_ptr<const std::vector<std::string>> generator_urls_;
  std::vector<fake_services::ReceiverConditions> receivers_;
  fake_services::AlertmanagerCounts counts_;
  std::size_t silences_taken_ = 0;
  bool down_ = false;
  bool loses_data_ = false;
};

}  // namespace firedrill::monitor
