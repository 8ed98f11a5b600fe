// What the page says of several incidents, of those that never opened, and of runs longer than it is wide.
#include <gtest/gtest.h>

#include <map>
#include <regex>

#include "base/text/escape.h"
#include "base/text/format.h"
#include "reports/format.h"
#include "samples.h"

namespace firedrill::reports {
namespace {

std::string page(const record::Record& record) {
  return find_format("html")->render(record, tsdb::Store());
}

std::string markdown(const record::Record& record) {
  return find_format("markdown")->render(record, tsdb::Store());
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// A section of the page.
std::string section(const std::string& page, std::string_view id) {
  const std::size_t from = page.find(format("<section id=\"{}\"", id));
  return from == std::string::npos ? "" : page.substr(from, page.find("</section>", from) - from);
}

// A day, of which web is broken for three minutes.
record::Record day() {
  record::Record record = sample::outage();
  record.judged_to = record.judged_from + 24h;
  record.truth = {sample::truth("web", true, 0.7, 10, 13, 1440)};
  record.faults[0].recovered_at = record.faults[0].until = sample::at(13min);
  record.alerts[0].resolved_at = sample::at(20min);
  return record;
}

TEST(HtmlIncidents, APeakIsTheWorstMinuteHoweverLongTheRun) {
  const std::string severity = section(page(sample::judged(day())), "severity");
  EXPECT_TRUE(has(severity, "share, peak 70 %")) << severity;
  EXPECT_TRUE(has(severity, ">in five minutes, peak 70 %<"));
  EXPECT_TRUE(has(severity, "outside checks failed")) << severity;
  EXPECT_TRUE(has(severity, "share, peak 66.7 %"));
  EXPECT_TRUE(has(severity, "each column is the worst minute of 6 m"));
}

// Each request is answered well, and no outside check is.
TEST(HtmlIncidents, WhatNoSloSawIsSaidInEachReport) {
  record::Record record = sample::outage();
  record.truth = {sample::truth("web", true, 0, 0, 0)};
  for (std::size_t i = 10; i < 30; ++i) record.truth[0].minutes[i].checks_passed = 0;
  record.alerts.clear();
  record = sample::judged(std::move(record));
  constexpr std::string_view kWhy =
      "No SLO was missed by then; a severity threshold was crossed: availability 80 % < 95 %.";
  EXPECT_TRUE(has(section(page(record), "severity"), escape_markup(kWhy)));
  EXPECT_TRUE(has(section(page(record), "times"), "severity threshold crossed"));
  EXPECT_TRUE(has(markdown(record), kWhy)) << markdown(record);
  const std::string postmortem = find_format("postmortem")->render(record, tsdb::Store());
  EXPECT_TRUE(has(postmortem, kWhy)) << postmortem;
  EXPECT_TRUE(
      has(postmortem, "Add an alert that sees this: a severity threshold was crossed and no alert of it fired"));
  EXPECT_TRUE(has(postmortem, "Add an SLO that misses its objective then"));
}

TEST(HtmlIncidents, TheWorstLevelIsDrawnOverTheOthers) {
  const std::string severity = section(page(sample::judged(day())), "severity");
  const std::size_t worst = severity.rfind("class=\"bar b-p1\"");
  ASSERT_NE(worst, std::string::npos) << severity;
  for (const std::string_view milder : {"class=\"bar b-p2\"", "class=\"bar b-p3\""}) {
    const std::size_t last = severity.rfind(milder);
    if (last != std::string::npos) {
      EXPECT_LT(last, worst);
    }
  }
}

TEST(HtmlIncidents, SeveralIncidentsHaveARowEach) {
  record::Record record = sample::outage();
  const std::string one = page(sample::judged(record));
  EXPECT_TRUE(has(one, "<span class=\"quiet\">complete outage</span>"));
  EXPECT_TRUE(has(one, "% while it lasted"));
  EXPECT_FALSE(has(one, "class=\"incidents\""));
  record.faults.push_back(record.faults[0]);
  record.faults[1].id = "import";
  record.faults[1].injected_at = record.faults[1].at = sample::at(1min);
  record.faults[1].recovered_at = record.faults[1].until = sample::at(2min);
  record = sample::judged(std::move(record));
  const std::string two = page(record);
  const std::string head = two.substr(0, two.find("<section id=\"severity\""));
  for (const std::string_view part :
       {"2 incidents, of which 1 opened; the worst is db-outage: connection_refused on postgres broke API "
        "Availability.",
        "<table class=\"incidents\">", "<strong>db-outage</strong>", "<strong>import</strong>",
        "<strong>2 m 30 s</strong>", "in time", "target &lt; 5 m; expected: at most 3 m", "never opened",
        "connection_refused on postgres broke no objective"}) {
    EXPECT_TRUE(has(head, part)) << part << head;
  }
  EXPECT_TRUE(has(markdown(record), "| import | connection_refused on postgres broke no objective"))
      << markdown(record);
  for (const std::string_view id : {"severity", "impact", "times"})
    EXPECT_TRUE(has(section(two, id), "<strong>import</strong>")) << id;
}

// The scenario expects to be detected late, and is: that passes, and is not green.
// A drill that somebody worked has its score where others have what was expected.
TEST(HtmlIncidents, ADrillHasItsScore) {
  const std::string page = find_format("html")->render(sample::worked(), tsdb::Store());
  EXPECT_TRUE(has(page, "<header class=\"verdict plain\">"));
  EXPECT_TRUE(has(page, "<dt>Points</dt><dd><span class=\"value\">4 of 30</span>")) << page;
  EXPECT_TRUE(has(page, "<a href=\"#score\">Score</a>"));
  EXPECT_TRUE(has(page, "<strong>hints</strong></td><td>−3</td>"));
  EXPECT_FALSE(has(page, "xpectations met")) << "there were none";
  EXPECT_FALSE(has(page, "id=\"expectations\""));
}

TEST(HtmlIncidents, BesideTheVerdictStandsHowTheResponseWas) {
  const auto head_of = [](const record::Record& record) {
    const std::string whole = page(record);
    return whole.substr(0, whole.find("<section id=\"severity\""));
  };
  record::Record record = sample::outage();
  const std::string in_time = head_of(sample::judged(record));
  EXPECT_TRUE(has(in_time, "<header class=\"verdict good\">"));
  EXPECT_TRUE(has(in_time,
                  "</span> Response in time</span> <span>Detected in time, after 2 m 30 s (target &lt; 5 m; "
                  "expected: at most 3 m).</span>"))
      << in_time;
  record.alerts[0].firing_at = record.alerts[0].sent_at = record.alerts[0].received_at = sample::at(22min);
  record.alerts[0].resolved_at = sample::at(34min);
  record.declared.expectations.clear();
  record = sample::judged(std::move(record));
  ASSERT_EQ(record.verdict, record::Verdict::pass);
  const std::string late = head_of(record);
  EXPECT_TRUE(has(late, "<header class=\"verdict warn\">"));
  EXPECT_TRUE(has(late, "<span class=\"badge good\"><span aria-hidden=\"true\">✓</span> Passed</span>"));
  EXPECT_TRUE(has(late, "<span class=\"badge bad\"><span aria-hidden=\"true\">✕</span> Response poor</span>"));
  EXPECT_TRUE(has(late, "Detected alarmingly late, after 12 m (target &lt; 5 m).")) << late;
  EXPECT_TRUE(has(markdown(record), "❌ **Response poor.** Detected alarmingly late, after 12 m"));
  const std::string postmortem = find_format("postmortem")->render(record, tsdb::Store());
  EXPECT_TRUE(has(postmortem, "- Time to detect: 12 m, alarmingly late; less than 5 m is the target")) << postmortem;
  EXPECT_TRUE(has(postmortem, "Shorten the time to detect: it was 12 m")) << postmortem;
}

// Six faults at once, and a seventh later.
TEST(HtmlIncidents, LabelsOfFaultsDoNotOverlap) {
  record::Record record = sample::outage();
  for (int i = 0; i < 6; ++i) {
    record.faults.push_back(record.faults[0]);
    record.faults.back().id = format("the-database-refuses-{}", i);
    record.faults.back().injected_at = sample::at(i < 5 ? 10min + 1s * i : 50min);
  }
  const std::string timeline = section(page(sample::judged(std::move(record))), "timeline");
  std::map<std::string, std::vector<std::pair<double, double>>> rows;
  const std::regex label("<text class=\"band-text\" x=\"([0-9.]+)\" y=\"([0-9.]+)\"[^>]*>([^<]*)<");
  std::size_t labels = 0;
  for (std::sregex_iterator it(timeline.begin(), timeline.end(), label), end; it != end; ++it, ++labels) {
    const double left = std::stod((*it)[1]);
    const double right = left + 6.2 * static_cast<double>((*it)[3].length());
    for (const auto& [other_left, other_right] : rows[(*it)[2]])
      EXPECT_TRUE(right < other_left || left > other_right) << (*it)[3];
    rows[(*it)[2]].emplace_back(left, right);
  }
  EXPECT_EQ(labels, 7U);
  EXPECT_EQ(rows.size(), 6U);
}

TEST(HtmlIncidents, WhatNeverOpenedHadNoMitigationAndAffectedNobody) {
  record::Record record = sample::outage();
  record.alerts.clear();
  record.truth = {sample::truth("web", true, 0, 0, 0)};
  for (std::size_t i = 0; i < 60; ++i) record.truth[0].minutes[i].errors = 1;
  record = sample::judged(std::move(record));
  ASSERT_FALSE(record.incidents.at(0).peak);
  const std::string impact = section(page(record), "impact");
  EXPECT_TRUE(has(impact, "requests at the entry points failed in the minutes of the fault (")) << impact;
  EXPECT_FALSE(has(impact, "mitigation")) << impact;
  EXPECT_FALSE(has(impact, "of the users")) << impact;
  EXPECT_TRUE(has(markdown(record), "requests failed in the minutes of the fault; it broke nothing.\n"));
  EXPECT_FALSE(has(markdown(record), "of the users"));
}

TEST(HtmlIncidents, ImpactSaysUntilWhenItWasCounted) {
  record::Record record = sample::outage();
  EXPECT_TRUE(has(section(page(sample::judged(record)), "impact"),
                  "failed from the minute of the injection to the mitigation ("));
  record.truth = {sample::truth("web", true, 0.7, 10, 60)};
  EXPECT_TRUE(has(section(page(sample::judged(record)), "impact"),
                  "failed from the minute of the injection to the end of the run ("));
  record.truth = {sample::truth("web", true, 0, 0, 0)};
  EXPECT_TRUE(has(section(page(sample::judged(record)), "impact"),
                  "failed from the minute of the injection to that of the resolution ("));
  record.faults[0].injected_at.reset();
  EXPECT_TRUE(has(section(page(sample::judged(record)), "impact"), "Its fault was never injected."));
}

// Alerts of one name on so many pods.
record::Record with_pods(int pods) {
  record::Record record = sample::outage();
  record.alerts.clear();
  for (int i = 0; i < pods; ++i) {
    auto alert = sample::alert("KilledByItsProbe", "warning", "", 11min, 12min, 20min);
    alert.labels.set("pod", format("checkout-{}", i));
    alert.labels.set("container", "checkout");
    alert.labels.set("instance", "kube-state-metrics:8080");
    alert.labels.set("uid", format("59714f11-6e24-46ea-be27-9d4c78af27a{}", i));
    record.alerts.push_back(alert);
    alert.labels.set("service", "checkout");
    alert.alert = "Down";
    alert.labels.set("instance", format("checkout-{}:8080", i));
    record.alerts.push_back(alert);
  }
  return sample::judged(std::move(record));
}

TEST(HtmlIncidents, AnAlertOnAPodIsToldByThePod) {
  const std::string timeline = section(page(with_pods(3)), "timeline");
  for (const std::string_view pod : {">checkout-0</text>", ">checkout-1</text>", ">checkout-2</text>"}) {
    EXPECT_TRUE(has(timeline, pod)) << pod << timeline;
  }
  const std::string chart = timeline.substr(0, timeline.find("<details"));
  EXPECT_FALSE(has(chart, "59714f11"));
  EXPECT_FALSE(has(chart, "checkout-0:8080</text>"));
}

TEST(HtmlIncidents, TheLastLaneIsNotSpentOnSayingThatOneIsMissing) {
  record::Record record = with_pods(8);
  record.alerts.pop_back();
  record.alerts.push_back(record.alerts.front());
  EXPECT_FALSE(has(page(record), "more activation"));
  EXPECT_TRUE(has(page(with_pods(8)), "and 2 more activations"));
}

TEST(HtmlIncidents, AnAlertThatIsAloneIsToldByWhatItIsAbout) {
  record::Record record = sample::outage();
  record.alerts = {sample::alert("NoReplicaReady", "critical", "", 11min, 12min, 20min)};
  record.alerts[0].labels.set("deployment", "payment");
  EXPECT_TRUE(has(section(page(sample::judged(std::move(record))), "timeline"), ">payment</text>"));
}

// Sixteen warnings that only were pending come first, then as many that fired, then a page and an expected warning.
TEST(HtmlIncidents, WhatPagesAndWhatIsExpectedIsNotGivenUpForWhatNeverFired) {
  record::Record record = sample::outage();
  record.alerts.clear();
  for (int i = 0; i < 32; ++i) {
    record.alerts.push_back(sample::alert(format("Quiet{}", i), "warning", "web", 11min, 12min, 20min));
    if (i < 16) record.alerts.back().firing_at.reset();
  }
  record.alerts.push_back(sample::alert("Page", "critical", "web", 12min, 13min, 20min));
  record.alerts.push_back(sample::alert("Wanted", "warning", "web", 12min, 13min, 20min));
  record.declared.expectations.push_back(sample::expectation("w", "alert_firing", {{"alert", std::string("Wanted")}}));
  const std::string timeline = section(page(sample::judged(std::move(record))), "timeline");
  const std::string chart = timeline.substr(0, timeline.find("<details"));
  for (const std::string_view shown : {">Page</text>", ">Wanted</text>", ">Quiet16</text>", ">Quiet27</text>"}) {
    EXPECT_TRUE(has(chart, shown)) << shown;
  }
  EXPECT_FALSE(has(chart, ">Quiet0</text>"));
  EXPECT_TRUE(has(chart, "and 20 more activations"));
}

}  // namespace
}  // namespace firedrill::reports
