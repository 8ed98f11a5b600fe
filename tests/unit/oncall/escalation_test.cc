#include "oncall/escalation/escalation.h"

#include <map>

#include "base/duration.h"
#include "base/random.h"
#include "base/text/format.h"
#include "oncall/escalation/handoffs.h"
#include "roster_fixture.h"

namespace firedrill::oncall {
namespace {

const Time kStart = at("2026-03-03T13:30:00Z");

std::string line(const PageEvent& event) {
  std::string text = format("{} {}", format_duration(event.t - kStart), to_string(event.kind));
  if (event.kind != PageEvent::Kind::ended) text += format(" {}", event.tier);
  if (!event.person.empty()) text += format(" {}", event.person);
  if (event.loop > 0) text += format(" (loop {})", event.loop);
  if (!event.reason.empty()) text += format(": {}", event.reason);
  return text;
}

std::vector<std::string> lines(const std::vector<PageEvent>& events) {
  std::vector<std::string> out;
  for (const PageEvent& event : events) out.push_back(line(event));
  return out;
}

using Lines = std::vector<std::string>;

Page page(const char* id = "outage", Time t = kStart, const char* schedule = "API On-Call") {
  return {.id = id, .schedule = schedule, .at = t, .alert = "CheckoutDown", .incident = "db-outage"};
}

std::string with(const std::string& more) {
  return kSeedFile + "  " + more + "\n";
}

TEST(Escalation, PagesTiersInOrderAsTheSeedSays) {
  Escalation escalation(roster_of(kSeedFile));
  EXPECT_EQ(escalation.next_due(), Time::max());
  EXPECT_EQ(lines(escalation.start(page())), (Lines{"0s paged primary charlie"}));
  EXPECT_EQ(escalation.next_due(), kStart + 5min);
  EXPECT_EQ(lines(escalation.advance(kStart + 5min - Duration{1})), Lines{});
  EXPECT_EQ(lines(escalation.advance(kStart + 5min)),
            (Lines{"5m escalated secondary: primary has not acknowledged within 5m", "5m paged secondary david"}));
  EXPECT_EQ(lines(escalation.advance(kStart + 1h)),
            (Lines{"15m escalated incident_commander: secondary has not acknowledged within 10m",
                   "15m paged incident_commander manager_1", "30m unanswered incident_commander"}));
  EXPECT_EQ(escalation.next_due(), Time::max());
  EXPECT_EQ(escalation.find("outage")->stage, PageState::Stage::unanswered);
  // Somebody may still come.
  EXPECT_EQ(lines(escalation.acknowledge("outage", "bob", kStart + 2h)),
            (Lines{"2h acknowledged incident_commander bob"}));
}

TEST(Escalation, StopsAtAnAcknowledgementUntilItTimesOut) {
  Escalation escalation(roster_of(with("acknowledge_timeout: 20m")));
  escalation.start(page());
  EXPECT_EQ(lines(escalation.acknowledge("outage", "charlie", kStart + 2min)),
            (Lines{"2m acknowledged primary charlie"}));
  EXPECT_EQ(lines(escalation.advance(kStart + 22min - Duration{1})), Lines{});
  EXPECT_EQ(lines(escalation.advance(kStart + 22min)),
            (Lines{"22m timed out primary charlie", "22m paged primary charlie"}));
  // What is due comes before what somebody does at the same instant.
  EXPECT_EQ(lines(escalation.acknowledge("outage", "eve", kStart + 27min)),
            (Lines{"27m escalated secondary: primary has not acknowledged within 5m", "27m paged secondary david",
                   "27m acknowledged secondary eve"}));
  // A second acknowledgement counts anew.
  escalation.acknowledge("outage", "charlie", kStart + 40min);
  EXPECT_EQ(escalation.next_due(), kStart + 60min);
}

TEST(Escalation, MayHoldAnAcknowledgementForGood) {
  Escalation escalation(roster_of(with("acknowledge_timeout: never")));
  escalation.start(page());
  escalation.acknowledge("outage", "charlie", kStart);
  EXPECT_EQ(escalation.next_due(), Time::max());
}

TEST(Escalation, WalksAsOftenAsItLoops) {
  Escalation escalation(roster_of(R"(
schedule:
  name: API On-Call
  loops: 2
  tiers: [{name: primary, escalation_delay: 5m, members: [alice]}, {name: secondary, escalation_delay: 1m, members: [bob]}]
)"));
  escalation.start(page());
  EXPECT_EQ(lines(escalation.advance(kStart + 1h)),
            (Lines{"5m escalated secondary: primary has not acknowledged within 5m", "5m paged secondary bob",
                   "6m escalated primary (loop 1): secondary has not acknowledged within 1m",
                   "6m paged primary alice (loop 1)",
                   "11m escalated secondary (loop 1): primary has not acknowledged within 5m",
                   "11m paged secondary bob (loop 1)",
                   "12m escalated primary (loop 2): secondary has not acknowledged within 1m",
                   "12m paged primary alice (loop 2)",
                   "17m escalated secondary (loop 2): primary has not acknowledged within 5m",
                   "17m paged secondary bob (loop 2)", "18m unanswered secondary (loop 2)"}));
}

constexpr const char* kWithGaps = R"(
schedules:
  - name: API On-Call
    then: Platform
    tiers:
      - name: primary
        layers: [{name: nights, members: [nora], restrictions: [{from: '22:00', to: '06:00'}]}]
      - name: secondary
        escalation_delay: 10m
        layers: [{name: mornings, members: [mona], restrictions: [{from: '06:00', to: '12:00'}]}]
  - name: Platform
    tiers: [{name: primary, escalation_delay: 3m, members: [paul]}]
)";

TEST(Escalation, GoesOnAtOnceWhereNobodyIsOnCall) {
  Escalation escalation(roster_of(kWithGaps));
  EXPECT_EQ(lines(escalation.start(page())),
            (Lines{"0s nobody primary", "0s escalated secondary: nobody is on call as primary", "0s nobody secondary",
                   "0s escalated primary: nobody is on call as secondary", "0s paged primary paul"}));
  EXPECT_EQ(escalation.find("outage")->schedule, "Platform");
  EXPECT_EQ(lines(escalation.advance(kStart + 1h)), (Lines{"3m unanswered primary"}));
}

TEST(Escalation, AsksWhoIsOnCallWhenATiersTurnComes) {
  // Monday 08:57: eve becomes secondary while the primary does not answer.
  Escalation escalation(roster_of(kSeedFile));
  const Time monday = at("2026-03-09T08:57:00Z");
  EXPECT_EQ(escalation.start(page("outage", monday)).front().person, "charlie");
  const auto events = escalation.advance(monday + 5min);
  EXPECT_EQ(events.back().tier, "secondary");
  EXPECT_EQ(events.back().person, "eve");
  EXPECT_EQ(roster_of(kSeedFile)->schedules[0].tiers[1].on_call(monday), "david");
}

TEST(Escalation, KeepsPagesApartAndInOrder) {
  Escalation escalation(roster_of(kSeedFile));
  escalation.start(page("one"));
  escalation.start(page("two", kStart + 1min));
  EXPECT_EQ(escalation.start(page("one", kStart + 2min)), std::vector<PageEvent>{});
  escalation.acknowledge("one", "charlie", kStart + 2min);
  const auto events = escalation.advance(kStart + 6min);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].page, "two");
  EXPECT_EQ(lines(escalation.end("one", "resolved", kStart + 7min)), (Lines{"7m ended: resolved"}));
  EXPECT_EQ(escalation.find("one"), nullptr);
  EXPECT_EQ(escalation.pages().size(), 1U);
  // It may come again.
  EXPECT_EQ(lines(escalation.start(page("one", kStart + 8min))), (Lines{"8m paged primary charlie"}));
  EXPECT_EQ(lines(escalation.acknowledge("three", "charlie", kStart + 8min)), Lines{});
}

