#include "fake_services/exporters/exporter.h"

#include <algorithm>

#include "base/contains.h"
#include "fake_services/exporters/signals.h"

namespace firedrill::fake_services {

std::vector<std::string> ExportedMetric::series_names() const {
  if (type == model::MetricType::histogram) return {name + "_bucket", name + "_sum", name + "_count"};
  if (type == model::MetricType::summary) return {name, name + "_sum", name + "_count"};
  return {name};
}

std::vector<std::string> ExportedMetric::label_names() const {
  std::vector<std::string> names;
  for (const SeriesForm& form : series) {
    for (const model::Label& label : form.labels) {
      if (!contains(names, label.name)) names.push_back(label.name);
    }
  }
  if (type == model::MetricType::histogram) names.emplace_back(model::kBucketLabel);
  if (type == model::MetricType::summary) names.emplace_back("quantile");
  return names;
}

std::vector<std::string_view> ExportedMetric::sources() const {
  std::vector<std::string_view> names;
  for (const SeriesForm& form : series) {
    for (const Expression* expression : {&form.value, &form.rate, &form.mean, &form.present}) {
      for (const std::uint16_t source : expression->sources()) {
        if (!contains(names, source_name(source))) names.push_back(source_name(source));
      }
    }
  }
  return names;
}

const ExportedMetric* Exporter::find(std::string_view metric) const {
  const auto at = std::ranges::find(metrics, metric, &ExportedMetric::name);
  return at == metrics.end() ? nullptr : &*at;
}

}  // namespace firedrill::fake_services
