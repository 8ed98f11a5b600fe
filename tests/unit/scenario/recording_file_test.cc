// Recorded series, of both forms, and what is refused of them.
#include "scenario/recorded/recording_file.h"

#include <gtest/gtest.h>

namespace firedrill::scenario {
namespace {

constexpr std::string_view kText = R"(# HELP queue_depth Messages that wait.
# TYPE queue_depth gauge
queue_depth{queue="mails"} 4 1772544600
queue_depth{queue="mails"} 5.5 1772544630.02
queue_depth{queue="bills"} NaN 1772544630
queue_depth{queue="mails"} 7 1772544690 # {trace_id="x"} 1 1772544690
# TYPE sent counter
sent_total 12 1772544600
# EOF
)";
constexpr std::string_view kAnswer = R"({"status": "success", "data": {"resultType": "matrix", "result": [
{"metric": {"__name__": "queue_depth", "queue": "mails"}, "values": [[1772544600, "4"], [1772544630, "5.5"]]}]}})";

Result<fake_services::Recording> read(std::string_view text, Duration interval = 30s) {
  return read_recording(make_source("recorded.om", std::string(text)), interval);
}

std::string refused(std::string_view text, Duration interval = 30s) {
  const auto found = read(text, interval);
  return found ? "nothing" : render(found.error());
}

TEST(RecordingFile, ReadsOpenMetricsText) {
  const auto recording = read(kText);
  ASSERT_TRUE(recording) << render(recording.error());
  ASSERT_EQ(recording->series.size(), 3u);
  const fake_services::RecordedSeries& mails = recording->series[0];
  EXPECT_EQ(mails.info.labels.to_string(), R"(queue_depth{queue="mails"})");
  EXPECT_EQ(mails.info.type, model::MetricType::gauge);
  EXPECT_EQ(mails.times, (std::vector<std::int64_t>{0, 30'020, 90'000}));
  EXPECT_EQ(mails.values, (std::vector<double>{4, 5.5, 7}));
  EXPECT_EQ(recording->series[2].info.type, model::MetricType::counter);
}

TEST(RecordingFile, ReadsAnAnswerOfTheApi) {
  const auto recording = read(kAnswer);
  ASSERT_TRUE(recording) << render(recording.error());
  ASSERT_EQ(recording->series.size(), 1u);
  EXPECT_EQ(recording->series[0].times, (std::vector<std::int64_t>{0, 30'000}));
  EXPECT_EQ(recording->series[0].values, (std::vector<double>{4, 5.5}));
}

TEST(RecordingFile, RefusesWhatIsNoRecordingOfTheScrapes) {
  EXPECT_NE(refused(kAnswer, 15s).find("30s apart, and the scenario scrapes every 15s"), std::string::npos)
      << refused(kAnswer, 15s);
  const auto says = [](std::string_view text, std::string_view what) {
    EXPECT_NE(refused(text).find(what), std::string::npos) << refused(text);
  };
  says("a 1 1772544600\na 2 1772544600\n# EOF\n", "out of order");
  says("a 1 1772544600\na 2 1772544570\n# EOF\n", "recorded.om:2:1");
  says("a 1\n# EOF\n", "no time");
  says("a 1 1772544600\n", "does not end with # EOF");
  says("# EOF\n", "no sample");
  says("{nonsense", "error");
  says(R"({"status": "error", "error": "bad"})", "no answer of Prometheus's API");
  says(R"({"status": "success", "data": {"resultType": "matrix", "result": [{"metric": {}, "values": [[1, "2"]]}]}})",
       "has no name");
  says(R"({"status": "success", "data": {"resultType": "matrix", "result": [
         {"metric": {"__name__": "a"}, "values": [[60, "2"], [30, "2"]]}]}})",
       "out of order");
}

}  // namespace
}  // namespace firedrill::scenario
