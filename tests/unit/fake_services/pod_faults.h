// What tests of pods' faults share: a fault of checkout after five minutes, and how it shows.
#pragma once

#include <gtest/gtest.h>

#include "probed_shop.h"

namespace firedrill::fake_services {

using namespace std::chrono_literals;

using Values = std::vector<std::pair<std::string_view, FieldValue>>;

inline Fields fields_of(const Values& values) {
  Fields fields;
  for (const auto& [name, value] : values) fields.set(name, value, {});
  return fields;
}

inline FaultSpec on_checkout(std::string_view kind, const Values& values, Duration duration, std::string mode = "all",
                             double value = 0) {
  return fault("it", std::string(kind), target_of("checkout", std::move(mode), value), 5min, duration,
               fields_of(values));
}

inline std::string witness(const Drill& drill) {
  for (const events::Event& e : drill.events()) {
    if (e.kind == EventKind::fault_witnessed) return e.text("symptom");
  }
  return "not witnessed";
}

inline double probes(const Drill& drill, std::string_view type, std::string_view result) {
  return kube(drill, "prober_probe_total", {{"probe_type", std::string(type)}, {"result", std::string(result)}});
}

// The share of errors over the last minutes, of requests that there must have been.
inline double errors(const Drill& drill, std::size_t minutes) {
  EXPECT_GT(drill.truth("checkout", minutes).requests, 1500 * static_cast<double>(minutes));
  return drill.error_ratio("checkout", minutes);
}

inline double ups(const Drill& drill) {  // checkout's targets that answer
  return drill.value("checkout", "build_info");
}

}  // namespace firedrill::fake_services
