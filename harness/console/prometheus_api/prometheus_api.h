// Prometheus's HTTP API v1, as 3.5 has it, over a monitoring whose time stands still: query, query_range, series,
// labels, label values, rules, alerts, targets, metadata, buildinfo, and /-/healthy and /-/ready. Whatever else
// Prometheus answers is not there: 404, as of a path that it does not know.
//
// What a query may cost is counted in samples, so that an answer does not depend on the machine: within its timeout
// parameter it may read kSamplesPerSecond each second. Behind that stands a bound of real time, as Prometheus's
// --query.timeout, so that on a slow machine nobody else waits for long.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>

#include "base/time.h"
#include "console/prometheus_api/monitoring.h"
#include "console/request/form.h"
#include "http/message.h"

namespace firedrill::console {

class PrometheusApi {
 public:
  struct Bounds {
    std::int64_t held = 1'000'000;            // samples of an answer, and of what an evaluation holds at once
    std::int64_t read = 50'000'000;           // samples that a query reads, each as often as it is read
    std::size_t matchers = 64;                // match[] parameters
    Duration time = std::chrono::seconds(3);  // of the clock on the wall, for an evaluation; less by its timeout
  };
  static constexpr std::int64_t kSamplesPerSecond = 20'000'000;
  static constexpr std::int64_t kMostPoints = 11'000;  // of a series in query_range

  explicit PrometheusApi(const Monitoring& monitoring) : PrometheusApi(monitoring, Bounds{}) {}
  // The monitoring must outlive it.
  PrometheusApi(const Monitoring& monitoring, const Bounds& bounds) : monitoring_(monitoring), bounds_(bounds) {}

  // Not thread-safe, since the monitoring is not. Never throws for what a request says.
  http::Response answer(const http::Request& request) const;
  // Samples that the queries so far have read.
  std::int64_t samples_read() const { return samples_read_; }

 private:
  struct Table;
  using Segments = std::span<const std::string>;

  http::Response query(const http::Request& request, Segments) const;
  http::Response query_range(const http::Request& request, Segments) const;
  http::Response series(const http::Request& request, Segments) const;
  http::Response label_names(const http::Request& request, Segments) const;
  http::Response label_values(const http::Request& request, Segments segments) const;
  http::Response rules(const http::Request& request, Segments) const;
  http::Response alerts(const http::Request& request, Segments) const;
  http::Response targets(const http::Request& request, Segments) const;
  http::Response metadata(const http::Request& request, Segments) const;
  http::Response build_info(const http::Request& request, Segments) const;
  http::Response healthy(const http::Request& request, Segments) const;
  http::Response ready(const http::Request& request, Segments) const;
  http::Response drop_series(const http::Request& request, Segments) const;

  // Engine options within the bounds, with what the request says of timeout and lookback, and how long it may take.
  struct Engine {
    promql::Options options;
    Duration time{};
  };
  std::expected<Engine, http::Response> engine(const Form& form) const;
  http::Response evaluate(const Form& form, const Engine& engine, std::size_t limit, Time from, Time to,
                          std::optional<Duration> step) const;

  const Monitoring& monitoring_;
  Bounds bounds_;
  mutable std::int64_t samples_read_ = 0;
};

}  // namespace firedrill::console
