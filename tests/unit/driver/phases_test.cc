// The parts of a run, as they are told and as the record has them: they follow what happens to faults.
#include "driver/phases.h"

#include <gtest/gtest.h>

#include "base/duration.h"
#include "base/text/format.h"
#include "driver/run.h"
#include "events/event.h"
#include "scenario/load.h"

namespace firedrill::driver {
namespace {

using Lines = std::vector<std::string>;

// Its only fault is on from 10 min after the warm-up on, for 20 min.
const scenario::LoadedScenario& outage() {
  static const auto loaded = scenario::load_scenario(FIREDRILL_SOURCE_DIR "/scenarios/checkout-database-outage");
  if (!loaded) throw std::runtime_error(render(loaded.error()));
  return *loaded;
}

class PhasesTest : public testing::Test, public events::Sink {
 protected:
  void act(Duration at, events::ActionKind kind, Duration effective) {
    drill_.advance_to(origin_ + at);
    ASSERT_TRUE(drill_.apply({origin_ + effective, kind, "db-refuses", "ada"}));
  }
  // "steady from 0s to 10m", in order of time.
  Lines phases() {
    drill_.advance_to(drill_.end());
    record_ = drill_.finish().record;
    Lines out;
    for (const record::Phase& phase : record_.phases) {
      out.push_back(format("{} from {} to {}", phase.name, since(phase.from), since(phase.to)));
    }
    return out;
  }
  std::string since(Time t) const { return t < origin_ ? "the start" : format_duration(t - origin_); }
  void on_event(events::Event event) override {
    using enum events::EventKind;
    if (event.kind == phase || event.kind == fault_scheduled || event.kind == fault_ended)
      heard_.push_back(since(event.t) + " " + events::describe(event));
  }

  Time origin_ = blank_record(outage(), {}).judged_from;
  Lines heard_;
  driver::Run drill_{outage(), {.seed = 1}, {this}};
  record::Record record_;
};

TEST_F(PhasesTest, AreToldAsTheyBegin) {
  EXPECT_EQ(phases(), (Lines{"warmup from the start to 0s", "steady from 0s to 10m", "fault db-refuses from 10m to 30m",
                             "recovery from 30m to 1h"}));
  EXPECT_EQ(heard_, (Lines{"the start fault db-refuses is scheduled (connection_refused on postgres)",
                           "the start phase: warmup", "0s phase: steady", "10m phase: fault db-refuses",
                           "30m phase: recovery", "30m fault db-refuses ended (connection_refused on postgres)"}));
  const auto in_timeline = std::ranges::count(record_.timeline, events::EventKind::phase, &events::Event::kind);
  EXPECT_EQ(in_timeline, 4);
}

TEST_F(PhasesTest, FollowAFaultThatSomebodyEnds) {
  act(12min, events::ActionKind::end_fault, 14min);
  EXPECT_EQ(phases(), (Lines{"warmup from the start to 0s", "steady from 0s to 10m", "fault db-refuses from 10m to 14m",
                             "recovery from 14m to 1h"}));
  EXPECT_EQ(record_.incidents.at(0).times.injected_at, origin_ + 10min);
  EXPECT_EQ(record_.faults.at(0).recovered_at, origin_ + 14min);
}

TEST_F(PhasesTest, FollowAFaultThatSomebodyBegins) {
  act(3min, events::ActionKind::begin_fault, 5min);
  EXPECT_EQ(phases(), (Lines{"warmup from the start to 0s", "steady from 0s to 5m", "fault db-refuses from 5m to 25m",
                             "recovery from 25m to 1h"}));
  EXPECT_EQ(record_.incidents.at(0).times.injected_at, origin_ + 5min);
}

TEST_F(PhasesTest, FollowAFaultThatSomebodyPutsOff) {
  act(3min, events::ActionKind::begin_fault, 50min);
  EXPECT_EQ(phases(),
            (Lines{"warmup from the start to 0s", "steady from 0s to 50m", "fault db-refuses from 50m to 1h"}));
}

}  // namespace
}  // namespace firedrill::driver
