// Actions on the world: what each does, and why one cannot be.
#include <gtest/gtest.h>

#include "base/duration.h"
#include "probed_shop.h"

namespace firedrill::fake_services {
namespace {

using namespace std::chrono_literals;

TEST(Actions, ARestartReplacesOnePodAfterTheOther) {
  Drill drill(cluster_shop());
  drill.run_for(2min + 7s);
  World& world = drill.world();
  ASSERT_TRUE(world.apply({world.now(), events::ActionKind::restart, "checkout", "ada"}));
  drill.run_for(1s);
  EXPECT_EQ(ready(drill), 3) << "another one comes first";
  drill.run_for(10min);
  EXPECT_EQ(ready(drill), 3);
  EXPECT_EQ(count_events(drill, EventKind::pod_removed), 3) << pod_log(drill);
  EXPECT_EQ(count_events(drill, EventKind::container_started), 3) << pod_log(drill);
  const auto taken = std::ranges::find(drill.events(), EventKind::action_taken, &events::Event::kind);
  ASSERT_NE(taken, drill.events().end());
  EXPECT_EQ(events::describe(*taken), "ada: restart checkout");
}

TEST(Actions, FaultsBeginAndEndWhenSomebodySaysSo) {
  Drill drill(cluster_shop({fault("down", "connection_refused", target_of("postgres"), 50min, 10min)}));
  drill.run_for(2min + 7s);
  World& world = drill.world();
  const Time begun = world.now();
  ASSERT_TRUE(world.apply({begun, events::ActionKind::begin_fault, "down"}));
  ASSERT_TRUE(world.apply({begun + 90s, events::ActionKind::end_fault, "down"}));
  drill.run_for(5min);
  ASSERT_EQ(world.faults().size(), 1u);
  EXPECT_EQ(world.faults()[0].injected, begun);
  EXPECT_EQ(world.faults()[0].ended, begun + 90s);
  EXPECT_TRUE(world.faults()[0].witness.observed);
}

// Each action is told once, when it takes effect: what the scenario does, and what a later word has made moot is not.
TEST(Actions, AreToldWhenTheyTakeEffect) {
  Drill drill(cluster_shop({fault("down", "connection_refused", target_of("postgres"), 5min, 10min)}));
  World& world = drill.world();
  const Time start = world.now();
  drill.run_for(2min + 7s);
  const Time begins = start + 3min;
  ASSERT_TRUE(world.apply({begins, events::ActionKind::begin_fault, "down", "ada"}));
  ASSERT_TRUE(world.apply({begins + 90s, events::ActionKind::end_fault, "down"}));
  EXPECT_EQ(count_events(drill, EventKind::action_taken), 0);
  drill.run_for(20min);
  std::vector<std::string> told;
  for (const events::Event& event : drill.events()) {
    if (event.kind != EventKind::action_taken && event.kind != EventKind::fault_injected) continue;
    told.push_back(format_duration(event.t - start) + " " + events::describe(event));
  }
  EXPECT_EQ(told, (std::vector<std::string>{"3m ada: begin fault down",
                                            "3m fault down injected (connection_refused on postgres)",
                                            "4m30s end fault down"}));
}

std::vector<std::string> told_since(const Drill& drill, Time start) {
  std::vector<std::string> told;
  for (const events::Event& event : drill.events()) {
    using enum EventKind;
    if (event.kind != action_taken && event.kind != action_ineffective && event.kind != fault_recovered) continue;
    if (event.text("by") == events::kByScenario) continue;
    told.push_back(format_duration(event.t - start) + " " + events::describe(event));
  }
  return told;
}

// Two hundred requests, which it has hit long before it is to end.
TEST(Actions, ThatComeTooLateAreToldSo) {
  auto spent = fault("spent", "connection_refused", target_of("postgres"), 3min, 10min);
  spent.pattern.first = 200;
  Drill drill(cluster_shop({spent}));
  World& world = drill.world();
  const Time start = world.now();
  ASSERT_TRUE(world.apply({start + 3min, events::ActionKind::begin_fault, "spent", "ada"}));
  ASSERT_TRUE(world.apply({start + 12min, events::ActionKind::end_fault, "spent", "ada"}));
  drill.run_for(20min);
  const auto told = told_since(drill, start);
  ASSERT_EQ(told.size(), 3u);
  EXPECT_EQ(told[0], "3m ada: begin fault spent");
  EXPECT_LT(*world.faults().at(0).ended, start + 10min);
  EXPECT_EQ(told[2], "12m end fault spent did not help: it had ended already");
}

TEST(Actions, NeverProlongAFault) {
  Drill drill(cluster_shop({fault("down", "connection_refused", target_of("postgres"), 3min, 4min)}));
  World& world = drill.world();
  const Time start = world.now();
  const auto ends = [&](Duration at) { return world.apply({start + at, events::ActionKind::end_fault, "down"}); };
  EXPECT_EQ(ends(8min).error(), "fault 'down' ends by itself before that");
  ASSERT_TRUE(ends(4min));
  ASSERT_TRUE(ends(5min)) << "it may be put off, but not for longer than the fault lasts by itself";
  EXPECT_FALSE(ends(8min));
  // Begun at another time it lasts as long from there, and nothing is left of its end.
  ASSERT_TRUE(world.apply({start + 4min, events::ActionKind::begin_fault, "down"}));
  ASSERT_TRUE(ends(8min));
  drill.run_for(20min);
  EXPECT_EQ(told_since(drill, start),
            (std::vector<std::string>{"4m begin fault down", "8m end fault down",
                                      "8m fault down removed (connection_refused on postgres)"}));
}

TEST(Actions, OfTheScenarioAreItsOwn) {
  Drill drill(cluster_shop({fault("down", "connection_refused", target_of("postgres"), 1min, 1min)}));
  drill.run_for(5min);
  const auto taken = std::ranges::find(drill.events(), EventKind::action_taken, &events::Event::kind);
  ASSERT_NE(taken, drill.events().end());
  EXPECT_EQ(taken->text("by"), events::kByScenario);
  EXPECT_EQ(taken->text("target"), "down");
  EXPECT_EQ(taken->subject, "begin fault");
}

TEST(Actions, SayWhyTheyCannotBe) {
  Drill drill(cluster_shop({fault("down", "connection_refused", target_of("postgres"), 1min, 1min)}));
  drill.run_for(90s);
  World& world = drill.world();
  const auto refused = [&](Time t, events::ActionKind kind, std::string subject) {
    const auto done = world.apply({t, kind, std::move(subject)});
    return done ? std::string("done") : done.error();
  };
  using enum events::ActionKind;
  EXPECT_EQ(refused(world.now() - 1s, end_fault, "down"), "an action cannot take effect in the past");
  EXPECT_EQ(refused(world.now(), begin_fault, "up"), "the scenario declares no fault 'up'");
  EXPECT_EQ(refused(world.now(), begin_fault, "down"), "fault 'down' has begun already");
  EXPECT_EQ(refused(world.now(), restart, "nobody"), "there is no service 'nobody'");
  EXPECT_EQ(refused(world.now(), restart, "payments"), "payments is a third party's: it has no pods of ours");
  EXPECT_EQ(refused(world.now() + 1s, restart, "checkout"),
            "the action restart is begun at once; it cannot be put off");
  EXPECT_EQ(refused(world.now(), end_fault, "down"), "done");
  drill.run_for(1s);
  EXPECT_EQ(refused(world.now(), end_fault, "down"), "fault 'down' has ended already");
}

}  // namespace
}  // namespace firedrill::fake_services
