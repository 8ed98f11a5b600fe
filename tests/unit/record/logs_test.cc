// The file of logs: as it was written, and refused where it is not.
#include "record/logs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace firedrill::record {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

Logs sample() {
  const Time t = *parse_instant("2026-03-03T14:10:00Z");
  Logs logs;
  logs.lines.push_back({.t = t,
                        .level = events::LogLevel::error,
                        .service = "checkout",
                        .pod = "checkout-1",
                        .cause = "refused",
                        .peer = "postgres",
                        .route = "POST /orders",
                        .message = "call \"failed\"\n\x1b[31m",
                        .trace = "0123456789abcdef0123456789abcdef",
                        .stands_for = 41});
  logs.lines.push_back(
      {.t = t + 1s, .service = "web", .pod = "edge", .cause = "served", .message = "GET / answered 200"});
  logs.events.push_back({.first = t,
                         .last = t + 5min,
                         .warning = true,
                         .reason = "BackOff",
                         .object = "pod/checkout-1",
                         .service = "checkout",
                         .message = "back-off",
                         .count = 3});
  logs.changes.push_back({t - 10min, "deployment", "checkout", "version 2 is rolled out", "the pipeline"});
  return logs;
}

std::string refusal(const std::string& text) {
  const auto logs = decode_logs(make_source("logs.ndjson", text));
  return logs ? "none" : render(logs.error());
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Logs, AreReadAsTheyWereWritten) {
  const std::string text = encode_logs(sample());
  EXPECT_EQ(std::ranges::count(text, '\n'), 5);
  const auto read = decode_logs(make_source("logs.ndjson", text));
  ASSERT_TRUE(read) << render(read.error());
  EXPECT_EQ(*read, sample());
  EXPECT_TRUE(describe_left_out(*read).empty());
}

TEST(Logs, SayWhatWasLeftOut) {
  Logs logs = sample();
  logs.left_out = 12;
  logs.left_out_from = *parse_instant("2026-03-03T15:00:00Z");
  const auto read = decode_logs(make_source("logs.ndjson", encode_logs(logs)));
  ASSERT_TRUE(read) << render(read.error());
  EXPECT_EQ(*read, logs);
  EXPECT_THAT(describe_left_out(logs), HasSubstr("12 lines and events from 2026-03-03T15:00:00.000Z on"));
}

TEST(Logs, AreRefusedWithTheLine) {
  const std::string text = encode_logs(sample());
  EXPECT_THAT(refusal(""), HasSubstr("is empty"));
  EXPECT_THAT(refusal("{}\n"), HasSubstr("logs.ndjson:1:1: error: does not begin as a file of logs"));
  EXPECT_THAT(refusal("series\n"), HasSubstr("is no JSON object"));
  EXPECT_THAT(refusal(replaced(text, "\"version\":1", "\"version\":2")), HasSubstr("is of the newer version 2"));
  EXPECT_THAT(refusal(text.substr(0, text.size() - 1)), HasSubstr("logs.ndjson:5:1: error: is cut short"));
  EXPECT_THAT(refusal(text.substr(0, text.rfind("{\"is\""))), HasSubstr("does not hold as many lines as it says"));
  EXPECT_THAT(refusal(replaced(text, "\"level\":\"error\"", "\"level\":\"awful\"")), HasSubstr("'level' is none of"));
  EXPECT_THAT(refusal(replaced(text, "\"count\":3", "\"count\":-3")), HasSubstr("'count' is no whole number"));
  EXPECT_THAT(refusal(replaced(text, "\"is\":\"event\"", "\"is\":\"evil\"")), HasSubstr("is neither a log"));
  EXPECT_THAT(refusal(replaced(text, "\"by\":", "\"buy\":")), HasSubstr("lacks 'by'"));
  EXPECT_THAT(refusal(replaced(text, "\"count\":3", "\"count\":3,\"more\":1")), HasSubstr("does not belong there"));
  EXPECT_THAT(refusal(replaced(text, "14:10:01", "13:10:01")), HasSubstr("is not in order of time"));
}

}  // namespace
}  // namespace firedrill::record
