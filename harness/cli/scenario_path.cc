#include "cli/scenario_path.h"

#include <filesystem>

#include "cli/library.h"

namespace firedrill::cli {

std::string found_scenario(const std::string& given, ReadOptions& reads) {
  const bool bare = given.find('/') == std::string::npos;
  std::error_code error;
  if (!bare || std::filesystem::exists(given, error)) return given;
  const auto holds = [&](const std::filesystem::path& library) {
    return !library.empty() && std::filesystem::exists(library / given / "scenario.yaml", error);
  };
  if (holds(kLibrary)) return (std::filesystem::path(kLibrary) / given).string();
  const std::filesystem::path installed = installed_library();
  if (!holds(installed)) return given;
  reads.roots.push_back(installed.string());
  return (installed / given).string();
}

}  // namespace firedrill::cli
