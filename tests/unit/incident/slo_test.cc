#include "incident/slo/slo.h"

#include "base/text/numbers.h"

#include <gtest/gtest.h>

#include <map>

#include "base/duration.h"

namespace firedrill::incident {
using namespace record;
namespace {

Fields slo_of(const std::map<std::string, std::string>& texts) {
  Fields fields;
  for (const auto& [name, text] : texts) {
    if (name == "window") {
      fields.set(name, *parse_duration(text), {});
    } else {
      fields.set(name, text, {});
    }
  }
  return fields;
}

std::string reason(const Result<Slo>& slo) {
  if (slo) return "";
  return slo.error().front().what + (slo.error().front().remedy.empty() ? "" : " = " + slo.error().front().remedy);
}

TEST(Slo, ReadsTheUsualForms) {
  const auto availability = make_slo(slo_of({{"name", "API Availability"},
                                             {"sli", "success_rate"},
                                             {"target", "99.9%"},
                                             {"window", "30d"},
                                             {"error_budget", "43.2min"}}));
  ASSERT_TRUE(availability) << reason(availability);
  EXPECT_EQ(availability->objective, 0.999);
  EXPECT_EQ(availability->budget(), 43min + 12s);
  const auto latency =
      make_slo(slo_of({{"name", "API Latency"}, {"sli", "p95_latency"}, {"target", "200ms"}, {"window", "30d"}}));
  ASSERT_TRUE(latency) << reason(latency);
  EXPECT_EQ(latency->sli, SliKind::latency);
  EXPECT_EQ(latency->objective, 0.95);
  EXPECT_EQ(latency->threshold, 200ms);
  const auto fine = make_slo(slo_of({{"name", "x"}, {"sli", "p99.9_latency"}, {"target", "1.5s"}}));
  ASSERT_TRUE(fine) << reason(fine);
  EXPECT_EQ(fine->objective, 0.999);
  EXPECT_EQ(fine->threshold, 1500ms);
  // The budget rounded for people, and the target as a decimal.
  EXPECT_TRUE(
      make_slo(slo_of({{"name", "x"}, {"sli", "success_rate"}, {"target", "0.999"}, {"error_budget", "43min"}})));
}

TEST(Slo, SaysWhatIsWrong) {
  const std::vector<std::pair<std::map<std::string, std::string>, std::string>> cases{
      {{{"sli", "success_rate"}, {"target", "99.9%"}, {"error_budget", "40min"}},
       "the stated error budget of 40 m disagrees with target × window, which is 43 m 12 s = correct it or leave it "
       "out"},
      {{{"sli", "success_rate"}, {"target", "200ms"}},
       "'200ms' is not a share = a success rate's target is a share such as 99.9% or 0.999"},
      {{{"sli", "success_rate"}, {"target", "100%"}},
       "the target must lie between 0 and 100 % = for example 99.9%, or 200ms of a latency"},
      {{{"sli", "p95_latency"}, {"target", "99%"}},
       "'99%' is not a duration = a latency's target is a duration such as 200ms"},
      {{{"sli", "p100_latency"}, {"target", "1s"}},
       "unknown indicator 'p100_latency' = expected success_rate, or pN_latency such as p95_latency"},
      {{{"sli", "success_rate"}, {"target", "99%"}, {"window", "0"}},
       "the window must be longer than 0 = expected a duration such as 30d"},
      {{{"sli", "success_rate"}, {"target", "99.9%"}, {"error_budget", "lots"}},
       "'lots' is not a duration = expected a duration such as 43.2min"},
  };
  for (const auto& [fields, expected] : cases) EXPECT_EQ(reason(make_slo(slo_of(fields))), expected);
}

TEST(Slo, BurnsItsBudget) {
  Slo slo;  // 99.9 % over 30 days
  EXPECT_DOUBLE_EQ(burn_rate(slo, {999, 1000}), 1.0);
  EXPECT_NEAR(burn_rate(slo, {0, 1000}), 1000, 1e-9);
  EXPECT_EQ(burn_rate(slo, {0, 0}), 0);
  // A total outage of 21 min 36 s is half of 43 min 12 s.
  EXPECT_NEAR(budget_left(slo, {0, 1000}, 21min + 36s), 0.5, 1e-9);
  EXPECT_NEAR(budget_left(slo, {0, 1000}, 24h), -32.333, 1e-3);
  EXPECT_EQ(budget_left(slo, {0, 0}, 1h), 1);
}

TEST(Slo, SharesNearOneKeepTheirDigits) {
  EXPECT_EQ(describe_share(0.998727), "99.873 %");
  EXPECT_EQ(describe_share(0.999), "99.9 %");
  EXPECT_EQ(describe_share(1), "100 %");
  EXPECT_EQ(describe_share(0.3), "30 %");
}

}  // namespace
}  // namespace firedrill::incident
