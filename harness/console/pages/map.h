// The map of services: a drawing of who calls whom with each one's health, the same as a table, and health over time.
#pragma once

#include "console/pages/view.h"

namespace firedrill::console::pages {

Html service_map(const View& view);
Html service_table(const View& view);
// How each service was in the time that the charts show, by what was scraped.
Html health_over_time(const View& view);

// "ok", "degraded", "down", "unknown": its sign and colour.
Html health_badge(std::string_view health);

}  // namespace firedrill::console::pages
