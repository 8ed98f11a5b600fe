// What a replica had counted, and since when it ran, before its process was there: of a run whose beginning is
// simulated. The process counts on from there, as the one did that it stands for.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/text/json.h"

namespace firedrill::fake_services {

struct PastMetrics {
  struct Count {
    std::string series;  // http_requests_total, http_request_duration_seconds_bucket
    std::map<std::string, std::string> labels;
    double value = 0;
  };
  std::optional<double> started_s;  // when the process began, in seconds since 1970
  std::vector<Count> counts;        // of what counts requests, in no order
};

json::object to_json(const PastMetrics& past);
// What cannot be read is left out.
PastMetrics read_past(const json::object& told);

}  // namespace firedrill::fake_services
