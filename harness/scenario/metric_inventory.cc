#include "scenario/metric_inventory.h"

#include <algorithm>

#include "alerting/relabel.h"
#include "base/text/format.h"
#include "fake_services/exporters/exporter_table.h"
#include "fake_services/world.h"

namespace firedrill::scenario {
namespace {

// By series, of ours; the first exporter that has it.
std::map<std::string, std::string, std::less<>> addable_by_exporters() {
  using enum fake_services::Watches;
  std::map<std::string, std::string, std::less<>> addable;
  for (const std::string_view name : fake_services::exporter_names()) {
    const auto exporter = fake_services::find_exporter(name);
    const bool of_service = exporter->watches == replica || exporter->watches == service;
    const std::string remedy =
        format("`exporters: [{}]` of {} adds it", name, of_service ? "the service that it is of" : "the topology");
    for (const fake_services::ExportedMetric& metric : exporter->metrics) {
      for (const std::string& series : metric.series_names()) addable.try_emplace(series, remedy);
    }
  }
  return addable;
}

}  // namespace

lint::MetricInventory metric_inventory(const Exposing& exposing) {
  lint::MetricInventory inventory;
  // Status codes occur as they please, and bounds of buckets have more than one form.
  inventory.open_labels = {"code", "reason", std::string(model::kBucketLabel)};
  for (const fake_services::MetricSpec& metric : exposing.metrics) {
    for (const auto& [name, source] : metric.labels) {
      if (source.starts_with("code")) inventory.open_labels.insert(name);
    }
  }
  inventory.addable = addable_by_exporters();
  const Time start = exposing.scenario.start;
  const fake_services::World world({.topology = exposing.topology,
                                    .metrics = exposing.metrics,
                                    .faults = exposing.faults,
                                    .start = start,
                                    .origin = start + exposing.scenario.warmup,
                                    .kubernetes = true,  // whoever reads of pods gets their metrics
                                    .replays = exposing.replays});
  for (const fake_services::Target& target : world.targets()) {
    const auto& jobs = exposing.scenario.prometheus.jobs;
    const auto job = std::ranges::find(jobs, target.job, &ScrapeJob::name);
    for (const model::SeriesInfo& series : target.series) {
      model::Labels labels = series.labels;
      if (job == jobs.end() || alerting::relabel(job->metric_relabel, labels)) {
        inventory.series.push_back(std::move(labels));
      }
    }
    for (const std::string_view name : {"up", "scrape_duration_seconds", "scrape_samples_scraped",
                                        "scrape_samples_post_metric_relabeling", "scrape_series_added"}) {
      model::Labels labels = target.labels;
      labels.set(model::kMetricName, name);
      inventory.series.push_back(std::move(labels));
    }
  }
  return inventory;
}

}  // namespace firedrill::scenario
