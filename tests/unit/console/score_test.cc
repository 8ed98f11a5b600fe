// What a score says of posts, of what was said to be over and of pages, where there is more than one incident.
#include "console/score/score.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "console/game.h"
#include "console/pages/facilitator/inject_table.h"
#include "console/worked.h"
#include "shipped_drill.h"

namespace firedrill::console {
namespace {

using testing::HasSubstr;

// A line that begins with "! " is of whoever runs the drill.
Game::Result result_of(std::string_view name, const std::vector<std::string_view>& lines) {
  const LoadedDrill drill = shipped(name);
  Game game(drill.drill, pages::with_injects(*drill.scenario), {.records = false});
  for (const std::string_view line : lines) {
    const bool facilitates = line.starts_with("! ");
    const Answer answer = facilitates ? game.facilitate(line.substr(2)) : game.take(line);
    EXPECT_TRUE(answer.ok) << line << ": " << answer.text;
  }
  return game.result();
}

ScoreLine line_of(const Game::Result& result, std::string_view name, std::string_view aspect) {
  const Score score = score_of(*result.worked, {*result.nobody, result.best.get()}, shipped_file(name).drill);
  const auto line = std::ranges::find(score.lines, aspect, &ScoreLine::aspect);
  return line == score.lines.end() ? ScoreLine{} : *line;
}

// What breaks by itself once the trainee has gone was nothing that they could tell of.
TEST(ScoredPosts, AreOfWhatWasLetHappenToo) {
  const auto result = result_of("brisk-marten", {"wait 1m", "! inject inject-http_error-search", "next", "ack",
                                                 "post external investigating searches fail", "finish"});
  const ScoreLine line = line_of(result, "brisk-marten", "communication");
  EXPECT_THAT(line.why, HasSubstr("0 posts inside, 1 on the status page; the first: kept"));
  EXPECT_GE(line.points, 4);
  EXPECT_THAT(line_of(result, "brisk-marten", "acknowledged").why,
              HasSubstr("after page 1, of inject-http_error-search;"));
}

TEST(ScoredPosts, AreCountedWhateverTheyAreOf) {
  const auto result = result_of("quiet-finch", {"next", "ack", "post internal monitoring all are served",
                                                "! inject inject-http_error-catalogue", "wait 10m", "finish"});
  EXPECT_THAT(line_of(result, "quiet-finch", "communication").why, HasSubstr("1 post inside, 0 on the status page"));
}

// Who says that all is well while it is not has told nobody anything.
TEST(ScoredPosts, ThatAreFalseAreWorthNothing) {
  const auto result =
      result_of("amber-heron", {"next", "next", "ack", "post external resolved all is well", "wait 2m", "finish"});
  const ScoreLine line = line_of(result, "amber-heron", "communication");
  EXPECT_EQ(line.points, 0);
  EXPECT_THAT(line.why, HasSubstr("the last: it was not over when that was said; at 14:1"));
  EXPECT_THAT(line.why, HasSubstr("it was said to be over, which was false"));
}

TEST(ScoredPosts, OfAFalseAlarmNeedNoLastOne) {
  const auto result =
      result_of("quiet-finch", {"next", "ack", "alerts", "map", "changes", "hypothesis nothing",
                                "post internal monitoring more customers than usual, all of them served", "finish"});
  EXPECT_EQ(line_of(result, "quiet-finch", "communication").points, 10);
  const record::Record& record = result.worked->finished.record;
  ASSERT_NE(incident_of(record), nullptr);
  EXPECT_EQ(incident_of(record)->communication->final_post, "not due");
  for (const events::Event& event : record.timeline) {
    EXPECT_NE(event.kind, events::EventKind::communication_missed) << event.text("reason");
  }
}

// A page may be over since there is nothing left to be measured.
TEST(ScoredEnd, IsNotVerifiedWhileRequestsFail) {
  auto result = result_of("amber-heron", {"next", "next", "ack", "pages", "finish"});
  for (Page& page : result.worked->pages) {
    page.state = Page::State::over;
    page.over_at = page.at;
  }
  const ScoreLine line = line_of(result, "amber-heron", "verified");
  EXPECT_EQ(line.points, 0);
  EXPECT_EQ(line.why, "what was broken was so still when it was said to be over");
}

TEST(ScoredAcknowledgement, NamesNoIncidentWhereThereIsOne) {
  const auto result = result_of("amber-heron", {"next", "next", "ack", "finish"});
  EXPECT_THAT(line_of(result, "amber-heron", "acknowledged").why, HasSubstr(" after page 1; "));
}

}  // namespace
}  // namespace firedrill::console
