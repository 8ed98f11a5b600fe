#include "console/pages/signal_table.h"

#include <array>

#include "model/matcher.h"

namespace firedrill::console::pages {
namespace {

using reports::Unit;

constexpr std::array kOverview{
    SignalSpec{"latency", "Latency: 95th percentile", Unit::seconds,
               "histogram_quantile(0.95, sum by (service, le) (rate(http_request_duration_seconds_bucket[2m])))",
               "service"},
    SignalSpec{"traffic", "Traffic: requests per second", Unit::per_second,
               "sum by (service) (rate(http_requests_total[2m]))", "service"},
    SignalSpec{"errors", "Errors: share of requests", Unit::ratio,
               "(sum by (service) (rate(http_requests_total{code=~\"5..\"}[2m])) or 0 * sum by (service) "
               "(rate(http_requests_total[2m]))) / sum by (service) (rate(http_requests_total[2m]))",
               "service"},
    SignalSpec{"saturation", "Saturation: requests that wait", Unit::count, "sum by (service) (http_requests_queued)",
               "service"},
};

constexpr std::array kService{
    SignalSpec{
        "latency-95", "Latency: 95th percentile by route", Unit::seconds,
        "histogram_quantile(0.95, sum by (route, le) (rate(http_request_duration_seconds_bucket{service=$}[2m])))",
        "route"},
    SignalSpec{
        "latency-50", "Latency: median by route", Unit::seconds,
        "histogram_quantile(0.5, sum by (route, le) (rate(http_request_duration_seconds_bucket{service=$}[2m])))",
        "route"},
    SignalSpec{"traffic", "Traffic: requests per second by code", Unit::per_second,
               "sum by (code) (rate(http_requests_total{service=$}[2m]))", "code"},
    SignalSpec{
        "errors", "Errors: share of requests by route", Unit::ratio,
        "(sum by (route) (rate(http_requests_total{service=$,code=~\"5..\"}[2m])) or 0 * sum by (route) "
        "(rate(http_requests_total{service=$}[2m]))) / sum by (route) (rate(http_requests_total{service=$}[2m]))",
        "route"},
    SignalSpec{"calls", "Calls that failed, per second", Unit::per_second,
               "sum by (dependency, outcome) (rate(dependency_requests_total{service=$,outcome!=\"success\"}[2m])) > 0",
               "dependency"},
    SignalSpec{"pools", "Saturation: connection pools in use", Unit::ratio,
               "max by (dependency) (connection_pool_in_use{service=$} / connection_pool_max{service=$})",
               "dependency"},
    SignalSpec{"pool-waits", "Saturation: waiting for a connection", Unit::count,
               "sum by (dependency) (connection_pool_waiting{service=$})", "dependency"},
    SignalSpec{"queued", "Saturation: requests that wait", Unit::count,
               "sum by (pod) (http_requests_queued{service=$})", "pod"},
    SignalSpec{"connections", "Requests under way", Unit::count, "sum by (pod) (active_connections{service=$})", "pod"},
    SignalSpec{"cpu", "Saturation: processor by pod", Unit::cores,
               "sum by (pod) (rate(process_cpu_seconds_total{service=$}[2m]))", "pod"},
    SignalSpec{"memory", "Saturation: memory by pod", Unit::bytes,
               "sum by (pod) (process_resident_memory_bytes{service=$})", "pod"},
    SignalSpec{"disk", "Saturation: disk in use", Unit::ratio,
               "max by (pod) (1 - node_filesystem_avail_bytes{service=$} / node_filesystem_size_bytes{service=$})",
               "pod"},
    SignalSpec{"backlog", "Saturation: messages in the queue", Unit::count, "sum(queue_messages{service=$})", ""},
    SignalSpec{"age", "Saturation: age of the oldest message", Unit::seconds,
               "max(queue_oldest_message_age_seconds{service=$})", ""},
    SignalSpec{"cache", "Cache: share of hits", Unit::ratio,
               "sum by (dependency) (rate(cache_requests_total{service=$,result=\"hit\"}[2m])) / sum by (dependency) "
               "(rate(cache_requests_total{service=$}[2m]))",
               "dependency"},
    SignalSpec{"asked", "As its callers see it: calls per second by outcome", Unit::per_second,
               "sum by (outcome) (rate(dependency_requests_total{dependency=$}[2m])) > 0", "outcome"},
};

}  // namespace

std::span<const SignalSpec> service_signals() {
  return kService;
}
std::span<const SignalSpec> overview_signals() {
  return kOverview;
}

std::string expression_of(const SignalSpec& signal, std::string_view service) {
  const std::string name = model::quote(std::string(service));
  std::string out;
  for (const char c : signal.expression) c == '$' ? out += name : out += c;
  return out;
}

}  // namespace firedrill::console::pages
