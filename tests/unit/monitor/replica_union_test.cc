// Two servers that watch the same, told as one: their ends and starts, and what neither of them gets to Alertmanager.
#include "monitor/embedded/replica_union.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text/format.h"
#include "events/event.h"
#include "events/monitors.h"
#include "monitor/alert_events.h"

namespace firedrill::monitor {
namespace {

using events::AlertState;
using events::EventKind;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Time kStart = std::chrono::sys_days(std::chrono::year(2026) / 3 / 3);
const model::Labels kAlert{{"alertname", "A"}};

class FakeTargets final : public ScrapeTargets {
 public:
  std::span<const fake_services::Target> targets() const override { return {}; }
  fake_services::ScrapeResult scrape(std::size_t, std::vector<double>&) override { return {}; }
  const fake_services::MonitorConditions& monitor_conditions() const override { return conditions; }
  void tell(const fake_services::MonitorCounts&) override {}
  void tell(const fake_services::AlertmanagerCounts&) override {}
  void tell(std::size_t, const fake_services::ScrapeOutcome&) override {}

  fake_services::MonitorConditions conditions;
};

// "5 down prometheus-0", "7 lost", "7 sent in vain": by minutes.
class Told final : public events::Sink {
 public:
  void on_event(events::Event event) override {
    const auto minute = (event.t - kStart) / 1min;
    if (event.kind == EventKind::monitor_down) all.push_back(format("{} down {}", minute, event.subject));
    if (event.kind == EventKind::monitor_up) all.push_back(format("{} up {}", minute, event.subject));
    if (event.kind == EventKind::alert_lost) all.push_back(format("{} lost", minute));
    last = std::move(event);
  }
  void on_send(const events::AlertSend& send) override {
    all.push_back(format("{} sent{}", (send.t - kStart) / 1min, send.received ? "" : " in vain"));
  }

  void on_transition(const events::AlertTransition& step) override {
    constexpr std::array kStates{"inactive", "pending", "firing"};
    steps.emplace_back(kStates.at(static_cast<std::size_t>(step.to)));
  }
  void on_forgotten(const events::AlertForgotten& /*alert*/) override { steps.emplace_back("forgotten"); }

  std::vector<std::string> all;
  std::vector<std::string> steps;
  events::Event last;
};

class ReplicaUnionTest : public testing::Test {
 protected:
  // As both monitors would at this time: each notices for itself whether it is down, the first before the second.
  void notice(Duration at) {
    for (const std::size_t server : {0U, 1U}) {
      const bool down = targets_.conditions.down || (server == 0 && targets_.conditions.first_down);
      if (down == down_[server]) continue;
      down_[server] = down;
      both_.of(server).on_event({.t = kStart + at,
                                 .kind = down ? EventKind::monitor_down : EventKind::monitor_up,
                                 .subject = std::string(events::kPrometheus),
                                 .fields = {}});
    }
  }
  // One minute after the other: f: the first is down, a: all are, b: by both faults, ".": none.
  std::vector<std::string> states(std::string_view minutes) {
    for (std::size_t i = 0; i < minutes.size(); ++i) {
      targets_.conditions.first_down = minutes[i] == 'f' || minutes[i] == 'b';
      targets_.conditions.down = minutes[i] == 'a' || minutes[i] == 'b';
      notice(1min * static_cast<int>(i));
    }
    return told_.all;
  }
  void fire(std::size_t server, const model::Labels& alert = kAlert) {
    both_.of(server).on_transition(
        {.t = kStart, .from = AlertState::pending, .to = AlertState::firing, .labels = alert, .annotations = {}});
  }
  void send(std::size_t server, Duration at, bool received, const model::Labels& alert = kAlert) {
    both_.of(server).on_send({.t = kStart + at, .labels = alert, .annotations = {}, .received = received});
    if (received) return;
    both_.of(server).on_event(held_back("A", alert, kStart + at, events::HoldKind::lost, "the way to Alertmanager"));
  }

