// A session on a drill of the library: what is seen of it, what is done, branches.
#include "console/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "console/drill/find_drills.h"
#include "events/event.h"
#include "record/record_json.h"
#include "shipped_drill.h"

namespace firedrill::console {
namespace {

using testing::HasSubstr;

Session begun(std::string_view drill) {
  return Session(shipped(drill).scenario, {.seed = 1});
}

// Until the first page.
void wait_for_page(Session& session) {
  while (session.pages().empty() && !session.over()) session.advance_to_news(session.end());
}

TEST(Session, TellsOfAPageAsItsReceiverGetsIt) {
  Session session = begun("amber-heron");
  EXPECT_TRUE(session.pages().empty());
  wait_for_page(session);
  ASSERT_EQ(session.pages().size(), 1U);
  const Page page = session.pages().front();
  EXPECT_EQ(page.state, Page::State::calling);
  EXPECT_EQ(page.role, "primary");
  EXPECT_THAT(page.alerts, testing::Contains("OrdersFail"));
  const auto sent = std::ranges::find_if(session.notices(),
                                         [](const Notice& notice) { return notice.notification.receiver == "pager"; });
  ASSERT_NE(sent, session.notices().end());
  ASSERT_TRUE(sent->payload);
  EXPECT_FALSE(sent->payload->fields.empty());
}

TEST(Session, NobodyActsForTheTrainee) {
  Session session = begun("amber-heron");
  session.advance_to(session.end());
  for (const Page& page : session.pages()) EXPECT_NE(page.acknowledged_by, session.trainee().person);
  EXPECT_TRUE(session.deeds().empty());
  EXPECT_TRUE(session.messages().empty());
}

TEST(Session, ShowsThePastAndNothingElse) {
  Session session = begun("amber-heron");
  session.advance_to(session.start() + 12min);
  const auto count = session.query("count(count_over_time(up[1h]))", session.now());
  ASSERT_TRUE(count);
  // A time that has not come is taken for now.
  const auto later = session.query("time()", session.end());
  ASSERT_TRUE(later);
  EXPECT_DOUBLE_EQ(std::get<promql::Scalar>(*later).value, to_seconds(session.now()));
  for (const News& each : session.news()) EXPECT_LE(each.at, session.now());
  for (const events::ClusterEvent& each : session.cluster_events()) EXPECT_LE(each.last, session.now());
  for (const events::LogLine& each : session.logs([](const auto&) { return true; }, 1000))
    EXPECT_LE(each.t, session.now());
}

TEST(Session, RefusesAQueryThatIsTooDearAndGoesOn) {
  Session session = begun("amber-heron");
  const auto dear = session.query("sum_over_time(max_over_time({__name__=~\".+\"}[6h:1s])[6h:1s])", session.now());
  ASSERT_FALSE(dear);
  EXPECT_FALSE(dear.error().what.empty());
  EXPECT_FALSE(dear.error().remedy.empty());
  EXPECT_TRUE(session.query("up", session.now()));
  session.advance_to(session.start() + 1min);
  EXPECT_EQ(session.now(), session.start() + 1min);
}

TEST(Session, GivesPrometheussErrorsOfAnExpression) {
  const Session session = begun("amber-heron");
  const auto wrong = session.query("sum(", session.now());
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().type, "bad_data");
  EXPECT_THAT(wrong.error().what, HasSubstr("parse error"));
}

TEST(Session, ActsOnTheWorldAndSeesWhatItComesTo) {
  Session session = begun("amber-heron");
  wait_for_page(session);
  ASSERT_TRUE(session.acknowledge(1));
  EXPECT_EQ(session.pages().front().state, Page::State::acknowledged);
  events::Action action{.t = {}, .kind = events::ActionKind::fix_config, .subject = "checkout"};
  action.arguments.emplace().emplace_back("to", "last-good");
  ASSERT_TRUE(session.act(action));
  session.advance_to(session.now() + 12min);
  ASSERT_EQ(session.deeds().size(), 1U);
  EXPECT_EQ(session.deeds().front().helped, true);
  ASSERT_EQ(session.changes().size(), 2U);  // the one that broke it, and this
  EXPECT_EQ(session.changes().back().by, "primary");
}

TEST(Session, RefusesWhatIsNotThere) {
  Session session = begun("amber-heron");
  const auto page = session.acknowledge(7);
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().what, "there is no page 7");
  events::Action action{.t = {}, .kind = events::ActionKind::restart, .subject = "nowhere"};
  const auto act = session.act(action);
  ASSERT_FALSE(act);
  EXPECT_THAT(act.error().what, HasSubstr("nowhere"));
}

