// Runs one test of an Alertmanager configuration.
#pragma once

#include <vector>

#include "notify/testfile/load.h"
#include "ruletest/test_result.h"

namespace firedrill::notify {

struct ConfigurationTestResult {
  ruletest::TestResult result;
  // What was sent, and what was tried in vain, up to the last time that a case looks at.
  std::vector<Notification> notifications;
};

// `seed` decides how long retries wait.
ConfigurationTestResult run_configuration_test(const LoadedTests& loaded, const ConfigurationTest& test,
                                               std::uint64_t seed);

}  // namespace firedrill::notify
