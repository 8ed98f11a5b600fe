// What the real monitors found beside what the embedded ones did: what is alike, and what is told where it is not.
#include <gtest/gtest.h>

#include "monitor/prometheus/comparison.h"

namespace firedrill::monitor {
namespace {

using events::AlertState;

const model::Labels kAlert{{"alertname", "A"}};

record::Record found() {
  record::Record record;
  record.judged_to = Time(1h);
  record.monitoring.scrape_interval = 1s;
  record.rules.resize(1);
  record.rules[0].name = "A";
  record.rules[0].interval = 2s;
  record::AlertRecord& alert = record.alerts.emplace_back();
  alert.alert = "A";
  alert.labels = kAlert;
  alert.pending_at = Time(10min);
  alert.firing_at = Time(10min + 4s);
  alert.resolved_at = Time(12min);
  return record;
}

MonitorFindings beside(Duration later, bool resolves) {
  MonitorFindings out;
  const auto step = [&](Time t, AlertState from, AlertState to) {
    events::AlertTransition transition{
        .t = t + later, .rule = 0, .from = from, .to = to, .labels = kAlert, .annotations = {}};
    out.transitions.push_back(std::move(transition));
  };
  step(Time(10min), AlertState::inactive, AlertState::pending);
  step(Time(10min + 4s), AlertState::pending, AlertState::firing);
  if (resolves) step(Time(12min), AlertState::firing, AlertState::inactive);
  return out;
}

TEST(MonitorComparison, AllowsAnEvaluationAndAScrape) {
  const MonitorComparison alike = compare_monitors(found(), beside(3s, true));
  EXPECT_TRUE(alike.alike());
  EXPECT_EQ(alike.steps, 3U);
  EXPECT_EQ(alike.farthest, Duration(3s));
  EXPECT_EQ(compare_monitors(found(), beside(4s, true)).differences.size(), 3U);
  EXPECT_TRUE(compare_monitors(found(), beside(8s, true), 5s).alike());
}

TEST(MonitorComparison, TellsWhatOneOfThemDidNotFind) {
  const MonitorComparison found_less = compare_monitors(found(), beside(0s, false));
  ASSERT_EQ(found_less.differences.size(), 1U);
  EXPECT_EQ(found_less.differences[0],
            "A, activation 1: resolved at 00:12:00 to the real one, never to the embedded one");
  // In the run's last moments the other may not have come to it.
  record::Record late = found();
  late.judged_to = Time(12min + 2s);
  EXPECT_TRUE(compare_monitors(late, beside(0s, false)).alike());
}

TEST(MonitorComparison, HoldsNotificationsAgainstEachOther) {
  record::Record record = found();
  record.alertmanager.emplace();
  events::Notification notification;
  notification.t = Time(10min);
  notification.receiver = "team";
  notification.status = "firing";
  notification.reason = "first_notification";
  notification.accepted = true;
  notification.alerts = {{"firing", kAlert}};
  record.alertmanager->notifications = {notification};
  MonitorFindings embedded = beside(0s, true);
  EXPECT_EQ(compare_monitors(record, embedded).differences.size(), 1U);
  embedded.notifications = {notification};
  EXPECT_EQ(compare_monitors(record, embedded).notifications, 1U);
  embedded.notifications[0].reason = "repeat";
  EXPECT_FALSE(compare_monitors(record, embedded).alike());
}

}  // namespace
}  // namespace firedrill::monitor
