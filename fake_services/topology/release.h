// A version of a service as it behaves, and how it is rolled out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace firedrill::fake_services {

struct Release {
  std::string version;
  double errors = 0;  // share of the requests answered with `code`
  std::int32_t code = 500;
  double cpu_factor = 1;      // own time is multiplied by it
  double crash_after_s = -1;  // from its start until the process ends by itself; negative: it does not
  double leak = 0;            // bytes per second by which resident memory grows
  bool becomes_ready = true;  // whether its readiness probe ever succeeds
  // Share of the replicas that may be missing while it is rolled out, rounded down; nothing: as the strategy says.
  std::optional<double> max_unavailable = {};
};

}  // namespace firedrill::fake_services
