// A processor's quota against a simulation of its periods.
#include "fake_services/traffic/quota.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <limits>
#include <vector>

#include "base/maths.h"
#include "base/random.h"
#include "base/text/format.h"
#include "fake_services/traffic/stations/quota_station.h"
#include "shop.h"

namespace firedrill::fake_services {
namespace {

struct Observed {
  double extra_s = 0;   // that requests take longer once they have a worker, on average
  double waited_s = 0;  // for one
  double throttled_periods = 0;
  double throttled_time = 0;
  std::vector<double> times;  // sorted
};

constexpr std::size_t kAsMany = 1000000;  // workers as anyone could want

// `room` requests at work use up the quota just when the period ends. All at work go at full speed until then.
Observed simulate(double rate, double room, const std::function<double(RandomStream&)>& draw, std::size_t count,
                  std::size_t workers = kAsMany) {
  struct Job {
    double end, begun, alone;
    bool operator<(const Job& other) const { return end > other.end; }
  };
  RandomStream chance(1, "quota");
  std::vector<Job> jobs;  // a heap
  Observed seen;
  double t = 0, work = 0, used = 0, period_end = kQuotaPeriod, next = 0, periods = 0;
  bool throttled = false;
  std::deque<double> waiting;  // for a worker, since when
  const auto begin = [&] {
    const double alone = draw(chance);
    jobs.push_back({work + alone, t, alone});
    std::push_heap(jobs.begin(), jobs.end());
  };
  while (seen.times.size() < count) {
    const double n = static_cast<double>(jobs.size());
    constexpr double kNever = std::numeric_limits<double>::infinity();
    const double done = !throttled && n > 0 ? t + jobs.front().end - work : kNever;
    const double empty = !throttled && n > 0 ? t + (room * kQuotaPeriod - used) / n : kNever;
    const double at = std::min({next, done, empty, period_end});
    if (throttled) {
      seen.throttled_time += at - t;
    } else {
      work += at - t;
      used += n * (at - t);
    }
    t = at;
    if (at == period_end) {
      periods += 1;
      seen.throttled_periods += throttled ? 1 : 0;
      throttled = false;
      used = 0;
      period_end += kQuotaPeriod;
    } else if (at == empty) {
      throttled = true;
    } else if (at == done) {
      std::pop_heap(jobs.begin(), jobs.end());
      seen.times.push_back(t - jobs.back().begun);
      seen.extra_s += (t - jobs.back().begun - jobs.back().alone) / static_cast<double>(count);
      jobs.pop_back();
      if (!waiting.empty()) {
        seen.waited_s += (t - waiting.front()) / static_cast<double>(count);
        waiting.pop_front();
        begin();
      }
    } else {
      if (jobs.size() < workers) {
        begin();
      } else {
        waiting.push_back(t);
      }
      next = t + chance.exponential(1 / rate);
    }
  }
  seen.throttled_periods /= periods;
  seen.throttled_time /= t;
  std::ranges::sort(seen.times);
  return seen;
}

struct Case {
  const char* name;
  double mean_s, room, use;
};

TEST(Quota, ThrottlesAsASimulationOfPeriodsDoes) {
  for (const Case& c :
       {Case{"short, busy", 0.005, 1, 0.9}, Case{"short", 0.005, 1, 0.8}, Case{"short, room", 0.005, 4, 0.9},
        Case{"half a core", 0.005, 0.5, 0.8}, Case{"middling", 0.02, 1, 0.8}, Case{"middling, half busy", 0.02, 1, 0.5},
        Case{"middling, room", 0.02, 4, 0.8}, Case{"long", 0.1, 2, 0.8}, Case{"longer than periods", 0.4, 2, 0.8}}) {
    SCOPED_TRACE(c.name);
    const double rate = c.use * c.room / c.mean_s;
    const auto draw = [&](RandomStream& chance) { return chance.exponential(c.mean_s); };
    const Observed seen = simulate(rate, c.room, draw, 150000);
    const ProcessorLoad load{.room = c.room, .load = rate * c.mean_s, .workers = 1e4};
    const QuotaUse use = quota_use(load, {c.mean_s, c.mean_s * c.mean_s});
    EXPECT_NEAR((use.stretch - 1) * c.mean_s, seen.extra_s, 0.5 * seen.extra_s + 0.05 * c.mean_s);
    EXPECT_NEAR(use.throttled_periods, seen.throttled_periods, 0.12);
    EXPECT_NEAR(use.throttled_time, seen.throttled_time, 0.1);
    const Times law = quota_times(Times(Distribution::exponential(c.mean_s)), load, use, use.stretch);
    for (const double q : {0.5, 0.9, 0.95, 0.99}) {
      const double x = seen.times[static_cast<std::size_t>(q * static_cast<double>(seen.times.size()))];
      EXPECT_NEAR(law.cdf(x), q, 0.06) << "at " << q;
    }
  }
}

// Bursts that a period has room for are not slowed down, however many cores they take for a moment.
TEST(Quota, LetsShortBurstsThrough) {
  const ProcessorLoad load{.room = 2, .load = 0.6, .workers = 64};  // two cores, a third of them used
  EXPECT_LT(quota_use(load, {0.002, 4e-6}).stretch, 1.001);
  EXPECT_GT(shared_stretch(load), 1.05);  // as shares of each moment they would be
  EXPECT_LT(quota_use(load, {0.002, 4e-6}).throttled_periods, 0.01);
}

// Few workers are hardly ever all at work, and what one waits for the others do not add to.
TEST(Quota, ThrottlesFewWorkersLess) {
  for (const std::size_t workers : {1, 2, 4}) {
    for (const double mean_s : {0.005, 0.0115, 0.02, 0.06}) {
      for (const double room : {0.1, 0.3, 0.8}) {
        for (const double use : {0.4, 0.7, 0.9}) {
          const double rate = use * room / mean_s;
          const auto draw = [&](RandomStream& chance) { return chance.exponential(mean_s); };
          const Observed seen = simulate(rate, room, draw, 20000, workers);
          const ProcessorLoad load{.room = room, .load = rate * mean_s, .workers = static_cast<double>(workers)};
          const double takes_s = quota_use(load, {mean_s, mean_s * mean_s}).stretch * mean_s;
          EXPECT_NEAR(takes_s, mean_s + seen.extra_s, 0.35 * (mean_s + seen.extra_s))
              << workers << " workers, " << mean_s << " s, room " << room << ", use " << use;
        }
      }
    }
  }
}

// A station with a quota, at rest, against the same: the mean time at work, its law, and how often all stands still.
TEST(Quota, StationIsAsASimulationOfPeriods) {
  constexpr double kMean = 0.03;
  const double square = maths::exp(1) - 1;  // of the lognormal's coefficient of variation
  const Distribution laws[] = {Distribution::exponential(kMean), Distribution::constant(kMean),
                               Distribution::lognormal({kMean, square * kMean * kMean})};
  int turn = 0;
  for (const std::int64_t workers : {1, 3, 8}) {
    for (const double per_period : {0.35, 1.3, 4.7, 29.5}) {
      for (const double use : {0.3, 0.6, 0.9}) {
        const Distribution& own = laws[(turn + turn / 3) % 3];
        ++turn;
        const double room = per_period * kMean / kQuotaPeriod;
        const double rate = use * std::min(room, static_cast<double>(workers)) / kMean;
        const auto draw = [&](RandomStream& chance) {
          switch (own.shape()) {
            case Shape::exponential:
              return chance.exponential(kMean);
            case Shape::lognormal:
              return chance.lognormal(maths::log(kMean) - 0.5, 1);
            default:
              return kMean;
          }
        };
        const Observed seen = simulate(rate, room, draw, 100000, static_cast<std::size_t>(workers));
        QuotaStation station({.workers = workers,
                              .places = workers + 1000,
                              .arrivals = {},
                              .works = {{1, own}},
                              .per_period = per_period,
                              .rest_s = 0});
        QuotaPoint point;
        for (int i = 0; i < 300; ++i) point = station.step(point.station.occupancy, rate, 60);
        SCOPED_TRACE(format("{} workers, {} a period, use {}, shape {}", workers, per_period, use,
                            static_cast<int>(own.shape())));
        EXPECT_NEAR(point.stretch * kMean, kMean + seen.extra_s, 0.08 * (kMean + seen.extra_s));
        EXPECT_NEAR(point.throttled_periods, seen.throttled_periods, 0.03);
        EXPECT_NEAR(point.throttled_time, seen.throttled_time, 0.03);
        const Times times = station.at_work(0);
        for (const double q : {0.5, 0.9, 0.99}) {
          const double x = seen.times[static_cast<std::size_t>(q * static_cast<double>(seen.times.size()))];
          // Many take the same time where work is constant: within a place of the grid.
          const double place = own.shape() == Shape::constant ? 1.13 : 1;
          EXPECT_GT(times.cdf(x * place), q - 0.05) << "at " << q;
          const auto before = std::ranges::lower_bound(seen.times, x / place) - seen.times.begin();
          EXPECT_LT(times.cdf(x / place / place),
                    static_cast<double>(before) / static_cast<double>(seen.times.size()) + 0.05)
              << "at " << q;
        }
      }
    }
  }
}

// What waits and what is turned away, where requests keep their workers after their work, and few can come at once.
TEST(Quota, StationTurnsAwayAndHoldsUp) {
  QuotaShape shape{.workers = 1,
                   .places = 1,
                   .arrivals = {},
                   .works = {{1, Distribution::constant(0.03)}},
                   .per_period = 0.6,
                   .rest_s = 0};
  // 30 ms of work, of which a period has room for 18: alone, by when in the period it comes (a mean of 73.5 ms).
  QuotaStation rare(shape);
  const QuotaPoint seldom = rare.step(0, 0.05, 1e6);
  EXPECT_NEAR(seldom.stretch * 0.03, 0.0735, 0.004);
  // One worker and no queue: turned away is who finds it busy.
  QuotaStation alone(shape);
  QuotaPoint point;
  for (int i = 0; i < 100; ++i) point = alone.step(point.station.occupancy, 4, 60);
  EXPECT_NEAR(point.station.blocking, point.station.busy, 0.02);
  EXPECT_NEAR(point.done_rate, 4 * (1 - point.station.blocking), 0.05);
  // All that waits is outside where there is one caller, and nobody is turned away.
  shape.arrivals.callers = 1;
  QuotaStation one(shape);
  point = {};
  for (int i = 0; i < 100; ++i) point = one.step(point.station.occupancy, 4, 60);
  EXPECT_EQ(point.station.blocking, 0);
  EXPECT_NEAR(point.done_rate, 4, 0.1);
  // Far more than it can do: as much as it can is done, and all places are taken.
  shape.arrivals = {};
  shape.places = 10;
  QuotaStation full(shape);
  point = {};
  for (int i = 0; i < 100; ++i) point = full.step(point.station.occupancy, 500, 60);
  EXPECT_NEAR(point.done_rate, 6, 0.2);
  EXPECT_NEAR(point.station.occupancy, 10, 0.5);
  EXPECT_NEAR(point.station.blocking, 0.99, 0.01);
}

struct Limited {
  const char* name;
  std::int64_t workers;
  Duration takes;
  Duration cpu;  // of that
  double cores, use;
  double off;  // of the mean time
};

// What requests take on average; messages, from when a worker takes them.
double seconds_in_a_world(const Limited& c, double rate, bool consumer) {
  WorldSpec spec;
  ServiceSpec web = service("web", 1, {"constant", {}, {}, {}, std::chrono::milliseconds(1)});
  ServiceSpec worker = service("worker", 1, {"exponential", {}, {}, {}, c.takes});
  worker.concurrency = c.workers;
  worker.queue = 100000;
  worker.cpu_per_request = c.cpu;
  worker.cpu_limit = c.cores;
  (consumer ? web : worker).traffic.emplace().requests_per_second = rate;
  spec.topology.services = {worker};
  if (consumer) {
    worker.consumer.emplace();
    web.routes = {route("GET", "/", {}, {call("worker")})};
    web.dependencies = {dependency("worker", std::chrono::seconds(1))};
    spec.topology.services = {web, worker};
  }
  EXPECT_TRUE(validate(spec.topology).empty());
  complete(spec.topology);
  spec.start = spec.origin = *parse_instant("2026-03-03T12:00:00Z");
  Drill drill(std::move(spec));
  const auto seconds = [&](std::string_view what) {
    return drill.value("worker", format("http_request_duration_seconds_{}", what));
  };
  drill.run_for(std::chrono::minutes(10));
  const double sum = seconds("sum");
  const double count = seconds("count");
  drill.run_for(std::chrono::minutes(10));
  return (seconds("sum") - sum) / (seconds("count") - count);
}

double seconds_in_a_simulation(const Limited& c, double rate, bool consumer) {
  const double mean_s = to_seconds(c.takes);
  const double room = c.cores * mean_s / to_seconds(c.cpu);
  const auto draw = [&](RandomStream& chance) { return chance.exponential(mean_s); };
  const Observed seen = simulate(rate, room, draw, 1500000, static_cast<std::size_t>(c.workers));
  return mean_s + seen.extra_s + (consumer ? 0 : seen.waited_s);
}

using std::chrono::milliseconds;

// Many workers, and periods that have room for many requests.
TEST(Quota, ManyRequestsTakeAsLongAsInASimulation) {
  for (const Limited& c : {Limited{"a core", 100, milliseconds(10), milliseconds(10), 1, 0.95, 0.12},
                           Limited{"short work", 96, milliseconds(5), milliseconds(5), 1, 0.9, 0.1},
                           Limited{"mostly waiting", 200, milliseconds(40), milliseconds(4), 1, 0.95, 0.1},
                           Limited{"four cores", 80, milliseconds(5), milliseconds(5), 4, 0.97, 0.12},
                           Limited{"500 a period", 256, milliseconds(10), milliseconds(2), 10, 0.97, 0.12},
                           Limited{"1000 a period", 1000, milliseconds(2), milliseconds(1), 10, 0.97, 0.12}}) {
    const double rate = c.use * c.cores / to_seconds(c.cpu);
    const double simulated = seconds_in_a_simulation(c, rate, false);
    EXPECT_NEAR(seconds_in_a_world(c, rate, false), simulated, c.off * simulated) << c.name;
  }
}

// Who takes messages has a quota, too.
TEST(Quota, AConsumerTakesAsLongAsInASimulation) {
  for (const Limited& c : {Limited{"one worker", 1, milliseconds(12), milliseconds(12), 0.3, 0.7, 0.08},
                           Limited{"a few", 4, milliseconds(20), milliseconds(20), 0.8, 0.9, 0.08},
                           Limited{"eight", 8, milliseconds(60), milliseconds(10), 0.5, 0.9, 0.08},
                           Limited{"many", 100, milliseconds(10), milliseconds(10), 1, 0.9, 0.12}}) {
    const double rate = c.use * c.cores / to_seconds(c.cpu);
    const double simulated = seconds_in_a_simulation(c, rate, true);
    EXPECT_NEAR(seconds_in_a_world(c, rate, true), simulated, c.off * simulated) << c.name;
  }
}

// One at a time, of which a period has room for half, takes twice as long at most; and where there is room for all that
// can be at work, nothing stands still.
TEST(Quota, IsNotUsedByMoreThanThereAreWorkers) {
  ProcessorLoad load{.room = 0.5, .load = 0.49, .workers = 1};
  EXPECT_LE(quota_use(load, {0.012, 1.44e-4}).stretch, 2.0001);
  load.room = 1.2;
  EXPECT_EQ(quota_use(load, {0.012, 1.44e-4}).stretch, 1);
}

TEST(Quota, ThrottlesAlwaysBeyondTheLimit) {
  const ProcessorLoad load{.room = 2, .load = 2, .workers = 10};
  const QuotaUse use = quota_use(load, {0.01, 1e-4});
  EXPECT_EQ(use.throttled_periods, 1);
  EXPECT_NEAR(use.throttled_time, 0.8, 1e-9);
}

}  // namespace
}  // namespace firedrill::fake_services
