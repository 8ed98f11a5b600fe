// Any bytes as a unit-test file: refused with a reason, or run to an end against no rules.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "ruletest/results.h"
#include "ruletest/run_test.h"
#include "ruletest/unit_test_yaml.h"

using firedrill::Diagnostics;
using firedrill::yaml::Dialect;
using firedrill::yaml::Document;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto source = firedrill::make_source("fuzz.yml", std::string(reinterpret_cast<const char*>(data), size));
  Diagnostics diagnostics;
  const auto document = Document::parse(source, diagnostics, Dialect::prometheus);
  if (document == nullptr) {
    if (!firedrill::has_errors(diagnostics)) std::abort();
    return 0;
  }
  const auto file = firedrill::ruletest::decode_unit_test_file(*document, {}, diagnostics);
  firedrill::render(diagnostics);
  if (firedrill::has_errors(diagnostics)) return 0;
  for (const auto& test : file.tests) {
    // Long runs are right and slow: not what is looked for here.
    firedrill::Duration end{};
    for (const auto& each : test.alerts) end = std::max(end, each.eval_time);
    for (const auto& each : test.expressions) end = std::max(end, each.eval_time);
    if (end / file.evaluation_interval > 1000 || (test.interval.count() > 0 && end / test.interval > 1000)) continue;
    const auto result = firedrill::ruletest::run_test(file, test, {}, {}, nullptr);
    for (const auto& failure : result.failures) firedrill::ruletest::describe(failure, {});
  }
  return 0;
}
