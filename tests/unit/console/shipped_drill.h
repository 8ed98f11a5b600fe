// Drills of the library, for tests.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "console/drill/find_drills.h"

namespace firedrill::console {

inline const std::vector<DrillFile>& shipped_drills() {
  static const std::vector<DrillFile> kDrills = [] {
    const std::vector<std::string> folders{std::string(FIREDRILL_SOURCE_DIR) + "/scenarios"};
    auto found = find_drills(folders, {});
    if (!found) throw std::runtime_error(render(found.error()));
    return *std::move(found);
  }();
  return kDrills;
}

inline const DrillFile& shipped_file(std::string_view name) {
  const auto found =
      std::ranges::find_if(shipped_drills(), [&](const DrillFile& each) { return each.drill.name == name; });
  if (found == shipped_drills().end()) throw std::runtime_error("no such drill");
  return *found;
}

inline LoadedDrill shipped(std::string_view name, std::int64_t variant = 0) {
  auto loaded = load_drill(shipped_file(name), variant);
  if (!loaded) throw std::runtime_error(render(loaded.error()));
  return *std::move(loaded);
}

}  // namespace firedrill::console
