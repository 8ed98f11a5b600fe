#include "fake_services/process/past_metrics.h"

#include <utility>

namespace firedrill::fake_services {
namespace {

std::optional<double> real_number(const json::object& told, const char* key) {
  const json::value* found = told.if_contains(key);
  if (found == nullptr || !found->is_number()) return std::nullopt;
  return found->to_number<double>();
}

}  // namespace

json::object to_json(const PastMetrics& past) {
  json::object out;
  if (past.started_s) out["started_s"] = *past.started_s;
  json::array counts;
  for (const PastMetrics::Count& each : past.counts) {
    json::object labels;
    for (const auto& [name, value] : each.labels) labels[name] = value;
    counts.push_back(json::object{{"series", each.series}, {"labels", std::move(labels)}, {"value", each.value}});
  }
  out["counts"] = std::move(counts);
  return out;
}

PastMetrics read_past(const json::object& told) {
  PastMetrics past{.started_s = real_number(told, "started_s"), .counts = {}};
  const json::value* counts = told.if_contains("counts");
  if (counts == nullptr || !counts->is_array()) return past;
  for (const json::value& each : counts->as_array()) {
    const json::object* count = each.if_object();
    if (count == nullptr) continue;
    const json::value* series = count->if_contains("series");
    const json::value* labels = count->if_contains("labels");
    const auto value = real_number(*count, "value");
    if (series == nullptr || !series->is_string() || labels == nullptr || !labels->is_object() || !value) continue;
    PastMetrics::Count read{.series = std::string(series->as_string()), .labels = {}, .value = *value};
    for (const auto& label : labels->as_object()) {
      if (label.value().is_string()) read.labels[label.key()] = std::string(label.value().as_string());
    }
    past.counts.push_back(std::move(read));
  }
  return past;
}

}  // namespace firedrill::fake_services
