#include <gtest/gtest.h>

#include <limits>

#include "base/bounds/budget.h"
#include "driver/export/exports.h"
#include "driver/outputs.h"

namespace firedrill::driver {
namespace {

// A series file is anybody's: its times may be any.
TEST(OpenMetrics, WritesTimesAtTheEndsOfTheirRange) {
  LoadedRecord loaded;
  const tsdb::SeriesRef up = loaded.series.series({{"__name__", "up"}});
  loaded.series.append(up, Time(Duration(std::numeric_limits<std::int64_t>::min())), 1);
  loaded.series.append(up, Time(Duration(1'772'544'600'123)), 2);
  loaded.series.append(up, Time(Duration(std::numeric_limits<std::int64_t>::max())), 3);
  const auto made = find_export("openmetrics")->make({loaded, {}, {}});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->text,
            "# TYPE up unknown\n"
            "up 1 -9223372036854775.808\n"
            "up 2 1772544600.123\n"
            "up 3 9223372036854775.807\n"
            "# EOF\n");
}

// A small record may stand for a text that no machine holds.
TEST(OpenMetrics, IsNoLongerThanWhatMayBeWrittenDown) {
  Budget budget;
  budget.limit(Bound::record_bytes, 100);
  LoadedRecord loaded{{}, tsdb::Store(&budget), {}};
  const tsdb::SeriesRef up = loaded.series.series({{"__name__", "up"}});
  for (int i = 0; i < 10; ++i) loaded.series.append(up, Time(Duration(i * 1000)), 1);
  const auto made = find_export("openmetrics")->make({loaded, {}, {}});
  ASSERT_FALSE(made);
  EXPECT_NE(render(made.error()).find("record-bytes"), std::string::npos) << render(made.error());
}

}  // namespace
}  // namespace firedrill::driver
