// Expectations and times in words.
#include <gtest/gtest.h>

#include "reports/expectation_words.h"
#include "reports/incident_words.h"
#include "reports/response.h"
#include "samples.h"

namespace firedrill::reports {
namespace {

TEST(ExpectationWords, LabelsAreToldByTheirValues) {
  EXPECT_EQ(without_label_syntax("Slow {severity=\"critical\", window=\"1h\"} fires"), "Slow (critical, 1h) fires");
  EXPECT_EQ(without_label_syntax("a {x=\"say \\\"hi\\\" }\"}"), "a (say \"hi\" })");
  EXPECT_EQ(without_label_syntax("up{job=\"a\"}"), "up (a)");
  for (const char* as_it_is : {"", "no labels", "{", "{}", "{a=\"", "a { b } c", "{a=b}"})
    EXPECT_EQ(without_label_syntax(as_it_is), as_it_is);
}

record::ExpectationRecord judged_as(record::Record& record, std::string kind,
                                    const std::vector<std::pair<std::string, FieldValue>>& fields,
                                    record::Outcome outcome) {
  record::Expectation declared = sample::expectation("it", kind, {});
  for (const auto& [name, value] : fields) declared.fields.set(name, value, {});
  record.declared.expectations = {declared};
  return {"it", std::move(kind), std::move(outcome)};
}

TEST(ExpectationWords, AnExpressionIsToldByItsId) {
  record::Record record = sample::outage();
  const auto met = judged_as(record, "promql", {{"expr", std::string("sum(rate(x[5m])) > 1")}},
                             {record::Verdict::pass, "sum(rate(x[5m])) > 1 holds always from 1 m to 2 m",
                              "held at 5 of 5 evaluations", "", ""});
  EXPECT_EQ(met_in_words(record, met), "the condition it held all the time from 1 m to 2 m");
  auto missed = met;
  missed.outcome = {record::Verdict::fail, met.outcome.expected, "held at 4 of 5 evaluations",
                    "it failed first at 1 m: x was 0", ""};
  EXPECT_EQ(
      unmet_in_words(record, missed),
      "the condition it was to hold always from 1 m to 2 m: held at 4 of 5 evaluations. It failed first at 1 m: x "
      "was 0");
}

TEST(ExpectationWords, WhatIsToBeDoneFollowsFromTheKind) {
  record::Record record = sample::outage();
  const record::Outcome failed{record::Verdict::fail, "expected", "observed", "why", ""};
  EXPECT_EQ(remedy_in_words(record, judged_as(record, "alert_firing", {{"alert", std::string("Slow")}}, failed)),
            "Let Slow fire as expected: why");
  EXPECT_EQ(remedy_in_words(record, judged_as(record, "alert_not_firing", {{"alert", std::string("Slow")}}, failed)),
            "Keep Slow from firing then: why");
  EXPECT_EQ(remedy_in_words(record, judged_as(record, "measure",
                                              {{"measure", std::string("ttd")}, {"at_most", Duration(3min)}}, failed)),
            "Bring the time to detect to at most 3 m: it was observed");
}

TEST(Response, IsHeldAgainstTheUsualTargets) {
  const auto with = [](Duration fires, std::optional<Duration> resolved, std::string severity = "critical") {
    record::Record record = sample::outage();
    record.declared.expectations.clear();
    record.alerts = {sample::alert("SLOFastBurn", std::move(severity), "web", 10min, fires, resolved)};
    return sample::judged(std::move(record));
  };
  const auto standing = [](const record::Record& record) { return response_of(record).standing; };
  EXPECT_EQ(standing(with(12min, 34min)), Standing::good);
  EXPECT_EQ(standing(with(17min, 34min)), Standing::late);
  EXPECT_EQ(standing(with(22min, 34min)), Standing::bad);
  EXPECT_EQ(standing(with(12min, 45min)), Standing::late) << "a P0 is to be resolved within half an hour";
  EXPECT_EQ(standing(with(12min, std::nullopt)), Standing::bad);
  EXPECT_EQ(response_of(with(12min, 34min, "warning")).words.substr(0, 16), "nobody was woken");
  EXPECT_EQ(standing(with(12min, 34min, "warning")), Standing::bad);
  EXPECT_EQ(standing(sample::nothing()), Standing::none);
}

TEST(IncidentWords, TheHeadlineSaysWhatBroke) {
  record::Record record = sample::passed();
  EXPECT_EQ(what_broke(record, record.incidents[0]), "connection_refused on postgres broke API Availability");
  for (int i = 0; i < 4; ++i) {
    record.faults.push_back(record.faults[0]);
    record.faults.back().id = "more" + std::to_string(i);
    record.incidents[0].faults.push_back(record.faults.back().id);
  }
  EXPECT_EQ(what_broke(record, record.incidents[0]),
            "connection_refused on postgres, connection_refused on postgres, connection_refused on postgres and 2 more "
            "faults broke API Availability");
}

}  // namespace
}  // namespace firedrill::reports
