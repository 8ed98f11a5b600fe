#include "fake_services/telemetry/instrument_names.h"

#include <algorithm>
#include <array>

#include "fake_services/telemetry/instrument_table.h"

namespace firedrill::fake_services {

static_assert(kInstruments[0].name == kRequestsMetric && kInstruments[1].name == kDurationMetric);

bool is_instrument(std::string_view metric) {
  return std::ranges::find(kInstruments, metric, &Instrument::name) != kInstruments.end();
}

bool is_of_scrape(std::string_view metric) {
  constexpr std::array<std::string_view, 8> kNames = {"up",
                                                      "scrape_duration_seconds",
                                                      "scrape_samples_scraped",
                                                      "scrape_samples_post_metric_relabeling",
                                                      "scrape_series_added",
                                                      "scrape_timeout_seconds",
                                                      "scrape_sample_limit",
                                                      "scrape_body_size_bytes"};
  return std::ranges::find(kNames, metric) != kNames.end();
}

}  // namespace firedrill::fake_services
