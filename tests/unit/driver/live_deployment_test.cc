// Deployments of processes: which slots start and end, as versions come and go and numbers change.
#include "driver/live/deploy/deployment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_services/topology/release.h"

namespace firedrill::driver::live {
namespace {

using fake_services::Release;
using testing::ElementsAre;
using testing::HasSubstr;

// Processes that become ready, and end, a round after they are asked to.
class Rounds {
 public:
  Rounds(std::int64_t replicas, Slots slots) {
    service_.name = "web";
    service_.replicas = replicas;
    deployment_.emplace(service_, slots, Time{});
    states_.resize(slots.count());
    for (std::size_t i = 0; i < static_cast<std::size_t>(replicas); ++i) states_[i] = {true, false, true};
  }

  fake_services::ServiceSpec& service() { return service_; }
  Deployment& deployment() { return *deployment_; }
  void never_ready(bool never = true) { never_ = never; }
  void ask(const Release* release, std::size_t of = 1000) {
    std::vector<const Release*> asked;
    for (std::size_t i = 0; i < states_.size(); ++i) {
      asked.push_back(deployment_->slots().place_of(i) < of ? release : nullptr);
    }
    deployment_->ask(asked, Time{});
  }
  // "+3 -0": started and ended, until there is nothing to do; at most so many rounds.
  std::string run(int rounds = 50) {
    std::string log;
    for (int i = 0; i < rounds; ++i) {
      const auto moves = deployment_->next(states_);
      for (const std::size_t slot : moves.start) {
        log += "+" + std::to_string(slot) + " ";
        states_[slot] = {.there = true};
      }
      for (const std::size_t slot : moves.end) {
        log += "-" + std::to_string(slot) + " ";
        states_[slot].leaving = true;
        states_[slot].available = false;
      }
      least_ = std::min(least_, ready());
      for (SlotState& state : states_) {
        if (state.leaving) {
          state = {};
        } else if (state.there && !state.available) {
          state.available = !never_;
        }
      }
    }
    return log;
  }
  std::size_t ready() const {
    return static_cast<std::size_t>(std::ranges::count(states_, true, &SlotState::available));
  }
  std::size_t least() const { return least_; }
  std::vector<std::string> versions() const {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < states_.size(); ++i) {
      if (!states_[i].there) continue;
      const Release* release = deployment_->release(i);
      out.push_back(release == nullptr ? "own" : release->version);
    }
    return out;
  }

 private:
  fake_services::ServiceSpec service_;
  std::optional<Deployment> deployment_;
  std::vector<SlotState> states_;
  std::size_t least_ = 1000;
  bool never_ = false;
};

TEST(LiveDeployment, DoesNothingByItself) {
  Rounds rounds(3, {.places = 5, .twice = true});
  EXPECT_EQ(rounds.run(), "");
}

TEST(LiveDeployment, GrowsAndShrinks) {
  Rounds rounds(2, {.places = 4});
  ASSERT_TRUE(rounds.deployment().scale(4));
  EXPECT_EQ(rounds.run(), "+2 +3 ");
  ASSERT_TRUE(rounds.deployment().scale(1));
  EXPECT_EQ(rounds.run(), "-1 -2 -3 ");
  ASSERT_TRUE(rounds.deployment().scale(2));
  EXPECT_EQ(rounds.run(), "+1 ");
  EXPECT_THAT(rounds.deployment().scale(5).error(), HasSubstr("1 to 4 replicas"));
  EXPECT_THAT(rounds.deployment().scale(0).error(), HasSubstr("1 to 4 replicas"));
}

TEST(LiveDeployment, ReplacesAsTheStrategySays) {
  const Release bad{.version = "2.0.0"};
  Rounds rounds(3, {.places = 3, .twice = true});
  rounds.ask(&bad);
  EXPECT_EQ(rounds.run(), "+3 -0 +4 -1 +5 -2 ");
  EXPECT_EQ(rounds.least(), 3U);
  EXPECT_THAT(rounds.versions(), ElementsAre("2.0.0", "2.0.0", "2.0.0"));
  rounds.ask(nullptr);
  EXPECT_EQ(rounds.run(), "+0 -3 +1 -4 +2 -5 ");
  EXPECT_THAT(rounds.versions(), ElementsAre("own", "own", "own"));
}

TEST(LiveDeployment, RecreatesWhenAllHaveGone) {
  const Release bad{.version = "2.0.0"};
  Rounds rounds(2, {.places = 2, .twice = true});
  rounds.service().strategy.recreate = true;
  rounds.ask(&bad);
  EXPECT_EQ(rounds.run(), "-0 -1 +0 +1 ");
  EXPECT_EQ(rounds.least(), 0U);
  EXPECT_THAT(rounds.versions(), ElementsAre("2.0.0", "2.0.0"));
}

TEST(LiveDeployment, StallsOnAVersionThatIsNeverReady) {
  const Release bad{.version = "2.0.0"};
  Rounds rounds(3, {.places = 3, .twice = true});
  rounds.never_ready();
  rounds.ask(&bad);
  EXPECT_EQ(rounds.run(), "+3 ");
  EXPECT_EQ(rounds.ready(), 3U);
  rounds.ask(nullptr);
  EXPECT_EQ(rounds.run(), "-3 ");
}

TEST(LiveDeployment, TakesACanaryAtItsPlaces) {
  const Release canary{.version = "2.0.0"};
  Rounds rounds(3, {.places = 3, .twice = true});
  rounds.ask(&canary, 1);
  EXPECT_EQ(rounds.run(), "+3 -0 ");
  rounds.ask(nullptr);
  EXPECT_EQ(rounds.run(), "+0 -3 ");
}

TEST(LiveDeployment, RollsBackToTheRevisionBefore) {
  const Release bad{.version = "2.0.0"};
  Rounds rounds(2, {.places = 2, .twice = true});
  rounds.ask(&bad);
  rounds.run();
  const auto done = rounds.deployment().roll_back(0, Time{});
  ASSERT_TRUE(done);
  EXPECT_TRUE(*done);
  EXPECT_NE(rounds.run(), "");
  EXPECT_THAT(rounds.versions(), ElementsAre("own", "own"));
  rounds.ask(nullptr);  // the pipeline's own rollback comes too late
  EXPECT_EQ(rounds.run(), "");
  EXPECT_THAT(rounds.deployment().roll_back(99, Time{}).error(), HasSubstr("no revision 99"));
}

TEST(LiveDeployment, GoesBackToTheSameProgramAfterARestart) {
  Rounds rounds(2, {.places = 2, .twice = true});
  rounds.deployment().restarted(Time{});
  EXPECT_EQ(rounds.run(), "");
  const auto done = rounds.deployment().roll_back(0, Time{});
  ASSERT_TRUE(done);
  EXPECT_FALSE(*done);
}

TEST(LiveDeployment, HasNoRoomForAVersionThatWasNotPlanned) {
  Rounds rounds(2, {.places = 2});
  EXPECT_THAT(rounds.deployment().roll_back(0, Time{}).error(), HasSubstr("without room"));
}

}  // namespace
}  // namespace firedrill::driver::live
