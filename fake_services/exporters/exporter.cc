#include "fake_services/exporters/exporter.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <mutex>

#include "base/text/format.h"
#include "fake_services/exporters/exporter_texts.h"
#include "fake_services/exporters/exporter_yaml.h"
#include "fake_services/exporters/signals.h"
#include "fake_services/faults/fault_table.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services {
namespace {

std::shared_ptr<const Exporter> read(const ExporterText& text) {
  Diagnostics diagnostics;
  const auto document =
      yaml::Document::parse(make_source(format("{}.yaml", text.name), std::string(text.text)), diagnostics);
  assert(document != nullptr);
  auto exporter = decode_exporter(document->root(), diagnostics);
  assert(exporter != nullptr && exporter->name == text.name);  // tests read all of them
  return exporter;
}

}  // namespace

std::vector<std::string> ExportedMetric::series_names() const {
  if (type == model::MetricType::histogram) return {name + "_bucket", name + "_sum", name + "_count"};
  if (type == model::MetricType::summary) return {name, name + "_sum", name + "_count"};
  return {name};
}

std::vector<std::string> ExportedMetric::label_names() const {
  std::vector<std::string> names;
  for (const SeriesForm& form : series) {
    for (const model::Label& label : form.labels) {
      if (!std::ranges::contains(names, label.name)) names.push_back(label.name);
    }
  }
  if (type == model::MetricType::histogram) names.emplace_back(model::kBucketLabel);
  if (type == model::MetricType::summary) names.emplace_back("quantile");
  return names;
}

std::vector<std::string_view> ExportedMetric::sources() const {
  std::vector<std::string_view> names;
  for (const SeriesForm& form : series) {
    for (const Expression* expression : {&form.value, &form.rate, &form.mean}) {
      for (const std::uint16_t source : expression->sources()) {
        if (!std::ranges::contains(names, source_name(source))) names.push_back(source_name(source));
      }
    }
  }
  return names;
}

const ExportedMetric* Exporter::find(std::string_view metric) const {
  const auto at = std::ranges::find(metrics, metric, &ExportedMetric::name);
  return at == metrics.end() ? nullptr : &*at;
}

std::span<const std::string_view> exporter_names() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> out;
    for (const ExporterText& text : exporter_texts()) out.push_back(text.name);
    return out;
  }();
  return names;
}

std::shared_ptr<const Exporter> find_exporter(const Topology& topology, std::string_view name) {
  const auto own =
      std::ranges::find(topology.own_exporters, name, [](const auto& e) -> std::string_view { return e->name; });
  return own != topology.own_exporters.end() ? *own : find_exporter(name);
}

std::shared_ptr<const Exporter> find_exporter(std::string_view name) {
  static std::mutex mutex;  // scenarios of a suite are loaded side by side
  static std::map<std::string_view, std::shared_ptr<const Exporter>> read_already;
  const auto texts = exporter_texts();
  const auto at = std::ranges::find(texts, name, &ExporterText::name);
  if (at == texts.end()) return nullptr;
  const std::lock_guard lock(mutex);
  std::shared_ptr<const Exporter>& exporter = read_already[at->name];
  if (!exporter) exporter = read(*at);
  return exporter;
}

std::vector<MovedBy> moved_by(std::string_view source) {
  std::vector<MovedBy> out;
  const std::size_t state = state_index(source);
  if (state == state_table().size()) return out;
  for (const FaultKind& kind : fault_table()) {
    if (kind.states != nullptr && kind.states(state)) out.push_back({kind.name, state_table()[state].name});
  }
  return out;
}

}  // namespace firedrill::fake_services
