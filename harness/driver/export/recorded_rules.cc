#include "driver/export/recorded_rules.h"

#include <algorithm>

#include "alerting/rules_yaml.h"
#include "base/hash.h"
#include "base/text/format.h"
#include "incident/expressions.h"

namespace firedrill::driver {

Result<RuleFiles> read_recorded_rules(const LoadedRecord& loaded) {
  const record::Record& record = loaded.record;
  RuleFiles files;
  Diagnostics found;
  promql::Options options;
  options.version = incident::version_of(record);
  for (const std::string& name : record.monitoring.rule_files) {
    const Result<SourcePtr>& source = loaded.rule_files.at(name);
    if (!source) {
      found.insert(found.end(), source.error().begin(), source.error().end());
      continue;
    }
    const auto input = std::ranges::find(record.inputs, name, &record::InputHash::path);
    if (input == record.inputs.end() || input->sha256 != sha256_hex((*source)->text)) {
      found.push_back({Severity::error,
                       {*source},
                       "is not the rule file that the run read",
                       "the record and its inputs belong together; copy the whole folder"});
      continue;
    }
    const auto document = yaml::parse_as(alerting::kRuleForm, *source, yaml::Dialect::prometheus, found);
    if (document != nullptr) files.push_back(alerting::decode_rule_file(*document, {options}, found));
  }
  if (has_errors(found)) return failure(std::move(found));
  return files;
}

}  // namespace firedrill::driver
