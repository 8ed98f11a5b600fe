// Whether a metric goes by the time of requests or by that of the incident, where the two differ.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "fake_services/telemetry/instrument_table.h"
#include "fake_services/telemetry/metric_spec.h"
#include "model/sample.h"

namespace firedrill::fake_services {

// Of a metric of the world's own, of the pods around it, or of a scrape; a histogram by its own name or by those of its
// series. Nothing: the world has no such metric.
std::optional<MetricScale> declared_scale(std::string_view metric);

// The same of any: what is declared nowhere is taken for what its name says, a count or a level of requests.
MetricScale scale_by_name(std::string_view metric);

// The same of what is exposed with a type: a counter, a histogram, and the count and the sum of a summary count
// requests; anything else, also what has no type, is a level.
MetricScale scale_by_type(std::string_view series, model::MetricType type);

// What a run knows of its metrics: the world's, the scenario's own, and what programs of the user's own expose.
class MetricScales {
 public:
  using Exposed = std::map<std::string, model::MetricType, std::less<>>;  // by the names of series
  explicit MetricScales(std::span<const MetricSpec> metrics = {}, const Exposed& exposed = {});

  // Nothing: it is declared nowhere, and was not seen.
  std::optional<MetricScale> find(std::string_view series) const;

 private:
  std::map<std::string, MetricScale, std::less<>> known_;
};

}  // namespace firedrill::fake_services
