#include "ruletest/load_unit_test.h"

#include <set>

#include "alerting/rules_yaml.h"
#include "base/report.h"
#include "base/text/format.h"
#include "ruletest/unit_test_yaml.h"
#include "yaml/decode.h"
#include "yaml/inputs.h"

namespace firedrill::ruletest {
namespace {

using yaml::Dialect;
using yaml::Inputs;

// Series are written out in unit tests, so that they are larger than what else people write.
constexpr std::size_t kMaxUnitTestBytes = 256 * 1024 * 1024;

// The paths of all patterns, each once.
std::vector<std::string> rule_paths(const Inputs& inputs, const std::vector<alerting::Text>& patterns,
                                    LoadedUnitTest& loaded, Diagnostics& errors) {
  std::vector<std::string> all;
  std::set<std::string> seen;
  for (const alerting::Text& pattern : patterns) {
    const std::size_t before = errors.size();
    std::vector<std::string> found;
    if (!pattern.value.empty()) {
      found = inputs.expand(pattern.value, pattern.value, alerting::kRuleForm, pattern.where, errors);
    }
    if (found.empty() && errors.size() == before) {
      warn(loaded.warnings, pattern.where, format("no file matches '{}'", pattern.value), {});
    }
    for (const std::string& each : found) {
      if (seen.insert(each).second) all.push_back(each);
    }
  }
  return all;
}

void load_rules(const ReadScope& scope, const std::string& path, const alerting::RuleFileOptions& options,
                LoadedUnitTest& loaded) {
  const auto source = scope.read_mentioned(path);
  Diagnostics found;
  if (!source) {
    found = source.error();
  } else if (const auto document = parse_as(alerting::kRuleForm, *source, Dialect::prometheus, found);
             document != nullptr) {
    auto rules = std::make_shared<alerting::RuleFile>(alerting::decode_rule_file(*document, options, found));
    alerting::refuse_another_kind(*rules, *document, found);
    if (!has_errors(found)) loaded.rules.push_back(std::move(rules));
  }
  for (Diagnostic& each : found) {
    (each.severity == Severity::error ? loaded.rule_errors : loaded.warnings).push_back(std::move(each));
  }
}

}  // namespace

Result<LoadedUnitTest> load_unit_test(const FirstFile& file, const alerting::RuleFileOptions& options) {
  const auto source = file.read(kMaxUnitTestBytes);
  if (!source) return std::unexpected(source.error());
  Diagnostics found;
  LoadedUnitTest loaded;
  const auto document = parse_as(kUnitTestForm, *source, Dialect::prometheus, found);
  if (document != nullptr) loaded.file = decode_unit_test_file(*document, options.promql, found);
  std::vector<std::string> paths;
  if (!has_errors(found)) paths = rule_paths(Inputs(file.scope), loaded.file.rule_files, loaded, found);
  if (document == nullptr || has_errors(found)) {
    tidy_and_limit(found);
    return failure(std::move(found));
  }
  for (Diagnostic& each : found) loaded.warnings.push_back(std::move(each));
  for (const std::string& each : paths) load_rules(file.scope, each, options, loaded);
  tidy_and_limit(loaded.rule_errors);
  return loaded;
}

}  // namespace firedrill::ruletest
