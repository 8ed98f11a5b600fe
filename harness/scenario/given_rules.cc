#include "scenario/given_rules.h"

#include <algorithm>

#include "alerting/rules_yaml.h"
#include "base/hash.h"
#include "base/report.h"
#include "base/text/utf8.h"

namespace firedrill::scenario {
namespace {

namespace fs = std::filesystem;

// None of its keys is one of a rule file, or was meant for one.
bool is_of_another_kind(const yaml::Node& root) {
  const std::vector<std::string> keys(alerting::kRuleForm.keys.begin(), alerting::kRuleForm.keys.end());
  return !root.entries.empty() && std::ranges::all_of(root.entries, [&](const yaml::Node::Entry& entry) {
    return std::ranges::find(keys, entry.key) == keys.end() && nearest(entry.key, keys).empty();
  });
}

bool has_rules(const GivenRules::File& file) {
  return std::ranges::any_of(file.rules.groups, [](const alerting::RuleGroup& group) { return !group.rules.empty(); });
}

void read_file(const fs::path& path, promql::Version version, const ReadOptions& reads, GivenRules& given,
               Diagnostics& diagnostics) {
  if (first_invalid_utf8(path.string()) != std::string::npos) {
    report(diagnostics, {make_source(path.string(), {})}, "the name of the rule file is not UTF-8",
           "rename the file: a record could not name it");
    return;
  }
  auto source = FirstFile::named(path, reads).read();
  if (!source) {
    std::ranges::move(source.error(), std::back_inserter(diagnostics));
    return;
  }
  const auto document = parse_as(alerting::kRuleForm, *source, yaml::Dialect::prometheus, diagnostics);
  if (document == nullptr) return;
  if (is_of_another_kind(document->root())) {
    report(diagnostics, document->root().where(), "this is no rule file", std::string(alerting::kRuleForm.expected));
    return;
  }
  alerting::RuleFile rules = alerting::decode_rule_file(*document, {.promql = {.version = version}}, diagnostics);
  alerting::refuse_another_kind(rules, *document, diagnostics);
  given.files.push_back({path, sha256_hex((*source)->text), std::move(rules)});
}

}  // namespace

Result<GivenRules> read_given_rules(std::span<const std::string> paths, promql::Version version,
                                    const ReadOptions& reads) {
  std::vector<fs::path> sorted;
  for (const std::string& path : paths) sorted.push_back(fs::path(path).lexically_normal());
  std::ranges::sort(sorted);
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  GivenRules given;
  Diagnostics diagnostics;
  for (const fs::path& path : sorted) read_file(path, version, reads, given, diagnostics);
  // Without any, nothing that the scenarios expect of alerts can be judged.
  if (!has_errors(diagnostics) && !given.files.empty() && std::ranges::none_of(given.files, has_rules)) {
    report(diagnostics, {make_source(given.files.front().path.string(), {})}, "there is no rule in this file",
           "name files with the rules that are to take the place of the scenarios' own");
  }
  tidy_and_limit(diagnostics);
  if (has_errors(diagnostics)) return failure(std::move(diagnostics));
  given.warnings = std::move(diagnostics);
  return given;
}

}  // namespace firedrill::scenario
