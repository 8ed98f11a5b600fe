// The series that a rule writes, and which of them have ended.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/text/numbers.h"
#include "base/time.h"
#include "tsdb/store.h"

namespace firedrill::alerting {

// Why a store refuses a sample of a rule: another rule has written the series at the same time, or later.
inline constexpr std::string_view kRefusedSample = "out of order sample or duplicate sample for timestamp";

class RuleSeries {
 public:
  // One sample of this evaluation. False if the store refuses it: then the series counts as not written.
  bool write(tsdb::Store& store, tsdb::SeriesRef series, Time t, double value) {
    if (!store.append(series, t, value)) return false;
    current_.push_back(series);
    return true;
  }

  // Ends an evaluation: series of the previous one that were not written again get a stale marker.
  void finish(tsdb::Store& store, Time t) {
    // Mostly nothing has changed, and then the order is the same too.
    if (current_ != previous_) {
      sorted_ = current_;
      std::ranges::sort(sorted_);
      for (const tsdb::SeriesRef series : previous_) {
        if (!std::ranges::binary_search(sorted_, series)) store.append(series, t, stale_marker());
      }
      previous_ = current_;
    }
    current_.clear();
  }

 private:
  std::vector<tsdb::SeriesRef> previous_;
  std::vector<tsdb::SeriesRef> current_;
  std::vector<tsdb::SeriesRef> sorted_;
};

}  // namespace firedrill::alerting
