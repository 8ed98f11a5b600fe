#include "fake_services/process/told_metrics.h"

#include <cstdint>
#include <utility>

namespace firedrill::fake_services {
namespace {

using model::MetricType;

std::string text_of(const json::object& told, const char* key) {
  const json::value* found = told.if_contains(key);
  return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
}

}  // namespace

json::array own_metrics_json(const std::vector<MetricSpec>& metrics, const std::string& service) {
  json::array out;
  for (const MetricSpec& spec : metrics) {
    if (spec.service != service || spec.signal.empty()) continue;
    json::object labels;
    for (const auto& [name, source] : spec.labels) labels[name] = source;
    json::array buckets;
    for (const double bound : spec.buckets) buckets.push_back(bound);
    out.push_back(json::object{{"name", spec.name},
                               {"type", static_cast<std::int64_t>(spec.type)},
                               {"signal", spec.signal},
                               {"labels", std::move(labels)},
                               {"buckets", std::move(buckets)},
                               {"window_ms", spec.window.count()}});
  }
  return out;
}

std::vector<MetricSpec> read_own_metrics(const json::array& told) {
  std::vector<MetricSpec> out;
  for (const json::value& each : told) {
    if (!each.is_object()) continue;
    const json::object& said = each.as_object();
    MetricSpec spec;
    spec.name = text_of(said, "name");
    spec.signal = text_of(said, "signal");
    if (const json::value* type = said.if_contains("type"); type != nullptr && type->is_int64()) {
      spec.type = static_cast<MetricType>(type->as_int64());
    }
    if (const json::value* window = said.if_contains("window_ms"); window != nullptr && window->is_int64()) {
      spec.window = Duration(window->as_int64());
    }
    if (const json::value* labels = said.if_contains("labels"); labels != nullptr && labels->is_object()) {
      for (const auto& label : labels->as_object()) {
        if (label.value().is_string()) spec.labels[std::string(label.key())] = std::string(label.value().as_string());
      }
    }
    if (const json::value* buckets = said.if_contains("buckets"); buckets != nullptr && buckets->is_array()) {
      for (const json::value& bound : buckets->as_array()) {
        if (bound.is_number()) spec.buckets.push_back(bound.to_number<double>());
      }
    }
    out.push_back(std::move(spec));
  }
  return out;
}

}  // namespace firedrill::fake_services
