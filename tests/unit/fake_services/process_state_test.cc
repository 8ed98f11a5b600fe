// What conditions make of a process.
#include "fake_services/pods/process_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firedrill::fake_services {
namespace {

using namespace std::chrono_literals;

constexpr Time at(double seconds) {
  return Time{} + std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

ProcessState running() {
  return ProcessState(5s, at(-1000));
}

TEST(ProcessState, IsCalmAtNeutralConditions) {
  ProcessState p = running();
  EXPECT_TRUE(p.calm());
  EXPECT_TRUE(p.up());
  EXPECT_FALSE(p.next_at());
  EXPECT_FALSE(p.end_at(at(100)));
  p.gone(at(100));
  EXPECT_FALSE(p.up());
  p.begin(at(110));
  EXPECT_FALSE(p.up());
  EXPECT_EQ(p.next_at(), at(115));
  p.advance(at(115));
  EXPECT_TRUE(p.calm());
}

TEST(ProcessState, ACrashIsOrderedOnceAndMeetsTheProcessThatIsThere) {
  PodConditions c;
  c.crashes = 1;
  c.exit_code = 139;
  ProcessState p = running();
  p.set_conditions(c, at(10));
  ASSERT_TRUE(p.end_at(at(10)));
  EXPECT_EQ(p.end_at(at(10))->code, 139);
  p.gone(at(10));
  p.begin(at(11));
  EXPECT_FALSE(p.end_at(at(1000)));
  p.set_conditions(c, at(20));  // turned again to what it was
  EXPECT_FALSE(p.end_at(at(1000)));
  c.crashes = 2;
  p.set_conditions(c, at(30));
  EXPECT_TRUE(p.end_at(at(30)));
  p.gone(at(30));
  c.crashes = 3;
  p.set_conditions(c, at(31));  // nobody is there to crash
  p.begin(at(32));
  EXPECT_FALSE(p.end_at(at(1000)));
}

TEST(ProcessState, ACrashLoopEndsEveryProcessAWhileAfterItsStart) {
  PodConditions c;
  c.crashed = true;
  c.crash_after_s = 3;
  ProcessState p = running();
  p.set_conditions(c, at(10));
  EXPECT_TRUE(p.end_at(at(10)));  // it has run for longer already
  p.gone(at(10));
  p.begin(at(12));
  EXPECT_EQ(p.next_at(), at(15));
  EXPECT_FALSE(p.end_at(at(14.9)));
  EXPECT_TRUE(p.end_at(at(15)));
  p.set_conditions({}, at(14));
  EXPECT_FALSE(p.end_at(at(15)));
}

TEST(ProcessState, AHangEndsWithTheProcessNotWithTheFault) {
  PodConditions c;
  c.deadlocks = 1;
  ProcessState p = running();
  p.set_conditions(c, at(10));
  EXPECT_TRUE(p.hangs());
  p.set_conditions({}, at(20));
  EXPECT_TRUE(p.hangs());
  EXPECT_FALSE(p.calm());
  p.gone(at(30));
  p.begin(at(31));
  EXPECT_FALSE(p.hangs());
  c.deadlock_after_s = 60;
  p.set_conditions(c, at(32));
  p.gone(at(33));
  p.begin(at(34));
  p.advance(at(40));
  EXPECT_EQ(p.next_at(), at(94));
  p.advance(at(94));
  EXPECT_TRUE(p.hangs());
}

TEST(ProcessState, ALeakGrowsAtItsRateAndStaysUntilTheProcessEnds) {
  PodConditions c;
  c.leak = 100;
  ProcessState p = running();
  p.set_conditions(c, at(10));
  EXPECT_EQ(p.leaked(at(20)), 1000);
  EXPECT_EQ(p.leaked_by(3000), at(40));
  c.leak = 50;
  p.set_conditions(c, at(20));
  EXPECT_EQ(p.leaked(at(30)), 1500);
  p.set_conditions({}, at(30));
  EXPECT_EQ(p.leaked(at(99)), 1500);
  EXPECT_FALSE(p.leaked_by(3000));
  p.gone(at(100));
  p.begin(at(101));
  EXPECT_EQ(p.leaked(at(110)), 0);
}

TEST(ProcessState, StartsLateOrNever) {
  PodConditions c;
  c.startup_factor = 3;
  c.startup_delay_s = 10;
  ProcessState p = running();
  p.set_conditions(c, at(0));
  EXPECT_TRUE(p.up());  // it is there already
  p.gone(at(1));
  p.begin(at(2));
  EXPECT_EQ(p.next_at(), at(27));
  c.starts = false;
  p.set_conditions(c, at(3));
  p.advance(at(500));
  EXPECT_FALSE(p.up());
  EXPECT_FALSE(p.next_at());
  p.set_conditions({}, at(501));
  EXPECT_TRUE(p.up());
  c.exits_at_startup = true;
  c.startup_factor = 1;
  c.startup_delay_s = 0;
  p.set_conditions(c, at(502));
  p.gone(at(503));
  p.begin(at(504));
  EXPECT_FALSE(p.end_at(at(508)));
  EXPECT_TRUE(p.end_at(at(509)));
}

TEST(ProcessState, AVersionCrashesAndLeaksByItself) {
  const Release release{.version = "2", .crash_after_s = 7, .leak = 10};
  ProcessState p = running();
  p.gone(at(0));
  p.set_release(&release, at(0));
  p.begin(at(1));
  EXPECT_EQ(p.leaked(at(4)), 30);
  EXPECT_EQ(p.end_at(at(8))->code, 1);
  const Release harmless{.version = "3", .errors = 0.5};
  p.set_release(&harmless, at(2));
  p.advance(at(6));
  EXPECT_TRUE(p.calm());
}

}  // namespace
}  // namespace firedrill::fake_services
