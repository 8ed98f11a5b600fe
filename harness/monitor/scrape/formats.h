// The formats in which targets are scraped, as Prometheus agrees on them with a target: what it asks for, and what it
// takes an answer for.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "monitor/scrape/text_format.h"
#include "promql/options.h"

namespace firedrill::monitor {

enum class Format { text, open_metrics };

// The header Accept: OpenMetrics if the target has it, else the text format. Names that are no classic ones are not
// asked for.
inline constexpr std::string_view kAccepted =
    "application/openmetrics-text;version=1.0.0;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,"
    "text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

// By the header Content-Type (null: there was none), as that Prometheus takes it. Nothing: it reads nothing of the
// kind.
std::optional<Format> format_of(const std::string* content_type, promql::Version version);

std::expected<std::vector<ExposedSample>, std::string> read_samples(std::string_view text, Format format);

}  // namespace firedrill::monitor
