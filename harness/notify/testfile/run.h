// Runs one test of an Alertmanager configuration.
#pragma once

#include <cstdint>
#include <expected>
#include <vector>

#include "base/bounds/budget.h"
#include "notify/payload/payload.h"
#include "notify/testfile/load.h"
#include "ruletest/test_result.h"

namespace firedrill::notify {

struct ConfigurationTestResult {
  ruletest::TestResult result;
  // What was sent, and what was tried in vain, up to the last time that a case looks at.
  std::vector<Notification> notifications;
};

// `seed` decides how long retries wait. The budget, which may be null, is that of what payloads take to render.
ConfigurationTestResult run_configuration_test(const LoadedTests& loaded, const ConfigurationTest& test,
                                               std::uint64_t seed, Budget* budget = nullptr);

// What a notification of the test would have sent.
std::expected<Payload, RenderFault> payload_of(const LoadedTests& loaded, const Notification& notification,
                                               Budget* budget);

}  // namespace firedrill::notify
