// Actions on the world: what each does, and why one cannot be.
#include <gtest/gtest.h>

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
  EXPECT_EQ(ready(drill), 2) << "the first is going";
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
  EXPECT_EQ(refused(world.now() + 1s, restart, "checkout"), "a restart takes effect at once; it cannot be put off");
  EXPECT_EQ(refused(world.now(), end_fault, "down"), "done");
  drill.run_for(1s);
  EXPECT_EQ(refused(world.now(), end_fault, "down"), "fault 'down' has ended already");
}

}  // namespace
}  // namespace firedrill::fake_services
