#include "driver/export/exports.h"

#include <algorithm>
#include <array>

namespace firedrill::driver {
namespace {

constexpr std::array kExports{
    ExportKind{"promtool-test",
               "A unit test for promtool: the scraped series as input, the alerts at each of their transitions and in "
               "between, the values of recording rules.",
               export_promtool_test},
    ExportKind{"openmetrics",
               "The kept samples as OpenMetrics, which `promtool tsdb create-blocks-from openmetrics` loads, for "
               "Prometheus and Grafana.",
               export_openmetrics},
};

}  // namespace

std::span<const ExportKind> export_kinds() {
  return kExports;
}

const ExportKind* find_export(std::string_view name) {
  const auto it = std::ranges::find(kExports, name, &ExportKind::name);
  return it == kExports.end() ? nullptr : &*it;
}

}  // namespace firedrill::driver
