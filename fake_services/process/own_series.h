// The scenario's own metrics (telemetry/metric_spec.h) as a replica's process exposes them: those that stand for a
// signal, which the process itself measures. Names, types, labels and buckets are those of a simulated run
// (telemetry/own_metrics.h), and so is when a series begins.
#pragma once

#include <prometheus/metric_family.h>

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "fake_services/process/past_metrics.h"
#include "fake_services/telemetry/metric_spec.h"
#include "fake_services/telemetry/request_marks.h"
#include "fake_services/traffic/flow_model.h"

namespace firedrill::fake_services {

// What the other signals are at the moment.
struct OwnLevels {
  double in_flight = 0;
  double queued = 0;
  double cpu_s = 0;
  double memory = 0;
  double disk_available = 0;
  double certificate_expiry_s = 0;
  double messages = 0;
  double oldest_s = 0;
};

class OwnSeries {
 public:
  // `metrics` are those of the service; `speed`: their windows are of the incident's time, which passes so many times
  // as fast. `service` must outlive it.
  OwnSeries(std::vector<MetricSpec> metrics, double speed, const ServiceModel& service);

  // Any thread may call them.
  void answered(const RouteModel& route, int code, double seconds);
  // What has been counted so far is none of it any more.
  void count_anew();
  // What is counted is added to this.
  void go_on_from(const PastMetrics& past);
  // At a scrape, so many seconds by the stopwatch, as which windows see it.
  std::vector<prometheus::MetricFamily> families(const OwnLevels& now, double at_s);

 private:
  using Labels = std::vector<prometheus::ClientMetric::Label>;
  struct Group {
    double count = 0;
    double seconds = 0;
    std::vector<double> upto;  // of histograms: how many took no longer than each bound
  };
  struct Metric {
    MetricSpec spec;
    std::vector<double> bounds;
    std::map<Labels, Group> groups;
    double before = 0;  // of a level that only rises, what it had come to before this process
  };
  void begin(Metric& metric) const;
  static Group& group_of(Metric& metric, const Labels& labels);
  static void add(Metric& metric, const PastMetrics::Count& past);
  Labels labels_for(const MetricSpec& spec, const RouteModel* route, int code) const;
  double level_of(const MetricSpec& spec, const OwnLevels& now) const;
  bool has(const MetricSpec& spec) const;
  prometheus::MetricFamily family_of(const Metric& metric, const OwnLevels& now) const;

  const ServiceModel& service_;
  double speed_;
  Duration longest_window_{};
  std::mutex mutex_;
  std::vector<Metric> metrics_;
  RequestMarks marks_;  // by the incident's time
  double requests_ = 0;
  double errors_ = 0;
};

}  // namespace firedrill::fake_services
