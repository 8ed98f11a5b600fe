#include "driver/export/exports.h"

#include <algorithm>
#include <array>

// Every export, a row each. A row names the function that export/<name>.cc defines, which no header declares.
#define FIREDRILL_EXPORTS(KIND) \
  KIND(promtool_test)           \
  KIND(openmetrics)             \
  KIND(status_page)

namespace firedrill::driver {

namespace exports {
#define FIREDRILL_DECLARE(kind) ExportKind kind();
FIREDRILL_EXPORTS(FIREDRILL_DECLARE)
#undef FIREDRILL_DECLARE
}  // namespace exports

std::span<const ExportKind> export_kinds() {
#define FIREDRILL_ROW(kind) exports::kind(),
  static const std::array kExports{FIREDRILL_EXPORTS(FIREDRILL_ROW)};
#undef FIREDRILL_ROW
  return kExports;
}

const ExportKind* find_export(std::string_view name) {
  const auto kinds = export_kinds();
  const auto it = std::ranges::find(kinds, name, &ExportKind::name);
  return it == kinds.end() ? nullptr : &*it;
}

}  // namespace firedrill::driver
