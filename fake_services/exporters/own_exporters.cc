#include "fake_services/exporters/own_exporters.h"

#include <algorithm>

#include "base/report.h"
#include "base/text/format.h"
#include "fake_services/exporters/exporter_table.h"
#include "fake_services/exporters/exporter_yaml.h"

namespace firedrill::fake_services {
namespace {

using Exporters = std::vector<std::shared_ptr<const Exporter>>;

std::shared_ptr<const Exporter> named(const Exporters& own, std::string_view name) {
  const auto at = std::ranges::find(own, name, [](const auto& e) -> std::string_view { return e->name; });
  return at == own.end() ? find_exporter(name) : *at;
}

void take(const yaml::Document& document, Exporters& own, Diagnostics& diagnostics) {
  auto exporter =
      decode_exporter(document.root(), diagnostics, [&own](std::string_view name) { return named(own, name); });
  if (exporter == nullptr) return;
  if (const auto other = named(own, exporter->name)) {
    const bool ours = std::ranges::find(own, other) == own.end();
    report(diagnostics, exporter->where,
           ours ? format("'{}' is the name of an exporter that firedrill has", exporter->name)
                : format("'{}' is the name of an exporter in {} already", exporter->name, other->where.source->name),
           "call it something else; what a topology attaches is known by its name");
    return;
  }
  own.push_back(std::move(exporter));
}

}  // namespace

void read_own_exporters(std::span<const std::string> paths, std::span<const Position> named_at,
                        const ReadExporterFile& read, Exporters& exporters, Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const Position& where = i < named_at.size() ? named_at[i] : named_at.back();
    if (std::ranges::find(paths.first(i), paths[i]) != paths.first(i).end()) {
      report(diagnostics, where, format("the file '{}' is named twice", paths[i]), "remove one of them");
      continue;
    }
    if (!read) {
      report(diagnostics, where, format("the file '{}' cannot be read: this topology is no file", paths[i]),
             "write it into a file, beside those that it names");
      continue;
    }
    if (const yaml::Document* document = read(paths[i], where, diagnostics)) take(*document, exporters, diagnostics);
  }
}

}  // namespace firedrill::fake_services
