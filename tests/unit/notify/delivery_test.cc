// Retries, time-outs and what a failed flush leaves behind.
#include "notify/dispatch/delivery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine_fixture.h"

namespace firedrill::notify {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::SizeIs;

std::shared_ptr<const Endpoints> scripted(Scripted::Script script) {
  return std::make_shared<Scripted>(std::move(script));
}

Notification only(Engine& engine) {
  Outcomes outcomes = engine.manager.take_outcomes();
  EXPECT_THAT(outcomes.notifications, SizeIs(1));
  return outcomes.notifications.empty() ? Notification{} : outcomes.notifications.front();
}

TEST(Delivery, RetriesAServerErrorWithABackOff) {
  Engine engine(simple_configuration(), {},
                scripted([](auto, auto, double now) { return Response{.status = now < 4 ? 503 : 200}; }));
  engine.post(0, {alert({{"alertname", "A"}})});
  engine.run_to(20);
  const Notification told = only(engine);
  EXPECT_TRUE(told.accepted);
  EXPECT_GE(told.time, at(4));
  ASSERT_GE(told.attempts.size(), 3U);
  double wait = 500;
  for (std::size_t i = 1; i < told.attempts.size(); ++i) {
    const auto between = static_cast<double>((told.attempts[i].at - told.attempts[i - 1].at).count());
    EXPECT_THAT(between, AllOf(Ge(wait / 2 - 1), Le(wait * 1.5)));
    wait *= 1.5;
  }
}

TEST(Delivery, GivesUpAfterAnAnswerThatSaysNo) {
  Engine engine(simple_configuration(), {},
                scripted([](auto, auto, double now) { return Response{.status = now < 4 ? 404 : 200}; }));
  engine.post(0, {alert({{"alertname", "A"}})});
  engine.run_to(7);
  // The next flush finds no entry in the log, and tells.
  EXPECT_THAT(engine.told(), ElementsAre("2 first_notification failed A", "7 first_notification A"));
}

TEST(Delivery, RetriesUntilTheFlushsTimeIsOver) {
  Engine engine(simple_configuration(), {},
                scripted([](auto, auto, double now) { return Response{.status = now < 12 ? 500 : 200}; }));
  engine.post(0, {alert({{"alertname", "A"}})});
  engine.run_to(30);
  const Outcomes outcomes = engine.manager.take_outcomes();
  ASSERT_THAT(outcomes.notifications, SizeIs(2));
  EXPECT_FALSE(outcomes.notifications[0].accepted);
  // group_interval is 5 s, a flush has 10 s all the same; the one that was due at 7 runs at 12.
  EXPECT_EQ(outcomes.notifications[1].time, at(12));
  EXPECT_EQ(outcomes.flushes.at(1).at, at(12));
  EXPECT_EQ(outcomes.flushes.at(1).tick, at(7));
}

TEST(Delivery, WaitsForAnAnswerThatNeverComesAsLongAsTheFlushLasts) {
  Engine engine(simple_configuration(), {},
                scripted([](auto, auto, double now) { return Response{.never = now < 4}; }));
  engine.post(0, {alert({{"alertname", "A"}})});
  engine.run_to(30);
  EXPECT_THAT(engine.told(), ElementsAre("2 first_notification failed A", "12 first_notification A"));
}

TEST(Delivery, ObeysTheIntegrationsOwnTimeout) {
  Configuration configuration = simple_configuration();
  Value timeout;
  timeout.kind = Value::Kind::text;
  timeout.text = "1.5s";
  configuration.receivers[0].integrations[0].settings.kind = Value::Kind::map;
  configuration.receivers[0].integrations[0].settings.entries.emplace_back("timeout", timeout);
  Engine engine(std::move(configuration), {},
                scripted([](auto, auto, double now) { return Response{.never = now < 3}; }));
  engine.post(0, {alert({{"alertname", "A"}})});
  engine.run_to(30);
  const Notification told = only(engine);
  EXPECT_EQ(told.attempts.at(0).result, Attempt::Result::timed_out);
  EXPECT_EQ(told.attempts.at(0).ended, at(3.5));
  // The back-off had begun with the attempt, and was over.
  EXPECT_EQ(told.attempts.at(1).at, at(3.5));
}

// Renders nothing before a time.
class Fails final : public Renderer {
 public:
  Fails(double until, bool is_retried) : until_(until), is_retried_(is_retried) {}
  std::expected<std::shared_ptr<const Payload>, RenderFault> render(const Notification& notification) const override {
    if (since_start(notification.time) >= until_) return std::make_shared<const Payload>();
    return std::unexpected(RenderFault{{Severity::error, {}, "template: :1:3: no", {}}, is_retried_});
  }

