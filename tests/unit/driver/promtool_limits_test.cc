#include "driver/export/promtool_limits.h"

#include <gtest/gtest.h>

#include <limits>

#include "driver/outputs.h"

namespace firedrill::driver {
namespace {

LoadedRecord scraped_at(Time t) {
  LoadedRecord loaded;
  loaded.record.started = Time(Duration(1'772'544'600'000));
  loaded.record.monitoring.scrape_phase = "aligned";
  loaded.record.monitoring.scrape_interval = 15s;
  loaded.record.monitoring.evaluation_interval = 15s;
  loaded.series.append(loaded.series.series({{"__name__", "up"}}), t, 1);
  return loaded;
}

TEST(PromtoolLimits, KnowsTheScrapesThatFitTheInterval) {
  const Time started(Duration(1'772'544'600'000));
  for (const Time t : {started, started + 15s, started - 1h, Time(), Time(-15s)}) {
    EXPECT_TRUE(promtool_limits(scraped_at(t), {}, {}).empty());
  }
}

// A series file is anybody's: its times may be any.
TEST(PromtoolLimits, RefusesScrapesBesideTheInterval) {
  using Limits = std::numeric_limits<std::int64_t>;
  for (const Duration t :
       {Duration(1'772'544'600'001), Duration(-1), Duration(Limits::min()), Duration(Limits::max())}) {
    const Diagnostics found = promtool_limits(scraped_at(Time(t)), {}, {});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].what, "up was not scraped at multiples of the scrape_interval of 15s");
  }
}

}  // namespace
}  // namespace firedrill::driver
