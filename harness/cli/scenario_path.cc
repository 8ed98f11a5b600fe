#include "cli/scenario_path.h"

#include <filesystem>

namespace firedrill::cli {

std::string found_scenario(const std::string& given) {
  const bool bare = given.find('/') == std::string::npos;
  std::error_code error;
  const std::filesystem::path in_library = std::filesystem::path("scenarios") / given;
  if (!bare || std::filesystem::exists(given, error) || !std::filesystem::exists(in_library / "scenario.yaml", error)) {
    return given;
  }
  return in_library.string();
}

}  // namespace firedrill::cli
