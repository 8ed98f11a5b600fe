// A shared processor against a simulation of it: requests come at random, and share what there is.
#include "fake_services/traffic/processor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "base/random.h"

namespace firedrill::fake_services {
namespace {

using Draw = std::function<double(RandomStream&)>;

// Times at work of `count` requests; each that is at work goes at full speed or, beyond `room`, at an equal part of it.
std::vector<double> simulate(double rate, double room, const Draw& draw, int count) {
  struct Job {
    double begun;
    double left;
  };
  RandomStream chance(1, "processor");
  std::vector<Job> jobs;
  std::vector<double> times;
  double t = 0;
  double next = chance.exponential(1 / rate);
  while (std::ssize(times) < count) {
    const double speed = std::min(1.0, room / std::max(1.0, static_cast<double>(jobs.size())));
    const auto first = std::ranges::min_element(jobs, {}, &Job::left);
    const double end = first == jobs.end() ? next : std::min(next, t + first->left / speed);
    for (Job& job : jobs) job.left -= (end - t) * speed;
    t = end;
    if (end == next) {
      jobs.push_back({t, draw(chance)});
      next = t + chance.exponential(1 / rate);
    } else {
      times.push_back(t - first->begun);
      jobs.erase(first);
    }
  }
  return times;
}

struct Case {
  const char* name;
  double rate;
  double room;
  Times law;
  Draw draw;
};

TEST(Processor, IsSharedByThoseAtWork) {
  const Times exponential{Distribution::exponential(0.01)};
  const Draw draws = [](RandomStream& c) { return c.exponential(0.01); };
  const Draw constant = [](RandomStream&) { return 0.01; };
  for (const Case& c :
       {Case{"one core, half busy", 50, 1, exponential, draws}, Case{"one core, busy", 85, 1, exponential, draws},
        Case{"constant work", 50, 1, Times::just(0.01), constant}, Case{"four cores, busy", 340, 4, exponential, draws},
        Case{"a fifth of a core", 10, 0.2, exponential, draws}}) {
    std::vector<double> times = simulate(c.rate, c.room, c.draw, 200'000);
    double mean = 0;
    for (const double t : times) mean += t / static_cast<double>(times.size());
    const ProcessorLoad load{.room = c.room, .load = c.rate * 0.01, .workers = 500};
    const double stretch = shared_stretch(load);
    EXPECT_NEAR(stretch, mean / 0.01, 0.05 * stretch) << c.name;
    const Times law = shared_times(c.law, load, stretch);
    EXPECT_NEAR(law.mean(), 0.01 * stretch, 0.01 * stretch * 0.02) << c.name;
    std::ranges::sort(times);
    for (const double q : {0.5, 0.95, 0.99}) {
      const double x = times[static_cast<std::size_t>(q * static_cast<double>(times.size()))];
      EXPECT_NEAR(law.cdf(x), q, q < 0.9 ? 0.07 : 0.03) << c.name << " at " << q;
    }
  }
}

TEST(Processor, WithRoomForAllIsAsIfAlone) {
  EXPECT_EQ(shared_stretch({.room = 32, .load = 0.5, .workers = 64}), 1);
  EXPECT_EQ(shared_stretch({.room = 2, .load = 0, .workers = 64}), 1);
}

// Whoever finds no worker waits for one, and takes nothing of the processor while it does.
TEST(Processor, NoMoreAreAtWorkThanThereAreWorkers) {
  EXPECT_NEAR(shared_stretch({.room = 0.5, .load = 0.3, .workers = 1}), 2, 1e-9);
  EXPECT_NEAR(shared_stretch({.room = 1, .load = 0.5, .workers = 2}), 1.5, 1e-9);
  EXPECT_NEAR(shared_times(Times::just(0.01), {.room = 0.5, .load = 0.3, .workers = 1}, 2).cdf(0.02), 1, 1e-9);
}

// At 95 % of its processor a request takes far longer than at 50 %.
TEST(Processor, TakesLongerTheBusierItIs) {
  const auto at = [](double use) { return shared_stretch({.room = 2, .load = 2 * use, .workers = 500}); };
  EXPECT_LT(at(0.5), 1.4);
  EXPECT_GT(at(0.95), 8);
}

}  // namespace
}  // namespace firedrill::fake_services
