#include "reports/chart/downsample.h"

#include <algorithm>

#include "base/text/format.h"
#include "record/record.h"

namespace firedrill::reports {

std::string Slices::words() const {
  const auto count = width / Duration(1min);
  return count == 1 ? "Each point is one minute." : format("Each point covers {} minutes.", count);
}

Slices slices_of(const record::Record& record, std::size_t most) {
  std::size_t count = incident::minute_count(record);
  if (count == 0)
    count =
        static_cast<std::size_t>(std::max((record.judged_to - record.judged_from) / Duration(1min), std::int64_t{1}));
  const std::size_t each = std::max<std::size_t>(1, (count + most - 1) / most);
  Slices slices{record.judged_from, Duration(1min) * static_cast<std::int64_t>(each), {}};
  for (std::size_t first = 0; first < count; first += each)
    slices.minutes.push_back({first, std::min(first + each, count) - 1});
  return slices;
}

}  // namespace firedrill::reports
