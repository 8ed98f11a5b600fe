#include "reports/chart/downsample.h"

#include <algorithm>

#include "base/text/format.h"
#include "record/record.h"

namespace firedrill::reports {

namespace {

// Minutes of the window from its first instant on; the last may be cut short.
std::size_t minutes_of_window(const record::Record& record) {
  constexpr Duration kMinute = 1min;
  const std::int64_t count = (record.judged_to - record.judged_from + kMinute - Duration(1)) / kMinute;
  return static_cast<std::size_t>(std::max(count, std::int64_t{1}));
}

// As wide as the whole window asks for, however many minutes are drawn.
Slices in_slices(const record::Record& record, std::size_t count, std::size_t most) {
  const std::size_t each = std::max<std::size_t>(1, (minutes_of_window(record) + most - 1) / most);
  Slices slices{record.judged_from, Duration(1min) * static_cast<std::int64_t>(each), {}};
  for (std::size_t first = 0; first < count; first += each)
    slices.minutes.push_back({first, std::min(first + each, count) - 1});
  return slices;
}

}  // namespace

std::string Slices::words() const {
  const auto count = width / Duration(1min);
  return count == 1 ? "Each point is one minute." : format("Each point covers {} minutes.", count);
}

Slices slices_of(const record::Record& record, std::size_t most) {
  const std::size_t count = incident::minute_count(record);
  return count == 0 ? slices_of_window(record, most) : in_slices(record, count, most);
}

Slices slices_of_window(const record::Record& record, std::size_t most) {
  return in_slices(record, minutes_of_window(record), most);
}

}  // namespace firedrill::reports
