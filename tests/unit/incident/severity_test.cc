#include "incident/severity/severity.h"

#include <gtest/gtest.h>

namespace firedrill::incident {
using namespace record;
namespace {

struct Case {
  SeverityInputs inputs;  // error rate, p95, affected, availability
  SeverityLevel level;
  const char* why;
};

// Each threshold on its own, and just short of it: comparisons are strict.
const Case kCases[] = {
    {{0, 0, 0, 1}, SeverityLevel::p3, "no threshold crossed"},
    {{0.05, 2.0, 0.05, 0.95}, SeverityLevel::p3, "no threshold crossed"},
    {{0.051, 0, 0, 1}, SeverityLevel::p2, "error rate 5.1 % > 5 %"},
    {{0, 2.5, 0, 1}, SeverityLevel::p2, "p95 2.5 s > 2 s"},
    {{0, 0, 0.06, 1}, SeverityLevel::p2, "users affected 6 % > 5 %"},
    {{0.10, 5.0, 0.20, 0.95}, SeverityLevel::p2, "users affected 20 % > 5 %, error rate 10 % > 5 %, p95 5 s > 2 s"},
    {{0.11, 0, 0, 1}, SeverityLevel::p1, "error rate 11 % > 10 %"},
    {{0, 5.1, 0, 1}, SeverityLevel::p1, "p95 5.1 s > 5 s"},
    {{0, 0, 0.21, 1}, SeverityLevel::p1, "users affected 21 % > 20 %"},
    {{0, 0, 0, 0.94}, SeverityLevel::p1, "availability 94 % < 95 %"},
    {{0.5, 0, 0.8, 0.5},
     SeverityLevel::p1,
     "availability 50 % < 95 %, users affected 80 % > 20 %, error rate 50 % > 10 %"},
    {{0.51, 0, 0, 1}, SeverityLevel::p0, "error rate 51 % > 50 %"},
    {{0, 0, 0.81, 1}, SeverityLevel::p0, "users affected 81 % > 80 %"},
    {{0, 0, 0, 0.49}, SeverityLevel::p0, "availability 49 % < 50 %"},
    {{0, 3600, 0, 1}, SeverityLevel::p1, "p95 1 h > 5 s"},
};

TEST(Severity, FollowsTheThresholds) {
  for (const Case& c : kCases) {
    EXPECT_EQ(to_string(determine_severity(c.inputs, {})), to_string(c.level)) << c.why;
    EXPECT_EQ(explain_severity(c.inputs, {}), c.why);
  }
}

TEST(Severity, ThresholdsCanBeSetOneByOne) {
  SeverityThresholds thresholds;
  Fields fields;
  fields.set("error_rate", 0.01, {});
  fields.set("p95", Duration(500ms), {});
  set_severity_rule(thresholds.p2, fields);
  EXPECT_EQ(determine_severity({0.02, 0, 0, 1}, thresholds), SeverityLevel::p2);
  EXPECT_EQ(determine_severity({0, 0.6, 0, 1}, thresholds), SeverityLevel::p2);
  EXPECT_EQ(determine_severity({0, 0, 0.06, 1}, thresholds), SeverityLevel::p2);  // unchanged
}

// Rounding must not make "99.9 % < 99.9 %" of it.
TEST(Severity, TellsValuesFromThresholdsThatTheyAreCloseTo) {
  SeverityThresholds thresholds;
  const auto explained = [&](SeverityInputs inputs, std::optional<double> SeverityRule::* threshold, double value) {
    thresholds.p2 = {};
    thresholds.p2.*threshold = value;
    return explain_severity(inputs, thresholds);
  };
  EXPECT_EQ(explained({0, 0, 0, 0.99894}, &SeverityRule::availability_under, 0.999), "availability 99.89 % < 99.9 %");
  EXPECT_EQ(explained({0, 0, 0, 0.99899}, &SeverityRule::availability_under, 0.999), "availability 99.899 % < 99.9 %");
  EXPECT_EQ(explained({0, 0, 0, 0.9999}, &SeverityRule::availability_under, 1), "availability 99.99 % < 100 %");
  EXPECT_EQ(explained({0.05004, 0, 0, 1}, &SeverityRule::error_rate_over, 0.05), "error rate 5.004 % > 5 %");
  EXPECT_EQ(explained({0.000054, 0, 0, 1}, &SeverityRule::error_rate_over, 0.00005), "error rate 0.0054 % > 0.005 %");
  EXPECT_EQ(explained({0, 0, 0.20001, 1}, &SeverityRule::affected_over, 0.2), "users affected 20.001 % > 20 %");
  EXPECT_EQ(explained({0, 2.04, 0, 1}, &SeverityRule::p95_seconds_over, 2), "p95 2.04 s > 2 s");
  EXPECT_EQ(explained({0, 0.2004, 0, 1}, &SeverityRule::p95_seconds_over, 0.2), "p95 200.4 ms > 200 ms");
  EXPECT_EQ(explained({0, 1.0001, 0, 1}, &SeverityRule::p95_seconds_over, 0.9999), "p95 1 s > 0.9999 s");
  EXPECT_EQ(explained({0, 2.5, 0, 1}, &SeverityRule::p95_seconds_over, 2), "p95 2.5 s > 2 s");
}

TEST(Severity, KnowsThresholdsThatNeverDecide) {
  EXPECT_TRUE(idle_thresholds({}).empty());
  SeverityThresholds thresholds;
  thresholds.p0.error_rate_over = 0.05;
  thresholds.p1.availability_under = 0.4;
  thresholds.p2.p95_seconds_over = 6;
  EXPECT_EQ(
      idle_thresholds(thresholds),
      (std::vector<std::string>{
          "P1's error rate of 10 % is not below P0's of 5 %", "P1's availability of 40 % is not above P0's of 50 %",
          "P2's error rate of 5 % is not below P0's of 5 %", "P2's p95 of 6 s is not below P1's of 5 s"}));
}

TEST(Severity, ReadsItsNames) {
  EXPECT_EQ(parse_severity("P0"), SeverityLevel::p0);
  EXPECT_EQ(parse_severity("p3"), SeverityLevel::p3);
  EXPECT_EQ(parse_severity("P4"), std::nullopt);
  EXPECT_EQ(parse_severity("critical"), std::nullopt);
}

}  // namespace
}  // namespace firedrill::incident