TEST(Session, SilencesHoldAlertsBack) {
  Session session = begun("amber-heron");
  notify::Silence silence;
  silence.matchers = {*notify::make_matcher("alertname", notify::MatchOp::equal, "OrdersFail")};
  silence.starts_at = session.now();
  silence.ends_at = session.end();
  const auto id = session.add_silence(silence);
  ASSERT_TRUE(id);
  session.advance_to(session.start() + 25min);
  EXPECT_TRUE(std::ranges::none_of(session.pages(), [](const Page& page) {
    return std::ranges::find(page.alerts, "OrdersFail") != page.alerts.end();
  }));
  ASSERT_TRUE(session.expire_silence(*id));
  session.advance_to(session.start() + 30min);
  EXPECT_TRUE(std::ranges::any_of(session.pages(), [](const Page& page) {
    return std::ranges::find(page.alerts, "OrdersFail") != page.alerts.end();
  }));
  EXPECT_FALSE(session.expire_silence("no such"));
}

// That others are called since others were silent is nobody's neglect but theirs.
TEST(Session, TellsItsOwnLapsesAlone) {
  Session alone = begun("silver-lynx");
  wait_for_page(alone);
  Session handed(alone);
  const Time paged = alone.pages().front().at;
  ASSERT_TRUE(handed.escalate(1, "secondary"));
  alone.advance_to(paged + 20min);
  handed.advance_to(paged + 20min);
  EXPECT_EQ(alone.lapses(), std::vector{paged + 5min});
  EXPECT_EQ(handed.lapses(), std::vector<Time>{});
}

// Who takes a page after others were called is not one of them.
TEST(Session, TakesAPageAsItself) {
  Session session = begun("silver-lynx");
  wait_for_page(session);
  session.advance_to(session.pages().front().at + 5min + 30s);
  ASSERT_TRUE(session.acknowledge(1));
  const std::string person = session.trainee().person;
  const record::Record record = session.finish().record;
  const auto taken = std::ranges::find(record.timeline, events::EventKind::oncall_acknowledged, &events::Event::kind);
  ASSERT_NE(taken, record.timeline.end());
  EXPECT_EQ(taken->text("tier"), "primary");
  // Pages that come later are taken by others.
  const auto own = std::ranges::find(*record.shifts, person, &record::ShiftRecord::person);
  ASSERT_NE(own, record.shifts->end());
  EXPECT_EQ(own->acknowledged, 1) << own->tier;
}

TEST(Session, ABranchGoesOnByItself) {
  Session session = begun("amber-heron");
  wait_for_page(session);
  Session branch(session);
  events::Action action{.t = {}, .kind = events::ActionKind::fix_config, .subject = "checkout"};
  action.arguments.emplace().emplace_back("to", "last-good");
  ASSERT_TRUE(branch.act(action));
  branch.advance_to(branch.end());
  session.advance_to(session.end());
  EXPECT_LT(branch.requests().lost, session.requests().lost);
  EXPECT_TRUE(session.deeds().empty());
}

TEST(Session, TheSameCallsGiveTheSameRecord) {
  const auto worked = [] {
    Session session = begun("silver-lynx");
    wait_for_page(session);
    EXPECT_TRUE(session.acknowledge(1));
    EXPECT_TRUE(session.declare(record::SeverityLevel::p1));
    EXPECT_TRUE(session.post("external", record::PostStatus::investigating, "orders fail"));
    return record::write_record(session.finish().record);
  };
  EXPECT_EQ(worked(), worked());
}

// A branch that does the same as the line that it comes from is the same.
TEST(Session, ACopyIsWhatItWasMadeFrom) {
  Session session = begun("cedar-otter");
  wait_for_page(session);
  Session branch(session);
  EXPECT_EQ(record::write_record(session.finish().record), record::write_record(branch.finish().record));
}

TEST(Session, ShowsServicesPodsAndRules) {
  Session session = begun("amber-heron");
  session.advance_to(session.start() + 6min);
  const auto services = session.services();
  const auto web = std::ranges::find(services, "web", &ServiceView::name);
  ASSERT_NE(web, services.end());
  EXPECT_TRUE(web->entry_point);
  EXPECT_EQ(web->health, "ok");
  EXPECT_EQ(web->ready, web->wanted);
  ASSERT_TRUE(web->requests);
  EXPECT_GT(*web->requests, 50);
  const auto pods = session.pods();
  EXPECT_EQ(std::ranges::count(pods, "checkout", &PodView::service), 2);
  EXPECT_TRUE(std::ranges::all_of(pods, &PodView::ready));
  bool watchdog = false;
  for (const RuleGroupView& group : session.rule_groups()) {
    for (const RuleView& rule : group.rules) {
      EXPECT_EQ(rule.health, "ok") << rule.name;
      watchdog = watchdog || (rule.name == "Watchdog" && rule.state == events::AlertState::firing);
    }
  }
  EXPECT_TRUE(watchdog);
  EXPECT_FALSE(session.metrics().empty());
  EXPECT_FALSE(session.playbooks().empty());
}

}  // namespace
}  // namespace firedrill::console
