#include "incident/expression_unit.h"

#include <gtest/gtest.h>

#include "promql/parse/parser.h"

namespace firedrill::incident {
namespace {

std::string unit(const char* text) {
  const auto parsed = promql::parse_text(text, {});
  if (!parsed) return "error";
  constexpr const char* kNames[] = {"", "seconds", "bytes", "instant"};
  return kNames[static_cast<std::size_t>(unit_of(**parsed))];
}

TEST(ExpressionUnit, FollowsFromTheNamesOfMetrics) {
  EXPECT_EQ(unit("probe_ssl_earliest_cert_expiry_timestamp_seconds - time()"), "seconds");
  EXPECT_EQ(unit("min by (service) (tls_not_after_timestamp_seconds) - time()"), "seconds");
  EXPECT_EQ(unit("time() - process_start_time_seconds"), "seconds");
  EXPECT_EQ(unit("min by (service) (probe_ssl_earliest_cert_expiry - time())"), "seconds");
  EXPECT_EQ(unit("time() - 3600"), "instant");
  EXPECT_EQ(unit("histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))"), "seconds");
  EXPECT_EQ(unit("service:http_request_duration_seconds:p95_rate5m"), "seconds");
  EXPECT_EQ(unit("max_over_time(scrape_duration_seconds[5m])"), "seconds");
  EXPECT_EQ(unit("predict_linear(process_resident_memory_bytes[1h], 3600)"), "bytes");
  EXPECT_EQ(unit("quantile_over_time(0.9, process_resident_memory_bytes[1h])"), "bytes");
}

TEST(ExpressionUnit, IsUnknownOfRatesRatiosAndCounts) {
  EXPECT_EQ(unit("rate(process_cpu_seconds_total[5m])"), "");
  EXPECT_EQ(unit("rate(http_request_duration_seconds_sum[5m]) / rate(http_request_duration_seconds_count[5m])"), "");
  EXPECT_EQ(unit("process_resident_memory_bytes / container_spec_memory_limit_bytes"), "");
  EXPECT_EQ(unit("count(process_resident_memory_bytes)"), "");
  EXPECT_EQ(unit("service:http_errors:ratio_rate5m"), "");
  EXPECT_EQ(unit("up"), "");
  EXPECT_EQ(unit("1"), "");
}

}  // namespace
}  // namespace firedrill::incident
