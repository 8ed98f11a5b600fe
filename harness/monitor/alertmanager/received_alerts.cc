#include "monitor/alertmanager/received_alerts.h"

#include "notify/alertmanager.h"

namespace firedrill::monitor {

Receipt ReceivedAlerts::post(std::span<const events::AlertSend> alerts, Time now) {
  constexpr notify::Flags kFlags{};
  if (now >= collect_at_) {
    store_.collect(now);
    collect_at_ = now + kFlags.alerts_gc_interval;
  }
  // What a batch leaves counts, as of an Alertmanager that takes it as one.
  for (const events::AlertSend& sent : alerts) {
    auto alert = notify::alert_of({.labels = sent.labels, .starts_at = sent.starts_at, .ends_at = sent.ends_at}, now,
                                  Duration{}, 0);
    if (alert) store_.put(*std::move(alert), now);
  }
  for (const events::AlertSend& sent : alerts) {
    const notify::AlertPtr stored = store_.get(notify::fingerprint(sent.labels));
    if (stored != nullptr) statuses_.take(sent, *stored, now, *sink_);
  }
  return Receipt::accepted;
}

}  // namespace firedrill::monitor
