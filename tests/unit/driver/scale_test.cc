// A service is scaled in a run: what the monitor finds, and what the log gives again.
#include <gtest/gtest.h>

#include "base/text/format.h"
#include "driver/run.h"
#include "promql/engine.h"
#include "promql/parse/parser.h"
#include "record/record_json.h"
#include "scenario/load.h"

namespace firedrill::driver {
namespace {

const scenario::LoadedScenario& shop() {
  static const auto loaded = scenario::load_scenario(FIREDRILL_SOURCE_DIR "/scenarios/checkout-database-outage");
  if (!loaded) throw std::runtime_error(render(loaded.error()));
  return *loaded;
}

const RunOptions kQuiet{.seed = 5, .keep = Keep::all, .disable_faults = true};

struct Scaled {
  Finished done;
  std::vector<record::ActionRecord> log;
};

Scaled run(const std::vector<record::ActionRecord>& log, Duration stride) {
  driver::Run drill(shop(), kQuiet);
  for (const auto& [given_at, action] : log) {
    while (drill.now() + stride < given_at) drill.advance_to(drill.now() + stride);
    drill.advance_to(given_at);
    const auto done = drill.apply(action);
    EXPECT_TRUE(done) << done.error();
  }
  drill.advance_to(drill.end());
  std::vector<record::ActionRecord> actions = drill.actions();
  return {drill.finish(), std::move(actions)};
}

double value_at(const Finished& done, Time t, const std::string& text) {
  const auto parsed = promql::parse_text(text, {});
  EXPECT_TRUE(parsed) << text;
  promql::Query query(*parsed, done.series, {});
  const auto value = query.at(t);
  EXPECT_TRUE(value) << value.error();
  const auto& vector = std::get<promql::Vector>(*value);
  return vector.empty() ? 0 : vector[0].value;
}

TEST(Scale, TheMonitorFollowsTargetsThatComeAndGo) {
  const Time origin = blank_record(shop(), kQuiet).judged_from;
  const auto scaling = [&](Duration at, std::int64_t replicas) {
    const Time t = origin + at;
    return record::ActionRecord{t, {t, events::ActionKind::scale, "checkout", "ada", replicas}};
  };
  const std::vector<record::ActionRecord> log = {scaling(5min + 7s, 6), scaling(20min + 1s, 2), scaling(40min, 3)};
  const Scaled first = run(log, 1h);
  const auto up = [&](Duration after) {
    return value_at(first.done, origin + after, "count(up{service=\"checkout\"})");
  };
  EXPECT_EQ(up(5min), 3);
  EXPECT_EQ(up(7min), 6);
  EXPECT_EQ(up(19min), 6);
  EXPECT_EQ(up(23min), 2) << "series of a pod that is gone end, and do not linger";
  EXPECT_EQ(up(39min), 2);
  EXPECT_EQ(up(44min), 3);
  const std::string of_pods = "sum by (pod) (rate(http_requests{service=\"checkout\"}[5m]))";
  const double per_pod = value_at(first.done, origin + 19min, format("avg({})", of_pods));
  EXPECT_NEAR(per_pod / value_at(first.done, origin + 5min, format("avg({})", of_pods)), 0.5, 0.05);
  EXPECT_NEAR(value_at(first.done, origin + 39min, format("avg({})", of_pods)) / per_pod, 3, 0.3);
  EXPECT_EQ(first.log, log);
  // The log gives the run again, in whatever steps it is driven.
  const Scaled again = run(first.log, 13s);
  EXPECT_TRUE(record::write_record(again.done.record) == record::write_record(first.done.record));
  EXPECT_TRUE(*again.done.series_file == *first.done.series_file);
  const auto& timeline = first.done.record.timeline;
  const auto taken = std::ranges::find(timeline, events::EventKind::action_taken, &events::Event::kind);
  ASSERT_NE(taken, timeline.end());
  EXPECT_EQ(events::describe(*taken), "ada: scale checkout to 6");
}

TEST(Scale, IsRefusedAndNotLogged) {
  driver::Run drill(shop(), kQuiet);
  const auto done = drill.apply({drill.now(), events::ActionKind::scale, "checkout", "ada", 0});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error(), "checkout can have 1 to 1000 replicas, and not 0");
  EXPECT_TRUE(drill.actions().empty());
}

}  // namespace
}  // namespace firedrill::driver
