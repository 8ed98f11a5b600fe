// The metrics of one target that faults forge: which of its series they are, and what those have grown by so far.
// Series are found once each; a scrape writes numbers.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/time.h"
#include "fake_services/telemetry/forged_metric.h"
#include "model/sample.h"

namespace firedrill::fake_services {

class ForgedScrapes {
 public:
  // What is forged from t on.
  void set(const std::vector<Forging>& forged, Time t);
  // The process has restarted: counters begin anew.
  void restart(Time t);
  // Adds to `counts` the samples that were forged. A metric for which a series was `made` is about that one alone.
  void apply(std::span<const model::SeriesInfo> series, std::span<const MadeSeries> made, std::span<double> values,
             Time t, ForgedCounts& counts);

 private:
  // Of one metric, from when it was first forged on.
  struct Course {
    Forging forging;
    double grown = 0;  // up to `last`
    Time last{};
    std::vector<std::size_t> series;  // by index in the target's
    std::size_t searched = 0;         // so many of the target's were looked at
  };
  void grow(Time t);
  static void find(Course& course, std::span<const model::SeriesInfo> series, std::span<const MadeSeries> made);

  std::vector<Course> courses_;
};

}  // namespace firedrill::fake_services
