// What an Alertmanager is posted, and when (Prometheus: rules/alerting.go, sendAlerts; notifier).
#include "monitor/alert_receiver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text/format.h"
#include "monitored_shop.h"

namespace firedrill::driver {
namespace {

using alerting::alert;
using testing::ElementsAre;
using testing::Not;

// "5m: {alertname="A"} firing, from 5m to 9m".
class Posts final : public monitor::AlertReceiver {
 public:
  monitor::Receipt post(std::span<const events::AlertSend> alerts, Time now) override {
    EXPECT_FALSE(alerts.empty());
    for (const events::AlertSend& send : alerts) {
      EXPECT_TRUE(send.received);
      lines_.push_back(format("{}: {} {}, from {} to {}", since(now), send.labels.to_string(),
                              send.state == events::AlertState::firing ? "firing" : "resolved", since(send.starts_at),
                              since(send.ends_at)));
    }
    return monitor::Receipt::accepted;
  }
  std::vector<std::string> take() { return std::exchange(lines_, {}); }

 private:
  static std::string since(Time t) { return format_duration(t - *parse_instant("2026-03-03T13:30:00Z")); }
  std::vector<std::string> lines_;
};

// Fires from minute 5 to 7. The evaluation a minute after a send is not later than the resend delay by anything.
TEST(AlertReceiver, GetsFiringAlertsAgainAndResolvedOnesForAQuarterOfAnHour) {
  Posts first, second;
  MonitoredShop shop({.rules = {alert("A", "minute() >= 35 < 37")}, .receivers = {&first, &second}});
  shop.run_to(40min);
  const auto posts = first.take();
  ASSERT_EQ(posts.size(), 15u);
  EXPECT_EQ(posts[0], R"(5m: {alertname="A"} firing, from 5m to 9m)");
  EXPECT_EQ(posts[1], R"(6m15s: {alertname="A"} firing, from 5m to 10m15s)");
  EXPECT_EQ(posts[2], R"(7m: {alertname="A"} resolved, from 5m to 7m)");
  EXPECT_EQ(posts[3], R"(8m15s: {alertname="A"} resolved, from 5m to 7m)");
  EXPECT_EQ(posts.back(), R"(22m: {alertname="A"} resolved, from 5m to 7m)");
  EXPECT_EQ(second.take(), posts);
}

TEST(AlertReceiver, GetsExternalLabelsAndNothingPending) {
  Posts posts;
  MonitoredShop shop({.rules = {alert("A", "vector(1)", 1min)},
                      .external_labels = model::Labels{{"cluster", "eu"}},
                      .receivers = {&posts}});
  shop.run_to(1min);
  EXPECT_THAT(posts.take(), ElementsAre(R"(1m: {alertname="A", cluster="eu"} firing, from 1m to 5m)"));
}

TEST(AlertReceiver, GetsNothingThatIsLost) {
  Posts posts;
  const auto lost = fake_services::fault("f", "notify_drop", {}, 1min, 10min, {});
  MonitoredShop shop({.faults = {lost}, .rules = {alert("A", "vector(1)")}, .receivers = {&posts}});
  shop.run_to(10min);
  EXPECT_THAT(posts.take(), ElementsAre(R"(0s: {alertname="A"} firing, from 0s to 4m)"));
  shop.run_to(12min);
  EXPECT_THAT(posts.take(), Not(testing::IsEmpty()));
}

// Of two that get a batch, one that has it is enough.
class Refusing final : public monitor::AlertReceiver {
 public:
  monitor::Receipt post(std::span<const events::AlertSend> /*alerts*/, Time /*now*/) override {
    return monitor::Receipt::lost;
  }
};

TEST(AlertReceiver, SaysWhetherASendIsLost) {
  Refusing refusing;
  MonitoredShop both({.rules = {alert("A", "vector(1)")}, .receivers = {&refusing}});
  both.run_to(2min);
  EXPECT_THAT(both.sends(), ElementsAre("0s", "1m15s"));
  MonitoredShop none({.rules = {alert("A", "vector(1)")}, .receivers = {&refusing}, .has_receiver_of_its_own = false});
  none.run_to(2min);
  EXPECT_THAT(none.sends(), ElementsAre("(0s)", "(1m15s)"));
}

}  // namespace
}  // namespace firedrill::driver