TEST(Escalation, IsHandedOnByAPerson) {
  Escalation escalation(roster_of(kSeedFile));
  escalation.start(page());
  escalation.acknowledge("outage", "charlie", kStart + 1min);
  EXPECT_EQ(lines(escalation.escalate("outage", "incident_commander", "charlie", kStart + 31min)),
            (Lines{"31m timed out primary charlie", "31m paged primary charlie",
                   "31m escalated incident_commander: charlie hands it on", "31m paged incident_commander manager_1"}));
  EXPECT_EQ(lines(escalation.escalate("outage", "nobody's", "charlie", kStart + 32min)), Lines{});
}

// Who takes it after others have been called does so as what they are on call, and not as those.
TEST(Escalation, IsTakenByWhoeverItIs) {
  Escalation escalation(roster_of(kSeedFile));
  escalation.start(page());
  escalation.advance(kStart + 6min);
  EXPECT_EQ(lines(escalation.acknowledge("outage", "charlie", kStart + 7min)),
            (Lines{"7m acknowledged primary charlie"}));
  EXPECT_EQ(lines(escalation.acknowledge("outage", "david", kStart + 8min)),
            (Lines{"8m acknowledged secondary david"}));
}

TEST(Escalation, IsBranchedByACopy) {
  Escalation first(roster_of(kSeedFile));
  first.start(page());
  Escalation second = first;
  first.acknowledge("outage", "charlie", kStart + 1min);
  EXPECT_EQ(second.find("outage")->stage, PageState::Stage::paging);
  EXPECT_EQ(second.advance(kStart + 1h).size(), 5U);
  EXPECT_EQ(first.find("outage")->stage, PageState::Stage::acknowledged);
}

