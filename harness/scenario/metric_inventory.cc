#include "scenario/metric_inventory.h"

#include <algorithm>

#include "alerting/relabel.h"
#include "base/text/format.h"
#include "fake_services/exporters/exporter_table.h"
#include "fake_services/world.h"

namespace firedrill::scenario {
namespace {

std::string what_adds(std::string_view series) {
  using enum fake_services::Watches;
  const auto exporters = fake_services::exporters_with(series);
  if (exporters.empty()) return "";
  const auto watches = fake_services::find_exporter(exporters.front())->watches;
  return format("`exporters: [{}]` of {} adds it", exporters.front(),
                watches == replica || watches == service ? "the service that it is of" : "the topology");
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
  inventory.what_adds = what_adds;
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
