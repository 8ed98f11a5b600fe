// Each sentence that is said of Alertmanager's timing and of what it tells, as a test of its own.
#include "notify/alertmanager.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine_fixture.h"

namespace firedrill::notify {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Alertmanager, FlushesFirstAfterGroupWaitAndThenEveryGroupInterval) {
  Engine engine(simple_configuration());
  engine.post(1, {alert({{"alertname", "A"}, {"i", "1"}})});
  engine.post(4, {alert({{"alertname", "A"}, {"i", "2"}})});
  engine.run_to(30);
  EXPECT_THAT(engine.told(), ElementsAre("3 first_notification A/1", "8 new_alerts A/1 A/2"));
}

TEST(Alertmanager, FlushesAtOnceAnAlertThatBeganLongerAgoThanGroupWait) {
  Engine engine(simple_configuration());
  engine.post(10, {alert({{"alertname", "A"}}, 8)});
  engine.run_to(10);
  EXPECT_THAT(engine.told(), ElementsAre("10 first_notification A"));
}

TEST(Alertmanager, WaitsAllTheSameForAnotherOldAlertIn033ButNotIn025) {
  for (const auto& [version, expected] : {std::pair{Version::v0_33, "12 first_notification A/new A/old"},
                                          std::pair{Version::v0_25, "11 first_notification A/new A/old"}}) {
    Engine engine(simple_configuration(version));
    engine.post(10, {alert({{"alertname", "A"}, {"i", "new"}})});
    engine.post(11, {alert({{"alertname", "A"}, {"i", "old"}}, 1)});
    engine.run_to(12);
    EXPECT_THAT(engine.told(), ElementsAre(expected));
  }
}

TEST(Alertmanager, DefaultsTheTimesOfAnAlert) {
  Engine engine(simple_configuration());
  engine.post(10, {alert({{"alertname", "A"}}), alert({{"alertname", "B"}}, {}, 9)});
  const AlertPtr a = engine.manager.state_of({{"alertname", "A"}}, at(10)).alert;
  EXPECT_EQ(a->starts_at, at(10));
  EXPECT_EQ(a->ends_at, at(10) + 5min);
  EXPECT_TRUE(a->timeout);
  const AlertPtr b = engine.manager.state_of({{"alertname", "B"}}, at(10)).alert;
  EXPECT_EQ(b->starts_at, at(9));
  EXPECT_EQ(b->ends_at, at(9));
}

TEST(Alertmanager, RefusesAlertsWithoutLabelsOrThatEndBeforeTheyStart) {
  Engine engine(simple_configuration());
  const std::vector<PostedAlert> wrong = {alert({}), alert({{"alertname", ""}}), alert({{"alertname", "A"}}, 5, 4)};
  EXPECT_EQ(engine.manager.post(wrong, at(6)), 3U);
  EXPECT_THAT(engine.manager.alerts(), IsEmpty());
}

TEST(Alertmanager, TellsOfResolutionByTimeout) {
  Configuration configuration = simple_configuration();
  configuration.global.resolve_timeout = 6s;
  Engine engine(std::move(configuration));
  engine.post(0, {alert({{"alertname", "A"}})});
  engine.run_to(30);
  EXPECT_THAT(engine.told(), ElementsAre("2 first_notification A", "7 all_resolved -A"));
}

TEST(Alertmanager, NamesTheReasons) {
  Engine engine(simple_configuration());
  engine.post(0, {alert({{"alertname", "A"}, {"i", "1"}}), alert({{"alertname", "A"}, {"i", "2"}})});
  engine.run_to(2);
  engine.post(3, {alert({{"alertname", "A"}, {"i", "1"}}, 0, 3)});
  engine.run_to(7);
  engine.post(8, {alert({{"alertname", "A"}, {"i", "3"}})});
  engine.run_to(12);
  engine.post(13, {alert({{"alertname", "A"}, {"i", "2"}}, 0, 13), alert({{"alertname", "A"}, {"i", "3"}}, 8, 13)});
  engine.run_to(60);
  EXPECT_THAT(engine.told(), ElementsAre("2 first_notification A/1 A/2", "7 some_resolved -A/1 A/2",
                                         "12 new_alerts A/2 A/3", "17 all_resolved -A/2 -A/3"));
}

TEST(Alertmanager, RepeatsOnTicksOfGroupIntervalOnlyAndLaterThanRepeatInterval) {
  Configuration configuration = simple_configuration();
  configuration.routes[0].repeat_interval = 10s;
  Engine engine(std::move(configuration));
  engine.post(0, {alert({{"alertname", "A"}})});
  engine.run_to(35);
  // Ten seconds after 2 the entry is not older than repeat_interval yet: it was written after the answer.
  EXPECT_THAT(engine.told(), ElementsAre("2 first_notification A", "17 repeat A", "32 repeat A"));
}

