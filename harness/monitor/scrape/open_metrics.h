// Reads what a target exposes as OpenMetrics 1.0, as strictly as Prometheus does (model/textparse/openmetricsparse.go):
// single blanks, no comments but its own, and an end that says so.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "monitor/scrape/text_format.h"

namespace firedrill::monitor {

// As read_exposition. Exemplars are read over.
std::expected<std::vector<ExposedSample>, std::string> read_open_metrics(std::string_view text);

}  // namespace firedrill::monitor
