// What is judged from the run's series: the expectation `promql`, and how near an alert came to firing.
#include <gtest/gtest.h>

#include "base/text/format.h"
#include "incident/judge.h"
#include "sample_record.h"
#include "tsdb/store.h"

namespace firedrill::incident {
using namespace record;
namespace {

using sample::at;
using Text = std::string;

// Two replicas of the catalogue, one of them down from 14:20 to 14:25; an error rate that comes near to 0.02.
tsdb::Store store() {
  tsdb::Store made;
  const auto first = made.series({{"__name__", "up"}, {"instance", "catalogue-0"}, {"job", "catalogue"}});
  const auto second = made.series({{"__name__", "up"}, {"instance", "catalogue-1"}, {"job", "catalogue"}});
  const auto errors = made.series({{"__name__", "error_rate"}, {"service", "web"}});
  for (Time t = at(-5min); t <= at(60min); t += 15s) {
    made.append(first, t, 1);
    made.append(second, t, t >= at(20min) && t < at(25min) ? 0 : 1);
    made.append(errors, t, t >= at(10min) && t < at(30min) ? 0.0131 : 0.001);
  }
  return made;
}

std::string answer(const char* expr, const char* holds, Duration from, Duration to) {
  Record record = sample::outage();
  record.declared.expectations = {
      sample::expectation("p", "promql", {{"expr", Text(expr)}, {"holds", Text(holds)}, {"from", from}, {"to", to}})};
  const tsdb::Store series = store();
  judge(record, series);
  const Outcome& outcome = record.expectations.front().outcome;
  return format("{} | {} | {}", to_string(outcome.result), outcome.observed, outcome.why);
}

struct Case {
  const char* expr;
  const char* holds;
  Duration from, to;
  const char* answer;
};

const Case kCases[] = {
    {"up == 1", "always", 0min, 10min, "pass | held at 41 of 41 evaluations | "},
    // One of two replicas is enough to break it, though the filter still gives the other.
    {"up == 1", "always", 10min, 30min,
     "fail | held at 61 of 81 evaluations | it failed first at 20 m (14:20:00): up{instance=\"catalogue-1\", "
     "job=\"catalogue\"} was 0"},
    {"up == 0", "eventually", 0min, 60min,
     "pass | held first at 20 m (14:20:00): up{instance=\"catalogue-1\", job=\"catalogue\"} was 0 | "},
    {"up == 0", "never", 0min, 60min,
     "fail | held at 20 of 241 evaluations | it held first at 20 m (14:20:00): up{instance=\"catalogue-1\", "
     "job=\"catalogue\"} was 0"},
    {"error_rate > 0.02", "never", 0min, 60min, "pass | held at none of 241 evaluations | "},
    {"error_rate > 0.02", "eventually", 10min, 20min,
     "fail | held at none of 41 evaluations | last looked at 20 m (14:20:00): error_rate{service=\"web\"} was 0.0131"},
    {"missing > 1", "always", 0min, 1min,
     "fail | held at 0 of 5 evaluations | it failed first at 0 ms (14:00:00): no series matched missing"},
    {"vector(1)", "always", 0min, 1min, "pass | held at 5 of 5 evaluations | "},
    {"1 < bool 2", "always", 0min, 1min, "pass | held at 5 of 5 evaluations | "},
    {"up * on(job) up", "always", 0min, 1min,
     "invalid | not evaluated | at 14:00:00: found duplicate series for the match group {job=\"catalogue\"} on the "},
};

TEST(PromqlExpectation, HoldsAlwaysEventuallyNever) {
  for (const Case& c : kCases) {
    EXPECT_EQ(answer(c.expr, c.holds, c.from, c.to).substr(0, std::string_view(c.answer).size()), c.answer) << c.expr;
  }
}

TEST(AlertFiring, TellsTheNearestMiss) {
  Record record = sample::outage();
  record.alerts.clear();
  const tsdb::Store series = store();
  judge(record, series);
  EXPECT_EQ(record.expectations.front().outcome.why,
            "error_rate came to 0.0131 for {service=\"web\"} at 14:10:00, needed > 0.02");
}

// Why an alert did not fire, of a rule with this expression.
std::string why_not(const char* expr, const char* service = nullptr) {
  Record record = sample::outage();
  record.alerts.clear();
  record.rules[0].expr = expr;
  if (service != nullptr) {
    record.declared.expectations[0].fields.set("labels", std::map<std::string, std::string>{{"service", service}}, {});
  }
  tsdb::Store series = store();
  series.append(series.series({{"__name__", "late"}}), at(40min), 1);
  judge(record, series);
  return record.expectations.front().outcome.why;
}

TEST(AlertFiring, TellsWhyThereWasNothingToComeNear) {
  EXPECT_EQ(why_not("sum(rate(errors{code=\"500\"}[2m])) / sum(error_rate) > 0.2"),
            "between 14:10:00 and 14:15:00, its expression never had a value: no series matched errors{code=\"500\"}");
  // Its samples come too late for what was asked.
  EXPECT_EQ(why_not("sum(late) / sum(error_rate) > 0.2"),
            "between 14:10:00 and 14:15:00, its expression never had a value: no series matched late");
  EXPECT_EQ(why_not("changes(error_rate[5m]) and on() up == 2"),
            "up came to 1 for {instance=\"catalogue-0\", job=\"catalogue\"} at 14:10:00, needed == 2");
  EXPECT_EQ(
      why_not("absent(error_rate)"),
      "between 14:10:00 and 14:15:00, error_rate was there at every evaluation, and `absent` asks for none of it");
  EXPECT_EQ(why_not("nothing_kept > 1"),
            "its expression never held, and the record keeps no series to tell how near it came");
}

TEST(AlertFiring, TellsHowNearOneSeriesCameToAnother) {
  EXPECT_EQ(why_not("sum(error_rate) > 0.02 * count(up)"),
            "sum(error_rate) - (0.02 * count(up)) came to -0.0269 at 14:10:00, needed > 0");
  EXPECT_EQ(why_not("error_rate > on () group_left () (0.02 * count(up))"),
            "error_rate - on () group_left () (0.02 * count(up)) came to -0.0269 for {service=\"web\"} at 14:10:00, "
            "needed > 0");
}

TEST(AlertFiring, TellsOfOtherSeriesIfNoneHasTheLabels) {
  EXPECT_EQ(why_not("error_rate > 0.02", "catalogue"),
            "between 14:10:00 and 14:15:00, its expression never had a value with {service=\"catalogue\"}; elsewhere, "
            "error_rate came to 0.0131 for "
            "{service=\"web\"} at 14:10:00, needed > 0.02");
}

}  // namespace
}  // namespace firedrill::incident
