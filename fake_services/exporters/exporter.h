// What an exporter is: the metrics that a real program exposes of what it watches, as data. Each of ours is one file,
// kinds/NAME.yaml, and a scenario's own are files of the same form (exporter_yaml.h). A value is an expression over
// named signals of the simulated world (signals.h) and levels of trouble (states.h); without any it is what a healthy
// one shows, always. It is a target of its own (exporter_targets.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "fake_services/exporters/expression.h"
#include "model/sample.h"

namespace firedrill::fake_services {

// For what there is a target of it.
enum class Watches {
  replica,  // for each replica of the service at which it stands, in whatever state that is
  service,  // one for the service
  node,     // for each node of the topology
  cluster,  // one
};
std::string_view to_string(Watches watches);

// What a metric has series for, each: a series for each of these, whose names stand for {placeholders} in its labels.
enum class Each {
  one,       // a single one
  cpu,       // {cpu}: of the node
  node,      // {node}
  pod,       // {namespace} {pod} {uid} {container} {node} {service}: of the node, else of the cluster; while it exists
  workload,  // {namespace} {service}: our own services
  code,      // {code} {code_class}: answers of the service, from the first of a code on
  caller,    // {caller}: services that call the service
};
std::string_view to_string(Each each);

// The series of a metric that differ in nothing but what they stand for (Each).
struct SeriesForm {
  std::vector<model::Label> labels;  // with placeholders, those of the metric among them
  Expression value;                  // of counters, what they have counted already: for all others what they are
  Expression rate;                   // of counters: what they grow by in a second; of histograms: events in a second
  Expression mean;                   // of histograms and summaries: of the exponential law that the values follow
  Expression present;                // of gauges: above 1/2 there is such a series; empty: always
};

struct ExportedMetric {
  std::string name;  // of a histogram or summary: without _bucket, _sum and _count
  model::MetricType type = model::MetricType::gauge;
  std::string help;
  std::string unit;  // seconds, bytes, ratio; empty: a number
  Each each = Each::one;
  std::vector<SeriesForm> series;
  std::vector<double> bounds;  // of histograms, without +Inf; of summaries: quantiles
  Position where{};            // of its name in its file

  // The names of its series: of a histogram three.
  std::vector<std::string> series_names() const;
  // The names of its labels, beside those of the target.
  std::vector<std::string> label_names() const;
  // The signals and states that its series read; none: it is constant.
  std::vector<std::string_view> sources() const;
};

struct Exporter {
  std::string name;
  Position where{};  // of the name in its file
  std::string summary;
  std::string version;  // of the program whose names these are
  Watches watches = Watches::replica;
  std::string job;           // label of its targets, unless the topology names another
  std::int64_t port = 0;     // of its instances
  std::string metrics_path;  // label; empty: none
  std::string joins;         // the target of the simulation's own that has its series: kube-state-metrics; empty: none
  std::vector<std::string> needs;  // of the service that it watches: consumer, disk, certificate
  bool honors_labels = false;      // its series' labels win over those of the target
  std::string name_space;          // label of its targets where it watches no service; empty: none
  std::int64_t instances = 1;      // of one that watches the cluster
  Expression down;                 // above 1/2: the target does not answer
  Expression unlisted;             // above 1/2: service discovery does not list it
  std::vector<ExportedMetric> metrics;
  const ExportedMetric* find(std::string_view metric) const;
};

}  // namespace firedrill::fake_services
