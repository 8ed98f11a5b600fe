#include <glob.h>

#include <algorithm>
#include <set>

#include "base/files.h"
#include "base/format.h"
#include "scenario/decode.h"
#include "scenario/rules_yaml.h"
#include "scenario/unit_test_file.h"

namespace firedrill::scenario {
namespace {

namespace fs = std::filesystem;

// Series are written out in unit tests, so that they are larger than what else people write.
constexpr std::size_t kMaxUnitTestBytes = 256 * 1024 * 1024;

// A '[' without its ']' is an error to Go's filepath.Glob, and a character to glob(3).
bool has_open_class(std::string_view pattern) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\') {
      ++i;
    } else if (pattern[i] == '[') {
      i = pattern.find(']', i + 2);
      if (i == std::string_view::npos) return true;
    }
  }
  return false;
}

std::vector<std::string> glob_paths(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> paths;
  // Go's patterns match names that begin with a dot, too.
  if (::glob(pattern.c_str(), GLOB_NOSORT | GLOB_PERIOD, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < found.gl_pathc; ++i) {
      const std::string path = found.gl_pathv[i];
      if (!path.ends_with("/.") && !path.ends_with("/..")) paths.push_back(path);
    }
  }
  ::globfree(&found);
  std::sort(paths.begin(), paths.end());
  return paths;
}

// The paths of all patterns, each once.
std::vector<std::string> rule_paths(const fs::path& folder, const std::vector<alerting::Text>& patterns,
                                    LoadedUnitTest& loaded, Diagnostics& errors) {
  std::vector<std::string> all;
  std::set<std::string> seen;
  for (const alerting::Text& pattern : patterns) {
    if (has_open_class(pattern.value)) {
      report(errors, pattern.where, "syntax error in pattern", "a '[' needs its ']'");
      continue;
    }
    const fs::path path = fs::path(pattern.value).is_absolute() ? fs::path(pattern.value) : folder / pattern.value;
    const auto found =
        pattern.value.empty() ? std::vector<std::string>() : glob_paths(path.lexically_normal().string());
    if (found.empty()) {
      warn(loaded.warnings, pattern.where, format("no file matches '{}'", pattern.value), {});
    }
    for (const std::string& each : found) {
      if (seen.insert(each).second) all.push_back(each);
    }
  }
  return all;
}

void load_rules(const std::string& path, const RuleFileOptions& options, LoadedUnitTest& loaded) {
  const auto source = read_source(path);
  Diagnostics found;
  if (!source) {
    found = source.error();
  } else if (const auto document = Document::parse(*source, found, Dialect::prometheus); document != nullptr) {
    auto rules = std::make_shared<alerting::RuleFile>(decode_rule_file(*document, options, found));
    if (!has_errors(found)) loaded.rules.push_back(std::move(rules));
  }
  for (Diagnostic& each : found) {
    (each.severity == Severity::error ? loaded.rule_errors : loaded.warnings).push_back(std::move(each));
  }
}

}  // namespace

Result<LoadedUnitTest> load_unit_test(const fs::path& path, const RuleFileOptions& options) {
  const auto source = read_source(path, path.string(), kMaxUnitTestBytes);
  if (!source) return std::unexpected(source.error());
  Diagnostics found;
  LoadedUnitTest loaded;
  const auto document = Document::parse(*source, found, Dialect::prometheus);
  if (document != nullptr) loaded.file = decode_unit_test_file(*document, options.promql, found);
  std::vector<std::string> paths;
  if (!has_errors(found)) paths = rule_paths(path.parent_path(), loaded.file.rule_files, loaded, found);
  if (document == nullptr || has_errors(found)) {
    tidy_and_limit(found);
    return failure(std::move(found));
  }
  for (Diagnostic& each : found) loaded.warnings.push_back(std::move(each));
  for (const std::string& each : paths) load_rules(each, options, loaded);
  tidy_and_limit(loaded.rule_errors);
  return loaded;
}

}  // namespace firedrill::scenario
