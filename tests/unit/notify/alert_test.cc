#include "notify/provider/alert.h"

#include <gtest/gtest.h>

#include "engine_fixture.h"
#include "notify/provider/alert_store.h"

namespace firedrill::notify {
namespace {

Alert made(double starts, double ends, bool timeout = false) {
  Alert alert;
  alert.labels = {{"alertname", "A"}};
  alert.starts_at = at(starts);
  alert.ends_at = at(ends);
  alert.timeout = timeout;
  return alert;
}

TEST(Alert, HasTheFingerprintThatAlertmanagerShows) {
  // From an Alertmanager's API.
  EXPECT_EQ(format("{:016x}", fingerprint({{"alertname", "A"}, {"severity", "critical"}})), "b807e636403824b5");
}

TEST(Alert, ReplacesOneThatStartedAtTheSameTimeAndEndsLater) {
  // Prometheus's ordinary re-send.
  const Alert merged = succeed(made(0, 240), made(0, 300), at(60));
  EXPECT_EQ(merged.starts_at, at(0));
  EXPECT_EQ(merged.ends_at, at(300));
}

TEST(Alert, KeepsTheEarlierStartWhereTimesOverlap) {
  EXPECT_EQ(succeed(made(0, 240), made(10, 300), at(60)).starts_at, at(0));
  EXPECT_EQ(succeed(made(0, 240), made(240, 300), at(60)).starts_at, at(240));
}

TEST(Alert, EndsWithWhatCameLastIfThatIsOver) {
  EXPECT_EQ(succeed(made(0, 240), made(0, 50), at(60)).ends_at, at(50));
}

TEST(Alert, TakesTheLaterOfTwoEndsThatAreOver) {
  EXPECT_EQ(succeed(made(0, 55), made(0, 50), at(60)).ends_at, at(55));
}

TEST(Alert, KeepsALaterEndThatSomebodySaid) {
  EXPECT_EQ(succeed(made(0, 240), made(0, 100), at(60)).ends_at, at(240));
  EXPECT_EQ(succeed(made(0, 240, true), made(0, 100), at(60)).ends_at, at(100));
}

TEST(AlertStore, ForgetsWhatIsOver) {
  AlertStore store;
  Alert alert = made(0, 10);
  alert.fingerprint = 1;
  store.put(alert, at(5));
  store.collect(at(9));
  EXPECT_FALSE(store.empty());
  store.collect(at(10));
  EXPECT_TRUE(store.empty());
}

}  // namespace
}  // namespace firedrill::notify
