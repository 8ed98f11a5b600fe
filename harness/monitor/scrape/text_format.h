// Reads what a target exposes: Prometheus's text format, version 0.0.4, as strictly as Prometheus does
// (model/textparse/promparse.go): a line that is none makes the whole scrape fail.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "model/sample.h"

namespace firedrill::monitor {

struct ExposedSample {
  std::string_view series;  // as it stands in the text: the same text each time, from one process
  double value = 0;
  model::MetricType type = model::MetricType::unknown;
};

// In the order of the text, which must outlive them. Samples with timestamps of their own are read without these. The
// error: "line 3: no value".
std::expected<std::vector<ExposedSample>, std::string> read_exposition(std::string_view text);

}  // namespace firedrill::monitor
