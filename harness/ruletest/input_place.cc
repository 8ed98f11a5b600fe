#include "ruletest/input_place.h"

#include <algorithm>

#include "alerting/rule_file.h"

namespace firedrill::ruletest {

Position place_in(const InputSeries& input, std::size_t offset, std::size_t length) {
  length = std::max<std::size_t>(1, length);
  // The end of the series is where something lacks in it.
  if (offset <= input.series.size() && !input.series.empty()) {
    if (input.repeated) return input.series_at;
    return alerting::locate({input.series, input.series_at}, std::min(offset, input.series.size() - 1), length);
  }
  return alerting::locate({input.values, input.where}, offset - std::min(offset, input.series.size() + 1), length);
}

}  // namespace firedrill::ruletest
