// Tests of an Alertmanager configuration out of YAML, strict as all our files.
#pragma once

#include "notify/testfile/test_file.h"
#include "yaml/form.h"

namespace firedrill::notify {

extern const yaml::FileForm kConfigurationTestForm;

// The errors, all at once, are added to `diagnostics`. Silences' matchers are read as the version reads them.
ConfigurationTestFile decode_configuration_tests(const yaml::Document& document, Version version,
                                                 Diagnostics& diagnostics);

}  // namespace firedrill::notify
