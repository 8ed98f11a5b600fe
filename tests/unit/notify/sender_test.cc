#include "notify/testfile/sender.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine_fixture.h"

namespace firedrill::notify {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "60:300" is sent at 60 with an end at 300.
std::vector<std::string> sent(const SentAlert& alert, double until) {
  std::vector<std::string> out;
  for (const TimedPost& each : posts_of(alert, Time{}, at(until))) {
    out.push_back(format("{:g}:{:g}", since_start(each.at), since_start(*each.alert.ends_at)));
  }
  return out;
}

SentAlert firing(Duration since) {
  SentAlert out;
  out.labels = {{"alertname", "A"}};
  out.firing = since;
  return out;
}

TEST(Sender, FiresAtTheNextEvaluationAndIsSentAgainLaterThanTheResendDelay) {
  EXPECT_THAT(sent(firing(50s), 400), ElementsAre("60:300", "180:420", "300:540"));
}

TEST(Sender, SendsEvery75SecondsWhereEvaluationsAre15SecondsApart) {
  SentAlert alert = firing(0s);
  alert.evaluation_interval = 15s;
  EXPECT_THAT(sent(alert, 160), ElementsAre("0:240", "75:315", "150:390"));
}

TEST(Sender, SendsAResolutionAtOnceAndForFifteenMinutes) {
  SentAlert alert = firing(0s);
  alert.resolved = 60s;
  EXPECT_THAT(sent(alert, 5000),
              ElementsAre("0:240", "60:60", "180:60", "300:60", "420:60", "540:60", "660:60", "780:60", "900:60"));
}

TEST(Sender, SendsNothingFromItsDeathOn) {
  SentAlert alert = firing(0s);
  alert.stops = 120s;
  EXPECT_THAT(sent(alert, 5000), ElementsAre("0:240"));
  alert.stops = 0s;
  EXPECT_THAT(sent(alert, 5000), IsEmpty());
}

TEST(Sender, NeverSeesAnAlertThatResolvesBetweenTwoEvaluations) {
  SentAlert alert = firing(61s);
  alert.resolved = 119s;
  EXPECT_THAT(sent(alert, 5000), IsEmpty());
}

}  // namespace
}  // namespace firedrill::notify