  FakeTargets targets_;
  Told told_;
  ReplicaUnion both_{targets_, told_, model::Labels{{"replica", "prometheus-0"}}};
  std::array<bool, 2> down_{};
};

TEST_F(ReplicaUnionTest, TellsOfTheFirstAlone) {
  EXPECT_THAT(states(".ff."), ElementsAre("1 down prometheus-0", "3 up prometheus-0"));
  const auto* labels = std::get_if<model::Labels>(told_.last.find("labels"));
  ASSERT_NE(labels, nullptr);
  EXPECT_EQ(labels->get("replica"), "prometheus-0");
}

TEST_F(ReplicaUnionTest, TellsOfBothOnce) {
  EXPECT_THAT(states(".aa."), ElementsAre("1 down prometheus", "3 up prometheus"));
}

TEST_F(ReplicaUnionTest, TellsOfAnOutageOfBothWithinOneOfTheFirst) {
  EXPECT_THAT(states(".fbbf."),
              ElementsAre("1 down prometheus-0", "2 down prometheus", "4 up prometheus", "5 up prometheus-0"));
}

TEST_F(ReplicaUnionTest, TellsOfAnOutageOfTheFirstWithinOneOfBoth) {
  EXPECT_THAT(states(".abba."), ElementsAre("1 down prometheus", "5 up prometheus"));
}

TEST_F(ReplicaUnionTest, TellsThatTheFirstStaysDownAsTheOtherIsBack) {
  EXPECT_THAT(states(".abff."),
              ElementsAre("1 down prometheus", "3 up prometheus", "3 down prometheus-0", "5 up prometheus-0"));
  told_.all.clear();
  EXPECT_THAT(states(".af."),
              ElementsAre("1 down prometheus", "2 up prometheus", "2 down prometheus-0", "3 up prometheus-0"));
}

TEST_F(ReplicaUnionTest, TellsThatBothAreBackWhereTheFirstWentBefore) {
  EXPECT_THAT(states(".fbaa."),
              ElementsAre("1 down prometheus-0", "2 down prometheus", "5 up prometheus", "5 up prometheus-0"));
  told_.all.clear();
  EXPECT_THAT(states(".fa."),
              ElementsAre("1 down prometheus-0", "2 down prometheus", "3 up prometheus", "3 up prometheus-0"));
}

TEST_F(ReplicaUnionTest, TakesNothingForLostThatTheOtherSends) {
  fire(0);
  send(0, 0min, false);
  EXPECT_THAT(told_.all, IsEmpty()) << "the other's may arrive";
  fire(1);
  send(1, 0min, true);
  send(0, 1min, true);
  send(1, 1min, false);
  send(0, 2min, true);
  send(1, 2min, true);
  EXPECT_THAT(told_.all, ElementsAre("0 sent", "1 sent", "2 sent"));
}

TEST_F(ReplicaUnionTest, TellsOnceOfWhatNeitherGetsThrough) {
  fire(0);
  fire(1);
  for (const Duration at : {0min, 1min}) {
    send(0, at, false);
    send(1, at, false);
  }
  EXPECT_THAT(told_.all, ElementsAre("0 sent in vain", "0 lost", "1 sent in vain"));
}

TEST_F(ReplicaUnionTest, TellsOfWhatTheOtherDoesNotSend) {
  fire(0);
  send(0, 0min, false);
  send(0, 1min, false);
  send(0, 2min, true);
  EXPECT_THAT(told_.all, ElementsAre("1 sent in vain", "1 lost", "2 sent"));
  told_.all.clear();
  states("f");
  fire(1);
  send(1, 3min, false);
  EXPECT_THAT(told_.all, ElementsAre("0 down prometheus-0", "3 sent in vain", "3 lost"));
}

// The first has it firing and stops; the other has it pending, fires a little later, and is heard.
TEST_F(ReplicaUnionTest, KeepsOneActivationWhileOneOfThemHasIt) {
  const auto step = [&](std::size_t server, AlertState from, AlertState to) {
    both_.of(server).on_transition({.t = kStart, .from = from, .to = to, .labels = kAlert, .annotations = {}});
  };
  step(0, AlertState::inactive, AlertState::pending);
  step(1, AlertState::inactive, AlertState::pending);
  fire(0);
  send(0, 0min, false);
  states("f");
  fire(1);
  send(1, 1min, true);
  EXPECT_THAT(told_.steps, ElementsAre("pending", "firing"));
  EXPECT_THAT(told_.all, ElementsAre("0 down prometheus-0", "1 sent"));
  told_.steps.clear();
  states("b");
  EXPECT_THAT(told_.steps, ElementsAre("forgotten"));
}

TEST_F(ReplicaUnionTest, TellsAtOnceOfWhatOneServerAloneSends) {
  for (const std::size_t server : {0U, 1U}) {
    const model::Labels alert{{"alertname", "A"}, {"replica", format("prometheus-{}", server)}};
    fire(server, alert);
    send(server, 0min, false, alert);
    send(server, 1min, true, alert);
    send(server, 2min, false, alert);
    EXPECT_THAT(told_.all, ElementsAre("0 sent in vain", "0 lost", "1 sent", "2 sent in vain")) << server;
    told_.all.clear();
  }
}

}  // namespace
}  // namespace firedrill::monitor
