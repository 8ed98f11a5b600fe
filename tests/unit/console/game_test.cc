// A drill by lines: answers, prices, rewind, transcripts, score.
#include "console/game.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "base/clock.h"
#include "base/text/format.h"
#include "console/score/debriefing.h"
#include "console/score/score.h"
#include "console/transcript.h"
#include "console/worked.h"
#include "record/record_json.h"
#include "shipped_drill.h"

namespace firedrill::console {
namespace {

using testing::HasSubstr;

Game begun(std::string_view name, Game::Options options = {.records = false}) {
  const LoadedDrill drill = shipped(name, options.variant);
  return Game(drill.drill, drill.scenario, options);
}

Score score_of(Game& game) {
  const Game::Result result = game.result();
  return score_of(*result.worked, {*result.nobody, result.best.get()}, game.drill());
}

TEST(Game, AnswersEachCommandInWordsAndAsAValue) {
  Game game = begun("amber-heron");
  for (const std::string_view line : {"help",
                                      "status",
                                      "pages",
                                      "alerts",
                                      "alert OrdersFail",
                                      "map",
                                      "pods checkout",
                                      "events",
                                      "logs checkout 5",
                                      "changes",
                                      "playbooks",
                                      "playbook config-push",
                                      "roster",
                                      "messages",
                                      "news",
                                      "deeds",
                                      "query up",
                                      "rules",
                                      "range 10m sum(rate(http_requests_total[5m]))",
                                      "metrics http",
                                      "silences",
                                      "actions",
                                      "kinds",
                                      "steps",
                                      "would restart checkout",
                                      "kubectl get pods",
                                      "note this is a test"}) {
    const Answer answer = game.take(line);
    EXPECT_TRUE(answer.ok) << line << ": " << answer.text;
    EXPECT_FALSE(answer.text.empty()) << line;
    EXPECT_TRUE(answer.data.is_object()) << line;
  }
}

TEST(Game, RefusesWithWhatToDo) {
  Game game = begun("amber-heron");
  for (const std::string_view line : {"foo",
                                      "ack",
                                      "page 9",
                                      "query sum(",
                                      "do restart nowhere",
                                      "do",
                                      "wait",
                                      "wait -3m",
                                      "hypothesis checkout",
                                      "hypothesis nowhere errors",
                                      "severity P9",
                                      "post everybody x",
                                      "rewind 99",
                                      "silence 30m",
                                      "logs /(/",
                                      "playbook none",
                                      "alert None",
                                      "kubectl exec -it pod -- sh",
                                      "escalate 1 nobody",
                                      "escalate",
                                      "hand-over",
                                      "severity",
                                      "post",
                                      "page",
                                      "alert",
                                      "playbook",
                                      "unsilence",
                                      "range x up"}) {
    const Answer answer = game.take(line);
    EXPECT_FALSE(answer.ok) << line;
    EXPECT_FALSE(answer.text.empty()) << line;
  }
  EXPECT_FALSE(game.take(std::string(kLongestLine + 1, 'x')).ok);
  EXPECT_FALSE(game.over());
}

TEST(Game, EachCommandTakesItsTime) {
  Game game = begun("amber-heron");
  const Time before = game.session().now();
  game.take("map");
  EXPECT_GT(game.session().now(), before);
  Game free = begun("amber-heron", {.price = Price::real, .records = false});
  free.take("map");
  EXPECT_EQ(free.session().now(), before);
  free.pass(90s);
  EXPECT_EQ(free.session().now(), before + 90s);
}

// Every third drill; by hand of all of them: FIREDRILL_DRILLS=all.
TEST(Game, ABestResponseBeatsNobodyAndAnything) {
  const bool all = std::getenv("FIREDRILL_DRILLS") != nullptr;
  std::size_t seen = 0;
  for (const DrillFile& file : shipped_drills()) {
    if (file.drill.quiet || (seen++ % 3 != 0 && !all)) continue;
    Game game = begun(file.drill.name);
    const Game::Result result = game.result();
    ASSERT_NE(result.best, nullptr);
    EXPECT_LT(result.best->lost, result.nobody->lost * 0.7) << file.drill.name;
    for (const Step& step : result.best->steps) EXPECT_TRUE(step.ok) << file.drill.name << ": " << step.line;
    const Yardstick yardstick{*result.nobody, result.best.get()};
    const Score best = score_of(*result.best, yardstick, file.drill);
    const Score nobody = score_of(*result.nobody, yardstick, file.drill);
    EXPECT_GT(best.points, 0.85 * best.most) << file.drill.name << "\n"
                                             << debriefing_of(file.drill, game.options(), result).text;
    EXPECT_LT(nobody.points, 0.5 * nobody.most) << file.drill.name;
    EXPECT_TRUE(best.cause_found && best.mitigated) << file.drill.name;
  }
}

// Whoever is turned away, or answered without what they came for, has lost a request: no score is made of that.
TEST(Game, WhoIsTurnedAwayIsNotHelped) {
  const auto lost_with = [](std::string_view line) {
    Game game = begun("amber-heron");
    EXPECT_TRUE(game.take(line).ok) << line;
    game.take("wait 20m");
    return game.result().worked->lost;
  };
  const double usual = lost_with("map");
  EXPECT_GT(lost_with("do rate_limit web rps=20"), usual + 50'000);
  EXPECT_GT(lost_with("do disable_feature web dependency=catalogue"), usual + 50'000);
  EXPECT_LT(lost_with("do disable_feature checkout dependency=payments"), usual + 1'000) << "it can be done later";
}

// What a score is held against comes of runs that nobody watches; it must be what whole ones give, to the last request.
TEST(Game, AnOutcomeIsWhatTheWholeResultSays) {
  const std::vector<std::vector<std::string_view>> ways = {
      {"next 6h", "next", "map", "ack", "wait 9m", "finish"},
      {"map", "wait 30m"},
      {"severity P2", "do restart checkout", "post internal we look", "wait 20m"},
      {"finish"},
  };
  const std::vector<std::string_view> drills = {"amber-heron", "cedar-otter", "quiet-finch", "silver-lynx"};
  for (std::size_t d = 0; d < drills.size(); ++d) {
    for (const std::size_t i : {d, (d + 1) % ways.size()}) {
      const auto variant = static_cast<std::int64_t>(i);
      const Game::Options options{.seed = i + 1, .variant = variant, .records = false};
      const LoadedDrill drill = shipped(drills[d], variant);
      Game whole(drill.drill, drill.scenario, options);
      Game light(drill.drill, drill.scenario, options);
      for (const std::string_view line : ways[i]) EXPECT_EQ(whole.take(line).text, light.take(line).text) << line;
      const Game::Result result = whole.result();
      const Game::Outcome outcome = light.outcome();
      const std::string what = format("{}, way {}", drills[d], i);
      EXPECT_EQ(outcome.yardstick->lost_by_nobody, result.nobody->lost) << what;
      EXPECT_EQ(outcome.yardstick->pages, !result.nobody->pages.empty()) << what;
      ASSERT_EQ(outcome.yardstick->lost_at_best.has_value(), result.best != nullptr) << what;
      if (result.best != nullptr) {
        EXPECT_EQ(*outcome.yardstick->lost_at_best, result.best->lost) << what;
      }
      EXPECT_EQ(record::write_record(outcome.worked->finished.record),
                record::write_record(result.worked->finished.record))
          << what;
    }
  }
}

// Whatever was looked at before the first page, and however far time went at once: what nobody's run is, is the same.
TEST(Game, WhatComesWithoutAnybodyDoesNotDependOnWhoLooked) {
  const auto nobody_after = [](std::vector<std::string_view> lines) {
    Game game = begun("amber-heron");
    for (const std::string_view line : lines) game.take(line);
    const Game::Result result = game.result();
    return record::write_record(result.nobody->finished.record) + record::write_record(result.best->finished.record);
  };
  const std::string expected = nobody_after({});
  EXPECT_TRUE(nobody_after({"wait 7s", "query up", "wait 40m"}) == expected);
  EXPECT_TRUE(nobody_after({"next 6h", "rewind 1", "wait 1m", "next 6h"}) == expected);
}

TEST(Game, AFalseAlarmIsBestLeftAlone) {
  const Drill& drill = shipped_file("quiet-finch").drill;
  Game game = begun("quiet-finch");
  const Game::Result result = game.result();
  const Score best = score_of(*result.best, {*result.nobody, result.best.get()}, drill);
  EXPECT_GT(best.points, 0.85 * best.most);
  EXPECT_FALSE(best.false_alarm);
  Game hasty = begun("quiet-finch");
  hasty.take("next");
  hasty.take("ack");
  EXPECT_TRUE(hasty.take("kubectl rollout undo deployment/catalogue").ok);
  hasty.take("hypothesis catalogue release");
  const Score score = score_of(hasty);
  EXPECT_TRUE(score.false_alarm);
  EXPECT_LT(score.points, best.points);
}

// That nothing is wrong is known by who has looked: whoever does nothing, or ends it at once, has not.
TEST(Game, AFalseAlarmIsKnownByWhoHasLooked) {
  const auto points = [](const std::vector<std::string_view>& lines) {
    Game game = begun("quiet-finch");
    for (const std::string_view line : lines) game.take(line);
    return score_of(game);
  };
  EXPECT_LE(points({}).points, 10);
  EXPECT_LE(points({"finish"}).points, 10);
  EXPECT_LE(points({"hypothesis nothing", "finish"}).points, 10) << "nobody had been paged";
  const Score blind = points({"next", "ack", "hypothesis nothing", "wait 30m", "finish"});
  const Score seen = points({"next", "ack", "map", "query up", "changes", "hypothesis nothing", "wait 30m", "finish"});
  EXPECT_LE(blind.points, 30);
  EXPECT_GE(seen.points, blind.points + 50);
  for (const ScoreLine& line : blind.lines) {
    if (line.aspect != "mitigation") continue;
    EXPECT_EQ(line.why,
              "nothing was wrong, and production was left alone, and nothing of production was looked at since "
              "the page");
  }
  EXPECT_FALSE(blind.false_alarm);
}

// A drill has a score and no verdict by expectations, which are of the scenario's own people.
TEST(Game, ADrillIsScoredAndNotJudged) {
  Game game = begun("silver-lynx", {.variant = 2, .command = "firedrill drill silver-lynx --seed 1 --variant 2"});
  game.take("next");
  game.take("ack");
  game.take("finish");
  const Game::Result result = game.result();
  record::Record& record = result.worked->finished.record;
  EXPECT_EQ(record.verdict, record::Verdict::scored);
  EXPECT_EQ(record.verdict_why, "it was worked, and not scored");
  EXPECT_TRUE(record.expectations.empty());
  EXPECT_THAT(record.summary, HasSubstr("A drill (easy)"));
  const Score score = score_of(*result.worked, {*result.nobody, result.best.get()}, game.drill());
  put_into(record, score);
  EXPECT_EQ(record.verdict_why, format("{:.0f} of {:.0f} points", score.points, score.most));
  const auto again = record::read_record(make_source("record.json", record::write_record(record)), {});
  ASSERT_TRUE(again) << render(again.error());
  EXPECT_EQ(again->drill, record.drill);
}

TEST(Game, RewindGoesBackAndKeepsWhatWasLeft) {
  Game game = begun("amber-heron");
  game.take("next");
  game.take("ack 1");
  const Time before = game.session().now();
  game.take("do restart checkout");
  game.take("wait 15m");
  const Answer back = game.take("rewind 3");
  ASSERT_TRUE(back.ok) << back.text;
  EXPECT_EQ(game.session().now(), before);
  EXPECT_TRUE(game.session().deeds().empty());
  game.take("do fix_config checkout to=last-good");
  game.take("wait 20m");
  game.take("finish");
  EXPECT_TRUE(game.over());
  const Game::Result result = game.result();
  ASSERT_EQ(result.left.size(), 1U);
  EXPECT_EQ(result.left_at.front(), 3U);
  EXPECT_LT(result.worked->lost, result.left.front().lost);
  EXPECT_THAT(debriefing_of(game.drill(), game.options(), result).text, HasSubstr("left before step 3"));
}

TEST(Game, ATranscriptReplays) {
  const auto play = [](Game& game) {
    for (const char* line : {"next", "ack", "map", "foo", "do restart checkout", "wait 10m", "rewind 4",
                             "do fix_config checkout to=last-good", "wait 10m", "post internal resolved well again"}) {
      game.take(line);
    }
  };
  Game game = begun("amber-heron", {.seed = 3, .variant = 5, .records = false});
  play(game);
  const std::string text = game.transcript();
  const auto read = read_transcript(make_source("transcript.json", text));
  ASSERT_TRUE(read) << render(read.error());
  EXPECT_EQ(read->variant, 5);
  Game again = begun("amber-heron", {.seed = 3, .variant = 5, .records = false});
  const auto done = replay(*read, again);
  ASSERT_TRUE(done) << done.error();
  EXPECT_EQ(again.transcript(), text);
  // Of another seed something else comes.
  Game other = begun("amber-heron", {.seed = 4, .variant = 5, .records = false});
  EXPECT_FALSE(replay(*read, other));
}

TEST(Game, TimeThatPassesReplays) {
  Game game = begun("amber-heron", {.price = Price::real, .records = false});
  for (int i = 0; i < 20; ++i) game.pass(50s);
  game.take("ack");
  for (int i = 0; i < 5; ++i) game.pass(1300ms);
  game.take("map");
  const auto read = read_transcript(make_source("transcript.json", game.transcript()));
  ASSERT_TRUE(read);
  Game again = begun("amber-heron", {.price = Price::real, .records = false});
  const auto done = replay(*read, again);
  ASSERT_TRUE(done) << done.error();
  EXPECT_EQ(again.transcript(), game.transcript());
}

TEST(Game, WhatAFormHasLookedAtIsEvidenceAndReplays) {
  Game game = begun("amber-heron");
  game.take("wait 30m");
  const Time now = game.session().now();
  for (const char* line : {"query up", "query down", "alerts", "rules", "alerts", "finish", "do restart checkout"}) {
    game.look(line);
  }
  EXPECT_EQ(game.session().now(), now);
  EXPECT_EQ(game.steps().size(), 4) << "of each command one, and what is no look is none";
  game.take("do restart checkout");
  game.look("query up");
  game.take("rewind 4");
  const auto read = read_transcript(make_source("transcript.json", game.transcript()));
  ASSERT_TRUE(read);
  Game again = begun("amber-heron");
  const auto done = replay(*read, again);
  ASSERT_TRUE(done) << done.error();
  EXPECT_EQ(again.transcript(), game.transcript());
  again.look("rules");
  again.take("do restart checkout");
  const Score score = score_of(again);
  const auto line = std::ranges::find(score.lines, "looked first", &ScoreLine::aspect);
  ASSERT_NE(line, score.lines.end());
  EXPECT_EQ(line->points, 10) << line->why;
}

TEST(Game, AResetIsACopy) {
  Game game = begun("amber-heron");
  const Time start = game.session().now();
  game.take("wait 30m");
  game.reset();
  EXPECT_EQ(game.session().now(), start);
  game.take("wait 30m");
  double seconds = stopwatch_seconds();
  game.reset();
  seconds = stopwatch_seconds() - seconds;
  std::cout << "  reset: " << seconds * 1000 << " ms\n";
}

TEST(Game, ARewindThatNamesNoStepTakesNothingBack) {
  Game game = begun("amber-heron");
  game.take("wait 5m");
  game.take("map");
  const std::size_t steps = game.steps().size();
  for (const std::string_view line : {"rewind", "rewind x", "rewind 0", "rewind 3", "rewind 1x", "rewind -1",
                                      "rewind 25:00", "rewind 14:61", "rewind 23:59", "rewind 14:", "rewind 1 2"}) {
    EXPECT_FALSE(game.take(line).ok) << line;
    EXPECT_EQ(game.steps().size(), steps) << line;
  }
  EXPECT_TRUE(game.take("rewind 14:01").ok) << "the last step at or before that time";
  EXPECT_EQ(game.steps().size(), 0U);
}

TEST(Game, WhoIsMeasuredTakesNothingBack) {
  Game game = begun("amber-heron", {.records = false, .rewinds = false});
  game.take("wait 5m");
  const Time then = game.session().now();
  EXPECT_FALSE(game.take("rewind 1").ok);
  EXPECT_EQ(game.session().now(), then);
}

TEST(Game, ARewindTakesNoHintBack) {
  Game game = begun("amber-heron");
  game.take("wait 1m");
  const Answer hint = game.take("hint");
  ASSERT_TRUE(hint.ok);
  EXPECT_TRUE(game.take("rewind 1").ok);
  EXPECT_EQ(game.book().hints, 1U);
  EXPECT_GT(game.book().hint_price, 0);
  EXPECT_NE(game.take("hint").text, hint.text) << "who has been given one knows it still";
}

TEST(Game, LinesOfAnyBytesReplay) {
  Game game = begun("amber-heron");
  for (const std::string_view line : {"note \xff\xfe", "note \xe2\x82", "\x80", "note \x1b[2J"}) game.take(line);
  const auto transcript = read_transcript(make_source("transcript", game.transcript()));
  ASSERT_TRUE(transcript) << render(transcript.error());
  Game again = begun("amber-heron");
  EXPECT_TRUE(replay(*transcript, again));
  EXPECT_EQ(again.transcript(), game.transcript());
}

TEST(Game, WhatTakesNothingIsGivenNothing) {
  Game game = begun("amber-heron");
  for (const std::string_view line : {"status now", "map checkout", "finish please", "hint 2", "steps 3"}) {
    const Answer answer = game.take(line);
    EXPECT_FALSE(answer.ok) << line;
    EXPECT_THAT(answer.text, HasSubstr("takes nothing behind it")) << line;
  }
  EXPECT_FALSE(game.over());
}

TEST(Game, ALineThatIsTooLongIsToldAndNotTaken) {
  Game game = begun("amber-heron");
  for (const std::size_t size : {kLongestLine + 1, 3 * kLongestLine, 100 * kLongestLine}) {
    const Answer answer = game.take(std::string(size, 'x'));
    EXPECT_FALSE(answer.ok);
    EXPECT_EQ(answer.text, "the line is longer than 4096 bytes\n  nothing of it was taken; say it shorter\n");
  }
  EXPECT_TRUE(game.steps().empty());
}

TEST(Game, HintsHaveTheirPrice) {
  Game game = begun("amber-heron");
  const Answer first = game.take("hint");
  ASSERT_TRUE(first.ok);
  EXPECT_THAT(first.text, HasSubstr("3 points"));
  game.take("hint");
  game.take("hint");
  EXPECT_FALSE(game.take("hint").ok);
  const Score score = score_of(game);
  EXPECT_EQ(score.lines.back().aspect, "hints");
  EXPECT_DOUBLE_EQ(score.lines.back().points, -18);
}

TEST(Variant, DrawsAnewAndStaysSound) {
  for (const DrillFile& file : shipped_drills()) {
    for (std::int64_t variant = 1; variant <= 12; ++variant) {
      const auto loaded = load_drill(file, variant);
      ASSERT_TRUE(loaded) << file.drill.name << " " << variant << ": " << render(loaded.error());
    }
  }
  const LoadedDrill one = shipped("amber-heron", 1);
  bool differs = false;
  for (std::int64_t variant = 2; variant < 8; ++variant) {
    const LoadedDrill other = shipped("amber-heron", variant);
    differs = differs || other.drill->causes.front().service != one.drill->causes.front().service;
  }
  EXPECT_TRUE(differs);
}

}  // namespace
}  // namespace firedrill::console
