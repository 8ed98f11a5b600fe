// The scenario's own metrics, compiled to series of a target and to the counts they read.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "fake_services/telemetry/instruments.h"
#include "fake_services/telemetry/metric_spec.h"
#include "fake_services/telemetry/request_marks.h"
#include "fake_services/traffic/tally.h"

namespace firedrill::fake_services {

// When a fault was on, for values that move under it.
struct FaultSpan {
  bool begun = false;
  bool ended = false;
  Time from{};
  Time to{};
};

// The counters that a metric of signals reads, cumulative: a replica's, or the sum over a service's.
struct Totals {
  std::span<const double> counts;           // by CountLayout
  std::span<const double> response_sum_s;   // by route
  std::span<const double> response_code_s;  // by route and slot
};

class OwnMetric {
 public:
  // `faults` gives the index of each fault id, for `under`.
  // One that has the version for a label is about `version` alone.
  OwnMetric(const MetricSpec& spec, const ServiceModel& model, const std::map<std::string, std::size_t>& faults,
            std::uint64_t seed, const model::Labels& target, const std::string& version);

  const std::vector<model::SeriesInfo>& series() const { return series_; }
  bool per_service() const { return spec_.per == "service"; }
  // The version that it is about; empty: whatever version.
  const std::string& version() const { return version_; }
  // Of a value that is counted: so much has been by then.
  void go_on_from(Time t, double counted) {
    accumulated_ = counted;
    last_ = t;
  }
  // Writes as many values as there are series.
  void write(const Moment& moment, const Totals& totals, std::span<const FaultSpan> faults, double* out);

 private:
  struct Group {
    std::vector<std::size_t> responses;  // offsets of (route, slot) in the counts
    std::vector<std::size_t> routes;
    std::vector<std::size_t> codes;  // of one code each: indices by route and slot; empty: of all codes alike
  };

  void make_groups(const model::Labels& target);
  void add_histogram(const model::Labels& target, const std::vector<model::Label>& own);
  double sum(const Group& group, const Totals& totals) const;
  static double seconds(const Group& group, const Totals& totals);
  void write_histograms(const Totals& totals, double* out) const;
  double over_window(Time t, const Totals& totals, bool ratio);
  double made_up(Time t, std::span<const FaultSpan> faults);

  MetricSpec spec_;
  std::string version_;
  const ServiceModel* model_;
  std::vector<model::SeriesInfo> series_;
  std::vector<Group> groups_;
  std::vector<double> bounds_;
  std::vector<std::pair<std::size_t, ValueEffect>> effects_;  // by fault index
  RequestMarks marks_;                                        // of windows
  std::vector<std::size_t> error_responses_;
  RandomStream chance_;
  double accumulated_ = 0;  // of made-up counters
  Time last_{};
};

}  // namespace firedrill::fake_services
