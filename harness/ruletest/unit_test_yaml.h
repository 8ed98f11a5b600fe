// promtool's unit-test files out of YAML.
#pragma once

#include "promql/options.h"
#include "ruletest/unit_test_file.h"
#include "yaml/form.h"

namespace firedrill::ruletest {

extern const yaml::FileForm kUnitTestForm;

// The errors, all at once, are added to `diagnostics`. Fields that promtool of that version (2.42, 3.5) does not know
// are errors.
UnitTestFile decode_unit_test_file(const yaml::Document& document, const promql::Options& options,
                                   Diagnostics& diagnostics);

}  // namespace firedrill::ruletest
