// The logs of a whole run: kept beside its record, the same again, bounded.
#include <gtest/gtest.h>

#include <algorithm>

#include "driver/log_keeper.h"
#include "driver/run.h"
#include "record/logs.h"
#include "scenario/load.h"

namespace firedrill::driver {
namespace {

const scenario::LoadedScenario& outage() {
  static const auto loaded = scenario::load_scenario(FIREDRILL_SOURCE_DIR "/scenarios/checkout-database-outage");
  if (!loaded) throw std::runtime_error(render(loaded.error()));
  return *loaded;
}

Finished run(RunOptions options, Duration stride) {
  driver::Run drill(outage(), std::move(options));
  while (!drill.finished()) drill.advance_to(drill.now() + stride);
  return drill.finish();
}

TEST(RunLogs, AreTheSameInWhateverStepsTheRunIsDriven) {
  const Finished whole = run({.seed = 3}, 24h);
  ASSERT_NE(whole.logs_file, nullptr);
  EXPECT_FALSE(whole.record.logs.lines.empty());
  EXPECT_TRUE(whole.record.logs_hash);
  EXPECT_EQ(*run({.seed = 3}, 7s).logs_file, *whole.logs_file);
  EXPECT_NE(*run({.seed = 4}, 24h).logs_file, *whole.logs_file);
}

TEST(RunLogs, AreThoseOfTheRunInABranch) {
  driver::Run drill(outage(), {.seed = 3});
  drill.advance_to(drill.now() + 45min);
  driver::Run branch(drill);
  drill.advance_to(drill.end());
  branch.advance_to(branch.end());
  EXPECT_EQ(*branch.finish().logs_file, *drill.finish().logs_file);
}

TEST(RunLogs, AreNotKeptWhereNothingIs) {
  const Finished done = run({.seed = 1, .keep = Keep::none}, 24h);
  EXPECT_EQ(done.logs_file, nullptr);
  EXPECT_FALSE(done.record.logs_hash);
  EXPECT_TRUE(done.record.logs.lines.empty());
}

TEST(RunLogs, KeepNoLineThatGivesTheScenarioAway) {
  const Finished done = run({.seed = 1}, 24h);
  for (const auto& fault : done.record.faults) {
    EXPECT_EQ(done.logs_file->find(fault.id), std::string::npos);
    EXPECT_EQ(done.logs_file->find(fault.kind), std::string::npos);
  }
  EXPECT_EQ(done.logs_file->find(done.record.scenario), std::string::npos);
}

// What happens again within an hour is counted.
TEST(LogKeeper, CountsEvents) {
  LogKeeper keeper(outage());
  const Time t = outage().scenario.start;
  const auto event = [&](Duration after) {
    return events::ClusterEvent{
        .first = t + after, .last = t + after, .reason = "BackOff", .object = "pod/a-0", .message = "back-off"};
  };
  for (const Duration after : {Duration(0), Duration(10min), Duration(50min), Duration(3h)}) {
    keeper.on_cluster_event(event(after));
  }
  const record::Logs logs = keeper.finish();
  ASSERT_EQ(logs.events.size(), 2U);
  EXPECT_EQ(logs.events[0].count, 3U);
  EXPECT_EQ(logs.events[0].last, t + 50min);
  EXPECT_EQ(logs.events[1].count, 1U);
}

TEST(LogKeeper, StopsAtTheLimitAndSaysSo) {
  LogKeeper keeper(outage());
  const Time t = outage().scenario.start;
  const events::LogLine line{.t = t, .service = "web", .cause = "served", .message = std::string(4000, 'x')};
  const std::size_t fits = record::kMostLogBytes / record::bytes_in_file(line);
  for (std::size_t i = 0; i < fits + 5; ++i) keeper.on_log(line);
  const record::Logs logs = keeper.finish();
  EXPECT_EQ(logs.lines.size(), fits);
  EXPECT_EQ(logs.left_out, 5U);
  EXPECT_EQ(logs.left_out_from, t);
}

TEST(LogKeeper, WritesSeldomerInLongRuns) {
  EXPECT_EQ(log_every(1h), 2min);
  EXPECT_EQ(log_every(24h * 30), Duration(24h * 30) / 200);
}

}  // namespace
}  // namespace firedrill::driver
