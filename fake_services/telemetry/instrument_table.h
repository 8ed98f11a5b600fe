// The metrics that every service has, and by which time each goes, where that of requests and that of the incident
// differ.
#pragma once

#include <array>
#include <string_view>

namespace firedrill::fake_services {

enum class MetricScale {
  // Counts requests, or the seconds that they took: as many in a second as come in it. Over a time of the incident it
  // grows by as much less as the incident passes faster.
  request_count,
  // How things stand with requests at a moment: as high at any speed.
  request_level,
  // What happens to pods, processes and probes, and when: by the incident's time, as often in it at any speed.
  incident,
  // Fills by requests for as long as an incident lasts: less is in it the faster that passes, and by how much depends
  // on what drains it.
  backlog,
};

struct Instrument {
  std::string_view name;
  MetricScale scale;
};

// Disks, memory and certificates are as the topology has them: what befalls them does so over an incident.
inline constexpr std::array<Instrument, 20> kInstruments = {{
    {"http_requests_total", MetricScale::request_count},
    {"http_request_duration_seconds", MetricScale::request_count},
    {"active_connections", MetricScale::request_level},
    {"http_requests_queued", MetricScale::request_level},
    {"connection_pool_in_use", MetricScale::request_level},
    {"connection_pool_waiting", MetricScale::request_level},
    {"connection_pool_max", MetricScale::request_level},
    {"dependency_requests_total", MetricScale::request_count},
    {"cache_requests_total", MetricScale::request_count},
    {"process_cpu_seconds_total", MetricScale::request_count},
    {"process_resident_memory_bytes", MetricScale::incident},
    {"process_start_time_seconds", MetricScale::incident},
    {"build_info", MetricScale::incident},
    {"node_filesystem_size_bytes", MetricScale::incident},
    {"node_filesystem_avail_bytes", MetricScale::incident},
    {"probe_ssl_earliest_cert_expiry", MetricScale::incident},
    {"queue_messages", MetricScale::backlog},
    {"queue_oldest_message_age_seconds", MetricScale::backlog},
    {"queue_messages_published_total", MetricScale::request_count},
    {"queue_messages_consumed_total", MetricScale::request_count},
}};

}  // namespace firedrill::fake_services
