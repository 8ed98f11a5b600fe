#include <gtest/gtest.h>

#include <limits>

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
  const auto made = export_openmetrics({loaded, {}, {}});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->text,
            "# TYPE up unknown\n"
            "up 1 -9223372036854775.808\n"
            "up 2 1772544600.123\n"
            "up 3 9223372036854775.807\n"
            "# EOF\n");
}

}  // namespace
}  // namespace firedrill::driver
