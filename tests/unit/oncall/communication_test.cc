// What a team tells others while it works on an incident: when, where, and in which words.
#include "oncall/communication/communication.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/duration.h"
#include "base/text/format.h"

namespace firedrill::oncall {
namespace {

using namespace std::chrono_literals;
using record::SeverityLevel;
using Lines = std::vector<std::string>;

const Time kStart = *parse_instant("2026-03-05T02:00:00Z");

// A team of one, who is told what happens and whose posts are written down.
class Telling {
 public:
  explicit Telling(Talk talk = {}, CommunicationPolicy policy = {}) {
    auto team = std::make_shared<Team>();
    team->roster.communication = std::move(policy);
    Responder ada;
    ada.person = "ada";
    ada.talk = talk;
    team->responders.push_back(std::move(ada));
    communication_ = std::make_unique<Communication>(std::move(team));
  }

  Communication& operator*() { return *communication_; }

  void page(const std::string& page, Duration t) { communication_->paged(page, {"Down"}, kStart + t); }

  // Of a page that came a minute before.
  void acknowledge(const std::string& of, Duration t, SeverityLevel severity,
                   std::shared_ptr<const Plan> plan = nullptr) {
    page(of, t - 1min);
    communication_->acknowledged({.id = of, .person = "ada", .role = "primary", .plan = std::move(plan)}, severity,
                                 kStart + t);
  }

  // "3m external first investigating P1, next 1h3m".
  Lines run_to(Duration until) {
    Lines out;
    while (communication_->next_due() <= kStart + until) {
      for (const Post& post : communication_->advance(communication_->next_due())) {
        std::string line =
            format("{} {} {} {} {}", format_duration(post.data.at - kStart), post.channel, to_string(post.data.kind),
                   to_string(post.data.status), record::to_string(post.data.severity));
        if (post.data.next) line += format(", next {}", format_duration(*post.data.next - kStart));
        out.push_back(std::move(line));
      }
    }
    return out;
  }