 private:
  double until_;
  bool is_retried_;
};

// It is no request: who counts these is told of none.
TEST(Delivery, SendsNothingThatCannotBeRendered) {
  const auto configuration = std::make_shared<const Configuration>(simple_configuration());
  Alertmanager manager(configuration, {.seed = 1}, nullptr, std::make_shared<Fails>(5, false));
  manager.post(std::vector{alert({{"alertname", "A"}})}, at(0));
  manager.run_due(at(7));
  const Outcomes outcomes = manager.take_outcomes();
  ASSERT_THAT(outcomes.notifications, SizeIs(2));
  const Notification& failed = outcomes.notifications[0];
  EXPECT_FALSE(failed.accepted);
  EXPECT_EQ(failed.fault, "template: :1:3: no");
  ASSERT_THAT(failed.attempts, SizeIs(1));
  EXPECT_EQ(failed.attempts[0].result, Attempt::Result::not_rendered);
  EXPECT_EQ(failed.payload, nullptr);
  // Nothing was logged: the next flush tells it as the first.
  EXPECT_EQ(Engine::describe(outcomes.notifications[1]), "7 first_notification A");
  EXPECT_EQ(outcomes.notifications[1].fault, "");
  ASSERT_NE(outcomes.notifications[1].payload, nullptr);
  EXPECT_EQ(outcomes.requests.made, 1U);
}

TEST(Delivery, TriesAgainWhatSomeNotifiersTakeForAPassingFailure) {
  const auto configuration = std::make_shared<const Configuration>(simple_configuration());
  Alertmanager manager(configuration, {.seed = 1}, nullptr, std::make_shared<Fails>(4, true));
  manager.post(std::vector{alert({{"alertname", "A"}})}, at(0));
  manager.run_due(at(6));
  const Outcomes outcomes = manager.take_outcomes();
  ASSERT_THAT(outcomes.notifications, SizeIs(1));
  EXPECT_TRUE(outcomes.notifications[0].accepted);
  EXPECT_GT(outcomes.notifications[0].attempts.size(), 2U);
  EXPECT_EQ(outcomes.notifications[0].attempts[0].result, Attempt::Result::not_rendered);
}

TEST(Delivery, ComesOutAsItStandsWhenNobodyLooksAnyLonger) {
  Engine engine(simple_configuration(), {}, scripted([](auto, auto, double) { return Response{.status = 500}; }));
  engine.post(0, {alert({{"alertname", "A"}})});
  engine.run_to(6);
  engine.manager.end(at(6));
  const Notification tried = only(engine);
  EXPECT_FALSE(tried.accepted);
  EXPECT_TRUE(tried.is_under_way);
  EXPECT_EQ(tried.attempts.back().result, Attempt::Result::retried);
}

TEST(Delivery, DeletesNothingAfterAFlushThatFailed) {
  Engine engine(simple_configuration(), {},
                scripted([](auto, auto, double now) { return Response{.status = now > 5 && now < 10 ? 404 : 200}; }));
  engine.post(0, {alert({{"alertname", "A"}}, 0, 6)});
  engine.run_to(30);
  EXPECT_THAT(engine.told(), ElementsAre("2 first_notification A", "7 all_resolved failed -A", "12 all_resolved -A"));
}

TEST(Delivery, KeepsAnAlertThatCameAgainDuringTheFlush) {
  Engine engine(simple_configuration(), {}, scripted([](auto, auto, double) { return Response{.after = 1s}; }));
  engine.post(0, {alert({{"alertname", "A"}}, 0, 6)});
  engine.run_to(7.5);
  engine.post(7.5, {alert({{"alertname", "A"}}, 7.5, 100)});
  engine.run_to(14);
  EXPECT_THAT(engine.told(), ElementsAre("2 first_notification A", "7 all_resolved -A", "12 first_notification A"));
}

// Of two routes with the same matchers and receiver the groups have one entry of the log: each asks for it before the
// other has written it.
TEST(Delivery, TellsTwiceWhatTwoRoutesOfOneKeyFlushAtOneInstant) {
  Configuration configuration = simple_configuration();
  for (const bool continues : {true, false}) {
    Route route = configuration.routes.front();
    route.children.clear();
    route.index = configuration.routes.size();
    route.parent = 0;
    route.position = route.index - 1;
    route.continues = continues;
    route.matchers = matchers({{"alertname", "A"}});
    route.key = "{}/{alertname=\"A\"}";
    route.id = format("{{}}/{{alertname=\"A\"}}/{}", route.position);
    configuration.routes.front().children.push_back(route.index);
    configuration.routes.push_back(std::move(route));
  }
  Engine engine(std::move(configuration));
  engine.post(0, {alert({{"alertname", "A"}})});
  engine.run_to(20);
  EXPECT_THAT(engine.told(), ElementsAre("2 first_notification A", "2 first_notification A"));
}

TEST(Delivery, TellsEachIntegrationByItself) {
  Configuration configuration = simple_configuration();
  configuration.receivers[0].integrations.push_back(webhook(1));
  Engine engine(std::move(configuration), {}, scripted([](auto, std::size_t integration, double now) {
                  return Response{.status = integration == 1 && now < 5 ? 404 : 200};
                }));
  engine.post(0, {alert({{"alertname", "A"}})});
  engine.run_to(20);
  EXPECT_THAT(engine.told(),
              ElementsAre("2 first_notification A", "2 first_notification failed A", "7 first_notification A"));
}

TEST(Delivery, EndsWithAReload) {
  Engine engine(simple_configuration(), {},
                scripted([](auto, auto, double now) { return Response{.never = now < 3}; }));
  engine.post(0, {alert({{"alertname", "A"}})});
  engine.run_to(3);
  engine.manager.reload(std::make_shared<const Configuration>(simple_configuration()), at(3));
  engine.run_to(4);
  EXPECT_THAT(engine.told(), ElementsAre("2 first_notification failed A", "3 first_notification A"));
}

TEST(BackOff, StaysWithinHalfAndOneAndAHalfOfItsWait) {
  RandomStream random(1, "test");
  BackOff back_off;
  for (int i = 0; i < 40; ++i) {
    const Duration least = back_off.least();
    const Duration most = back_off.most();
    EXPECT_THAT(back_off.next(random), AllOf(Ge(least), Le(most)));
  }
  EXPECT_EQ(back_off.least(), 30s);
  EXPECT_EQ(back_off.most(), 90s);
}

TEST(Receivers, KnowWhoseKindTriesAgainAfterWhichStatus) {
  const auto retried = [](std::string kind, int status) {
    Integration integration;
    integration.kind = std::move(kind);
    return is_retried(integration, status);
  };
  EXPECT_TRUE(retried("webhook", 500));
  EXPECT_FALSE(retried("webhook", 429));
  EXPECT_TRUE(retried("pagerduty", 429));
  EXPECT_FALSE(retried("pagerduty", 403));
  EXPECT_TRUE(retried("opsgenie", 429));
  EXPECT_FALSE(retried("slack", 429));
  EXPECT_TRUE(retried("email", 400));
}

}  // namespace
}  // namespace firedrill::notify
