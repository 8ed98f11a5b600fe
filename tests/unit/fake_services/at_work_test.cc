// What is under way and ends after its time.
#include "fake_services/traffic/at_work.h"

#include <gtest/gtest.h>

namespace firedrill::fake_services {
namespace {

TEST(DelayLine, LetsOutWhatWentInSoLongBefore) {
  DelayLine line;
  line.keep(0, 0, 10, 5);
  double out = 0;
  for (int second = 0; second < 5; ++second) {
    EXPECT_EQ(line.out(2, 1, 5), 0) << second;
    line.keep(2, 0, 1, 5);
  }
  EXPECT_NEAR(line.content(2, 5), 10, 1e-9);
  EXPECT_NEAR(line.out(2, 1, 5), 2, 1e-9);
  // In one long step, too: 5 s of what is in it, and the rest of what goes in.
  EXPECT_NEAR(line.out(4, 8, 5), (5 * 2 + 3 * 4) / 8.0, 1e-9);
  for (int second = 0; second < 5; ++second) {
    const double now = line.out(0, 1, 5);
    out += now;
    line.keep(0, now, 1, 5);
  }
  EXPECT_NEAR(out, 10, 1e-9);
  EXPECT_EQ(line.out(0, 1, 5), 0);
}

// A step was to take a second, and all that is in it to come out at its end; it ends after 0.2 s, and again and again.
TEST(DelayLine, LosesNothingWhereStepsEndEarly) {
  DelayLine line(true);
  line.keep(40, 0, 0.025, 5);
  double out = 0;
  for (int i = 0; i < 60; ++i) {
    const double now = line.out(0, 1, 5);
    const double part = i % 3 == 0 ? 0.2 : i % 3 == 1 ? 0.07 : 0.4;
    out += now * part;
    line.keep(0, now, part, 5);
  }
  EXPECT_NEAR(out, 1, 1e-4);
}

TEST(DelayLine, HasAlwaysBeenAsItWasWhenItBegan) {
  DelayLine line;
  EXPECT_EQ(line.out(3, 1, 5), 3);
  line.keep(3, 3, 1, 5);
  EXPECT_NEAR(line.out(0, 1, 5), 3, 1e-9);
}

// A tenth of the requests begin to time out after 5 s: the others go on ending as they did.
TEST(AtWork, EndsTimeOutsAfterTheirTime) {
  AtWork work;
  work.endings.resize(2);
  const Law quick = std::make_shared<const Times>(Distribution::exponential(0.1));
  const Law late = std::make_shared<const Times>(Times::just(5));
  double busy = 0;
  const auto second = [&](double failing) {
    set_ending(work.endings[0], 1 - failing, quick);
    set_ending(work.endings[1], failing, late);
    work.usual_s = (1 - failing) * 0.1 + failing * 5;
    go_on(work, 20, 1);
    busy += 20 - work.endings[0].rate - work.endings[1].rate;
    keep(work, 1, 1, busy);
  };
  for (int i = 0; i < 20; ++i) second(0);
  EXPECT_NEAR(work.endings[0].rate, 20, 1e-6);
  EXPECT_NEAR(leaving_after(work, 20, 1), 0.1, 1e-6);
  for (int i = 0; i < 5; ++i) {
    second(0.1);
    EXPECT_EQ(work.endings[1].rate, 0) << i;
    EXPECT_NEAR(work.endings[0].rate, 18, 0.3) << i;
  }
  second(0.1);
  EXPECT_NEAR(work.endings[1].rate, 2, 0.01);
  EXPECT_NEAR(busy, 18 * 0.1 + 2 * 5, 0.3);
  EXPECT_NEAR(leaving_after(work, 20, 1), 0.9 * 0.1 + 0.1 * 5, 0.01);
}

TEST(AtWork, IsTakenByThoseThatAreNeverAnswered) {
  AtWork work;
  work.endings.resize(1);
  set_ending(work.endings[0], 0.9, std::make_shared<const Times>(Distribution::exponential(0.1)));
  work.usual_s = 0.1;
  work.silent_share = 0.1;
  for (int i = 0; i < 8; ++i) {
    go_on(work, 5, 1);
    keep(work, 1, 1, work.next_silent + 0.45);
  }
  EXPECT_NEAR(work.silent, 8 * 0.5, 0.01);
  EXPECT_NEAR(leaving_after(work, 5, 1), (4.25 + 0.45) / 4.5, 0.05);
}

}  // namespace
}  // namespace firedrill::fake_services
