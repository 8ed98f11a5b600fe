// Lets an Alertmanager live through what a test says, up to the last time that one of its cases looks at.
#pragma once

#include <string>
#include <vector>

#include "notify/testfile/load.h"

namespace firedrill::notify {

struct Played {
  Outcomes outcomes;
  // For each alert case the one alert that it names, or why there is none.
  struct Seen {
    AlertStatus status;
    std::string trouble;
  };
  std::vector<Seen> alert_cases;
  // All that ever came, each label set once.
  std::vector<model::Labels> alerts;
  std::string trouble;  // the test asks for too much: nothing else counts
};

Played play(const LoadedTests& loaded, const ConfigurationTest& test, std::uint64_t seed, bool keeps_flushes,
            Budget* budget);

// The last time that a case looks at.
Duration end_of(const ConfigurationTest& test);

}  // namespace firedrill::notify