// However a loop steps, the same happens.
TEST(Escalation, DoesTheSameInSmallStepsAndInOneLeap) {
  for (const char* file : {kWithGaps}) {
    Escalation leap(roster_of(file));
    Escalation small = leap;
    std::vector<PageEvent> by_leap = leap.start(page("a", at("2026-03-03T21:58:00Z")));
    std::vector<PageEvent> by_steps = small.start(page("a", at("2026-03-03T21:58:00Z")));
    const Time end = kStart + 48h;
    for (const PageEvent& event : leap.advance(end)) by_leap.push_back(event);
    for (Time t = at("2026-03-03T21:58:00Z"); t <= end; t += 1min) {
      for (const PageEvent& event : small.advance(t)) by_steps.push_back(event);
    }
    EXPECT_EQ(by_leap, by_steps);
  }
}

// Whatever people do, and however often somebody looks: times never fall, whoever is paged is on call, nobody is paged
// for what is acknowledged, and a copy that is told the same does the same.
TEST(Escalation, KeepsItsPromisesWhateverPeopleDo) {
  const auto roster = roster_of(kWithGaps);
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    RandomStream chance(seed, "escalation");
    Escalation first(roster), second = first;
    Time now = at("2026-03-28T20:00:00Z");
    Time last = now;
    std::map<std::string, bool> acknowledged;
    for (int step = 0; step < 60; ++step) {
      now += std::chrono::minutes{chance.below(25)};
      const std::string id = format("page-{}", chance.below(3));
      const std::uint64_t what = chance.below(6);
      const auto act = [&](Escalation& escalation) {
        if (what == 0) return escalation.start(page(id.c_str(), now));
        if (what == 1) return escalation.acknowledge(id, "somebody", now);
        if (what == 2) return escalation.escalate(id, "secondary", "somebody", now);
        if (what == 3) return escalation.end(id, "resolved", now);
        return escalation.advance(now);
      };
      const std::vector<PageEvent> events = act(first);
      ASSERT_EQ(events, act(second)) << "seed " << seed;
      for (const PageEvent& event : events) {
        ASSERT_LE(last, event.t);
        ASSERT_LE(event.t, now);
        last = event.t;
        const Tier* tier = roster->find(event.schedule)->find(event.tier);
        ASSERT_NE(tier, nullptr);
        if (event.kind == PageEvent::Kind::paged) {
          ASSERT_EQ(event.person, tier->on_call(event.t));
        }
        if (event.kind == PageEvent::Kind::nobody) {
          ASSERT_EQ("", tier->on_call(event.t));
        }
        if (event.kind == PageEvent::Kind::paged) {
          ASSERT_FALSE(acknowledged[event.page]);
        }
        acknowledged[event.page] = event.kind == PageEvent::Kind::acknowledged;
      }
      ASSERT_GT(first.next_due(), now);
      if (step == 30) second = first;
    }
  }
}

TEST(Escalation, TellsItsEvents) {
  Escalation escalation(roster_of(kWithGaps));
  std::vector<std::string> told;
  for (const PageEvent& event : escalation.start(page())) told.push_back(describe(event_of(event, page())));
  for (const PageEvent& event : escalation.acknowledge("outage", "paul", kStart + 1min)) {
    told.push_back(describe(event_of(event, page())));
  }
  EXPECT_EQ(told, (Lines{"nobody is on call as primary", "escalated to secondary: nobody is on call as primary",
                         "nobody is on call as secondary", "escalated to primary: nobody is on call as secondary",
                         "primary paged for CheckoutDown", "primary acknowledged for CheckoutDown"}));
  const events::Event paged = event_of(escalation.advance(kStart + 31min).back(), page());
  EXPECT_EQ(paged.text("alert"), "CheckoutDown");
  EXPECT_EQ(paged.text("incident"), "db-outage");
}

TEST(Handoffs, AreToldWhereSomebodyElseTakesOver) {
  Handoffs handoffs(roster_of(kSeedFile), kStart);
  EXPECT_EQ(handoffs.next_due(), at("2026-03-09T09:00:00Z"));
  const Handoffs copy = handoffs;
  EXPECT_TRUE(handoffs.advance(at("2026-03-09T08:59:59Z")).empty());
  const auto told = handoffs.advance(at("2026-03-09T09:00:00Z"));
  ASSERT_EQ(told.size(), 2U);  // the commander is one person
  EXPECT_EQ(told[0], (Handoff{at("2026-03-09T09:00:00Z"), "API On-Call", "primary", "charlie", "alice"}));
  EXPECT_EQ(describe(event_of(told[1])), "secondary: a new shift begins");
  EXPECT_EQ(copy.next_due(), at("2026-03-09T09:00:00Z"));
  EXPECT_EQ(handoffs.advance(at("2026-03-30T09:00:00Z")).size(), 6U);
}

}  // namespace
}  // namespace firedrill::oncall
