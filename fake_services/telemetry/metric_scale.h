// Whether a metric goes by the time of requests or by that of the incident, where the two differ.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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
// requests; what has no type goes by its name; anything else is a level.
MetricScale scale_by_type(std::string_view series, model::MetricType type);

// Whether it tells an instant, in seconds since 1970: when its process was started, when something was made or
// happened.
bool tells_instant(std::string_view series, model::MetricType type);

// What a run knows of its metrics: the world's, the scenario's own, and what programs of the user's own expose.
class MetricScales {
 public:
  // A program, by its job, and the types of its series, by their names.
  struct Program {
    std::string job;
    std::map<std::string, model::MetricType, std::less<>> series;
  };
  using Exposed = std::vector<Program>;
  explicit MetricScales(std::span<const MetricSpec> metrics = {}, std::span<const Program> programs = {});

  // Nothing: it is declared nowhere, and was not seen.
  std::optional<MetricScale> find(std::string_view series) const;
  // Of some of those that expose it it counts requests, and of others it does not.
  bool is_disputed(std::string_view series) const { return disputed_.contains(series); }
  // The jobs of programs of which it tells an instant, which is one of the machine's clock.
  std::vector<std::string> instants_of(std::string_view series) const;

 private:
  void add(const Program& program);

  std::map<std::string, MetricScale, std::less<>> known_;
  std::set<std::string, std::less<>> disputed_;
  std::multimap<std::string, std::string, std::less<>> instants_;  // jobs by series
};

}  // namespace firedrill::fake_services
