// Comparing a text with the file that holds what it should be; FIREDRILL_UPDATE_GOLDEN=1 rewrites the file instead.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace firedrill::reports {

inline void expect_golden(const std::string& name, const std::string& text) {
  const std::filesystem::path path =
      std::filesystem::path(FIREDRILL_SOURCE_DIR) / "tests" / "golden" / "reports" / name;
  if (std::getenv("FIREDRILL_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  std::ifstream file(path, std::ios::binary);
  std::stringstream held;
  held << file.rdbuf();
  EXPECT_EQ(held.str(), text) << "FIREDRILL_UPDATE_GOLDEN=1 rewrites " << path
                              << "; read the difference before you commit it";
}

}  // namespace firedrill::reports
