// The exporters that a topology attaches, as targets of their own. Series are laid out once, and as pods come; a scrape
// evaluates expressions. What is counted grows from scrape to scrape, by what its rate is then. Chance, which only the
// duration of scrapes has, comes from streams of their own.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/random.h"
#include "fake_services/exporters/exporter.h"
#include "fake_services/exporters/signals.h"
#include "fake_services/telemetry/target.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services {

// Whether anybody reads a series; empty: all are read.
using ReadSeries = std::function<bool(const model::Labels&)>;

class ExporterTargets {
 public:
  // `model` must outlive it.
  ExporterTargets(const Topology& topology, const FlowModel& model, const Pods& pods, std::uint64_t seed, Time start,
                  ReadSeries reads);

  // Those that are targets of their own, as they are at first; series of pods that come later are behind the others.
  std::span<const Target> targets() const { return targets_; }
  // What stands at another target of the simulation's own; empty: nothing does.
  const std::vector<model::SeriesInfo>& joined() const { return joined_.series; }
  bool joins() const { return !joined_.parts.empty(); }
  bool empty() const { return targets_.empty() && joined_.parts.empty(); }

  // Another pod is in the slot: the indices of targets that have more series than before.
  std::vector<std::size_t> add_pod(std::size_t slot, const Pods& pods);

  // As World::scrape. `at` has the production, the board and the monitor's counts.
  ScrapeResult scrape(std::size_t target, const Vantage& at, std::vector<double>& values);
  // Behind `values`, those of the joined series.
  void append_joined(const Vantage& at, std::vector<double>& values);

 private:
  // A form of a metric for one thing that it has series for.
  struct Part {
    const ExportedMetric* metric = nullptr;
    const SeriesForm* form = nullptr;
    std::size_t slot = Vantage::kNone;
    std::uint64_t number = 0;  // of the pod in the slot; of the watched replica's it does not matter
    bool of_pod = false;       // it is absent while that pod is
    std::size_t service = Vantage::kNone;
    std::size_t code = Vantage::kNone;
    std::size_t caller = Vantage::kNone;
    std::string node;
    double count = 0;  // accumulated
    double sum = 0;
    std::vector<double> buckets;  // of a histogram, up to each bound
  };
  struct Body {
    std::shared_ptr<const Exporter> exporter;
    std::size_t service = Vantage::kNone;
    std::size_t place = 0;
    std::string node;
    Time started{};
    Time last{};
    std::vector<model::SeriesInfo> series;
    std::vector<Part> parts;
    std::optional<RandomStream> scrapes;
  };

  void attach(const std::shared_ptr<const Exporter>& exporter, std::size_t service, const Pods& pods, Time start);
  void add_target(Body body, std::string name, const Pods& pods, Time start);
  void lay_out(Body& body, const model::Labels& target, const ExportedMetric& metric, const Pods& pods);
  void add_part(Body& body, const model::Labels& target, Part part, const std::vector<model::Label>& meant);
  void add_counted_parts(Body& body, const model::Labels& target, Part part, const std::vector<model::Label>& meant);
  void add_pod_parts(Body& body, const model::Labels& target, const ExportedMetric& metric, std::size_t slot,
                     const Pods& pods);
  std::size_t watched_slot(const Body& body, const Pods& pods) const;
  Vantage vantage_of(const Body& body, const Vantage& at) const;
  void write(Body& body, const Vantage& at, std::vector<double>& values);
  static void write_part(Part& part, const Vantage& v, double seconds, std::vector<double>& values);

  const FlowModel* model_;
  std::map<std::string, std::string> jobs_;  // by exporter
  std::uint64_t seed_;
  ReadSeries reads_;
  std::vector<std::string> nodes_;
  std::vector<Target> targets_;
  std::vector<Body> bodies_;  // of each target
  Body joined_;
  model::Labels joined_labels_;
};

// What an exporter's series stand for with a target's labels: those of its own that the target has are renamed, unless
// it honours them.
model::Labels exposed_labels(const model::Labels& target, std::string_view name, std::vector<model::Label> own,
                             bool honours);

}  // namespace firedrill::fake_services
