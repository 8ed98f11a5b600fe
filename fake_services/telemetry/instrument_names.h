// The names of the metrics that every service has.
#pragma once

#include <string_view>

namespace firedrill::fake_services {

inline constexpr std::string_view kRequestsMetric = "http_requests_total";
inline constexpr std::string_view kDurationMetric = "http_request_duration_seconds";

// No other metric may take such a name.
bool is_instrument(std::string_view metric);

// The names of series that Prometheus itself makes of a scrape (up and the like): no target exposes them.
bool is_of_scrape(std::string_view metric);

}  // namespace firedrill::fake_services
