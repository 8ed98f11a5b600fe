// The reports of a suite against golden files: one that holds everything that a suite can be.
#include <gmock/gmock.h>

#include "base/text/escape.h"
#include "base/text/format.h"
#include "golden.h"
#include "reports/suite/renderers.h"
#include "reports/suite/words.h"

namespace firedrill::reports::suite {
namespace {

using record::Verdict;
using testing::HasSubstr;
using testing::Not;

Position at(const char* file, std::size_t line) {
  return {make_source(file, {}), line, 3};
}

record::Outcome met(const char* expected, const char* observed) {
  return {Verdict::pass, expected, observed, "", ""};
}

ScenarioRun run_of(const std::string& name, Verdict verdict) {
  ScenarioRun run;
  run.scenario = name;
  run.summary = "What happens in " + name + ".";
  run.file = at(("drills/" + name + "/scenario.yaml").c_str(), 0);
  run.folder = name;
  run.verdict = verdict;
  run.command = "firedrill run " + name + " --seed 1";
  run.seconds = 0.25;
  return run;
}

ScenarioRun outage() {
  ScenarioRun run = run_of("outage", Verdict::fail);
  run.verdict_why = "1 of 3 expectations failed";
  run.checks = {
      {"fault db took effect", "connection_refused", met("the symptom", "88 of 90 refused"),
       at("drills/outage/scenario.yaml", 9), false},
      {"pages",
       "alert_firing",
       {Verdict::fail, "ShopErrors fires within 5 m", "fired at 9 m 30 s", "30 s late", "ShopErrors"},
       at("drills/outage/scenario.yaml", 12)},
      {"quiet", "no_other_alerts", met("no alert fires", "none fired"), at("drills/outage/scenario.yaml", 13)},
      {"steady",
       "alert_not_firing",
       {Verdict::invalid, "Steady does not fire", "could not have", "no rule has this name", ""},
       at("drills/outage/scenario.yaml", 14)},
  };
  run.incidents = {{"db-outage", true, 330s, "ShopErrors", record::SeverityLevel::p1},
                   {"cache-loss", true, {}, "", record::SeverityLevel::p2},
                   {"import", false, {}, "", {}}};
  run.pages = {{"ShopErrors", "db-outage", 2, at("rules/shop.yaml", 4)},
               {"TrafficSeen", "", 1, at("rules/shop.yaml", 20)}};
  run.alerts = {{"ShopErrors", Sight::late},  {"TrafficSeen", Sight::spurious}, {"Steady", Sight::unjudged},
                {"CacheGone", Sight::missed}, {"Watchdog", Sight::excepted},    {"NodeLost", Sight::no_data}};
  return run;
}

Suite everything() {
  Suite suite;
  ScenarioRun broken = run_of("broken", Verdict::pass);
  broken.folder.clear();
  broken.errors = {
      {Severity::error, at("drills/broken/scenario.yaml", 7), "the key 'duration' is there twice", "keep one"}};
  ScenarioRun calm = run_of("quiet & <calm>", Verdict::pass);
  calm.verdict_why = "the one expectation was met";
  calm.checks = {{"quiet", "no_other_alerts", met("no alert fires", "none fired"), calm.file}};
  calm.alerts = {{"ShopErrors", Sight::quiet}, {"Watchdog", Sight::excepted}, {"NodeLost", Sight::quiet}};
  ScenarioRun caught = run_of("zone-down", Verdict::pass);
  caught.verdict_why = "the one expectation was met";
  caught.checks = calm.checks;
  caught.incidents = {{"zone", true, 92s, "ShopErrors", record::SeverityLevel::p0}};
  caught.pages = {{"ShopErrors", "zone", 1, at("rules/shop.yaml", 4)}};
  caught.alerts = {{"ShopErrors", Sight::caught}, {"NodeLost", Sight::quiet}, {"OnlyPending", Sight::pending}};
  suite.runs = {broken, outage(), calm, caught};
  suite.comparison = Comparison{
      "baseline.yaml",
      1min,
      {{Trend::worse, true, "outage", 1, "cache-loss is not detected any more; it took 2 m, by CacheGone",
        at("drills/outage/scenario.yaml", 0)},
       {Trend::worse, true, "outage", 1, "TrafficSeen pages once, for no incident; it did not",
        at("rules/shop.yaml", 20)},
       {Trend::better, false, "zone-down", 1, "zone is detected now, after 1 m 32 s; it was not",
        at("rules/shop.yaml", 4)},
       {Trend::added, false, "quiet & <calm>", 1, "is not in the baseline; the one expectation was met", calm.file},
       {Trend::removed, false, "gone", 1, "is in the baseline and was not run", {}}}};
  suite.command = "firedrill test scenarios drills --baseline baseline.yaml";
  return suite;
}

Suite passed() {
  Suite suite;
  suite.runs = {everything().runs[2], everything().runs[3]};
  suite.command = "firedrill test scenarios drills";
  return suite;
}

TEST(SuiteReports, AreAsAgreed) {
  const Suite suite = everything();
  expect_golden("suite.txt", render_text(suite));
  expect_golden("suite_index.html", render_index(suite));
  expect_golden("suite_summary.md", render_summary(suite));
  expect_golden("suite_junit.xml", render_junit(suite));
  expect_golden("suite_annotations.txt", render_annotations(suite));
  expect_golden("suite.json", write_json(render_json(suite), JsonStyle::pretty));
  expect_golden("suite_passed_annotations.txt", render_annotations(passed()));
  expect_golden("suite_passed_summary.md", render_summary(passed()));
}

TEST(SuiteReports, AreKnownByTheirBeginning) {
  EXPECT_TRUE(is_index(render_index(passed())));
  EXPECT_TRUE(is_summary(render_summary(passed())));
  EXPECT_FALSE(is_index("<!DOCTYPE html>\n<html>"));
  EXPECT_FALSE(is_summary("# Notes"));
}

TEST(SuiteReports, CountSharesOverAllRuns) {
  const Suite suite = everything();
  EXPECT_EQ(describe_recall(recall(suite)), "2 of 3 (66.7 %)");
  EXPECT_EQ(describe_precision(precision(suite)), "3 of 4 (75 %)");
  EXPECT_EQ(describe_recall({}), "nothing to detect");
  EXPECT_EQ(describe_precision({}), "no pages");
  EXPECT_EQ(never_exercised(matrix(suite)), std::vector<std::string>{"NodeLost"});
}

// The worst of a scenario's seeds stands in the matrix, and runs are told apart by their seeds.
TEST(SuiteReports, PutSeedsTogether) {
  Suite suite = passed();
  suite.runs = {suite.runs[1], suite.runs[1]};
  suite.runs[1].seed = 2;
  suite.runs[1].alerts["ShopErrors"] = Sight::missed;
  const Matrix all = matrix(suite);
  ASSERT_EQ(all.scenarios, std::vector<std::string>{"zone-down"});
  EXPECT_EQ(all.rows[2].alert, "ShopErrors");
  EXPECT_EQ(all.rows[2].sights, std::vector<Sight>{Sight::missed});
  EXPECT_THAT(render_text(suite), HasSubstr("zone-down (seed 2)"));
  EXPECT_THAT(render_text(suite), HasSubstr("2 of 2 runs passed"));
}

// GitHub shows ten of a kind: the first says that there are more.
TEST(SuiteReports, AnnotateNoMoreThanIsShown) {
  Suite suite;
  for (int i = 0; i < 30; ++i) {
    suite.runs.push_back(outage());
    suite.runs.back().scenario = format("outage-{:02}", i);
  }
  const std::string text = render_annotations(suite);
  std::size_t errors = 0;
  for (std::size_t at = 0; (at = text.find("::error ", at)) != std::string::npos; ++at) ++errors;
  EXPECT_EQ(errors, 10U);
  EXPECT_TRUE(text.starts_with("::error title=firedrill::"));
  EXPECT_THAT(text, HasSubstr("9 of 30 errors are annotated"));
}

TEST(SuiteReports, AnnotationsEscapeWhatHasAMeaning) {
  Suite suite;
  suite.runs = {outage()};
  suite.runs[0].scenario = "a,b:c";
  suite.runs[0].checks[1].name = "100 %\n::error::x";
  suite.runs[0].checks[1].outcome.why = "50 %\r\n::stop-commands::y ##[group]z";
  const std::string text = render_annotations(suite);
  EXPECT_THAT(text, HasSubstr("title=a%2Cb%3Ac%3A 100 %25 %3A%3Aerror%3A%3Ax::"));
  EXPECT_THAT(text, HasSubstr("50 %25  ::stop-commands::y"));
  EXPECT_THAT(text, Not(HasSubstr("##[")));
  std::size_t lines = 0;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1, ++lines) {
    EXPECT_TRUE(std::string_view(text).substr(at).starts_with("::")) << text.substr(at);
  }
  EXPECT_EQ(lines, 4U);
}

// A comment of a pull request is bounded, whatever there is to say; what is left out is counted.
TEST(SuiteReports, BoundTheSummary) {
  Suite suite;
  for (int i = 0; i < 500; ++i) {
    suite.runs.push_back(outage());
    suite.runs.back().scenario = format("outage-with-a-name-of-some-length-{}", i);
  }
  const std::string text = render_summary(suite);
  EXPECT_LE(text.size(), kMostSummary);
  EXPECT_THAT(text, HasSubstr("failures more"));
  EXPECT_THAT(text, HasSubstr("lines more stand in the suite's page"));
}

TEST(SuiteReports, SayWhatIsTrueOfPaging) {
  ScenarioRun run;
  EXPECT_EQ(describe_detection(run), "–");
  run.incidents = {{"a", true, 90s, "X", {}}};
  EXPECT_EQ(describe_detection(run), "1 m 30 s");
  run.incidents.push_back({"b", true, 10min, "X", {}});
  EXPECT_EQ(describe_detection(run), "1 m 30 s to 10 m");
  run.incidents.push_back({"c", true, {}, "", {}});
  EXPECT_EQ(describe_detection(run), "1 m 30 s to 10 m, never");
  EXPECT_EQ(describe_detected(run), "2 of 3");
}

}  // namespace
}  // namespace firedrill::reports::suite
