#include "fake_services/exporters/exporter_table.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <mutex>
#include <string>

#include "base/text/format.h"
#include "fake_services/exporters/exporter_texts.h"
#include "fake_services/exporters/exporter_yaml.h"
#include "fake_services/exporters/states.h"
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

std::span<const std::string_view> exporters_with(std::string_view series) {
  static const std::map<std::string, std::vector<std::string_view>, std::less<>> all = [] {
    std::map<std::string, std::vector<std::string_view>, std::less<>> out;
    for (const std::string_view name : exporter_names()) {
      for (const ExportedMetric& metric : find_exporter(name)->metrics) {
        for (const std::string& of_it : metric.series_names()) out[of_it].push_back(name);
      }
    }
    return out;
  }();
  const auto known = all.find(series);
  return known == all.end() ? std::span<const std::string_view>() : std::span(known->second);
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
