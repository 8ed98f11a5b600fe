// What every replica exposes, in the words of common client libraries; series are laid out once, a scrape writes values
// in the same order. Beside them stand the scenario's own metrics (own_metrics.h).
#pragma once

#include <vector>

#include "fake_services/traffic/flow.h"
#include "fake_services/traffic/tally.h"
#include "model/sample.h"

namespace firedrill::fake_services {

// Momentary values of a replica, drawn once for a scrape so that its gauges agree with each other.
struct Moment {
  Time t{};
  double in_flight = 0;  // worked on or waiting
  double queued = 0;
  double cpu_s = 0;
  double memory = 0;  // bytes
  double disk_available = 0;
  double certificate_expiry_s = 0;  // since 1970
  double messages = 0;              // of the service's queue: this replica's share of those that wait,
  double oldest_s = 0;              // the age of the oldest of them,
  double published = 0;             // the share of those put in, and worked off, since the start
  double consumed = 0;
};
Moment draw_moment(const ServiceModel& model, const ReplicaClass& k, ReplicaTally& tally, Time t, Time started);
void add_messages(const QueueState& queue, double replicas, Moment& moment);

// The labels that all series of a target have, and a series of it. Labels of its own that a target's label hides are
// renamed exported_…, as Prometheus does.
model::SeriesInfo target_series(const model::Labels& target, std::string_view name, model::MetricType type,
                                std::vector<model::Label> own);

std::vector<model::SeriesInfo> instrument_series(const ServiceModel& model, const model::Labels& target);
// What a version that is rolled out adds: its build_info, and behind it, if they have its label, the metrics of
// requests in the order in which they stand first among the instruments.
std::vector<model::SeriesInfo> version_series(const ServiceModel& model, const model::Labels& target,
                                              const std::string& version);
// Writes as many values as instrument_series has entries.
void write_instruments(const ServiceModel& model, const ReplicaClass& k, ReplicaTally& tally, const Moment& moment,
                       Time started, double* out);

// A histogram bound as client libraries print it: 0.25, 1, +Inf (Prometheus 3 reads them as 1.0).
std::string bound_text(double bound);

}  // namespace firedrill::fake_services
