// What is said of faults that were not seen: what was measured meanwhile, and for how long.
#include <gmock/gmock.h>

#include "fault_script.h"

namespace firedrill::fake_services {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

std::string why_unseen(const std::string& kind, const TargetSpec& target, Duration lasts, const Fields& fields = {}) {
  Drill drill(drill_shop({fault("f", kind, target, 10min, lasts, fields)}));
  drill.run_for(12min);
  const FaultState state = drill.world().faults().at(0);
  EXPECT_FALSE(state.witness.observed) << kind << ": " << state.witness.what;
  return state.witness.what;
}

TEST(Unseen, WhatIsTooShortSaysHowShort) {
  EXPECT_THAT(why_unseen("readiness_flap", target_of("web"), 1s),
              AllOf(HasSubstr("within 1 s of its start"), HasSubstr("its endpoints changed 0 times")));
  EXPECT_THAT(why_unseen("crash_loop", target_of("checkout"), 1s),
              AllOf(HasSubstr("within 1 s of its start"), HasSubstr("a loop once one that was restarted ends again")));
  EXPECT_THAT(why_unseen("target_missing", target_of("web"), 1s), HasSubstr("no `up` of web ended within 1 s"));
  EXPECT_THAT(why_unseen("monitor_down", {}, 1s), HasSubstr("within 1 s of its start"));
  EXPECT_THAT(why_unseen("liveness_deadlock", target_of("web"), 10ms), HasSubstr("within 10 ms of its start"));
}

TEST(Unseen, OneIsNotSeveral) {
  Observation before, during;
  during.scrapes_missed = during.evaluations_missed = 1;
  const auto down = find_fault("monitor_down")->make({});
  EXPECT_EQ(down->symptom(before, during, "the monitor"),
            "1 scrape and 1 iteration of rule groups that were due did not take place");
  during.evaluations_missed = 2;
  EXPECT_EQ(down->symptom(before, during, "the monitor"),
            "1 scrape and 2 iterations of rule groups that were due did not take place");
  during.endpoint_changes = 1;
  EXPECT_THAT(find_fault("readiness_flap")->make({})->unseen(before, during, "web"),
              HasSubstr("its endpoints changed 1 time (before: 0)"));
}

TEST(Unseen, AMetricThatNobodyHas) {
  Fields fields;
  fields.set("metric", std::string("no_such_metric"), {});
  for (const char* kind : {"stale_series", "nan"})
    EXPECT_THAT(why_unseen(kind, target_of("web"), 5min, fields), HasSubstr("was of a metric 'no_such_metric'"))
        << kind;
}

// What comes after its end is another's.
TEST(Unseen, AFaultThatIsOver) {
  const auto factor = [](double of) {
    Fields fields;
    fields.set("factor", of, {});
    return fields;
  };
  Drill drill(drill_shop({fault("slight", "traffic_surge", target_of("web"), 10min, 2min, factor(1.0001)),
                          fault("strong", "traffic_surge", target_of("web"), 20min, 10min, factor(3))}));
  drill.run_for(32min);
  EXPECT_FALSE(drill.world().faults().at(0).witness.observed) << drill.world().faults().at(0).witness.what;
  EXPECT_TRUE(drill.world().faults().at(1).witness.observed);
}

// A rate that drifts by 10 % says nothing of one that is a quarter higher.
TEST(Unseen, ASurgeThatDriftMayBe) {
  Observation before, during;
  before.seconds = 300, before.outside = 36'000, before.usual = 36'000;
  during.seconds = 60, during.outside = 9'000, during.usual = 7'200;
  EXPECT_TRUE(arrivals_rise(before, during, "web"));
  during.drift = 0.03;
  EXPECT_TRUE(arrivals_rise(before, during, "web"));
  during.drift = 0.1;
  EXPECT_FALSE(arrivals_rise(before, during, "web"));
  during.drift = 0;
  during.usual = 9'000;
  EXPECT_FALSE(arrivals_rise(before, during, "web")) << "the time of day explains it";
  Observation none;
  EXPECT_FALSE(arrivals_rise(none, during, "web")) << "nothing is known before, and this is usual";
  during.outside = 4'500;
  EXPECT_TRUE(arrivals_fall(before, during, "web"));
  during.usual = 4'500;
  EXPECT_FALSE(arrivals_fall(before, during, "web"));
}

TEST(Unseen, ASurgeWithinTheDrift) {
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U, 6U}) {
    Fields fields;
    fields.set("factor", 1.25, {});
    WorldSpec spec = drill_shop({fault("f", "traffic_surge", target_of("web"), 30min, 2h, fields)});
    spec.seed = seed;
    spec.disable_faults = true;
    auto& noise = service_of(spec, "web").traffic->noise;
    noise.deviation = 0.1;
    noise.correlation = 10min;
    Drill drill(std::move(spec));
    drill.run_for(150min);
    EXPECT_FALSE(drill.world().faults().at(0).witness.observed) << drill.world().faults().at(0).witness.what;
    EXPECT_THAT(drill.world().faults().at(0).witness.what, HasSubstr("its traffic drifts by 10 % by itself"));
  }
}

