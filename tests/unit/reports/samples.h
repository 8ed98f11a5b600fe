// The records that reports are tested with: one that passed, one with everything wrong, one where nothing happened.
#pragma once

#include "../incident/no_series.h"
#include "../incident/sample_notifications.h"
#include "../incident/sample_record.h"

namespace firedrill::reports::sample {

using namespace incident::sample;

inline record::Record judged(record::Record record) {
  incident::judge(record, NoSeries());
  return record;
}

inline record::Record passed() {
  return judged(outage());
}
// Of a drill that somebody worked: with a score, and nothing that was expected. An alert watches the way of alerts.
inline record::Record worked() {
  record::Record record = outage();
  record.declared.expectations.clear();
  record.summary = "A drill, worked by hand (easy). It trains a page in the night.";
  record.alerts.push_back(alert("Watchdog", "none", "web", 0min, 0min, std::nullopt));
  record.drill = record::DrillRecord{.name = "silver-lynx", .variant = 2, .score = {}};
  record.drill->score = {
      {.aspect = "acknowledged", .points = 7.5, .most = 10, .why = "6 m after page 1; 15 m is asked", .at = at(18min)},
      {.aspect = "hypothesis", .points = 0, .most = 20, .why = "none was declared"},
      {.aspect = "escalation", .points = 0, .most = 0, .why = "nobody is paged in it"},
      {.aspect = "hints", .points = -3, .most = 0, .why = "1 of 3 were asked for"}};
  return judged(std::move(record));
}
// As the one that passed; besides, two replicas of checkout lose their readiness, one is killed by its liveness probe
// and waits to be restarted, and the severity is expected.
inline record::Record with_replicas() {
  record::Record record = outage();
  using events::Event, events::EventKind;
  const auto event = [&](Duration t, EventKind kind, const char* pod, const char* probe, const char* reason) {
    Event made{at(t), kind, pod, {}};
    made.with("service", std::string("checkout")).with("instance", std::string(pod));
    if (*probe != 0) made.with("probe", std::string(probe));
    if (*reason != 0) made.with("reason", std::string(reason));
    record.timeline.push_back(std::move(made));
  };
  for (const char* pod : {"checkout-0", "checkout-1"}) {
    event(10min + 20s, EventKind::probe_failure, pod, "readiness", "HTTP 503");
    event(10min + 20s, EventKind::endpoint_unready, pod, "", "");
    event(30min + 10s, EventKind::probe_success, pod, "readiness", "");
    event(30min + 10s, EventKind::endpoint_ready, pod, "", "");
    record.probes.push_back(
        {"checkout", pod, "readiness", 720, 240, {{at(10min + 20s), false, "HTTP 503"}, {at(30min + 10s), true, ""}}});
  }
  event(14min, EventKind::probe_failure, "checkout-2", "liveness", "time-out after 1 s");
  event(14min, EventKind::container_killed, "checkout-2", "", "");
  event(14min + 20s, EventKind::container_restarted, "checkout-2", "", "Error");
  event(18min, EventKind::probe_failure, "checkout-2", "liveness", "time-out after 1 s");
  event(18min, EventKind::container_killed, "checkout-2", "", "");
  event(18min + 10s, EventKind::container_backoff, "checkout-2", "", "");
  event(24min, EventKind::container_restarted, "checkout-2", "", "Error");
  event(24min + 30s, EventKind::endpoint_ready, "checkout-2", "", "");
  record.probes.push_back({"checkout",
                           "checkout-2",
                           "liveness",
                           360,
                           6,
                           {{at(14min), false, "time-out after 1 s"}, {at(18min), false, "time-out after 1 s"}}});
  std::ranges::stable_sort(record.timeline, {}, &Event::t);
  record.declared.expectations.push_back(
      expectation("severity", "severity", {{"incident", std::string("db-outage")}, {"peak", std::string("P0")}}));
  return judged(std::move(record));
}

// As the one that passed, with an Alertmanager: the pager is slow to accept, a warning goes to a chat, another is
// silenced, and the page of another incident is inhibited.
inline record::Record notified() {
  record::Record record = notified_outage();
  events::Notification& page = record.alertmanager->notifications[0];
  page.attempts.insert(page.attempts.begin(), {at(12min + 59s), at(12min + 59s), 503, "retried"});
  page.flushed_at = at(12min + 59s);
  events::Notification& lost = record.alertmanager->notifications.emplace_back(page);
  lost.receiver = "tickets|<b>";
  lost.pages = lost.accepted = false;
  lost.attempts = {{at(13min), at(13min), 400, "dropped"}};
  record.alerts.push_back(alert("DiskFull", "warning", "postgres", 14min, 15min, 25min));
  record.alerts.back().receivers = std::vector<std::string>{"chat"};
  record.alerts.back().held_back = {{at(15min + 30s), record::HoldKind::silenced, "silence 1 (the disk | is new)", {}}};
  record.alertmanager->silences = {{"1", {R"(alertname="DiskFull")"}, at(0min), at(60min), "the disk | is new"}};
  using events::Event, events::EventKind;
  for (const events::Notification& each : record.alertmanager->notifications) {
    Event made{each.t, each.accepted ? EventKind::receiver_notified : EventKind::receiver_failed, each.receiver, {}};
    made.with("alert", std::string(each.alerts.front().labels.get("alertname"))).with("status", each.status);
    if (each.accepted) made.with("firing", static_cast<double>(each.firing()));
    record.timeline.push_back(made.with("reason", each.reason));
  }
  Event silenced{at(15min + 30s), EventKind::alert_silenced, "DiskFull", {}};
  record.timeline.push_back(silenced.with("by", std::string("silence 1 (the disk | is new)")));
  std::ranges::stable_sort(record.timeline, {}, &Event::t);
  return judged(std::move(record));
}

inline record::Record nothing() {
  return judged(quiet());
}

// Late, missed, spurious, vacuous, and texts that must not become markup.
inline record::Record failed() {
  record::Record record = outage();
  record.scenario = "everything-wrong";
  record.summary = "Labels <b>with</b> markup & \"quotes\" must not break a report.";
  record.alerts[0].firing_at = record.alerts[0].sent_at = record.alerts[0].received_at = at(17min + 30s);
  record.alerts.push_back(alert("DiskFull<script>", "critical", "redis", 20min, 21min, 25min));
  record.alerts.push_back(alert("HighLatencyP95", "warning", "catalogue", 12min, 22min, 36min));
  record.alerts.push_back(alert("Watchdog", "none", "", -30min, -30min, std::nullopt));
  record.rules.push_back(rule("CertificateExpires", "ssl_expiry_seconds < 86400", 0min));
  record.rules.back().empty_selectors = {"ssl_expiry_seconds"};
  record.declared.expectations.push_back(
      expectation("expiry", "alert_firing", {{"alert", std::string("CertificateExpires")}}));
  record.declared.expectations.push_back(
      expectation("resolved", "measure", {{"measure", std::string("ttr")}, {"at_most", Duration(20min)}}));
  record.declared.expectations.push_back(
      expectation("acknowledged", "measure", {{"measure", std::string("tta")}, {"at_most", Duration(5min)}}));
  return judged(std::move(record));
}

// As the failed one, and its fault had no effect.
inline record::Record invalid() {
  record::Record record = outage();
  record.faults[0].witness = {};
  record.alerts.clear();
  record.truth = {truth("web", true, 0, 0, 0)};
  return judged(std::move(record));
}

}  // namespace firedrill::reports::sample
