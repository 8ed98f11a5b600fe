// Deeds in the live world: which of them has helped, and of which that cannot be said.
#include "driver/live/action_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_services/actions/action_table.h"

namespace firedrill::driver::live {
namespace {

using testing::HasSubstr;

class Told final : public events::Sink {
 public:
  void on_event(events::Event event) override { all.push_back(events::describe(event)); }
  std::vector<std::string> all;
};

fake_services::Observation minute(double failed) {
  fake_services::Observation out;
  out.seconds = 60;
  out.attempts = out.replies = 1000;
  out.by_code[503] = failed;
  out.by_code[200] = 1000 - failed;
  return out;
}

class ActionWatchTest : public testing::Test {
 protected:
  ActionWatchTest() {
    const events::Action restart{Time(10min), events::ActionKind::restart, "web", "ada"};
    watch_.begin(*fake_services::find_action(events::ActionKind::restart), restart, minute(800));
  }
  void others_end(bool else_hit) {
    watch_.end_otherwise(Time(10min + 30s), [=](const std::string& service) { return else_hit && service == "web"; });
  }
  std::string after(double failed) {
    watch_.look(Time(12min), [=](const std::string&) { return minute(failed); }, told_);
    return told_.all.empty() ? "" : told_.all.back();
  }
  ActionWatch watch_;
  Told told_;
};

TEST_F(ActionWatchTest, ADeedHasHelpedWhereItIsBetterSince) {
  EXPECT_THAT(after(0), HasSubstr("restart web helped"));
}

TEST_F(ActionWatchTest, WhatOthersEndedIsNoDeedsDoing) {
  others_end(false);
  EXPECT_THAT(after(0), HasSubstr("restart web did not help: what was wrong was ended otherwise, at 00:10:30, before "
                                  "this had helped"));
}

TEST_F(ActionWatchTest, WhatElseHitsItsServiceIsLeftForTheDeed) {
  others_end(true);
  EXPECT_THAT(after(0), HasSubstr("restart web helped"));
}

TEST_F(ActionWatchTest, ADeedThatTookSomethingAwayHasItsShare) {
  watch_.take_away();
  others_end(false);
  EXPECT_THAT(after(0), HasSubstr("restart web helped"));
}

TEST_F(ActionWatchTest, NothingIsSaidBeforeItShows) {
  EXPECT_EQ(after(800), "");
}

}  // namespace
}  // namespace firedrill::driver::live