TEST(Alertmanager, AnExpiredEntryStillCountsUntilItIsCollected) {
  for (const auto& [interval, reason] : {std::pair{Duration(15min), "repeat"}, std::pair{Duration(30s), "first"}}) {
    Configuration configuration = simple_configuration();
    configuration.routes[0].repeat_interval = 10s;
    // While the night lasts nothing is written.
    NamedTimeInterval minute;
    minute.name = "minute";
    minute.intervals.emplace_back().times = {{0, 1}};
    configuration.time_intervals.push_back(minute);
    configuration.routes[0].mute_time_intervals = {"minute"};
    Flags flags;
    flags.data_maintenance_interval = interval;
    Alertmanager manager(std::make_shared<const Configuration>(configuration),
                         {.flags = flags, .start = at(86'340), .seed = 1});
    const std::vector<PostedAlert> posted = {alert({{"alertname", "A"}}, {}, 90'000)};
    manager.post(posted, at(86'345));
    manager.run_due(at(86'470));
    const Outcomes outcomes = manager.take_outcomes();
    ASSERT_THAT(outcomes.notifications, ::testing::Not(IsEmpty()));
    const auto after = std::ranges::find_if(outcomes.notifications, [](const auto& n) { return n.time > at(86'460); });
    ASSERT_NE(after, outcomes.notifications.end());
    EXPECT_THAT(std::string(to_string(after->reason)), ::testing::StartsWith(reason));
  }
}

TEST(Alertmanager, DestroysAnEmptyGroupAtOnceIn033AndAtMaintenanceIn025) {
  for (const auto& [version, expected] : {std::pair{Version::v0_33, 11.0}, std::pair{Version::v0_25, 12.0}}) {
    Engine engine(simple_configuration(version));
    engine.post(0, {alert({{"alertname", "A"}}, 0, 3)});
    engine.run_to(7);
    engine.told();
    engine.post(9, {alert({{"alertname", "A"}}, 9, 100)});
    engine.run_to(20);
    EXPECT_THAT(engine.told(), ElementsAre(format("{:g} first_notification A", expected)));
  }
}

TEST(Alertmanager, RemovesTheEmptyGroupOf025AtMaintenance) {
  Engine engine(simple_configuration(Version::v0_25));
  engine.post(0, {alert({{"alertname", "A"}}, 0, 3)});
  engine.run_to(31);
  engine.told();
  engine.post(31, {alert({{"alertname", "A"}}, 31, 100)});
  engine.run_to(40);
  // The old group would have flushed at 32.
  EXPECT_THAT(engine.told(), ElementsAre("33 first_notification A"));
}

TEST(Alertmanager, TellsAReceiverThatWantsNoResolvedAlertsOnlyOfFiringOnes) {
  Configuration configuration = simple_configuration();
  configuration.receivers[0].integrations[0].send_resolved = false;
  Engine engine(std::move(configuration));
  engine.post(0, {alert({{"alertname", "A"}, {"i", "1"}}), alert({{"alertname", "A"}, {"i", "2"}})});
  engine.run_to(2);
  engine.post(3, {alert({{"alertname", "A"}, {"i", "1"}}, 0, 3)});
  engine.run_to(7);
  engine.post(8, {alert({{"alertname", "A"}, {"i", "2"}}, 0, 8)});
  engine.run_to(12);
  EXPECT_THAT(engine.told(), ElementsAre("2 first_notification A/1 A/2"));
  // That all are resolved was logged, so that the next one is new.
  engine.post(13, {alert({{"alertname", "A"}, {"i", "1"}})});
  engine.run_to(20);
  EXPECT_THAT(engine.told(), ElementsAre("15 first_notification A/1"));
}

TEST(Alertmanager, LosesAResolutionForGoodWhereAMuteOutlastsTheReSends) {
  Configuration configuration = simple_configuration();
  Engine engine(std::move(configuration));
  engine.post(0, {alert({{"alertname", "A"}})});
  engine.run_to(2);
  engine.manager.add_silence({.matchers = matchers({{"alertname", "A"}}), .starts_at = at(3), .ends_at = at(30)});
  engine.post(4, {alert({{"alertname", "A"}}, 0, 4)});
  engine.run_to(100);
  EXPECT_THAT(engine.told(), ElementsAre("2 first_notification A"));
}

TEST(Alertmanager, TellsOfAResolutionThatIsSentAgainBehindTheMute) {
  Engine engine(simple_configuration());
  engine.post(0, {alert({{"alertname", "A"}})});
  engine.run_to(2);
  engine.manager.add_silence({.matchers = matchers({{"alertname", "A"}}), .starts_at = at(3), .ends_at = at(30)});
  engine.post(4, {alert({{"alertname", "A"}}, 0, 4)});
  engine.post(64, {alert({{"alertname", "A"}}, 0, 4)});
  engine.run_to(100);
  // A new group, of an alert that began long ago.
  EXPECT_THAT(engine.told(), ElementsAre("2 first_notification A", "64 all_resolved -A"));
}

TEST(Alertmanager, HoldsBackBySilenceFromItsStartUpToItsEnd) {
  Configuration configuration = simple_configuration();
  configuration.routes[0].group_wait = 0s;
  Engine engine(std::move(configuration));
  engine.manager.add_silence(
      {.id = "s", .matchers = matchers({{"alertname", "A"}}), .starts_at = at(5), .ends_at = at(15)});
  engine.post(5, {alert({{"alertname", "A"}})});
  engine.run_to(30);
  EXPECT_EQ(engine.manager.state_of({{"alertname", "A"}}, at(10)).state, AlertStatus::State::suppressed);
  EXPECT_THAT(engine.manager.state_of({{"alertname", "A"}}, at(10)).silenced_by, ElementsAre("s"));
  const Outcomes outcomes = engine.manager.take_outcomes();
  ASSERT_THAT(outcomes.notifications, SizeIs(1));
  EXPECT_EQ(outcomes.notifications[0].time, at(15));
  EXPECT_EQ(outcomes.flushes[0].held_back.at(0).how, events::HoldKind::silenced);
  EXPECT_THAT(outcomes.flushes[0].held_back.at(0).names, ElementsAre("s"));
}

TEST(Alertmanager, SaysSinceWhenNothingIsNew) {
  Engine engine(simple_configuration());
  engine.post(0, {alert({{"alertname", "A"}})});
  engine.run_to(7);
  const Outcomes outcomes = engine.manager.take_outcomes();
  ASSERT_THAT(outcomes.flushes, SizeIs(2));
  EXPECT_EQ(outcomes.flushes[1].decisions.at(0).reason, Reason::none);
  EXPECT_EQ(outcomes.flushes[1].decisions.at(0).since, at(2));
}

TEST(Alertmanager, MakesGroupsAndTimersAnewAtAReloadAndKeepsTheLog) {
  Engine engine(simple_configuration());
  engine.post(0, {alert({{"alertname", "A"}})});
  engine.run_to(3);
  engine.told();
  engine.manager.reload(std::make_shared<const Configuration>(simple_configuration()), at(3));
  engine.post(3.5, {alert({{"alertname", "A"}, {"i", "2"}})});
  engine.run_to(20);
  // At 3 the group is flushed at once, and nothing is new; its next flush is at 8, where the old group's was at 7.
  EXPECT_THAT(engine.told(), ElementsAre("8 new_alerts A A/2"));
}

TEST(Alertmanager, HoldsGroupsBackUntilTheStartDelayHasPassed) {
  Flags flags;
  flags.dispatch_start_delay = 10s;
  Engine engine(simple_configuration(), flags);
  engine.post(1, {alert({{"alertname", "A"}})});
  engine.post(9, {alert({{"alertname", "B"}})});
  engine.run_to(20);
  EXPECT_THAT(engine.told(), ElementsAre("10 first_notification A", "11 first_notification B"));
}

TEST(Alertmanager, GoesItsOwnWayAsACopy) {
  Engine engine(simple_configuration());
  engine.post(0, {alert({{"alertname", "A"}})});
  Engine copy = engine;
  copy.post(1, {alert({{"alertname", "A"}, {"i", "2"}})});
  engine.run_to(20);
  copy.run_to(20);
  EXPECT_THAT(engine.told(), ElementsAre("2 first_notification A"));
  EXPECT_THAT(copy.told(), ElementsAre("2 first_notification A A/2"));
}

TEST(Alertmanager, SortsAlertsByJobInstanceAndLabels) {
  Configuration configuration = simple_configuration();
  configuration.routes[0].group_by = {};
  Engine engine(std::move(configuration));
  engine.post(0, {alert({{"alertname", "no-job"}}), alert({{"alertname", "b"}, {"job", "z"}}),
                  alert({{"alertname", "c"}, {"job", "a"}, {"instance", "2"}}),
                  alert({{"alertname", "d"}, {"job", "a"}, {"instance", "1"}})});
  engine.run_to(2);
  EXPECT_THAT(engine.told(), ElementsAre("2 first_notification d c b no-job"));
}

TEST(Alertmanager, NamesGroupsAsAlertmanagerDoes) {
  Configuration configuration = simple_configuration();
  configuration.routes[0].group_by = {"alertname", "cluster"};
  Engine engine(std::move(configuration));
  engine.post(0, {alert({{"alertname", "A"}, {"cluster", "\"x\""}, {"i", "1"}})});
  engine.run_to(2);
  EXPECT_EQ(engine.manager.outcomes().notifications.at(0).group->key, R"({}:{alertname="A", cluster="\"x\""})");
}

}  // namespace
}  // namespace firedrill::notify
