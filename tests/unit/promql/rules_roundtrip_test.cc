// Every expression of the public rule files in the shared folder parses, and printing it loses nothing. The files are
// read by the plainest means: this library stands before the one that knows YAML.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "promql/parse/parser.h"
#include "promql/parse/printer.h"

namespace firedrill::promql {
namespace {

std::size_t indent_of(const std::string& line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

// A scalar in quotes, escapes of double quotes undone.
std::string unquoted(const std::string& text) {
  const char quote = text.front();
  std::string out;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    const bool escape = (quote == '"' && text[i] == '\\') || (quote == '\'' && text[i] == '\'' && text[i + 1] == '\'');
    if (escape) ++i;
    out += escape && quote == '"' && text[i] == 'n' ? '\n' : text[i];
  }
  return out;
}

std::vector<std::string> expressions(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  std::vector<std::string> result;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t key = lines[i].find("expr: ");
    if (key == std::string::npos || lines[i].find_first_not_of(" -") != key) continue;
    std::string value = lines[i].substr(key + 6);
    const bool block = value.starts_with('|') || value.starts_with('>');
    if (block) value.clear();
    // A block, or the plain scalar's further lines.
    while (i + 1 < lines.size() && (lines[i + 1].empty() || indent_of(lines[i + 1]) > key)) {
      ++i;
      value += (block ? "\n" : " ") + lines[i].substr(indent_of(lines[i]));
    }
    if (value.starts_with('"') || value.starts_with('\'')) {
      if (value.size() < 2 || value.back() != value.front()) continue;
      value = unquoted(value);
    }
    result.push_back(value);
  }
  return result;
}

TEST(PublicRules, ParseAndPrint) {
  const auto folder = std::filesystem::path(FIREDRILL_SOURCE_DIR) / "../shared/oracle/rules";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no " << folder;
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".yaml") continue;
    for (const std::string& text : expressions(entry.path())) {
      for (const Version version : {Version::v3, Version::v3_5, Version::v2}) {
        const ParseOptions options{.version = version};
        const auto first = parse_text(text, options);
        ASSERT_TRUE(first) << entry.path() << ": " << text << ": " << first.error().front().what;
        const auto second = parse_text(print(**first), options);
        ASSERT_TRUE(second) << print(**first) << ": " << second.error().front().what;
        EXPECT_TRUE(equal(**first, **second)) << print(**first);
      }
      ++count;
    }
  }
  EXPECT_GT(count, 1000U);
}

}  // namespace
}  // namespace firedrill::promql
