#include "fake_services/telemetry/instrument_names.h"

#include <algorithm>
#include <array>

namespace firedrill::fake_services {

bool is_instrument(std::string_view metric) {
  constexpr std::array kNames = {kRequestsMetric,
                                 kDurationMetric,
                                 std::string_view("active_connections"),
                                 std::string_view("http_requests_queued"),
                                 std::string_view("connection_pool_in_use"),
                                 std::string_view("connection_pool_waiting"),
                                 std::string_view("connection_pool_max"),
                                 std::string_view("dependency_requests_total"),
                                 std::string_view("cache_requests_total"),
                                 std::string_view("process_cpu_seconds_total"),
                                 std::string_view("process_resident_memory_bytes"),
                                 std::string_view("process_start_time_seconds"),
                                 std::string_view("build_info"),
                                 std::string_view("node_filesystem_size_bytes"),
                                 std::string_view("node_filesystem_avail_bytes"),
                                 std::string_view("probe_ssl_earliest_cert_expiry"),
                                 std::string_view("queue_messages"),
                                 std::string_view("queue_oldest_message_age_seconds"),
                                 std::string_view("queue_messages_published_total"),
                                 std::string_view("queue_messages_consumed_total")};
  return std::ranges::find(kNames, metric) != kNames.end();
}

bool is_of_scrape(std::string_view metric) {
  constexpr std::array<std::string_view, 8> kNames = {"up",
                                                      "scrape_duration_seconds",
                                                      "scrape_samples_scraped",
                                                      "scrape_samples_post_metric_relabeling",
                                                      "scrape_series_added",
                                                      "scrape_timeout_seconds",
                                                      "scrape_sample_limit",
                                                      "scrape_body_size_bytes"};
  return std::ranges::find(kNames, metric) != kNames.end();
}

}  // namespace firedrill::fake_services
