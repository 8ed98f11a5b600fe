// promtool as an oracle: real Prometheus code, asked about files that a test writes.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/files/files.h"

namespace firedrill::alerting {

class Promtool {
 public:
  explicit Promtool(const std::string& test) : folder_(std::filesystem::temp_directory_path() / ("firedrill-" + test)) {
    // Where ../shared/oracle/install puts it; tests/run says so.
    const char* home = std::getenv("HOME");
    const char* oracle = std::getenv("FIREDRILL_ORACLE");
    const std::string root = oracle ? oracle : std::string(home ? home : "") + "/.cache/firedrill-oracle";
    program_ = root + "/usr/bin/promtool";
    std::filesystem::remove_all(folder_);
  }
  ~Promtool() { std::filesystem::remove_all(folder_); }

  // Version 3.5 of it; the tests' expectations are those of that version.
  bool installed() const {
    return std::filesystem::exists(program_) && run("--version").find("version 3.5") != std::string::npos;
  }
  static bool required() { return std::getenv("FIREDRILL_REQUIRE_ORACLES") != nullptr; }

  void write(const std::string& name, const std::string& content) const {
    ASSERT_TRUE(write_file(folder_ / name, content));
  }
  // Everything it says.
  std::string run(const std::string& arguments) const {
    std::filesystem::create_directories(folder_);
    const std::string command = "cd '" + folder_.string() + "' && '" + program_ + "' " + arguments + " 2>&1";
    std::string said;
    std::FILE* pipe = popen(command.c_str(), "r");
    if (!pipe) return "cannot be started";
    std::array<char, 4096> buffer{};
    while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe))
      said.append(buffer.data(), count);
    const int status = pclose(pipe);
    return said + (status == 0 ? "" : "exit\n");
  }

 private:
  std::string program_;
  std::filesystem::path folder_;
};

#define FIREDRILL_NEED_PROMTOOL(promtool)                                                   \
  if (!(promtool).installed()) {                                                            \
    if (Promtool::required()) FAIL() << "promtool 3.5 is required here and not installed";  \
    GTEST_SKIP() << "promtool 3.5 is not installed (../shared/oracle/install installs it)"; \
  }

}  // namespace firedrill::alerting
