#include <gtest/gtest.h>

#include <cstdlib>

#include "base/text/format.h"
#include "golden.h"
#include "reports/escape.h"
#include "reports/format.h"
#include "reports/words.h"
#include "samples.h"

namespace firedrill::reports {
namespace {

std::string rendered(std::string_view format, const record::Record& record) {
  return find_format(format)->render(record, tsdb::Store());
}

TEST(Formats, TableAgreesWithItself) {
  std::string last;
  for (const Format& format : formats()) {
    EXPECT_LT(last, format.name) << "sorted by name";
    last = format.name;
    EXPECT_EQ(find_format(format.name), &format);
    EXPECT_GT(format.doc.size(), 40U);
  }
  EXPECT_EQ(find_format("pdf"), nullptr);
}

TEST(Words, ASentenceBeginsWithACapitalUnlessItBeginsWithAName) {
  EXPECT_EQ(sentence_case("it was milder"), "It was milder");
  EXPECT_EQ(sentence_case("no rule, no alert"), "No rule, no alert");
  for (const char* name : {"api:errors:ratio1h came to 1", "rate(errors[5m]) came to 1", "db-outage", ""}) {
    EXPECT_EQ(sentence_case(name), name);
  }
}

TEST(Junit, IsAsItShouldBe) {
  expect_golden("passed.junit.xml", rendered("junit", sample::passed()));
  expect_golden("failed.junit.xml", rendered("junit", sample::failed()));
  expect_golden("invalid.junit.xml", rendered("junit", sample::invalid()));
  expect_golden("drill.junit.xml", rendered("junit", sample::worked()));
}

TEST(Junit, IsWellFormedWhateverTheNames) {
  record::Record record = sample::failed();
  record.scenario = std::string("ctrl \x01 bell \a <&>\"' \xff\xfe ü");
  record.expectations.push_back(record.expectations.front());  // an id twice: names stay unique
  record.expectations.front().outcome.why = "]]> \x02 \xEF\xBF\xBE";
  const std::string path = testing::TempDir() + "junit.xml";
  std::ofstream(path, std::ios::binary) << rendered("junit", record);
  const std::string program =
      "import sys, xml.etree.ElementTree as e; cases = [c.get('name') for c in e.parse(sys.argv[1]).iter('testcase')]; "
      "sys.exit(len(cases) != len(set(cases)))";
  EXPECT_EQ(std::system(("python3 -c \"" + program + "\" " + path).c_str()), 0);
}

TEST(Markdown, IsAsItShouldBe) {
  expect_golden("passed.md", rendered("markdown", sample::passed()));
  expect_golden("failed.md", rendered("markdown", sample::failed()));
  expect_golden("invalid.md", rendered("markdown", sample::invalid()));
  expect_golden("nothing.md", rendered("markdown", sample::nothing()));
  expect_golden("notified.md", rendered("markdown", sample::notified()));
  expect_golden("drill.md", rendered("markdown", sample::worked()));
}

TEST(Markdown, SaysWhereWhatReceiversWereSentStands) {
  record::Record record = sample::notified();
  EXPECT_EQ(rendered("markdown", record).find("receivers were sent"), std::string::npos);
  record.alertmanager->payloads = {{.fields = {{"title", "down"}}, .requests = {}}};
  record.alertmanager->notifications[0].payload = 0;
  EXPECT_NE(rendered("markdown", record)
                .find("What receivers were sent stands in alertmanager.payloads of record.json: 1 payload.\n"),
            std::string::npos);
  record.alertmanager->payloads_left_out = 2;
  EXPECT_NE(rendered("markdown", record).find("1 payload, and those of 2 notifications left out for want of room.\n"),
            std::string::npos);
}

// Nobody's text begins a line of its own, or turns the direction of another one.
TEST(Markdown, IsNotBrokenByLineEndsInNames) {
  record::Record record = sample::failed();
  const std::string hostile = "name\n# Passed\n- x\u202E";
  record.summary = record.expectations.front().id = record.incidents.front().id = hostile;
  record.expectations.front().outcome.why = record.verdict_why = hostile;
  const std::string text = rendered("markdown", record);
  EXPECT_EQ(text.find("\n# Passed"), std::string::npos);
  EXPECT_EQ(text.find("\n- x"), std::string::npos);
  EXPECT_EQ(text.find("\u202E"), std::string::npos);
  EXPECT_NE(text.find("name # Passed - x"), std::string::npos);
}

TEST(Postmortem, IsFilledInFromTheRecord) {
  expect_golden("passed.postmortem.md", rendered("postmortem", sample::passed()));
  expect_golden("failed.postmortem.md", rendered("postmortem", sample::failed()));
  expect_golden("notified.postmortem.md", rendered("postmortem", sample::notified()));
}

// A timeline is to be read: forty events at most, those that matter least left out first, and counted.
TEST(Postmortem, CountsWhatItsTimelineLeavesOut) {
  using events::Event, events::EventKind;
  const auto left_out = [](EventKind kind, int count) {
    record::Record record = sample::passed();
    for (int i = 0; i < count; ++i) {
      Event made{sample::at(11min + i * 1s), kind, format("checkout-{}", i), {}};
      if (kind != EventKind::note) made.with("service", std::string("checkout")).with("instance", made.subject);
      record.timeline.push_back(std::move(made));
    }
    const std::string text = rendered("postmortem", record);
    const std::size_t end = text.find(" more events stand in record.json.");
    if (end == std::string::npos) return std::string("nothing");
    const std::size_t begin = text.rfind('\n', end) + 1;
    return text.substr(begin, end - begin);
  };
  EXPECT_EQ(left_out(EventKind::container_restarted, 20), "nothing");
  EXPECT_EQ(left_out(EventKind::container_restarted, 50), "50");
  EXPECT_EQ(left_out(EventKind::note, 50), "23");
}

TEST(Postmortem, IsDueForP0AndP1) {
  const auto due = find_format("postmortem")->due;
  EXPECT_TRUE(due(sample::passed()));
  EXPECT_FALSE(due(sample::nothing()));
  record::Record mild = sample::passed();
  mild.incidents[0].peak = record::SeverityLevel::p2;
  EXPECT_FALSE(due(mild));
  EXPECT_NE(rendered("postmortem", mild).find("\nSeverity: P2"), std::string::npos) << "drafted on demand";
  EXPECT_EQ(rendered("postmortem", sample::nothing()), "");
}

}  // namespace
}  // namespace firedrill::reports
