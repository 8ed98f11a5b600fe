// Where the time went until somebody was told of an alert, and why nobody was.
#include "incident/notifications/time_lost.h"

#include <gtest/gtest.h>

#include "base/duration.h"
#include "events/monitors.h"
#include "incident/judge.h"
#include "incident/notifications/unnotified.h"
#include "no_series.h"
#include "sample_notifications.h"
#include "sample_record.h"

namespace firedrill::incident {
using namespace record;
namespace {

using sample::at;
using sample::notified_outage;
using sample::told;

// One that the pager did not take, of the page that fires at 12 m 30 s; requests a minute apart.
events::Notification refused(const Record& record, Duration flushed, std::vector<int> answers,
                             std::string receiver = "pager") {
  events::Notification made = told(record, std::move(receiver), flushed, {0});
  made.accepted = false;
  made.attempts.clear();
  for (const int status : answers) {
    const Time t = at(flushed) + 1min * static_cast<int>(made.attempts.size());
    made.attempts.push_back({t, t, status, status == 0 ? "timed_out" : "retried"});
  }
  made.t = made.attempts.back().ended;
  return made;
}

Record nobody_told() {
  Record record = notified_outage();
  record.alerts[0].notified_at.reset();
  record.alerts[0].paged_at.reset();
  record.alerts[0].received_at = record.alerts[0].firing_at;
  std::erase_if(record.alertmanager->notifications, [](const auto& each) { return each.receiver == "pager"; });
  return record;
}

std::string cause(Record record) {
  judge(record, sample::NoSeries());
  const auto found = unnotified_alerts(record);
  return found.size() == 1 ? found.front().cause : "of " + std::to_string(found.size());
}

TEST(UnnotifiedAlerts, KnowsWhatReceiversAnswered) {
  Record record = nobody_told();
  EXPECT_EQ(cause(record), "its group had not been flushed before it was over, or the run");
  auto& sent = record.alertmanager->notifications;
  sent.push_back(refused(record, 13min, {400}));
  EXPECT_EQ(cause(record), "pager did not take its notification: 1 request, answered 400");
  sent.back() = refused(record, 13min, {503, 503});
  sent.push_back(refused(record, 18min, {503}));
  EXPECT_EQ(cause(record), "pager took none of 2 notifications: 3 requests, all answered 503");
  sent.push_back(refused(record, 23min, {503, 0}));
  sent.push_back(refused(record, 23min, {0}, "chat"));
  EXPECT_EQ(cause(record),
            "pager took none of 3 notifications: 5 requests, 4 answered 503, 1 without an answer in time; chat did not "
            "take its notification: 1 request, without an answer in time");
  record.alerts[0].held_back = {{at(12min + 40s), HoldKind::silenced, "silence 1 (planned)", at(13min)}};
  EXPECT_EQ(cause(record).substr(0, 18), "pager took none of") << "the silence was over";
}

// "4 m + 5 m": routing and delivery of the page.
std::string lost_of(Record record) {
  judge(record, sample::NoSeries());
  const auto lost = time_lost(record, record.alerts[0]);
  if (!lost) return "none";
  const auto words = [](const std::optional<Duration>& step) { return step ? describe_duration(*step) : "–"; };
  return words(lost->routing) + " + " + words(lost->delivery);
}

TEST(TimeLost, CountsWhatAReceiverDidNotTakeAsDelivery) {
  Record record = notified_outage();
  auto& sent = record.alertmanager->notifications;
  EXPECT_EQ(lost_of(record), "30 s + 0 ms");
  sent.front() = told(record, "pager", 23min, {0});
  record.alerts[0].notified_at = record.alerts[0].paged_at = at(23min);
  EXPECT_EQ(lost_of(record), "10 m 30 s + 0 ms");
  sent.insert(sent.begin(), {refused(record, 13min, {0}), refused(record, 18min, {0})});
  EXPECT_EQ(lost_of(record), "30 s + 10 m");
  record.alerts[0].held_back = {{at(14min), HoldKind::silenced, "silence 1 (planned)", at(18min)}};
  EXPECT_EQ(lost_of(record), "5 m 30 s + 5 m") << "a silence came between";
}

TEST(TimeLost, KnowsHowLongItTookToBeRoutedThoughNobodyTookIt) {
  Record record = nobody_told();
  EXPECT_EQ(lost_of(record), "– + –");
  record.alertmanager->notifications.push_back(refused(record, 13min, {503, 503}));
  EXPECT_EQ(lost_of(record), "30 s + –");
}

// The page's breach is at 10 m, it is pending at 10 m 30 s and fires at 12 m 30 s in the sample.
TEST(TimeLost, SetsApartWhatPassedWhilePrometheusWasDown) {
  Record record = notified_outage();
  const auto state = [&](Duration t, events::EventKind kind, std::string_view who) {
    record.timeline.push_back({.t = at(t), .kind = kind, .subject = std::string(who), .fields = {}});
  };
  const auto steps = [&] {
    Record judged = record;
    judge(judged, sample::NoSeries());
    const TimeLost lost = *time_lost(judged, judged.alerts[0]);
    const std::string down = lost.down ? describe_duration(*lost.down) : "–";
    return describe_duration(*lost.scrape + *lost.window) + ", " + describe_duration(*lost.hold) + ", " + down +
           " of " + describe_duration(*lost.total()) + ", " + lost.longest();
  };
  EXPECT_EQ(steps(), "30 s, 2 m, – of 3 m, most of it `for`");
  state(11min, events::EventKind::monitor_down, events::kAlertmanager);
  state(12min, events::EventKind::monitor_up, events::kAlertmanager);
  EXPECT_EQ(steps(), "30 s, 2 m, – of 3 m, most of it `for`")
      << "an Alertmanager that is down keeps no rule from being evaluated";
  state(10min, events::EventKind::monitor_down, events::kPrometheus);
  state(12min, events::EventKind::monitor_up, events::kPrometheus);
  EXPECT_EQ(steps(), "0 ms, 30 s, 2 m of 3 m, most of it Prometheus being down");
}

// Of two servers whose alerts stay apart the first finds its own alone; where both find the same, the other goes on.
TEST(TimeLost, SetsApartWhatPassedWhileTheServerOfAnAlertWasDown) {
  Record record = notified_outage();
  const auto state = [&](Duration t, events::EventKind kind, std::string_view who, const model::Labels& labels = {}) {
    events::Event event{.t = at(t), .kind = kind, .subject = std::string(who), .fields = {}};
    if (!labels.empty()) event.with("labels", labels);
    record.timeline.push_back(std::move(event));
  };
  const auto down = [&] {
    Record judged = record;
    judge(judged, sample::NoSeries());
    const auto lost = time_lost(judged, judged.alerts[0])->down;
    return lost ? describe_duration(*lost) : "–";
  };
  const model::Labels first{{"replica", "prometheus-0"}};
  state(10min, events::EventKind::monitor_down, events::kFirstPrometheus, first);
  state(11min, events::EventKind::monitor_down, events::kPrometheus);
  state(12min, events::EventKind::monitor_up, events::kPrometheus);
  state(12min + 20s, events::EventKind::monitor_up, events::kFirstPrometheus, first);
  EXPECT_EQ(down(), "1 m") << "the other one finds it";
  record.alerts[0].labels.set("replica", "prometheus-1");
  EXPECT_EQ(down(), "1 m") << "it is the other one's";
  record.alerts[0].labels.set("replica", "prometheus-0");
  EXPECT_EQ(down(), "2 m 20 s");
}

// "30 s, 0 ms, 2 m, – down, 30 s, 0 ms".
std::string steps_of(Record record) {
  const model::Labels labels = record.alerts[0].labels;
  judge(record, sample::NoSeries());
  const auto words = [](const std::optional<Duration>& step) { return step ? describe_duration(*step) : "–"; };
  for (const AlertRecord& alert : record.alerts) {
    if (alert.labels != labels || !alert.notified_at) continue;
    const TimeLost lost = *time_lost(record, alert);
    return words(lost.scrape) + ", " + words(lost.window) + ", " + words(lost.hold) + ", " + words(lost.down) +
           " down, " + words(lost.routing) + ", " + words(lost.delivery);
  }
  return "none";
}

// The sample's page, which is pending later, after an activation of which nobody was told.
Record after(AlertRecord (*made)(AlertRecord alert)) {
  Record record = notified_outage();
  AlertRecord before = record.alerts[0];
  before.notified_at.reset();
  before.paged_at.reset();
  before.held_back.clear();
  before.heard.clear();
  record.alerts[0].pending_at = at(12min + 10s);
  record.alerts.insert(record.alerts.begin() + 1, made(std::move(before)));
  return record;
}

TEST(TimeLost, CountsAsForWhatWasPendingAndLost) {
  Record record = after([](AlertRecord alert) {
    alert.firing_at.reset();
    alert.sent_at.reset();
    alert.received_at.reset();
    alert.resolved_at.reset();
    alert.forgotten_at = at(11min);
    return alert;
  });
  for (const auto& [t, kind] :
       {std::pair(at(11min), events::EventKind::monitor_down), std::pair(at(12min), events::EventKind::monitor_up)}) {
    record.timeline.push_back({.t = t, .kind = kind, .subject = std::string(events::kPrometheus), .fields = {}});
  }
  EXPECT_EQ(steps_of(record), "40 s, 0 ms, 50 s, 1 m down, 30 s, 0 ms");
}

TEST(TimeLost, CountsAsDeliveryWhatExpiredAsItArrived) {
  Record record = after([](AlertRecord alert) {
    alert.firing_at = alert.sent_at = alert.received_at = at(11min);
    alert.resolved_at = at(12min);
    alert.heard = {{at(11min), at(11min), true}};
    return alert;
  });
  EXPECT_EQ(steps_of(record), "40 s, 0 ms, 50 s, – down, 30 s, 1 m");
  record = notified_outage();
  record.alerts[0].heard = {{at(12min + 30s), at(12min + 30s), true}, {at(12min + 50s), std::nullopt, false}};
  EXPECT_EQ(steps_of(record), "30 s, 0 ms, 2 m, – down, 10 s, 20 s");
}

TEST(TimeLost, SaysMostOnlyOfMoreThanHalf) {
  TimeLost lost;
  lost.scrape = 30s;
  lost.hold = 60s;
  lost.routing = 30s;
  EXPECT_EQ(lost.longest(), "the largest part `for`");
  lost.hold = 61s;
  EXPECT_EQ(lost.longest(), "most of it `for`");
  lost = {};
  EXPECT_EQ(lost.longest(), "");
}

// A receiver that failed an activation before says nothing of this one.
TEST(UnnotifiedAlerts, LeavesOtherActivationsOut) {
  Record record = nobody_told();
  record.alertmanager->notifications.push_back(refused(record, 11min, {503}));
  record.alertmanager->notifications.back().alerts.front().status = "firing";
  EXPECT_EQ(cause(record), "its group had not been flushed before it was over, or the run");
}

}  // namespace
}  // namespace firedrill::incident
