// A test file and the configuration that it names, read, decoded and checked against each other.
#pragma once

#include <memory>

#include "base/files/read_scope.h"
#include "base/result.h"
#include "notify/config/config.h"
#include "notify/payload/templates.h"
#include "notify/testfile/test_file.h"

namespace firedrill::notify {

struct LoadedTests {
  ConfigurationTestFile file;
  std::shared_ptr<const Configuration> configuration;
  PayloadTemplates rendering;
  Diagnostics warnings;
};

// The configuration is read within the file's scope. Receivers that the tests name must exist.
Result<LoadedTests> load_configuration_tests(const FirstFile& file, Version version);

}  // namespace firedrill::notify
