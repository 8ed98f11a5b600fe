// What is said of alerts that were pending in vain, and of expressions of several parts that never held.
#include <gtest/gtest.h>

#include "incident/judge.h"
#include "no_series.h"
#include "sample_record.h"
#include "tsdb/store.h"

namespace firedrill::incident {
namespace {

using namespace record;
using sample::at;
using sample::expectation;
using Text = std::string;

struct Activation {
  Duration pending;
  std::optional<Duration> resolved;
};

// A value from a time on; nothing: the series ends then.
struct Step {
  Duration from;
  std::optional<double> value;
};

tsdb::Store store_of(const std::map<std::string, std::vector<Step>>& series) {
  tsdb::Store store;
  for (const auto& [name, steps] : series) {
    const auto ref = store.series({{"__name__", name}, {"service", "web"}});
    for (Duration t = 0s; t <= 60min; t += 30s) {
      std::optional<double> value;
      for (const Step& step : steps) value = step.from <= t ? step.value : value;
      store.append(ref, at(t), value.value_or(stale_marker()));
    }
  }
  return store;
}

// "why" of an expectation that the alert fires; its rule is evaluated each 30 s and asks for 2 m.
std::string why(const std::string& expr, const std::vector<Activation>& activations, const promql::Queryable& series,
                const std::function<void(Record&)>& change = {}) {
  Record record = sample::outage();
  record.rules[0].expr = expr;
  record.alerts.clear();
  std::erase_if(record.timeline, [](const events::Event& event) { return event.subject == "SLOFastBurn"; });
  for (const Activation& each : activations) {
    record.alerts.push_back(sample::alert("SLOFastBurn", "critical", "web", each.pending, each.pending, each.resolved));
    record.alerts.back().firing_at.reset();
  }
  record.declared.expectations = {expectation("x", "alert_firing", {{"alert", Text("SLOFastBurn")}})};
  if (change) change(record);
  judge(record, series);
  return record.expectations.front().outcome.why;
}

TEST(PendingEpisodes, TellOfEachAndWhatEndedIt) {
  const tsdb::Store store = store_of(
      {{"m",
        {{0s, 0}, {12min, 9}, {13min, 3}, {20min, 9}, {21min + 30s, std::nullopt}, {22min, 9}, {22min + 30s, 0}}}});
  EXPECT_EQ(why("m > 5", {{12min, 13min}}, store),
            "it was pending from 12 m (14:12:00) for 30 s, and `for` asks for 2 m; then m was 3 at 13 m (14:13:00)");
  EXPECT_EQ(
      why("m > 5", {{12min, 13min}, {20min, 21min + 30s}, {22min, 22min + 30s}}, store),
      "it was pending 3 times: from 12 m (14:12:00) for 30 s, from 20 m (14:20:00) for 1 m and at one evaluation "
      "alone, 22 m (14:22:00); for the longest from 20 m (14:20:00) for 1 m, and `for` asks for 2 m; 2 ended as the "
      "comparison no longer held (m was 3 at 13 m (14:13:00)), 1 as there was nothing to compare (m had no value at 21 "
      "m "
      "30 s (14:21:30))");
  EXPECT_EQ(why("m > 5", {{59min, std::nullopt}}, store),
            "it was pending from 59 m (14:59:00) on, and `for` asks for 2 m");
  EXPECT_EQ(why("m > 5", {{12min, 13min}}, sample::NoSeries()),
            "it was pending from 12 m (14:12:00) for 30 s, and `for` asks for 2 m")
      << "without series nobody knows what ended it";
}

TEST(PendingEpisodes, KnowALabelMadeOfTheValue) {
  const tsdb::Store store = store_of({{"m", {{0s, 0}, {12min, 7}, {12min + 30s, 8}, {13min, 0}}}});
  EXPECT_EQ(
      why("m > 5", {{12min, 12min + 30s}, {12min + 30s, 13min}}, store,
          [](Record& record) {
            record.rules[0].labels.set("reading", "{{ $value }}");
            record.alerts[0].labels.set("reading", "7");
            record.alerts[1].labels.set("reading", "8");
          }),
      "it was pending 2 times, at one evaluation alone each: 12 m (14:12:00) and 12 m 30 s (14:12:30), and `for` "
      "asks for 2 m; 1 ended as the comparison no longer held (m was 0 at 13 m (14:13:00)), 1 as a label changed, "
      "which makes another alert (the label 'reading' changed from \"7\" to \"8\" at 12 m 30 s (14:12:30))");
}

// The new series is scraped an evaluation before the old one is found to be gone.
TEST(PendingEpisodes, KnowASeriesUnderAnotherName) {
  tsdb::Store store;
  const auto load = [&](const std::string& pod, Duration from, Duration until) {
    const auto ref = store.series({{"__name__", "m"}, {"service", "web"}, {"pod", pod}});
    for (Duration t = from; t < until; t += 30s) store.append(ref, at(t), 9);
    store.append(ref, at(until), stale_marker());
  };
  load("web-0", 12min, 13min + 30s);
  load("web-1", 13min, 14min + 30s);
  EXPECT_EQ(why("m > 5", {{12min, 13min + 30s}, {13min, 14min + 30s}}, store,
                [](Record& record) {
                  record.alerts[0].labels.set("pod", "web-0");
                  record.alerts[1].labels.set("pod", "web-1");
                }),
            "it was pending 2 times, for 1 m each, from 12 m (14:12:00) and 13 m (14:13:00), and `for` asks for 2 m; 1 "
            "ended as there was nothing to compare (m had no value at 14 m 30 s (14:14:30)), 1 as a label changed, "
            "which makes another alert (the label 'pod' changed from \"web-0\" to \"web-1\" at 13 m 30 s (14:13:30))");
}

TEST(PendingEpisodes, KnowThatTheMonitorWentDown) {
  const tsdb::Store store = store_of({{"m", {{0s, 0}, {12min, 9}, {18min, 0}}}});
  EXPECT_EQ(
      why("m > 5", {{12min, std::nullopt}, {17min, 18min}}, store,
          [](Record& record) { record.alerts[0].forgotten_at = at(13min); }),
      "it was pending 2 times: from 12 m (14:12:00) for 1 m and from 17 m (14:17:00) for 30 s; for the longest from "
      "12 m (14:12:00) for 1 m, and `for` asks for 2 m; 1 ended as the comparison no longer held (m was 0 at 18 m "
      "(14:18:00)), 1 as the monitor went down, after which `for` counts from what it had stored (the monitor went "
      "down at 13 m (14:13:00))");
}

// What is said of all evaluations is said of those that were asked about.
TEST(NearMisses, SayOfWhichTimesTheySpeak) {
  const tsdb::Store store = store_of({{"m", {{0s, 4}}}});
  const auto fields = [](const char* since, Duration within) {
    return [=](Record& record) {
      record.declared.expectations[0].fields.set("since", Text(since), {});
      record.declared.expectations[0].fields.set("within", within, {});
    };
  };
  EXPECT_EQ(why("sum(m) / sum(none) > 1", {}, store, fields("injected", 1min)),
            "between 14:10:00 and 14:11:00, its expression never had a value: no series matched none");
  EXPECT_EQ(why("sum(m) / sum(none) > 1", {}, store, fields("start", 60min)),
            "its expression never had a value: no series matched none");
  EXPECT_EQ(why("absent(m) and m > 3", {}, store, fields("injected", 1min)),
            "between 14:10:00 and 14:11:00, m was there at every evaluation, and `absent` asks for none of it");
  // What came nearest is told with its time.
  EXPECT_EQ(why("m > 5", {}, store, fields("injected", 1min)),
            "m came to 4 for {service=\"web\"} at 14:10:00, needed > 5");
}

TEST(NearMisses, JudgeTheSidesOfAnExpressionTogether) {
  const tsdb::Store store =
      store_of({{"m", {{0s, 0}, {12min, 9}, {15min, 0}}}, {"n", {{0s, 0}, {30min, 9}, {33min, 0}}}});
  EXPECT_EQ(why("m > 5 and n > 5", {}, store),
            "from 14:10:00 on, the two sides of `and` held, and never at once: m > 5 from 14:12:00 to 14:14:30, n > 5 "
            "from 14:30:00 to "
            "14:32:30");
  EXPECT_EQ(
      why("m > 5 unless n < 5", {}, store),
      "from 14:10:00 on, m > 5 held from 14:12:00 to 14:14:30, and `unless` took it away each time: n < 5 was there");
  EXPECT_EQ(why("absent(m)", {}, store),
            "from 14:10:00 on, m was there at every evaluation, and `absent` asks for none of it");
  EXPECT_EQ(why("m > 5 and none > 1", {}, store), "from 14:10:00 on, none never had a value: no series matched none");
  // Both sides are there, and of one series.
  EXPECT_EQ(why("rate(k[5m]) / rate(k[5m]) > 0.5", {}, store_of({{"k", {{0s, 0}}}})),
            "from 14:10:00 on, rate(k[5m]) / rate(k[5m]) was never anything but NaN, as 0 / 0 is");
  EXPECT_EQ(why("m > 5 and (n - n) / 0 > 1", {}, store),
            "from 14:10:00 on, (n - n) / 0 was never anything but NaN, as 0 / 0 is");
  EXPECT_EQ(why("up_of_m / 0 * 0 == 1", {}, store_of({{"up_of_m", {{0s, 1}}}})),
            "from 14:10:00 on, up_of_m / 0 * 0 was never anything but NaN, as 0 / 0 is");
  // What is compared within an aggregation.
  EXPECT_EQ(
      why("count(m == 50) > 3", {}, store),
      "from 14:10:00 on, its expression never had a value: m was 0 for {service=\"web\"} at 15:00:00, needed == 50");
  EXPECT_EQ(why("avg((n - n) / 0 == 1) > 0", {}, store),
            "from 14:10:00 on, its expression never had a value: (n - n) / 0 was never anything but NaN");
  EXPECT_EQ(why("m > scalar(none)", {}, store),
            "from 14:10:00 on, m was compared with scalar(none), which was never anything but NaN");
  EXPECT_EQ(why("changes(m[30s]) > 3", {}, store),
            "from 14:10:00 on, changes(m[30s]) came to 0 for {service=\"web\"} at 14:10:00, needed > 3; a window of "
            "30s held one sample of m "
            "at the most (samples are at least 30s apart), and of one sample changes is 0");
}

// A rule looks at what was so long ago.
TEST(NearMisses, LookWhereTheRuleLooked) {
  const tsdb::Store store = store_of({{"m", {{0s, 0}, {12min, 4}, {12min + 30s, 0}}}});
  EXPECT_EQ(why("m > 5", {}, store), "m came to 4 for {service=\"web\"} at 14:12:00, needed > 5");
  // Of the evaluations from 14:10:00 on, the first looks at 13:57:00.
  const auto late = [](Record& record) { record.monitoring.query_offset = 13min; };
  EXPECT_EQ(why("m > 5 and on () vector(1)", {}, store, late).substr(0, 14), "m came to 4 fo");
  const auto own = [](Record& record) { record.rules[0].query_offset = 49min; };
  EXPECT_EQ(why("m > 5", {}, store, own), "m came to 0 for {service=\"web\"} at 14:00:00, needed > 5");
}

}  // namespace
}  // namespace firedrill::incident
