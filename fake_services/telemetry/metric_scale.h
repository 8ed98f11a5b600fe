// Whether a metric goes by the time of requests or by that of the incident, where the two differ.
#pragma once

#include <optional>
#include <string_view>

#include "fake_services/telemetry/instrument_table.h"

namespace firedrill::fake_services {

// Of a metric of the world's own, of the pods around it, or of a scrape; a histogram by its own name or by those of its
// series. Nothing: the world has no such metric.
std::optional<MetricScale> declared_scale(std::string_view metric);

// The same of any: what is declared nowhere is taken for what its name says, a count or a level of requests.
MetricScale scale_by_name(std::string_view metric);

}  // namespace firedrill::fake_services
