// What of an indicator the simulated world counts, and what it counts as a number of requests; how few of them fire an
// alert.
#include <gtest/gtest.h>

#include "base/text/format.h"
#include "incident/slo/indicator.h"
#include "incident/slo/low_traffic.h"

namespace firedrill::incident {
namespace {

Indicator bad(std::string query, std::string total) {
  Indicator indicator;
  indicator.bad = std::move(query);
  indicator.total = std::move(total);
  return indicator;
}

Indicator good(std::string query, std::string total) {
  Indicator indicator;
  indicator.good = std::move(query);
  indicator.total = std::move(total);
  return indicator;
}

// "failed", "slower than 400ms", with what is counted otherwise; or "nothing".
std::string counted(const Indicator& indicator) {
  const auto found = counted_by(indicator);
  if (!found) return "nothing";
  const std::string kind = found->kind == record::SliKind::latency
                               ? format("slower than {} ms", found->threshold.count())
                               : std::string("failed");
  return kind + (found->differs.empty() ? "" : "; " + found->differs);
}

constexpr const char* kAll = "sum(rate(http_requests_total{job=\"web\"}[{{.window}}]))";

TEST(Indicator, IsCountedByTheCodesOfRequests) {
  EXPECT_EQ(counted(bad("sum(rate(http_requests_total{job=\"web\",code=~\"5..\"}[{{.window}}]))", kAll)), "failed");
  EXPECT_EQ(counted(bad("sum(increase(http_requests_total{status=~\"5[0-9]+\",job=\"web\"}[{{ .window }}]))", kAll)),
            "failed");
  EXPECT_EQ(counted(bad("(sum(rate(http_requests_total{job=\"web\",code=~\"5..\"}[{{.window}}])) or vector(0))", kAll)),
            "failed");
  EXPECT_EQ(counted(good("sum(rate(http_requests_total{job=\"web\",code!~\"5..\"}[{{.window}}]))", kAll)), "failed");
  EXPECT_EQ(counted(bad("sum(rate(http_requests_total{job=\"web\",code=~\"(5..|429)\"}[{{.window}}]))", kAll)),
            "failed; requests that are answered with 429 do not count as failed");
}

TEST(Indicator, IsCountedByAHistogramsBuckets) {
  const char* all = "sum(rate(latency_seconds_count{verb!=\"WATCH\"}[{{.window}}]))";
  EXPECT_EQ(counted(good("sum(rate(latency_seconds_bucket{le=\"0.4\",verb!=\"WATCH\"}[{{.window}}]))", all)),
            "slower than 400 ms");
  EXPECT_EQ(counted(good("sum(rate(latency_seconds_bucket{le=\"2\"}[{{.window}}]))",
                         "sum(rate(latency_seconds_bucket{le=\"+Inf\"}[{{.window}}]))")),
            "slower than 2000 ms");
  const std::string difference =
      format("({} - sum(rate(latency_seconds_bucket{{le=\"0.4\",verb!=\"WATCH\"}}[{}])))", all, kWindowTemplate);
  EXPECT_EQ(counted(bad(difference, all)), "slower than 400 ms");
}

TEST(Indicator, IsNotCountedIfItSaysAnythingElse) {
  EXPECT_EQ(counted(bad("sum(rate(http_requests_total{job=\"web\",code=~\"4..\"}[{{.window}}]))", kAll)), "nothing");
  EXPECT_EQ(counted(bad("sum(rate(http_requests_total{job=\"api\",code=~\"5..\"}[{{.window}}]))", kAll)), "nothing");
  EXPECT_EQ(counted(bad("sum(rate(errors_total{job=\"web\"}[{{.window}}]))", kAll)), "nothing");
  EXPECT_EQ(counted(bad("sum(rate(http_requests_total{job=\"web\",code=~\"5..\",path=\"/\"}[{{.window}}]))", kAll)),
            "nothing");
  EXPECT_EQ(counted(bad("sum by (path) (rate(http_requests_total{job=\"web\",code=~\"5..\"}[{{.window}}]))", kAll)),
            "nothing");
  EXPECT_EQ(counted(good("sum(rate(latency_seconds_bucket{le=\"0.4\"}[{{.window}}]))", kAll)), "nothing");
  Indicator ratio;
  ratio.error_ratio = "avg_over_time(errors:ratio[{{.window}}])";
  EXPECT_EQ(counted(ratio), "nothing");
}

TEST(Indicator, PutsAWindowInThePlaceOfItsTemplate) {
  EXPECT_EQ(over_window("rate(x[{{.window}}]) / rate(y[{{ .window }}])", "1h"), "rate(x[1h]) / rate(y[1h])");
  EXPECT_EQ(over_window("x{a=\"{{b}}\"}", "1h"), "x{a=\"{{b}}\"}");
  EXPECT_FALSE(has_window("rate(x[5m])"));
  EXPECT_EQ(error_ratio(bad("e[{{.window}}]", "t[{{.window}}]"), "5m"), "(e[5m])\n/\n(t[5m])");
}

TEST(Indicator, CountsFailuresWhereItsQueriesAddUpRates) {
  EXPECT_EQ(
      failures_over(bad("sum(rate(e[{{.window}}])) + sum(rate(f[{{.window}}]))", "sum(rate(t[{{.window}}]))"), "1h"),
      "sum(increase(e[1h])) + sum(increase(f[1h]))");
  EXPECT_EQ(failures_over(good("sum(rate(g[{{.window}}]))", "sum(increase(t[{{.window}}]))"), "1h"),
            "(sum(increase(t[1h])))\n-\n(sum(increase(g[1h])))");
  EXPECT_EQ(failures_over(bad("sum_over_time((count(x < 1))[{{.window}}:])", "t"), "1h"), std::nullopt);
  EXPECT_EQ(failures_over(bad("sum(rate(e[{{.window}}])) / 2", "t"), "1h"), std::nullopt);
}

TEST(LowTraffic, IsAboveAThresholdWithNoFewer) {
  EXPECT_EQ(fewest_above(0.0144, 1800), 26);  // 25.92
  EXPECT_EQ(fewest_above(0.0144, 2500), 37);  // 36 of 2500 are not above 1.44 %
  EXPECT_EQ(fewest_above(0.0144, 60), 1);
  EXPECT_EQ(fewest_above(0.0144, 0.2), 1) << "the only request";
  EXPECT_EQ(fewest_above(0.72, 1.5), 2);
  for (const double threshold : {0.001, 0.0144, 0.06, 0.144, 0.72}) {
    for (int requests = 1; requests < 4000; requests = requests * 3 / 2 + 1) {
      const auto fewest = static_cast<double>(fewest_above(threshold, requests));
      EXPECT_GT(fewest / requests, threshold) << requests;
      EXPECT_LE((fewest - 1) / requests, threshold + 1e-12) << requests;
    }
  }
}

TEST(LowTraffic, CountsBothWindowsAndTheMinimum) {
  record::Slo slo;
  slo.objective = 0.999;
  const BurnCondition condition{1h, 5min, 14.4, true};
  const auto few = [&](double rate, int minimum) {
    const FewestFailures found = fewest_failures(slo, condition, rate, minimum);
    return std::pair(found.within_long, found.within_short);
  };
  EXPECT_EQ(few(0.5, 0), (std::pair<std::int64_t, std::int64_t>(26, 3)));
  EXPECT_EQ(few(0.5, 40), (std::pair<std::int64_t, std::int64_t>(40, 3)));
  EXPECT_EQ(few(1.0 / 60, 0), (std::pair<std::int64_t, std::int64_t>(1, 1)));
  EXPECT_EQ(few(1.0 / 60, 5), (std::pair<std::int64_t, std::int64_t>(5, 1)));
}

}  // namespace
}  // namespace firedrill::incident
