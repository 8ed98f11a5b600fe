// What a replica's process exposes, by prometheus-cpp: the names, types, labels and buckets of the simulated world
// (telemetry/instruments.h).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "fake_services/process/past_metrics.h"
#include "fake_services/telemetry/metric_spec.h"
#include "fake_services/traffic/flow_model.h"

namespace firedrill::fake_services {

// Momentary values, asked for at each scrape.
struct ReplicaGauges {
  double in_flight = 0;  // worked on or waiting
  double queued = 0;
  struct Pool {
    double in_use = 0;
    double waiting = 0;
  };
  std::vector<Pool> pools;  // by edge
  double messages = 0;      // of a consumer
  double oldest_s = 0;
  double published = 0;
  double consumed = 0;
  double memory_bytes = 0;
  double disk_used = 0;
};

class ReplicaMetrics {
 public:
  // `service` must outlive it; `gauges` is called by whoever scrapes.
  ReplicaMetrics(const ServiceModel& service, Time started, std::function<ReplicaGauges()> gauges);
  ~ReplicaMetrics();
  ReplicaMetrics(const ReplicaMetrics&) = delete;
  ReplicaMetrics& operator=(const ReplicaMetrics&) = delete;

  // Before anything is counted: the scenario's own beside those that every service has (own_series.h).
  void add_own(std::vector<MetricSpec> metrics, double speed);

  void answered(const RouteModel& route, int code, double seconds);
  void called(std::size_t edge, CallOutcome outcome);
  void asked_cache(std::size_t edge, bool hit);

  // What has been counted so far is none of what is exposed from now on.
  void count_anew();
  // And what is counted from now on is added to this.
  void go_on_from(const PastMetrics& past);
  // Of its certificate, in seconds since 1970; until it is said, as long after its start as a new one is good for.
  void set_certificate_expiry(double seconds);
  // Prometheus's text format.
  std::string text() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

inline constexpr std::string_view kMetricsContentType = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace firedrill::fake_services
