// What the drill's pages are made of: markup that is harmless, the time that charts show, what whoever runs the drill
// lets happen.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "console/facilitator.h"
#include "console/game.h"
#include "console/lesson.h"
#include "console/pages/aftermath.h"
#include "console/pages/facilitator/facilitator_pages.h"
#include "console/pages/facilitator/inject_table.h"
#include "console/pages/markup.h"
#include "console/pages/page_table.h"
#include "console/pages/panels.h"
#include "console/pages/window.h"
#include "console/score/score.h"
#include "console/transcript.h"
#include "console/worked.h"
#include "shipped_drill.h"

namespace firedrill::console::pages {
namespace {

using testing::HasSubstr;
using testing::Not;

Form form_of(const std::string& query) {
  return Form::of({.query = query});
}

const PageSpec* page_at(std::string_view path) {
  return find_page(trainee_pages(), path).page;
}

View view_of(const Game& game, const Form& form) {
  View view{.game = game, .form = form};
  view.window = window_of(form, game.session());
  return view;
}

std::string shown(std::string_view text) {
  return markdown(text, [](std::string_view code) { return html("[{}]", code); }).text();
}

TEST(Markup, MakesEveryValueHarmless) {
  EXPECT_EQ(html(R"(<a href="{}">{}</a>)", "\"><script>", "a<b>&'").text(),
            R"(<a href="&quot;&gt;&lt;script&gt;">a&lt;b&gt;&amp;&#39;</a>)");
  EXPECT_EQ(html("<p>{}</p>", html("<b>{}</b>", "x")).text(), "<p><b>x</b></p>");
  EXPECT_EQ(html("{} {}", "{}", 7).text(), "{} 7");
  EXPECT_EQ(address("/query", {{"expr", "a{b=\"c d\"}&x=1"}, {"none", ""}}),
            "/query?expr=a%7Bb%3D%22c%20d%22%7D%26x%3D1");
}

TEST(Markdown, ReadsWhatPlaybooksHave) {
  EXPECT_EQ(shown("# Playbook: x\n\n1. Look: `up`\n2. **Act**\n"),
            "<h3>Playbook: x</h3><ol><li>Look: <code>up</code>[up]</li><li><strong>Act</strong></li></ol>");
  EXPECT_EQ(shown("```\nkubectl get pods\n# no command\n```\n"),
            "<div class=\"commands\"><div class=\"command\"><code>kubectl get pods</code>[kubectl get pods]</div><div "
            "class=\"command\"><code># no command</code></div></div>");
  EXPECT_EQ(shown("a <b> ` *"), "<div class=\"para\"> a &lt;b&gt; ` *</div>");
}

TEST(Window, IsOfThePastAndOfWholeScrapes) {
  const LoadedDrill drill = shipped("quiet-finch");
  const Game game(drill.drill, drill.scenario, {.records = false});
  const Session& session = game.session();
  const Window usual = window_of(form_of(""), session);
  EXPECT_EQ(usual.to, session.now());
  EXPECT_TRUE(usual.follows);
  EXPECT_EQ(usual.step, 30s);
  EXPECT_EQ(window_of(form_of("range=6h"), session).step, 6min);
  for (const char* nonsense :
       {"range=soon", "range=-5m", "from=x&to=y", "from=2030-01-01T00:00:00Z&to=2029-01-01T00:00:00Z"}) {
    EXPECT_EQ(window_of(form_of(nonsense), session).from, usual.from) << nonsense;
  }
  const Window future = window_of(form_of("from=2026-01-01T00:00:00Z&to=2099-01-01T00:00:00Z"), session);
  EXPECT_EQ(future.to, session.now());
}

TEST(Pages, ShowEachOfThem) {
  const LoadedDrill drill = shipped("silver-lynx");
  Game game(drill.drill, drill.scenario, {.records = false});
  game.take("next");
  const Form form = form_of("expr=sum(rate(http_requests_total[5m]))&search=error");
  for (const PageSpec& page : trainee_pages()) {
    View view{.game = game, .form = form, .segments = {"web"}};
    view.window = window_of(form, game.session());
    EXPECT_THAT(page.title(view), Not(testing::IsEmpty())) << page.path;
    EXPECT_THAT(page.body(view).text(), HasSubstr("<")) << page.path;
  }
}

// Step by step, by what was done; console and pages say the same of what is next.
TEST(Lesson, GoesOnAsTheTraineeDoes) {
  const LoadedDrill drill = shipped("quiet-finch");
  Game game(drill.drill, drill.scenario, {.records = false});
  const Form form;
  int before = 0;
  for (const char* line :
       {"next", "ack", "alert TrafficUnusual", "hypothesis nothing", "post internal all is well", "finish"}) {
    const auto next = lesson_of(game);
    ASSERT_TRUE(next) << line;
    EXPECT_EQ(next->number, ++before) << line;
    EXPECT_EQ(next->of, 6);
    EXPECT_THAT(lesson(view_of(game, form)).text(), HasSubstr(html("{} {}", next->what, next->in_pages).text()))
        << line;
    EXPECT_THAT(next->by_lines, HasSubstr("`" + std::string(line).substr(0, std::string(line).find(' '))));
    EXPECT_TRUE(game.take(line).ok) << line;
  }
  EXPECT_FALSE(lesson_of(game));
}

// The map and what is below it reckon differently, which each says.
TEST(Overview, SaysWhatHealthIsMadeOf) {
  const LoadedDrill drill = shipped("quiet-finch");
  Game game(drill.drill, drill.scenario, {.records = false});
  game.take("wait 5m");
  const Form form;
  View view = view_of(game, form);
  view.window = window_of(form, game.session());
  const std::string page = page_at("/")->body(view).text();
  EXPECT_THAT(page, HasSubstr("How each is now: by its replicas that are ready, and by its errors"));
  EXPECT_THAT(page, HasSubstr("By errors alone"));
}

TEST(Lesson, IsGivenToWhoAsks) {
  const LoadedDrill drill = shipped("amber-heron");
  Game game(drill.drill, drill.scenario, {.records = false});
  const Form form;
  View view = view_of(game, form);
  EXPECT_THAT(lesson(view).text(), Not(HasSubstr("id=\"lesson\"")));
  view.teaches = true;
  EXPECT_THAT(lesson(view).text(), HasSubstr("id=\"lesson\""));
}

TEST(Panels, FoldALongLineBetweenCharacters) {
  EXPECT_EQ(said_line("note short").text(), "<code>note short</code>");
  std::string line;
  for (int i = 0; i < 200; ++i) line += "ä";
  EXPECT_THAT(said_line(line).text(), HasSubstr("<summary><code>" + line.substr(0, 320) + "…</code></summary>"));
  EXPECT_THAT(said_line(line).text(), HasSubstr("<code>" + line + "</code>"));
}

// Injects are there for who asks, and otherwise nothing comes of them: the same run, answer by answer.
TEST(Injects, ChangeNothingUntilTheyBegin) {
  const LoadedDrill drill = shipped("amber-heron");
  Game plain(drill.drill, drill.scenario, {.records = false});
  Game with(drill.drill, with_injects(*drill.scenario), {.records = false});
  for (const char* line : {"wait 20m", "alerts", "map", "logs", "query http_requests_total"}) {
    EXPECT_EQ(plain.take(line).text, with.take(line).text) << line;
  }
}

// The record has those that began, at the time at which they did, and asks no witness of the others.
TEST(Injects, StandInTheRecordOnceTheyBegin) {
  const LoadedDrill drill = shipped("quiet-finch");
  Game game(drill.drill, with_injects(*drill.scenario), {.records = false});
  game.take("wait 2m");
  const Time began = game.session().now();
  ASSERT_TRUE(game.facilitate("inject inject-http_error-catalogue").ok);
  game.take("wait 10m");
  game.take("finish");
  const Game::Result result = game.result();
  const record::Record& record = result.worked->finished.record;
  ASSERT_EQ(record.faults.size(), drill.scenario->faults.size() + 1);
  EXPECT_EQ(record.faults.back().id, "inject-http_error-catalogue");
  EXPECT_EQ(record.faults.back().at, began);
}

TEST(Facilitator, StandsInTheTranscriptAndIsTakenBack) {
  const LoadedDrill drill = shipped("quiet-finch");
  const auto scenario = with_injects(*drill.scenario);
  Game game(drill.drill, scenario, {.records = false});
  game.take("wait 1m");
  EXPECT_TRUE(game.facilitate("inject inject-http_error-catalogue").ok);
  EXPECT_FALSE(game.facilitate("inject inject-http_error-catalogue").ok) << "it is on";
  EXPECT_FALSE(game.facilitate("inject inject-traffic_surge-redis").ok) << "nobody from outside asks it";
  EXPECT_FALSE(game.take("inject inject-hang-web").ok) << "the trainee cannot";
  EXPECT_TRUE(game.facilitate("message support: customers cannot pay").ok);
  EXPECT_TRUE(game.facilitate("mark looked at nothing").ok);
  game.take("wait 5m");
  EXPECT_THAT(game.take("map").text, HasSubstr("degraded"));
  EXPECT_THAT(game.take("messages").text, HasSubstr("customers cannot pay"));
  EXPECT_THAT(game.take("steps").text, Not(HasSubstr("inject-http_error")));

  const auto transcript = read_transcript(make_source("transcript", game.transcript()));
  ASSERT_TRUE(transcript);
  Game again(drill.drill, scenario, {.records = false});
  const auto done = replay(*transcript, again);
  EXPECT_TRUE(done) << done.error();
  EXPECT_EQ(again.transcript(), game.transcript());

  game.take("rewind 1");
  game.take("wait 6m");
  EXPECT_THAT(game.take("map").text, Not(HasSubstr("degraded")));
}

// As often as there are copies, one after the other; what is over begins again.
TEST(Facilitator, LetsTheSameHappenAgain) {
  const LoadedDrill drill = shipped("quiet-finch");
  Game game(drill.drill, with_injects(*drill.scenario), {.records = false});
  for (int time = 1; time <= kInjectTimes; ++time) {
    EXPECT_TRUE(game.facilitate("inject inject-hang-web").ok) << time;
    EXPECT_FALSE(game.facilitate("inject inject-hang-web").ok) << time;
    game.take("wait 1m");
    EXPECT_TRUE(game.facilitate("end inject-hang-web").ok) << time;
    game.take("wait 1m");
  }
  EXPECT_THAT(game.facilitate("inject inject-hang-web").text, HasSubstr("as often as it can be"));
}

// What cannot be let happen is not offered: it does not fit, is on, or has been as often as it can be.
TEST(Facilitator, IsOfferedWhatCanHappen) {
  const LoadedDrill drill = shipped("quiet-finch");
  Game game(drill.drill, with_injects(*drill.scenario), {.records = false});
  const Form form;
  const auto offers = [&](std::string_view inject) {
    return facilitator_body(view_of(game, form), {}).text().contains("<option value=\"" + std::string(inject) + "\">");
  };
  EXPECT_FALSE(offers("inject-traffic_surge-redis"));
  for (int time = 1; time <= kInjectTimes; ++time) {
    EXPECT_TRUE(offers("inject-hang-web")) << time;
    game.facilitate("inject inject-hang-web");
    EXPECT_FALSE(offers("inject-hang-web")) << time;
    game.take("wait 1m");
    game.facilitate("end inject-hang-web");
    game.take("wait 1m");
  }
  EXPECT_FALSE(offers("inject-hang-web"));
  EXPECT_TRUE(offers("inject-hang-checkout"));
}

// Each is as the page says: it lasts until it is ended, or until the trainee does what takes its cause away.
TEST(Facilitator, IsToldTruly) {
  const LoadedDrill drill = shipped("quiet-finch");
  const auto scenario = with_injects(*drill.scenario);
  const std::string service = "catalogue";
  for (const std::string_view kind : inject_kinds()) {
    const std::string inject = inject_name(kind, kind == "traffic_surge" ? "web" : service);
    Game game(drill.drill, scenario, {.records = false});
    const auto is_over = [&] {
      const auto states = game.session().faults();
      const auto state = std::ranges::find(states, inject, &fake_services::FaultState::id);
      return state != states.end() && state->ended.has_value();
    };
    EXPECT_TRUE(game.facilitate("inject " + inject).ok) << inject;
    game.take("wait 5m");
    EXPECT_FALSE(is_over()) << kind;
    const std::vector<std::string_view> cures = cures_of_inject(kind);
    for (const std::string action : {"restart", "rollback"}) {
      game.take("do " + action + " " + service);
      game.take("wait 5m");
      const bool cured = std::ranges::find(cures, action) != cures.end();
      EXPECT_EQ(is_over(), cured) << kind << ", " << action;
      EXPECT_EQ(course_of_inject(kind).contains("does a " + action), cured) << kind;
      game.take("rewind 2");
    }
    game.facilitate("end " + inject);
    game.take("wait 5m");
    EXPECT_TRUE(is_over()) << kind;
  }
  EXPECT_THAT(course_of_inject("bad_deploy"), HasSubstr("pod by pod"));
}

// Steps that are not the trainee's are neither counted, nor named, nor gone back to; nor do they cut a wait in two.
TEST(Facilitator, LeavesNoGapInTheTraineesSteps) {
  const LoadedDrill drill = shipped("quiet-finch");
  const auto scenario = with_injects(*drill.scenario);
  Game watched(drill.drill, scenario, {.price = Price::real, .records = false});
  Game alone(drill.drill, scenario, {.price = Price::real, .records = false});
  for (Game* game : {&watched, &alone}) {
    const auto beside = [&](const char* line) {
      if (game == &watched) game->facilitate(line);
    };
    beside("mark at the beginning");
    game->take("note first");
    game->pass(20s);
    beside("mark while time passes");
    game->pass(40s);
    game->look("alerts");
    beside("inject inject-http_error-catalogue");
    game->look("alerts");
    beside("end inject-http_error-catalogue");
    game->take("note second");
    beside("mark at the end");
  }
  const std::string told = watched.take("steps").text;
  EXPECT_EQ(told, alone.take("steps").text);
  EXPECT_THAT(told, HasSubstr("  4 11:01:00 note second"));
  const Form form;
  const PageSpec* steps = page_at("/steps");
  EXPECT_EQ(steps->body(view_of(watched, form)).text(), steps->body(view_of(alone, form)).text());
  EXPECT_EQ(watched.steps().size(), 11U);
  for (const char* line : {"rewind 6", "rewind 11"}) {
    EXPECT_EQ(watched.take(line).text, alone.take(line).text) << line;
  }
  EXPECT_EQ(watched.take("rewind 4").text, alone.take("rewind 4").text);
  EXPECT_EQ(watched.take("steps").text, alone.take("steps").text);
  EXPECT_EQ(watched.steps().size(), 9U) << "what was done before it by whoever runs it stands";
  watched.reset();
  EXPECT_EQ(watched.steps().size(), 1U) << "what was done before the trainee's first step";
}

// Whatever services are called.
TEST(Facilitator, NamesNoTwoFaultsTheSame) {
  EXPECT_EQ(inject_for_time("inject-hang-web", 1), "inject-hang-web");
  EXPECT_EQ(inject_for_time("inject-hang-web", 2), "inject-hang.2-web");
  EXPECT_EQ(inject_for_time("inject-hang-web-2", 2), "inject-hang.2-web-2");
}

TEST(Facilitator, SpeaksAsNobodyWhoIsTheTrainee) {
  const LoadedDrill drill = shipped("quiet-finch");
  Game game(drill.drill, drill.scenario, {.records = false});
  const auto said_as = [&](std::string_view role) {
    return game.facilitate("message " + std::string(role) + ": customers cannot pay").ok;
  };
  EXPECT_FALSE(said_as("trainee"));
  EXPECT_FALSE(said_as(game.session().trainee().role));
  EXPECT_FALSE(said_as(game.session().trainee().person));
  EXPECT_TRUE(said_as(std::string(kLongestRole, 'x')));
  EXPECT_FALSE(said_as(std::string(kLongestRole + 1, 'x')));
  EXPECT_FALSE(game.facilitate("inject").ok);
}

// Nobody is blamed for what was let happen: it happens in the lines too that the drill is held against.
TEST(Facilitator, LetsItHappenToAllLines) {
  const LoadedDrill drill = shipped("quiet-finch");
  Game game(drill.drill, with_injects(*drill.scenario), {.records = false});
  game.take("wait 2m");
  game.facilitate("inject inject-http_error-catalogue");
  game.take("wait 10m");
  game.facilitate("end inject-http_error-catalogue");
  game.take("wait 30m");
  game.take("finish");
  const Game::Result result = game.result();
  EXPECT_GT(result.worked->lost, 1000);
  EXPECT_EQ(result.nobody->lost, result.worked->lost);
}

// What was let happen on a line that was left is none of the last one's: each is held against its own.
TEST(Facilitator, HoldsEachLineAgainstWhatHappenedOnIt) {
  const LoadedDrill drill = shipped("quiet-finch");
  Game game(drill.drill, with_injects(*drill.scenario), {.records = false});
  game.take("wait 2m");
  game.facilitate("inject inject-http_error-catalogue");
  game.take("wait 30m");
  game.take("rewind 1");
  game.take("finish");
  const Game::Result result = game.result();
  ASSERT_EQ(result.left.size(), 1U);
  ASSERT_EQ(result.left_against.size(), 1U);
  EXPECT_GT(result.left.front().lost, 1000);
  EXPECT_EQ(result.left_against.front().lost_by_nobody, result.left.front().lost);
  EXPECT_LT(result.nobody->lost, 1000);
}

// What was let happen pages somebody before the drill's own fault does. The best response is to the latter, and its
// steps come as long after the latter's page.
TEST(Facilitator, DoesNotBringTheBestResponseForward) {
  const LoadedDrill drill = shipped("silver-lynx");
  const auto scenario = with_injects(*drill.scenario);
  const auto worked = [&] {
    auto game = std::make_unique<Game>(drill.drill, scenario, Game::Options{.records = false});
    game->facilitate("inject inject-http_error-web");
    game->take("wait 6m");
    game->facilitate("end inject-http_error-web");
    return game;
  };
  Game plain(drill.drill, scenario, {.records = false});
  const Game::Result alone = plain.result();
  const Game::Result result = worked()->result();
  ASSERT_NE(result.best, nullptr);
  ASSERT_LT(result.nobody->pages.front().at, alone.nobody->pages.front().at);
  const auto fix_of = [](const Worked& best) {
    for (const Step& step : best.steps) {
      if (step.line.starts_with("do fix_config")) return step.at;
    }
    return Time{};
  };
  EXPECT_EQ(fix_of(*result.best), fix_of(*alone.best));
  EXPECT_LT(result.best->lost, result.nobody->lost - 1000);
  const Game::Outcome outcome = worked()->outcome();
  EXPECT_EQ(outcome.yardstick->lost_at_best, result.best->lost);
  EXPECT_EQ(outcome.yardstick->lost_by_nobody, result.nobody->lost);
  // What is told of is the drill's own incident, which lasts longer where nobody acts.
  ASSERT_NE(incident_of(result.nobody->finished.record), nullptr);
  EXPECT_FALSE(incident_of(result.nobody->finished.record)->faults.front().starts_with("inject-"));
}

// No best response is known to what was let happen in a false alarm: none is invented, and none is shown.
TEST(Facilitator, HasNoBestResponseInAFalseAlarm) {
  const LoadedDrill drill = shipped("quiet-finch");
  const auto scenario = with_injects(*drill.scenario);
  const auto result_with = [&](bool lasts) {
    Game game(drill.drill, scenario, {.records = false});
    game.take("wait 2m");
    game.facilitate("inject inject-http_error-catalogue");
    if (!lasts) game.facilitate("end inject-http_error-catalogue");
    game.take("wait 10m");
    game.take("finish");
    return game.result();
  };
  const Game::Result result = result_with(true);
  EXPECT_EQ(result.best, nullptr);
  const Score score = score_of(*result.worked, {*result.nobody, nullptr}, *drill.drill);
  const auto line = std::ranges::find(score.lines, "mitigation", &ScoreLine::aspect);
  EXPECT_EQ(line->most, 0);
  EXPECT_THAT(line->why, HasSubstr("no best response is known to what was let happen"));
  const Game::Result other = result_with(false);
  EXPECT_NE(other.best, nullptr);
  EXPECT_TRUE(score_of(*other.worked, {*other.nobody, other.best.get()}, *drill.drill).quiet);
  for (const record::IncidentRecord& each : other.worked->finished.record.incidents) {
    EXPECT_FALSE(each.id.starts_with("inject-")) << "what lasted no time is no incident";
  }
}

// What gets well as whoever runs the drill ends it was not helped by what was done before.
TEST(Facilitator, EndsWhatADeedHasNotHelped) {
  const LoadedDrill drill = shipped("quiet-finch");
  const auto outcome_of = [&](std::string_view inject, std::string_view deed) {
    Game game(drill.drill, with_injects(*drill.scenario), {.records = false});
    game.take("wait 2m");
    EXPECT_TRUE(game.facilitate("inject " + std::string(inject)).ok);
    game.take("wait 5m");
    EXPECT_TRUE(game.take(deed).ok) << deed;
    game.take("wait 2m");
    game.facilitate("end " + std::string(inject));
    game.take("wait 12m");
    return game.take("deeds").text;
  };
  EXPECT_THAT(outcome_of("inject-http_error-checkout", "do restart checkout"),
              HasSubstr("was ended otherwise, at 11:"));
}

// Only a look that found something is one.
TEST(Pages, ThatShowNothingAreNoEvidence) {
  const LoadedDrill drill = shipped("quiet-finch");
  Game game(drill.drill, drill.scenario, {.records = false});
  const Form form;
  const auto looks = [&](std::string_view path) {
    const FoundPage found = find_page(trainee_pages(), path);
    View view = view_of(game, form);
    view.segments = found.segments;
    return found.page->looks(view);
  };
  for (const char* path : {"/services/zzz", "/alerts/zzz", "/playbooks/zzz"}) EXPECT_EQ(looks(path), "") << path;
  EXPECT_EQ(looks("/services/web"), "map\npods web\nlogs web");
  const std::string playbook = drill.scenario ? game.session().playbooks().front().name : "";
  EXPECT_EQ(looks("/playbooks/" + playbook), "playbook " + playbook);
}

// Recovery begins once nothing is on that somebody let happen, and no fault is to come.
TEST(Injects, AreFollowedByRecovery) {
  const LoadedDrill drill = shipped("amber-heron");
  Game game(drill.drill, with_injects(*drill.scenario), {.records = false});
  game.take("next");
  game.take("do fix_config checkout to=last-good");
  game.take("wait 20m");
  game.facilitate("inject inject-http_error-catalogue");
  game.take("wait 3m");
  game.facilitate("end inject-http_error-catalogue");
  game.take("finish");
  const Game::Result result = game.result();
  std::vector<std::string> phases;
  for (const record::Phase& phase : result.worked->finished.record.phases) phases.push_back(phase.name);
  EXPECT_EQ(std::ranges::count(phases, "recovery"), 2) << testing::PrintToString(phases);
  EXPECT_EQ(phases.back(), "recovery");
}

// A false alarm into which something was let happen is none any more.
TEST(Aftermath, SaysWhatWasLetHappen) {
  const LoadedDrill drill = shipped("quiet-finch");
  const auto scenario = with_injects(*drill.scenario);
  const auto told = [&](bool injects) {
    Game game(drill.drill, scenario, {.records = false});
    game.take("wait 2m");
    if (injects) game.facilitate("inject inject-http_error-catalogue");
    game.take("wait 10m");
    game.take("finish");
    Game again(drill.drill, scenario, {.records = false});
    EXPECT_TRUE(replay(*read_transcript(make_source("transcript", game.transcript())), again));
    const Aftermath after = aftermath_of(*drill.drill, again.result());
    const Form form;
    View view = view_of(game, form);
    view.after = &after;
    return page_at("/after")->body(view).text();
  };
  EXPECT_THAT(told(false), HasSubstr("Nothing was wrong: it was a false alarm."));
  EXPECT_THAT(told(true), Not(HasSubstr("Nothing was wrong:")));
  EXPECT_THAT(told(true), HasSubstr("Nothing was wrong at first"));
  EXPECT_THAT(told(true), HasSubstr("<strong>http_error</strong> of catalogue, at 11:02:00"));
}

TEST(Aftermath, HasALineForEachCourse) {
  const LoadedDrill drill = shipped("silver-lynx");
  Game game(drill.drill, drill.scenario, {});
  game.take("wait 30m");
  game.take("rewind 1");
  game.take("next");
  game.take("ack");
  game.take("finish");
  const Aftermath after = aftermath_of(*drill.drill, game.result());
  std::vector<std::string> names;
  for (const LineAfter& line : after.lines) names.push_back(line.name);
  EXPECT_THAT(names,
              testing::ElementsAre("you", "you, line 1 (left before step 1)", "nobody acts", "best known response"));
  for (const LineAfter& line : after.lines) EXPECT_FALSE(line.error_share.empty()) << line.name;

  const std::string line = log_line(after, game.options(), Time(Duration(0)));
  const auto read = read_log("nonsense\n{}\n" + line);
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(read[0].drill, "silver-lynx");
  EXPECT_EQ(read[0].points, after.lines[0].score->points);
  EXPECT_FALSE(read[0].aspects.empty());
  // A transcript that is looked at once more is no other drill; another seed is.
  EXPECT_EQ(read_log(line + log_line(after, game.options(), Time(1h))).size(), 1U);
  Game::Options other = game.options();
  other.seed = 2;
  EXPECT_EQ(read_log(line + log_line(after, other, Time(1h))).size(), 2U);
}

}  // namespace
}  // namespace firedrill::console::pages
