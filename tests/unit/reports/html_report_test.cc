#include <gtest/gtest.h>

#include <cstdlib>

#include "base/text/format.h"
#include "golden.h"
#include "reports/format.h"
#include "samples.h"

namespace firedrill::reports {
namespace {

std::string page(const record::Record& record, const tsdb::Store& series = tsdb::Store()) {
  return find_format("html")->render(record, series);
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// Series of pools, CPU and memory as a run scrapes them.
tsdb::Store saturation(const record::Record& record, std::size_t services = 3, Duration interval = 15s) {
  tsdb::Store store;
  const auto& names = record.services;
  for (std::size_t s = 0; s < services; ++s) {
    const std::string service = s < names.size() ? names[s].name : format("service-{:02}", s);
    const auto series = [&](const char* metric, const char* dependency = "") {
      return store.series(
          {{"__name__", metric}, {"service", service}, {"dependency", dependency}, {"instance", service + "-0:8080"}});
    };
    const auto cpu = series("process_cpu_seconds_total"), memory = series("process_resident_memory_bytes");
    const auto used = series("connection_pool_in_use", "postgres"), most = series("connection_pool_max", "postgres");
    double seconds = 0;
    for (Time t = record.judged_from - 5min; t <= record.judged_to; t += interval) {
      const bool bad = t >= sample::at(10min) && t < sample::at(31min);
      seconds += (bad ? 0.9 : 0.4 + 0.1 * static_cast<double>(s)) * to_seconds(interval);
      store.append(cpu, t, seconds);
      store.append(memory, t, 3e8 + 2e7 * static_cast<double>(s) + (bad ? 1.5e8 : 0));
      store.append(used, t, bad ? 20 : 4 + static_cast<double>(s));
      store.append(most, t, 20);
    }
  }
  // What SLOFastBurn reads.
  const auto errors = store.series({{"__name__", "error_rate"}, {"service", "web"}});
  for (Time t = record.judged_from - 5min; t <= record.judged_to; t += interval)
    store.append(errors, t, t >= sample::at(10min) && t < sample::at(31min) ? 0.7 : 0.002);
  return store;
}

TEST(HtmlReport, TellsTheWholeStoryInReadingOrder) {
  const record::Record record = sample::passed();
  const std::string html = page(record, saturation(record));
  std::size_t last = 0;
  for (const std::string_view part : {"DRILL",
                                      "checkout-database-outage</h1>",
                                      "Passed",
                                      "db-outage: connection_refused on postgres broke API Availability. It peaked at "
                                      "P0 (complete outage): SLOFastBurn "
                                      "detected it 2 m 30 s after",
                                      "<section id=\"severity\"",
                                      "<section id=\"impact\"",
                                      "<section id=\"times\"",
                                      "<section id=\"timeline\"",
                                      "<section id=\"alerts\"",
                                      "<section id=\"sight\"",
                                      "error_rate &gt; 0.02, for 2 m",
                                      "<section id=\"signals\"",
                                      "Latency at the entry points",
                                      "<figcaption>Traffic",
                                      "<figcaption>Errors",
                                      "Saturation: connection pools",
                                      "Saturation: CPU",
                                      "<section id=\"budgets\"",
                                      "Budget left: API Availability",
                                      "pages above 14.4 over 1h and 5m",
                                      "<section id=\"expectations\"",
                                      "<section id=\"metrics\"",
                                      "<section id=\"rules\"",
                                      "<section id=\"faults\"",
                                      "1842 of 1850 connection attempts",
                                      "<section id=\"reproduce\"",
                                      "--seed 42"}) {
    const std::size_t place = html.find(part, last);
    EXPECT_NE(place, std::string::npos) << part;
    if (place != std::string::npos) last = place;
  }
}

TEST(HtmlReport, FailuresStandAtTheTopWithTheirCause) {
  const std::string html = page(sample::failed());
  EXPECT_LT(html.find("2 m 30 s late"), html.find("<section id=\"severity\""));
  EXPECT_TRUE(has(html, "spurious"));
  EXPECT_TRUE(has(html, "missed"));
  EXPECT_TRUE(has(html, "vacuous"));
  EXPECT_TRUE(has(page(sample::invalid()), "A drill whose fault is not seen shows nothing."));
}

TEST(HtmlReport, TellsWhatBecameOfEachReplica) {
  const record::Record record = sample::with_replicas();
  const std::string html = page(record, saturation(record));
  for (const std::string_view part :
       {"checkout-0 not ready from 14:10:20 to 14:30:10", "checkout-2 down from 14:14:00 to 14:14:20",
        "checkout-2 back-off from 14:18:10 to 14:24:00", "2 restarts", "HTTP 503", "as expected"}) {
    EXPECT_TRUE(has(html, part)) << part;
  }
}

TEST(HtmlReport, SaysWhenTheSeverityWasNotTheOneExpected) {
  record::Record record = sample::with_replicas();
  record.declared.expectations.back().fields.set("peak", std::string("P2"), {});
  record = sample::judged(std::move(record));
  EXPECT_TRUE(has(page(record), "not as expected"));
}

TEST(HtmlReport, SaysWhoWasToldWhatAndWhyLate) {
  const std::string html = page(sample::notified());
  for (const std::string_view part :
       {"<section id=\"notifications\"", "3 notifications, 1 page; 1 more was not accepted",
        "Fired, and nobody was told", "silenced by silence 1 (the disk | is new)", "Why so late?", "≤ 30 s",
        "first notification: answered 400, 1 attempt", "tickets|&lt;b&gt;"}) {
    EXPECT_TRUE(has(html, part)) << part;
  }
  EXPECT_FALSE(has(page(sample::passed()), "notifications\""));
}

TEST(HtmlReport, ShowsWhatPeopleWereSent) {
  record::Record record = sample::notified();
  record.alertmanager->payloads = {{.fields = {{"title", "<b>down</b>"}, {"empty", ""}}, .requests = {}},
                                   {.fields = {{"text", "for the chat"}}, .requests = {}}};
  record.alertmanager->payloads_left_out = 2;
  record.alertmanager->notifications[0].payload = 0;
  record.alertmanager->notifications[1].payload = 1;
  const std::string html = page(record);
  EXPECT_TRUE(has(html, "What people were sent (1)"));
  EXPECT_TRUE(has(html, "<dt>title</dt><dd>&lt;b&gt;down&lt;/b&gt;</dd>"));
  EXPECT_TRUE(has(html, "What 2 more notifications sent is not kept"));
  EXPECT_FALSE(has(html, "for the chat"));
}

// Of what is still being tried it is not said that its group was not flushed, nor that anything held it back.
TEST(HtmlReport, SaysWhatIsStillBeingTried) {
  record::Record record = sample::notified();
  record.alerts[0].notified_at.reset();
  record.alerts[0].paged_at.reset();
  std::erase_if(record.alertmanager->notifications, [](const auto& each) { return each.receiver == "pager"; });
  events::Notification tried = sample::told(record, "pager", 13min, {0});
  tried.accepted = false;
  tried.under_way = true;
  tried.attempts = {{tried.t, tried.t, 503, "retried"}, {tried.t, tried.t, 0, "under_way"}};
  record.alertmanager->notifications.push_back(tried);
  const std::string html = page(record);
  EXPECT_TRUE(has(html,
                  "pager had not taken its notification when the run ended: 2 requests, 1 answered 503, 1 not "
                  "answered yet"));
  EXPECT_TRUE(has(html, "no answer yet, 2 attempts, still being tried at the run&#39;s end") ||
              has(html, "no answer yet, 2 attempts, still being tried at the run's end"));
  EXPECT_FALSE(has(html, "had not been flushed"));
}

TEST(HtmlReport, AsksNobodyForAnything) {
  const record::Record record = sample::failed();
  const std::string html = page(record, saturation(record));
  for (const std::string_view part : {"<script", "http://", "https://", "src=", "@import", "url(http", "<link",
                                      " style=\"", " onload", "javascript:"}) {
    EXPECT_FALSE(has(html, part)) << part;
  }
}

TEST(HtmlReport, IsWellFormedWhateverTheTexts) {
  record::Record record = sample::failed();
  const std::string evil = "\"><script>alert(1)</script>&amp;\x01\xff]]>";
  record.scenario = record.summary = record.verdict_why = record.command = record.firedrill = evil;
  record.faults[0].id = record.faults[0].witness.what = record.faults[0].parameters = evil;
  record.rules[0].expr = record.rules[0].last_error = evil;
  record.incidents[0].id = record.incidents[0].title = record.incidents[0].detected_alert = evil;
  record.truth[0].service = evil;
  record.declared.slos[0].name = record.slos[0].name = evil;
  for (auto& alert : record.alerts) {
    alert.alert = evil;
    alert.labels = {{"service", evil}};
  }
  for (auto& expectation : record.expectations) expectation.id = expectation.outcome.why = evil;
  std::string html = page(record, saturation(record));
  EXPECT_FALSE(has(html, "<script"));
  // As XHTML it has to parse: every element closed, every attribute quoted, every text escaped.
  const std::string path = testing::TempDir() + "page.html";
  std::ofstream(path, std::ios::binary) << html;
  const std::string program =
      "import sys, re, xml.dom.minidom as d; t = open(sys.argv[1], encoding='utf-8').read(); "
      "t = t.replace('<!DOCTYPE html>', ''); t = re.sub(r'<(meta[^>]*|br)>', r'<\\1/>', t); "
      "p = d.parseString(t.encode()); i = [e.getAttribute('id') for e in p.getElementsByTagName('*') if "
      "e.hasAttribute('id')]; "
      "sys.exit(len(i) != len(set(i)))";
  EXPECT_EQ(std::system(("python3 -c \"" + program + "\" " + path).c_str()), 0);
}

TEST(HtmlReport, ADayOfTwentyServicesStaysBelowAMegabyte) {
  record::Record record = sample::outage();
  record.judged_to = record.judged_from + 24h;
  record.truth = {sample::truth("web", true, 0.7, 10, 31, 1440)};
  for (int i = 0; i < 20; ++i)
    record.truth.push_back(sample::truth(format("service-{:02}", i), false, 0.1, 10, 31, 1440));
  for (int i = 0; i < 100; ++i)
    record.rules.push_back(sample::rule(format("Rule{}", i), "sum(rate(http_requests_total[5m])) > 1000", 5min));
  record = sample::judged(std::move(record));
  const std::string html = page(record, saturation(record, 20, 1min));
  EXPECT_LT(html.size(), 1'000'000U);
  EXPECT_TRUE(has(html, "Each point covers 6 minutes"));
  if (const char* folder = std::getenv("FIREDRILL_LOOK")) std::ofstream(std::string(folder) + "/day.html") << html;
}

TEST(HtmlReport, IsAsItShouldBe) {
  const record::Record passed = sample::passed();
  expect_golden("passed.html", page(passed, saturation(passed)));
  const record::Record replicas = sample::with_replicas();
  expect_golden("replicas.html", page(replicas, saturation(replicas)));
  if (const char* folder = std::getenv("FIREDRILL_LOOK")) {
    const record::Record failed = sample::failed();
    std::ofstream(std::string(folder) + "/replicas.html") << page(replicas, saturation(replicas));
    std::ofstream(std::string(folder) + "/passed.html") << page(passed, saturation(passed));
    std::ofstream(std::string(folder) + "/failed.html") << page(failed, saturation(failed));
    std::ofstream(std::string(folder) + "/nothing.html") << page(sample::nothing());
  }
}

}  // namespace
}  // namespace firedrill::reports
