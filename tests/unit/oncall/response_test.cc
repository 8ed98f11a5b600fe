// What people do about pages: who acknowledges when, and what they do then.
#include "oncall/responders/response.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/duration.h"
#include "base/text/format.h"

namespace firedrill::oncall {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

const Time kStart = *parse_instant("2026-03-05T02:00:00Z");

DistributionSpec always(Duration time) {
  DistributionSpec spec;
  spec.p50 = time;
  return spec;
}

events::Action action(std::string name, std::string subject) {
  return {.t = {}, .kind = *events::parse_action_kind(name), .subject = std::move(subject)};
}

Responder person(std::string name, Duration acknowledges = 1min) {
  Responder out;
  out.person = std::move(name);
  out.acknowledge = always(acknowledges);
  return out;
}

std::shared_ptr<const Plan> plan(const std::vector<events::Action>& actions,
                                 std::vector<PlannedEscalation> escalations = {}) {
  std::vector<PlannedStep> steps;
  for (const events::Action& each : actions) steps.push_back({each});
  return std::make_shared<const Plan>(
      Plan{.playbook = "outage", .steps = std::move(steps), .escalations = std::move(escalations)});
}

// A response whose deeds are carried out at once, as its desk would.
class Play {
 public:
  explicit Play(std::vector<Responder> people, std::shared_ptr<const Plan> plan = nullptr, std::uint64_t seed = 1)
      : plan_(std::move(plan)) {
    auto team = std::make_shared<Team>();
    team->responders = std::move(people);
    response_ = std::make_unique<Response>(team, seed, kStart);
  }
  Play(const Play& other) : plan_(other.plan_), response_(std::make_unique<Response>(*other.response_)) {}

  Response& response() { return *response_; }

  Lines run_to(Duration until) {
    Lines out;
    while (const auto deed = response_->next(kStart + until)) {
      out.push_back(format("{} {} {}", format_duration(deed->t - kStart), deed->person, text(*deed)));
      if (deed->kind == Deed::Kind::acknowledge) response_->acknowledged(*deed, plan_);
    }
    return out;
  }

 private:
  static std::string text(const Deed& deed) {
    switch (deed.kind) {
      case Deed::Kind::acknowledge:
        return "acknowledges " + deed.page;
      case Deed::Kind::act:
        return events::describe(deed.action);
      case Deed::Kind::escalate:
        return "escalates to " + deed.who;
      case Deed::Kind::page:
        return "pages " + deed.who;
      case Deed::Kind::give_up:
        return "gives up " + deed.playbook;
    }
    return {};
  }

  std::shared_ptr<const Plan> plan_;
  std::unique_ptr<Response> response_;
};

TEST(Response, AcknowledgesAfterATime) {
  Play play({person("ada", 90s)});
  play.response().paged("p", "primary", "ada", kStart + 1min);
  EXPECT_EQ(play.response().next_due(), kStart + 150s);
  EXPECT_EQ(play.run_to(149s), Lines{});
  EXPECT_EQ(play.run_to(1h), (Lines{"2m30s ada acknowledges p"}));
  EXPECT_EQ(play.response().next_due(), Time::max());
}

TEST(Response, HearsNothingWhileAsleep) {
  Responder asleep = person("ada");
  asleep.absences = {{0min, 30min, "asleep"}, {30min, 40min, "away"}};
  Play play({asleep});
  play.response().paged("p", "primary", "ada", kStart + 5min);
  play.response().paged("q", "primary", "ada", kStart + 41min);
  EXPECT_EQ(play.run_to(1h), (Lines{"41m ada acknowledges p", "42m ada acknowledges q"}));
}

TEST(Response, IsDrawnForWhomNothingIsSaid) {
  std::vector<double> seconds;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    Play play({}, nullptr, seed);
    play.response().paged("p", "primary", "somebody", kStart);
    seconds.push_back(to_seconds(play.response().next_due() - kStart));
  }
  std::ranges::sort(seconds);
  EXPECT_NEAR(seconds[200], 120, 20);
  EXPECT_NEAR(seconds[360], 300, 60);
}

TEST(Response, OfOneWhoIsBusyWaitsWhereItIsSaid) {
  Responder busy = person("ada");
  busy.acknowledges_while_busy = false;
  Play play({busy});
  play.response().paged("p", "primary", "ada", kStart);
  EXPECT_EQ(play.run_to(2min), (Lines{"1m ada acknowledges p"}));
  play.response().paged("q", "primary", "ada", kStart + 3min);
  EXPECT_EQ(play.run_to(20min), Lines{});
  play.response().over("p", kStart + 20min);
  EXPECT_EQ(play.run_to(1h), (Lines{"21m ada acknowledges q"}));
}

TEST(Response, DoesWhatTheScenarioSaysOnce) {
  Responder ada = person("ada");
  ada.actions = {{6min, action("restart", "web")}, {2min, action("rollback", "checkout")}};
  Play play({ada});
  play.response().paged("p", "primary", "ada", kStart);
  play.response().paged("q", "primary", "ada", kStart + 30s);
  play.response().over("p", kStart + 3min);
  EXPECT_EQ(play.run_to(1h),
            (Lines{"1m30s ada acknowledges q", "3m30s ada rollback checkout", "7m30s ada restart web"}));
}

