// A published course in reports: its rows, the line that compares detections, its marks in the timeline.
#include <gtest/gtest.h>

#include "reports/course_rows.h"
#include "reports/format.h"
#include "samples.h"

namespace firedrill::reports {
namespace {

using record::Counterpart;
using record::PublishedTime;

record::Record retold(Duration alarm) {
  record::Record record = sample::outage();
  record.declared.published = record::Published{
      .source = "a <report> of 2014",
      .from = "db-refuses",
      .since = "injected",
      .factor = 2,
      .times = {{.after = alarm, .what = "alarm & page", .here = Counterpart{"incident", "detected", {}}, .where = {}},
                {.after = 5min, .what = "customers write", .here = {}, .where = {}},
                {.after = 50min, .what = "over", .here = Counterpart{"ends", "db-refuses", {}}, .where = {}}},
      .where = {}};
  return sample::judged(std::move(record));
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string rendered(const record::Record& record, std::string_view as) {
  return find_format(as)->render(record, tsdb::Store());
}

TEST(CourseRows, SayWhetherTheseAlertsBeatThosePublished) {
  EXPECT_EQ(course_headline(retold(4min)),
            "As published, it was heard of after 4 m (alarm & page). Here it was after 2 m 30 s: 1 m 30 s sooner.");
  EXPECT_EQ(course_headline(retold(2min)),
            "As published, it was heard of after 2 m (alarm & page). Here it was after 2 m 30 s: 30 s later.");
  record::Record unheard = retold(2min);
  unheard.alerts.clear();
  unheard = sample::judged(std::move(unheard));
  EXPECT_EQ(course_headline(unheard),
            "As published, it was heard of after 2 m (alarm & page). Here nobody was called.");
  EXPECT_EQ(course_headline(sample::passed()), "");
}

TEST(CourseRows, StandBesideEachOther) {
  const auto rows = course_rows(retold(4min));
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].published, "after 4 m");
  EXPECT_EQ(rows[0].here, "after 2 m 30 s (14:12:30)");
  EXPECT_EQ(rows[0].stands, "agrees");
  EXPECT_EQ(rows[1].here, "–");
  EXPECT_EQ(rows[1].stands, "not compared");
  EXPECT_EQ(rows[2].stands, "2.5 times as early");
}

TEST(CourseRows, SayWhatCameAtOnce) {
  EXPECT_EQ(course_headline(retold(0min)),
            "As published, it was heard of at once (alarm & page). Here it was after 2 m 30 s: 2 m 30 s later.");
}

TEST(CourseRows, AreInThePageAndItsTimeline) {
  const std::string html = rendered(retold(4min), "html");
  EXPECT_TRUE(has(html, "<section id=\"course\""));
  EXPECT_TRUE(has(html, "<a href=\"#course\">"));
  EXPECT_TRUE(
      has(html, "Published: a &lt;report&gt; of 2014. Times count from the beginning of db-refuses, at 14:10:00"));
  EXPECT_TRUE(has(html, "<span class=\"kind\">published</span></td><td>published: alarm &amp; page (after 4 m)"));
  EXPECT_TRUE(has(html, "published: over (after 50 m)"));
  EXPECT_FALSE(has(rendered(sample::passed(), "html"), "id=\"course\""));
}

TEST(CourseRows, AreInMarkdown) {
  const std::string markdown = rendered(retold(4min), "markdown");
  EXPECT_TRUE(has(markdown, "### As published"));
  EXPECT_TRUE(has(markdown, "| alarm & page | after 4 m | after 2 m 30 s (14:12:30) | ✅ agrees |"));
  EXPECT_TRUE(has(markdown, "| over | after 50 m | after 20 m (14:30:00) | ⚠️ 2.5 times as early |"));
}

}  // namespace
}  // namespace firedrill::reports