Observation latencies(double count, double mean_s, double deviation_s) {
  Observation out;
  out.seconds = 60;
  out.latency_count = count;
  out.latency_sum_s = count * mean_s;
  out.latency_square_s2 = count * (deviation_s * deviation_s + mean_s * mean_s);
  return out;
}

// What was measured, over how many, and from where on it would count.
TEST(Unseen, ARiseNamesItsBound) {
  const auto latency = [](const Observation& before, const Observation& during) {
    return find_fault("io_latency")->make({})->unseen(before, during, "store");
  };
  EXPECT_EQ(
      latency(latencies(10'000, 0.040, 0.020), latencies(400, 0.042, 0.020)),
      "400 requests to store took 42.0 ms on average (before: 40.0 ms over 10000), 2.00 ms more; a rise counts from "
      "6.12 ms on, 6 standard errors of so many");
  EXPECT_EQ(
      latency(latencies(1e6, 0.040, 0.001), latencies(1e6, 0.0403, 0.001)),
      "1000000 requests to store took 40.3 ms on average (before: 40.0 ms over 1000000), 0.30 ms more; a rise counts "
      "from 0.40 ms on, 1 % of what it was");
  EXPECT_EQ(latency(latencies(10'000, 0.040, 0.020), latencies(7, 0.4, 0.020)),
            "7 requests to store are too few to tell how long they take: from 20 on their mean counts");
}

// Requests that take longer are no sign of missing workers where none of them waits for one.
TEST(Unseen, ThreadExhaustionTellsHowManyWait) {
  Observation before = latencies(10'000, 0.040, 0.001), during = latencies(10'000, 0.050, 0.001);
  before.replies = during.replies = 10'000;
  during.queued = 0.25;
  const auto stuck = find_fault("thread_exhaustion")->make({});
  EXPECT_FALSE(stuck->symptom(before, during, "store"));
  EXPECT_EQ(
      stuck->unseen(before, during, "store"),
      "0.25 requests waited for a worker of store (before: 0.00), where more than 1.00 would count; 0 of 10000 found "
      "no room (before: 0 of 10000)");
  during.queued = 1.5;
  EXPECT_TRUE(stuck->symptom(before, during, "store"));
}

// The bounds that are told are those that decide.
TEST(Unseen, TheBoundsDecide) {
  const Observation before = latencies(10'000, 0.040, 0.020);
  const double least = least_latency_rise(before, latencies(400, 0.040, 0.020)).seconds;
  EXPECT_TRUE(latency_rose(before, latencies(400, 0.040 + least * 1.001, 0.020)));
  EXPECT_FALSE(latency_rose(before, latencies(400, 0.040 + least * 0.999, 0.020)));
  EXPECT_TRUE(stands_out(least_that_stands_out(727, 4, 36205), 727, 4, 36205));
  EXPECT_FALSE(stands_out(least_that_stands_out(727, 4, 36205) - 1e-6, 727, 4, 36205));
  Observation usual, during;
  usual.seconds = 300, usual.outside = 36'000, usual.usual = 36'000;
  during.seconds = 60, during.usual = 7'200;
  during.outside = least_risen_arrivals(usual, during) * 60 + 1;
  EXPECT_TRUE(arrivals_rise(usual, during, "web"));
  during.outside -= 2;
  EXPECT_FALSE(arrivals_rise(usual, during, "web"));
  EXPECT_EQ(find_fault("traffic_surge")->make({})->unseen(usual, during, "web"),
            "144.0 requests per second came to web (before: 120.0); a rise counts from 144.0 on");
  during.outside = most_fallen_arrivals(usual, during) * 60 - 1;
  EXPECT_TRUE(arrivals_fall(usual, during, "web"));
  during.outside += 2;
  EXPECT_FALSE(arrivals_fall(usual, during, "web"));
}

TEST(Unseen, CountsNameTheirBound) {
  Observation before, during;
  before.replies = 36'205, before.by_code[500] = 4;
  during.seconds = 60, during.replies = 727, during.by_code[500] = 2;
  EXPECT_EQ(
      find_fault("http_error")->make({})->unseen(before, during, "store"),
      "2 of 727 requests to store were answered 500 (before: 4 of 36205); from 4 on it is more than chance makes of "
      "them");
  during.replies = 1, during.by_code[500] = 0;
  EXPECT_THAT(find_fault("http_error")->make({})->unseen(before, during, "store"),
              HasSubstr("no number of so few would be more than chance"));
}

}  // namespace
}  // namespace firedrill::fake_services
