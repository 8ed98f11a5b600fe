// Restarts, back-off and the ends of containers.
#include "fake_services/pods/lifecycle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kubelet_script.h"

namespace firedrill::fake_services {
namespace {

using test::at;
using testing::ElementsAre;

// Containers that end by themselves after so many seconds each; what the next one had to wait.
std::vector<double> waits_after_crashes(const std::vector<double>& runs) {
  Lifecycle life(at(0), Duration::zero());
  Time now = at(0);
  life.step(now);
  std::vector<double> waits;
  for (const double run : runs) {
    now += from_seconds(run);
    life.exited(now, Exit{.code = 1});
    const Time start = *life.next_event();
    waits.push_back(to_seconds(start - now));
    now = start;
    life.step(now);
  }
  return waits;
}

TEST(RestartBackoff, FirstAtOnceThenTenSecondsDoubledUpToFiveMinutes) {
  EXPECT_THAT(waits_after_crashes({1, 1, 1, 1, 1, 1, 1, 1, 1}), ElementsAre(0, 10, 20, 40, 80, 160, 300, 300, 300));
}

TEST(RestartBackoff, StartsOverAfterTenMinutesOfRunningWell) {
  EXPECT_THAT(waits_after_crashes({1, 1, 1, 601, 1, 1}), ElementsAre(0, 10, 20, 0, 10, 20));
  EXPECT_THAT(waits_after_crashes({1, 1, 1, 540, 1}), ElementsAre(0, 10, 20, 40, 80)) << "nine minutes are not enough";
}

TEST(RestartBackoff, IsForgottenTenMinutesAfterTheLastStartEvenWhileItIsWaitedFor) {
  EXPECT_THAT(waits_after_crashes({1, 1, 1, 1, 1, 1, 400, 1}), ElementsAre(0, 10, 20, 40, 80, 160, 200.001, 10));
}

// Containers that the kubelet stops after so many seconds each; they need one second to end.
std::vector<double> waits_after_kills(double run, int times) {
  Lifecycle life(at(0), Duration::zero());
  Time now = at(0);
  life.step(now);
  std::vector<double> waits;
  for (int i = 0; i < times; ++i) {
    life.kill(now + from_seconds(run), 30s, 1s, true);
    now = *life.next_event();
    life.step(now);
    const Time start = *life.next_event();
    waits.push_back(to_seconds(start - now));
    now = start;
    life.step(now);
  }
  return waits;
}

TEST(RestartBackoff, CountsFromTheExitBeforeWhereTheKubeletItselfStopsTheContainer) {
  EXPECT_THAT(waits_after_kills(30, 7), ElementsAre(0, 0, 0, 0, 40, 80, 160));
  EXPECT_THAT(waits_after_kills(5, 5), ElementsAre(0, 0, 10, 20, 40));
  EXPECT_THAT(waits_after_kills(400, 4), ElementsAre(0, 0, 0, 0)) << "never in a loop";
}

TEST(Lifecycle, WaitsAndReasonsAreWhatKubectlShows) {
  Lifecycle life(at(0), 2s);
  EXPECT_EQ(life.status().state, ContainerState::waiting);
  EXPECT_EQ(to_string(life.status().waiting), "ContainerCreating");
  EXPECT_EQ(life.next_event(), at(2));
  EXPECT_EQ(life.step(at(2)), Lifecycle::Step::started);
  EXPECT_EQ(life.status().id, 1u);
  EXPECT_EQ(life.status().restarts, 0u);
  EXPECT_EQ(life.status().since, at(2));

  life.exited(at(5), Exit{.code = 137, .out_of_memory = true});
  EXPECT_EQ(life.status().state, ContainerState::terminated);
  ASSERT_TRUE(life.status().terminated);
  EXPECT_EQ(to_string(life.status().terminated->reason), "OOMKilled");
  EXPECT_EQ(life.status().terminated->started, at(2));
  EXPECT_EQ(life.status().terminated->finished, at(5));
  EXPECT_FALSE(life.status().last);

  EXPECT_EQ(life.next_event(), at(7)) << "at once, and created in two seconds";
  life.step(at(7));
  EXPECT_EQ(life.status().id, 2u);
  EXPECT_EQ(life.status().restarts, 1u);
  EXPECT_FALSE(life.status().terminated);
  EXPECT_EQ(to_string(life.status().last->reason), "OOMKilled");

  life.exited(at(8), Exit{.code = 1});
  EXPECT_EQ(life.status().state, ContainerState::waiting);
  EXPECT_EQ(to_string(life.status().waiting), "CrashLoopBackOff");
  EXPECT_EQ(to_string(life.status().last->reason), "Error");
  EXPECT_EQ(life.status().last->exit_code, 1);
  EXPECT_EQ(life.status().restarts, 1u) << "counted when it is started, not while it waits";
  EXPECT_EQ(life.next_event(), at(20));
}

TEST(Lifecycle, AnExitWithZeroIsCompletedAndRestartedAllTheSame) {
  Lifecycle life(at(0), Duration::zero());
  life.step(at(0));
  life.exited(at(5), Exit{.code = 0});
  EXPECT_EQ(to_string(life.status().terminated->reason), "Completed");
  EXPECT_EQ(life.next_event(), at(5));
}

TEST(Lifecycle, RunsUntilItHasHandledSigtermOrIsKilled) {
  const struct {
    Duration grace;
    std::optional<Duration> shutdown;
    double ends;
    int code;
    std::string_view reason;
  } cases[] = {
      {30s, 1s, 1, 0, "Completed"},      {30s, 0s, 0, 0, "Completed"},        {30s, std::nullopt, 30, 137, "Error"},
      {30s, 45s, 30, 137, "Error"},      {5s, std::nullopt, 5, 137, "Error"}, {0s, std::nullopt, 2, 137, "Error"},
      {1s, 1500ms, 1.5, 0, "Completed"},
  };
  for (const auto& c : cases) {
    Lifecycle life(at(0), Duration::zero());
    life.step(at(0));
    life.kill(at(100), c.grace, c.shutdown, false);
    EXPECT_TRUE(life.running());
    EXPECT_TRUE(life.stopping());
    ASSERT_EQ(life.next_event(), at(100 + c.ends));
    EXPECT_EQ(life.step(at(100 + c.ends)),
              c.code == 137 ? Lifecycle::Step::stopped_by_force : Lifecycle::Step::stopped);
    ASSERT_TRUE(life.status().terminated);
    EXPECT_EQ(life.status().terminated->exit_code, c.code);
    EXPECT_EQ(to_string(life.status().terminated->reason), c.reason);
    EXPECT_FALSE(life.next_event()) << "it was the last one";
  }
}

TEST(Lifecycle, ACrashWhileStoppingEndsIt) {
  Lifecycle life(at(0), Duration::zero());
  life.step(at(0));
  life.kill(at(100), 30s, std::nullopt, true);
  life.exited(at(103), Exit{.code = 139});
  EXPECT_EQ(life.status().terminated->exit_code, 139);
  EXPECT_EQ(life.next_event(), at(103));
  EXPECT_EQ(life.step(at(103)), Lifecycle::Step::started);
  life.exited(at(104), Exit{});
  life.exited(at(104), Exit{});  // nothing runs any more
  EXPECT_EQ(life.status().restarts, 1u);
}

TEST(Lifecycle, NothingStartsOnceThePodIsDeleted) {
  Lifecycle life(at(0), Duration::zero());
  life.step(at(0));
  life.exited(at(1), Exit{.code = 1});
  life.kill(at(1), 30s, 1s, false);
  EXPECT_FALSE(life.next_event());
}

}  // namespace
}  // namespace firedrill::fake_services