 private:
  std::unique_ptr<Communication> communication_;
};

TEST(Communication, KeepsTheCadenceOfItsSeverity) {
  Telling team;
  team.acknowledge("page", 1min, SeverityLevel::p0);
  EXPECT_EQ(team.run_to(70min),
            (Lines{"4m internal first investigating P0, next 34m", "4m external first investigating P0, next 34m",
                   "34m internal update investigating P0, next 1h4m", "34m external update investigating P0, next 1h4m",
                   "1h4m internal update investigating P0, next 1h34m",
                   "1h4m external update investigating P0, next 1h34m"}));
  (*team).over("page", kStart + 80min);
  EXPECT_EQ(team.run_to(2h), (Lines{"1h22m internal final resolved P0", "1h22m external final resolved P0"}));
  EXPECT_FALSE((*team).open());
}

TEST(Communication, TellsWhatIsDoneAndWhetherItHelps) {
  Telling team;
  team.acknowledge("page", 0min, SeverityLevel::p1);
  // Ahead of the first post nothing is said.
  (*team).acted("restart web", kStart + 1min);
  EXPECT_EQ(team.run_to(5min),
            (Lines{"3m internal first identified P1, next 1h3m", "3m external first identified P1, next 1h3m"}));
  (*team).acted("rollback web", kStart + 6min);
  EXPECT_EQ(team.run_to(7min), Lines{"6m internal update identified P1, next 1h6m"});
  (*team).helped(kStart + 9min);
  EXPECT_EQ(team.run_to(10min),
            (Lines{"9m internal update monitoring P1, next 1h9m", "9m external update monitoring P1, next 1h9m"}));
}

TEST(Communication, TellsEverybodyOnlyOfWhatIsSevereEnough) {
  Telling team;
  team.acknowledge("page", 0min, SeverityLevel::p3);
  EXPECT_EQ(team.run_to(10min), Lines{"3m internal first investigating P3"});
  (*team).measured(SeverityLevel::p1, kStart + 12min);
  (*team).measured(SeverityLevel::p3, kStart + 13min);
  EXPECT_EQ(team.run_to(15min), (Lines{"12m internal update investigating P1, next 1h12m",
                                       "12m external first investigating P1, next 1h12m"}));
  // What somebody declares holds.
  (*team).declared(SeverityLevel::p2, kStart + 16min);
  (*team).measured(SeverityLevel::p0, kStart + 17min);
  EXPECT_EQ(team.run_to(18min), (Lines{"16m internal update investigating P2, next 4h16m",
                                       "16m external update investigating P2, next 4h16m"}));
}

TEST(Communication, TakesThePlaybooksCadenceAndThePersonsOwn) {
  Plan plan{.playbook = "outage"};
  plan.cadence[1] = 20min;
  Telling team;
  team.acknowledge("page", 0min, SeverityLevel::p1, std::make_shared<const Plan>(plan));
  EXPECT_EQ(team.run_to(3min).front(), "3m internal first investigating P1, next 23m");
  Telling late(Talk{.outside = false, .first = 10min, .every = 45min, .last = 0min});
  late.acknowledge("page", 0min, SeverityLevel::p1, std::make_shared<const Plan>(plan));
  EXPECT_EQ(late.run_to(10min), Lines{"10m internal first investigating P1, next 55m"});
  Telling silent(Talk{.inside = false, .outside = false});
  silent.acknowledge("page", 0min, SeverityLevel::p0);
  EXPECT_EQ(silent.run_to(24h), Lines{});
}

TEST(Communication, IsOneIncidentAsLongAsAnyPageGoesOn) {
  Telling team;
  team.acknowledge("one", 0min, SeverityLevel::p1);
  team.acknowledge("two", 2min, SeverityLevel::p1);
  (*team).over("one", kStart + 5min);
  EXPECT_EQ(team.run_to(20min).size(), 2U);
  (*team).over("two", kStart + 21min);
  // Before it has said that it is over, another page comes.
  team.acknowledge("three", 22min, SeverityLevel::p1);
  EXPECT_EQ(team.run_to(30min), Lines{});
  (*team).over("three", kStart + 31min);
  EXPECT_EQ(team.run_to(40min), (Lines{"33m internal final resolved P1", "33m external final resolved P1"}));
  Communication copy = *team;
  team.acknowledge("four", 50min, SeverityLevel::p0);
  EXPECT_TRUE((*team).open());
  EXPECT_FALSE(copy.open());
}

TEST(Communication, IsNotOverAsLongAsAPageGoesOnThatNobodyHasAcknowledged) {
  Telling team;
  team.page("early", 0min);
  team.acknowledge("one", 2min, SeverityLevel::p1);
  EXPECT_EQ(team.run_to(6min).size(), 2U);
  team.page("late", 8min);
  (*team).over("one", kStart + 9min);
  (*team).over("early", kStart + 10min);
  EXPECT_EQ(team.run_to(20min), Lines{});
  (*team).over("late", kStart + 21min);
  // One that comes before the last post belongs to it as well.
  team.page("another", 22min);
  EXPECT_EQ(team.run_to(25min), Lines{});
  (*team).over("another", kStart + 26min);
  EXPECT_EQ(team.run_to(40min), (Lines{"28m internal final resolved P1", "28m external final resolved P1"}));
}

TEST(Communication, TellsEverybodyNothingOfWhatSomebodyDeclaresToBeMild) {
  Telling team;
  team.acknowledge("page", 0min, SeverityLevel::p1);
  (*team).declared(SeverityLevel::p3, kStart + 1min);
  // A further page is no reason to take it for worse than was declared.
  team.acknowledge("another", 2min, SeverityLevel::p1);
  EXPECT_EQ(team.run_to(10min), Lines{"3m internal first investigating P3"});
  (*team).declared(SeverityLevel::p2, kStart + 12min);
  EXPECT_EQ(team.run_to(15min), (Lines{"12m internal update investigating P2, next 4h12m",
                                       "12m external first investigating P2, next 4h12m"}));
}

TEST(Communication, TellsThatItHelpedAlsoWhenThePagesAreOver) {
  Telling team;
  team.acknowledge("page", 0min, SeverityLevel::p1);
  (*team).acted("restart web", kStart + 1min);
  EXPECT_EQ(team.run_to(5min).size(), 2U);
  (*team).over("page", kStart + 6min);
  (*team).helped(kStart + 7min);
  EXPECT_EQ(team.run_to(10min),
            (Lines{"7m internal update monitoring P1, next 1h7m", "7m external update monitoring P1, next 1h7m",
                   "8m internal final resolved P1", "8m external final resolved P1"}));
}

TEST(Communication, SaysNothingOfWhatIsOverBeforeTheFirstPost) {
  Telling team;
  team.acknowledge("page", 0min, SeverityLevel::p1);
  (*team).over("page", kStart + 30s);
  EXPECT_EQ(team.run_to(10min), Lines{});
  EXPECT_FALSE((*team).open());
}

PostData post(SeverityLevel severity, record::PostStatus status, PostKind kind) {
  return {.incident = "inc-1",
          .title = "Outage of web",
          .severity = severity,
          .status = status,
          .kind = kind,
          .role = "primary",
          .began = kStart,
          .at = kStart + 20min,
          .next = kStart + 50min,
          .alerts = {"Down", "Slow"},
          .components = {"web"},
          .actions = {"restart web"}};
}

TEST(PostTemplates, HaveWordsForEachSeverity) {
  const PostTemplates& shipped = PostTemplates::shipped();
  EXPECT_EQ(shipped.render("external", post(SeverityLevel::p0, record::PostStatus::investigating, PostKind::first)),
            "Most requests to web fail; we were paged at 02:00 UTC. We are looking for the cause, and do nothing else. "
            "The next update comes by 02:50 UTC.");
  EXPECT_EQ(shipped.render("internal", post(SeverityLevel::p1, record::PostStatus::identified, PostKind::update)),
            "inc-1 is a P1, identified: Outage of web. Paged at 02:00 UTC by Down, Slow. primary works on it; hold "
            "releases to what is affected. Done so far: restart web. Next post by 02:50 UTC.");
  EXPECT_EQ(shipped.render("external", post(SeverityLevel::p2, record::PostStatus::resolved, PostKind::final_post)),
            "The disturbance for which we were paged at 02:00 UTC is over, 20 m later.");
}

TEST(PostTemplates, AreReplacedByATeamsOwn) {
  PostTemplates own = PostTemplates::shipped();
  EXPECT_FALSE(own.add("external", "{{ .Impact }} {{ .Status }}"));
  EXPECT_FALSE(own.add("external_P1", "{{ toUpper .Status }}"));
  const auto said = [&](SeverityLevel severity) {
    return own.render("external", post(severity, record::PostStatus::monitoring, PostKind::update));
  };
  EXPECT_EQ(said(SeverityLevel::p0), "critical monitoring");
  EXPECT_EQ(said(SeverityLevel::p1), "MONITORING");
  EXPECT_EQ(said(SeverityLevel::p2), "minor monitoring");
}

TEST(PostTemplates, ThatFailAreRefused) {
  PostTemplates own = PostTemplates::shipped();
  const auto unknown = own.add("internal", "We know.\n  {{ .Severty }}");
  ASSERT_TRUE(unknown);
  EXPECT_EQ(unknown->what,
            "template: internal:2:5: executing \"internal\" at <.Severty>: can't evaluate field Severty in type Post");
  EXPECT_EQ(unknown->line, 2U);
  EXPECT_EQ(unknown->column, 6U);
  const auto open = own.add("internal", "{{ if .Title }}");
  ASSERT_TRUE(open);
  EXPECT_EQ(open->what, "template: internal:1: unexpected EOF");
  EXPECT_EQ(open->line, 1U);
  const auto silent = own.add("external", "{{ if ne .Status \"resolved\" }}{{ .Title }}{{ end }}");
  ASSERT_TRUE(silent);
  EXPECT_EQ(silent->what, "the template 'external' says nothing of an incident that is resolved");
}

TEST(PostTemplates, AreText) {
  PostTemplates own = PostTemplates::shipped();
  const auto bad = own.add("internal", "We know.\n\tä\xFF {{ .Title }}");
  ASSERT_TRUE(bad);
  EXPECT_EQ(bad->what, "the byte 0xff is not valid UTF-8");
  EXPECT_EQ(bad->line, 2U);
  EXPECT_EQ(bad->column, 3U);
  const auto control = own.add("internal", "We\x1B[31m know.");
  ASSERT_TRUE(control);
  EXPECT_EQ(control->what, "the control character U+001B is not allowed");
  EXPECT_EQ(control->column, 3U);
  EXPECT_TRUE(own.add("internal", std::string("We\0know.", 8)));
  const auto written = own.add("internal", "{{ \"\\x1b[31m\" }}{{ .Title }}");
  ASSERT_TRUE(written);
  EXPECT_EQ(written->what,
            "of the post that the template 'internal' writes: the control character U+001B is not allowed");
  EXPECT_FALSE(own.add("internal", "Wë\tknow.\r\n{{ .Title }}"));
}

TEST(PostTemplates, AreCutBetweenCharacters) {
  EXPECT_EQ(at_most("aäb", 2), "aä");
  EXPECT_EQ(at_most("aäb", 3), "aäb");
}

}  // namespace
}  // namespace firedrill::oncall