Responder by_the_book(std::string name) {
  Responder out = person(std::move(name));
  out.follows_playbooks = true;
  out.step = 3min;
  return out;
}

TEST(Response, TriesStepsInOrderUntilThePageIsOver) {
  Play play({by_the_book("ada")}, plan({action("rollback", "web"), action("restart", "web"), action("scale", "web")}));
  Response& response = play.response();
  response.paged("p", "primary", "ada", kStart);
  EXPECT_EQ(play.run_to(10min), (Lines{"1m ada acknowledges p", "4m ada rollback web"})) << "it waits to see";
  response.seen("restart web", false, kStart + 11min);
  EXPECT_EQ(play.run_to(13min), Lines{}) << "that is another one";
  response.seen("rollback web", false, kStart + 14min);
  EXPECT_EQ(play.run_to(18min), (Lines{"17m ada restart web"}));
  response.seen("restart web", true, kStart + 20min);
  EXPECT_EQ(play.run_to(34min), Lines{}) << "it helped: the alerts need their time";
  EXPECT_EQ(play.run_to(36min), (Lines{"35m ada scale web to 0"}));
  response.over("p", kStart + 37min);
  EXPECT_EQ(play.run_to(2h), Lines{});
}

// A limit that was set is lifted when it is over; what was not reached is left.
TEST(Response, PutsBackWhatItSet) {
  Play play({by_the_book("ada")},
            plan({action("rate_limit", "web"), action("restart", "web"), action("rate_limit", "web")}));
  play.response().paged("p", "primary", "ada", kStart);
  EXPECT_EQ(play.run_to(5min), (Lines{"1m ada acknowledges p", "4m ada rate_limit web"}));
  play.response().seen("rate_limit web", true, kStart + 6min);
  play.response().over("p", kStart + 8min);
  EXPECT_EQ(play.run_to(1h), (Lines{"11m ada rate_limit web"}));
}

TEST(Response, GivesUpBehindTheLastStep) {
  Play play({by_the_book("ada")},
            plan({action("rollback", "web")}, {{30min, false, "secondary"}, {40min, true, "DBA"}}));
  play.response().paged("p", "primary", "ada", kStart);
  EXPECT_EQ(play.run_to(5min), (Lines{"1m ada acknowledges p", "4m ada rollback web"}));
  play.response().seen("rollback web", false, kStart + 6min);
  EXPECT_EQ(play.run_to(1h), (Lines{"9m ada gives up outage", "31m ada escalates to secondary", "41m ada pages DBA"}));
}

// The same done to several services is one step: it has helped when it did at one of them.
TEST(Response, TakesWhatBelongsTogetherWithoutWaiting) {
  const auto both = std::make_shared<const Plan>(Plan{.playbook = "outage",
                                                      .steps = {{action("restart", "web"), false},
                                                                {action("restart", "api"), true},
                                                                {action("rollback", "web"), false}},
                                                      .escalations = {}});
  Play helped({by_the_book("ada")}, both);
  helped.response().paged("p", "primary", "ada", kStart);
  EXPECT_EQ(helped.run_to(5min), (Lines{"1m ada acknowledges p", "4m ada restart web"}));
  helped.response().seen("restart web", true, kStart + 6min);
  EXPECT_EQ(helped.run_to(12min), (Lines{"7m ada restart api"})) << "it belongs to the one that has helped";
  helped.response().seen("restart api", false, kStart + 17min);
  EXPECT_EQ(helped.run_to(31min), Lines{}) << "one of them did: the alerts need their time";
  EXPECT_EQ(helped.run_to(1h), (Lines{"32m ada rollback web"}));

  Play vain({by_the_book("ada")}, both);
  vain.response().paged("p", "primary", "ada", kStart);
  EXPECT_EQ(vain.run_to(7min), (Lines{"1m ada acknowledges p", "4m ada restart web", "7m ada restart api"}));
  vain.response().seen("restart api", false, kStart + 10min);
  EXPECT_EQ(vain.run_to(13min), Lines{}) << "the other one is still waited for";
  vain.response().seen("restart web", false, kStart + 14min);
  EXPECT_EQ(vain.run_to(1h), (Lines{"17m ada rollback web"}));
}

TEST(Response, LetsOneFollowAPlaybook) {
  Play play({by_the_book("ada"), by_the_book("bob")}, plan({action("restart", "web")}));
  play.response().paged("p", "primary", "ada", kStart);
  play.response().paged("q", "secondary", "bob", kStart);
  EXPECT_EQ(play.run_to(1h), (Lines{"1m ada acknowledges p", "1m bob acknowledges q", "4m ada restart web"}));
}

TEST(Response, CopiesGoOnAlike) {
  Responder drawn = by_the_book("ada");
  drawn.acknowledge = usual_acknowledgement();
  Play play({drawn}, plan({action("restart", "web"), action("rollback", "web")}));
  play.response().paged("p", "primary", "ada", kStart);
  play.run_to(2min);
  Play copy(play);
  const auto rest = [](Play& each) {
    Lines out = each.run_to(30min);
    each.response().seen("restart web", false, kStart + 31min);
    each.response().paged("q", "secondary", "ada", kStart + 32min);
    for (const std::string& line : each.run_to(2h)) out.push_back(line);
    return out;
  };
  EXPECT_EQ(rest(play), rest(copy));
}

}  // namespace
}  // namespace firedrill::oncall
