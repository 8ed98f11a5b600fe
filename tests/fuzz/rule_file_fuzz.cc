// Any bytes as a rule file and as an SLO file: refused with a reason, or accepted with every expression parsed.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "alerting/rules_yaml.h"
#include "incident/slo/slos_yaml.h"
#include "yaml/document.h"

using firedrill::Diagnostics;
using firedrill::yaml::Dialect;
using firedrill::yaml::Document;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto source = firedrill::make_source("fuzz.yaml", std::string(reinterpret_cast<const char*>(data), size));
  Diagnostics diagnostics;
  const auto document = Document::parse(source, diagnostics, Dialect::prometheus);
  if (document == nullptr) {
    if (!firedrill::has_errors(diagnostics)) std::abort();
    return 0;
  }
  const auto file = firedrill::alerting::decode_rule_file(*document, {}, diagnostics);
  if (!firedrill::has_errors(diagnostics)) {
    for (const auto& group : file.groups) {
      for (const auto& rule : group.rules) {
        if (rule.expression == nullptr || rule.alert.has_value() == rule.record.has_value()) std::abort();
      }
    }
  }
  Diagnostics of_slos;
  firedrill::incident::decode_slo_file(*document, {}, of_slos);
  firedrill::render(diagnostics);
  firedrill::render(of_slos);
  return 0;
}
