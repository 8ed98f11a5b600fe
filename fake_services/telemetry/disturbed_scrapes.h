// What lies between a target that is well and what a scrape of it gives: forged and hidden metrics, NaN, counters
// that began anew, responses that come late. Made for a target when a fault first touches its scrapes; a target without
// costs nothing. Chance comes from a stream of its own.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.h"
#include "fake_services/telemetry/forged_scrapes.h"
#include "fake_services/telemetry/telemetry_conditions.h"
#include "model/sample.h"

namespace firedrill::fake_services {

class DisturbedScrapes {
 public:
  DisturbedScrapes(std::uint64_t seed, std::string_view instance);

  const ScrapeConditions& conditions() const { return conditions_; }
  // What it says of resets counts on from those of conditions that are over. True if counters begin anew at this
  // change: begin_anew() is due, with what the process exposes now.
  bool set(const ScrapeConditions& conditions, Time t);
  void begin_anew(std::span<const model::SeriesInfo> series, std::span<const double> exposed);
  // The process has restarted, and with it its counters.
  void restart(Time t);

  // Each draws for the scrape at hand.
  bool discovered();
  double delay_s();
  // Turns what the process exposes into what the scrape gives. Returns how many samples are of metrics that it is to
  // hide or spoil by name, whether or not it does at this scrape; those that are forged are added to `forged`.
  double spoil(std::span<const model::SeriesInfo> series, std::span<const MadeSeries> made, std::span<double> values,
               Time t, ForgedCounts& forged);

 private:
  bool drawn(double share);
  double overwrite(const std::vector<SpoiltMetrics>& spoilt, double with, std::span<const model::SeriesInfo> series,
                   std::span<double> values);

  ScrapeConditions conditions_;
  ForgedScrapes forged_;
  std::uint64_t ordered_ = 0;  // resets, by the conditions that are on
  std::uint64_t resets_ = 0;   // since the start
  RandomStream chance_;
  std::vector<double> begun_at_;  // where counters stood when they began anew; 0 of what is no counter
};

}  // namespace firedrill::fake_services
