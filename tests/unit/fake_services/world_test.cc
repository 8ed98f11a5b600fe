// What a user would notice of the simulated production: cascades, recovery, counters, witnesses, the same run again.
#include "fake_services/world.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/text/format.h"
#include "fake_services/traffic/stations/station.h"
#include "shop.h"

namespace firedrill::fake_services {
namespace {

using namespace std::chrono_literals;

Fields with_p50(Duration p50) {
  Fields fields;
  fields.set("p50", p50, {});
  return fields;
}

TEST(Shop, QuietDayHasNoErrors) {
  Drill drill(shop_world());
  drill.run_for(60min);
  for (const char* name : {"web", "checkout", "catalogue", "postgres", "redis", "payments"}) {
    EXPECT_LT(drill.error_ratio(name, 60), 1e-4) << name;
    EXPECT_GT(drill.truth(name, 60).requests, 60 * 60) << name;
  }
  EXPECT_TRUE(drill.events().empty());
  EXPECT_EQ(drill.truth("web", 60).checks, 18000);
  EXPECT_EQ(drill.truth("web", 60).checks_failed, 0);
}

TEST(Shop, RefusingDatabaseFailsCheckoutWhileCatalogueLivesOnItsCache) {
  Drill drill(shop_world({fault("db", "connection_refused", target_of("postgres"), 10min, 20min)}));
  drill.run_for(10min);
  EXPECT_LT(drill.error_ratio("web", 5), 1e-3);
  drill.run_for(20min);
  EXPECT_GT(drill.error_ratio("checkout", 10), 0.99);
  EXPECT_LT(drill.error_ratio("catalogue", 10), 1e-3);
  EXPECT_NEAR(drill.error_ratio("web", 10), 0.3, 0.02);  // the share of checkouts
  EXPECT_EQ(drill.error_ratio("postgres", 10), 1);
  EXPECT_GT(drill.value("checkout", "http_requests_total", {{"code", "503"}}), 1000);
  EXPECT_GT(drill.value("web", "http_requests_total", {{"code", "502"}, {"route", "/checkout"}}), 1000);
  EXPECT_EQ(drill.value("web", "http_requests_total", {{"code", "502"}, {"route", "/"}}), 0);
  EXPECT_GT(drill.value("checkout", "dependency_requests_total", {{"dependency", "postgres"}, {"outcome", "refused"}}),
            1000);
  EXPECT_NEAR(drill.truth("web", 10).checks_failed / drill.truth("web", 10).checks, 0.3, 0.2);
  drill.run_for(5min);
  EXPECT_LT(drill.error_ratio("web", 3), 1e-3);  // and it is over when the database is back
}

TEST(Shop, RetriesStayWithinTheirBudget) {
  Drill drill(shop_world({fault("db", "connection_refused", target_of("postgres"), 10min, {})}));
  drill.run_for(30min);
  const double before = drill.value("checkout", "dependency_requests_total", {{"dependency", "postgres"}});
  const double requests = drill.value("checkout", "http_requests_total");
  drill.run_for(20min);
  const double attempts = drill.value("checkout", "dependency_requests_total", {{"dependency", "postgres"}}) - before;
  const double made = drill.value("checkout", "http_requests_total") - requests;
  EXPECT_NEAR(attempts / made, 1.2, 0.03);  // the first of two calls fails, and a fifth of the failures is retried
}

TEST(Shop, SlowProviderTimesOutAndExhaustsThePool) {
  // Eight times slower than the time-out of 3 s: 48 connections come back every 3 s, and 47 checkouts a second wait.
  Drill drill(shop_world({fault("slow", "latency", target_of("payments"), 10min, 20min, with_p50(24s))}));
  drill.run_for(25min);
  EXPECT_GT(drill.error_ratio("checkout", 5), 0.95);
  EXPECT_EQ(drill.value("checkout", "connection_pool_max", {{"dependency", "payments"}}), 48);
  EXPECT_GT(drill.value("checkout", "connection_pool_in_use", {{"dependency", "payments"}}), 44);
  EXPECT_GT(drill.value("checkout", "connection_pool_waiting", {{"dependency", "payments"}}), 10);
  EXPECT_GT(drill.value("checkout", "dependency_requests_total", {{"dependency", "payments"}, {"outcome", "timeout"}}),
            1000);
  EXPECT_GT(
      drill.value("checkout", "dependency_requests_total", {{"dependency", "payments"}, {"outcome", "pool_timeout"}}),
      1000);
  EXPECT_GT(drill.value("checkout", "http_requests_total", {{"code", "504"}}), 1000);
  EXPECT_GT(drill.value("checkout", "active_connections"), 60);
  EXPECT_LT(drill.error_ratio("catalogue", 5), 1e-3);
  EXPECT_NEAR(drill.error_ratio("web", 5), 0.3, 0.03);
  drill.run_for(10min);
  EXPECT_LT(drill.error_ratio("web", 3), 2e-3);
  EXPECT_LT(drill.value("checkout", "active_connections"), 30);
}

TEST(Shop, SlowDatabaseSlowsItsCallersInProportion) {
  Drill drill(shop_world({fault("slow", "latency", target_of("postgres"), 10min, {}, with_p50(100ms))}));
  drill.run_for(10min);
  const double before = latency_quantile(drill.truth("checkout", 5).latency, 0.5);
  drill.run_for(10min);
  const double during = latency_quantile(drill.truth("checkout", 5).latency, 0.5);
  EXPECT_NEAR(during - before, 0.2, 0.02);  // two queries
  EXPECT_LT(drill.error_ratio("checkout", 5), 1e-3);
}

TEST(Shop, ErrorsOfOneReplicaAreAShareOfTheService) {
  Fields fields;
  fields.set("code", std::int64_t{500}, {});
  Drill drill(shop_world({fault("one", "http_error", target_of("catalogue", "one"), 10min, {}, fields)}));
  drill.run_for(30min);
  EXPECT_NEAR(drill.error_ratio("catalogue", 10), 0.5, 0.02);
  EXPECT_NEAR(drill.error_ratio("web", 10), 0.35, 0.02);
}

TEST(Shop, MatchHitsOneRouteOnly) {
  Fields fields;
  fields.set("code", std::int64_t{500}, {});
  FaultMatch match{.method = "POST", .path = "/check*"};
  Drill drill(shop_world({fault("m", "http_error", target_of("web"), 5min, {}, fields, match)}));
  drill.run_for(20min);
  EXPECT_GT(drill.value("web", "http_requests_total", {{"code", "500"}, {"route", "/checkout"}}), 1000);
  EXPECT_EQ(drill.value("web", "http_requests_total", {{"code", "500"}, {"route", "/"}}), 0);
}

TEST(Shop, ConnectionFaultIsSeenByItsCallerAlone) {
  TargetSpec target = target_of("checkout");
  target.dependency = "postgres";
  Drill drill(shop_world({fault("link", "connection_refused", target, 5min, {})}));
  drill.run_for(20min);
  EXPECT_GT(drill.error_ratio("checkout", 5), 0.99);
  EXPECT_EQ(drill.value("postgres", "http_requests_total", {{"code", "503"}}), 0);
  EXPECT_GT(drill.value("catalogue", "dependency_requests_total", {{"dependency", "postgres"}, {"outcome", "success"}}),
            1000);
  EXPECT_EQ(drill.value("catalogue", "dependency_requests_total", {{"dependency", "postgres"}, {"outcome", "refused"}}),
            0);
  EXPECT_EQ(std::ranges::count(drill.events(), EventKind::fault_witnessed, &events::Event::kind), 1);
}

TEST(Shop, RampGrowsSlowly) {
  FaultSpec slow = fault("r", "http_error", target_of("web"), 5min, {});
  slow.ramp = 10min;
  Drill drill(shop_world({slow}));
  drill.run_for(10min);
  EXPECT_NEAR(drill.error_ratio("web", 1), 0.45, 0.03);
  drill.run_for(10min);
  EXPECT_GT(drill.error_ratio("web", 1), 0.999);
}

TEST(Shop, RefusedScrapesAreDown) {
  Drill drill(shop_world({fault("db", "connection_refused", target_of("postgres"), 5min, 5min)}));
  std::vector<double> values;
  const auto postgres_up = [&] {
    for (std::size_t i = 0; i < drill.world().targets().size(); ++i) {
      if (drill.world().targets()[i].service == "postgres") return drill.world().scrape(i, values).up;
    }
    return false;
  };
  drill.run_for(4min);
  EXPECT_TRUE(postgres_up());
  drill.run_for(2min);
  EXPECT_FALSE(postgres_up());
  EXPECT_TRUE(values.empty());
  drill.run_for(5min);
  EXPECT_TRUE(postgres_up());
}

TEST(Witness, SaysWhatTheTrafficShowed) {
  Fields code;
  code.set("code", std::int64_t{503}, {});
  Drill drill(shop_world({fault("refuse", "connection_refused", target_of("postgres"), 10min, 5min),
                          fault("late", "latency", target_of("redis"), 20min, 5min, with_p50(20ms)),
                          fault("wrong", "http_error", target_of("payments"), 30min, 5min, code)}));
  drill.run_for(40min);
  const auto faults = drill.world().faults();
  ASSERT_EQ(faults.size(), 3u);
  for (const auto& f : faults) {
    EXPECT_TRUE(f.witness.observed) << f.id;
    EXPECT_LE(f.witness.at - f.injected, 15s) << f.id;
    ASSERT_TRUE(f.ended) << f.id;
  }
  EXPECT_NE(faults[0].witness.what.find("connection attempts to postgres were refused (before: 0 of"),
            std::string::npos);
  EXPECT_NE(faults[1].witness.what.find("requests to redis took"), std::string::npos);
  EXPECT_NE(faults[2].witness.what.find("requests to payments were answered 503"), std::string::npos);
}

TEST(Witness, NeverTestifiesToAFaultWithoutEffect) {
  Fields code;
  WorldSpec spec = shop_world({fault("refuse", "connection_refused", target_of("postgres"), 10min, {}),
                               fault("late", "latency", target_of("redis"), 10min, {}, with_p50(20ms)),
                               fault("wrong", "http_error", target_of("payments"), 10min, {}, code)});
  spec.disable_faults = true;
  Drill drill(std::move(spec));
  drill.run_for(180min);
  ASSERT_EQ(drill.world().faults().size(), 3u);
  for (const auto& f : drill.world().faults()) EXPECT_FALSE(f.witness.observed) << f.id << ": " << f.witness.what;
  EXPECT_LT(drill.error_ratio("web", 60), 1e-3);
}

// All values of all scrapes, as one number that changes if any of them does.
double fingerprint(WorldSpec spec, std::string_view service, Duration span) {
  World world(std::move(spec));
  double sum = 0;
  double weight = 1;
  std::vector<double> values;
  for (Time end = world.now() + span; world.now() < end;) {
    world.advance_to(world.now() + 15s);
    for (std::size_t i = 0; i < world.targets().size(); ++i) {
      if (world.targets()[i].service != service) continue;
      world.scrape(i, values);
      for (const double v : values) {
        weight = weight > 1e6 ? 1 : weight * 1.0001;
        if (!is_absent(v)) sum += v * weight;
      }
    }
  }
  return sum;
}

// What a world shows from here on: its events, and the values of each scrape.
std::string future_of(World& world, Told& told, Duration span) {
  std::string out;
  std::vector<double> values;
  told.events.clear();
  for (const Time end = world.now() + span; world.now() < end;) {
    world.advance_to(world.now() + 15s);
    for (std::size_t i = 0; i < world.targets().size(); ++i) {
      world.scrape(i, values);
      for (const double value : values) out += format("{} ", value);
    }
  }
  for (const events::Event& event : told.events) out += format("\n{} {}", event.subject, events::describe(event));
  return out;
}

// Copied in the middle of a crash, of a quota, of spoilt scrapes and of a leak: both go on as one.
TEST(Copies, GoOnAsTheOriginalWould) {
  Fields nan;
  nan.set("metric", std::string("http_requests_total"), {});
  std::vector faults = {fault("db", "connection_refused", target_of("postgres"), 4min, 3min),
                        fault("down", "crash", target_of("checkout", "one"), 4min + 55s, {}),
                        fault("first", "connection_refused", target_of("redis"), 3min, {}),
                        fault("nan", "nan", target_of("web"), 2min, 6min, nan)};
  faults[2].pattern.first = 400;
  Told told;
  World original(shop_world(faults), told);
  std::vector<double> values;
  for (const Time end = original.now() + 5min + 7s; original.now() < end;) {
    original.advance_to(std::min(end, original.now() + 15s));
    for (std::size_t i = 0; i < original.targets().size(); ++i) original.scrape(i, values);
  }
  Told told_by_copy;
  Told told_by_second;
  World copy(original, told_by_copy);
  World second(original, told_by_second);
  const std::string expected = future_of(original, told, 10min);
  EXPECT_EQ(future_of(copy, told_by_copy, 10min), expected);
  EXPECT_EQ(future_of(second, told_by_second, 10min), expected);
  EXPECT_NE(expected.find("postgres"), std::string::npos) << "nothing happened";
}

TEST(Determinism, SameSeedSameCountsAnotherSeedOthers) {
  const auto faults = std::vector{fault("db", "connection_refused", target_of("postgres"), 5min, 5min)};
  EXPECT_EQ(fingerprint(shop_world(faults, 1), "web", 20min), fingerprint(shop_world(faults, 1), "web", 20min));
  EXPECT_NE(fingerprint(shop_world(faults, 1), "web", 20min), fingerprint(shop_world(faults, 2), "web", 20min));
}

TEST(Determinism, AnotherServiceDisturbsNobody) {
  WorldSpec larger = shop_world();
  ServiceSpec admin = service("admin", 2, lognormal(5ms, 20ms));
  admin.traffic.emplace();
  admin.traffic->requests_per_second = 5;
  larger.topology.services.insert(larger.topology.services.begin(), admin);
  complete(larger.topology);
  EXPECT_EQ(fingerprint(shop_world(), "checkout", 20min), fingerprint(larger, "checkout", 20min));
}

TEST(Determinism, EventsAndScrapesNeedNoCommonGrid) {
  // How finely the driver steps does not change what happens, only when it looks.
  Told told_coarsely;
  Told told_finely;
  World coarse(shop_world({fault("db", "connection_refused", target_of("postgres"), 5min, 5min)}), told_coarsely);
  World fine(shop_world({fault("db", "connection_refused", target_of("postgres"), 5min, 5min)}), told_finely);
  coarse.advance_to(coarse.now() + 15min);
  for (int i = 0; i < 15 * 60 * 4; ++i) fine.advance_to(fine.now() + 250ms);
  const auto& a = told_coarsely.minutes;
  const auto& b = told_finely.minutes;
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t m = 0; m < a.size(); ++m) {
    for (std::size_t s = 0; s < a[m].services.size(); ++s) {
      EXPECT_EQ(a[m].services[s].requests, b[m].services[s].requests);
      EXPECT_EQ(a[m].services[s].errors, b[m].services[s].errors);
    }
  }
}

// One service alone is an M/M/c/K: its counters, over hours, against the closed form.
TEST(Queue, CountersAgreeWithClosedForm) {
  struct Case {
    std::int64_t c;
    std::int64_t queue;
  };
  for (const Case& k : {Case{1, 9}, Case{4, 16}, Case{16, 0}, Case{32, 128}}) {
    for (const double rho : {0.3, 0.7, 0.95, 1.2}) {
      const double holding = 0.04;
      WorldSpec spec;
      ServiceSpec s = service("api", 1, {"exponential", {}, {}, {}, 40ms});
      s.concurrency = k.c;
      s.queue = k.queue;
      s.traffic.emplace();
      s.traffic->requests_per_second = rho * static_cast<double>(k.c) / holding;
      spec.topology.services = {s};
      complete(spec.topology);
      spec.start = spec.origin = *parse_instant("2026-03-03T00:00:00Z");
      Drill drill(std::move(spec));
      const double span = 4 * 3600;
      double in_flight = 0;
      double in_flight2 = 0;
      const int looks = static_cast<int>(span) / 15;
      for (int i = 0; i < looks; ++i) {
        drill.run_for(15s);
        const double n = drill.value("api", "active_connections");
        in_flight += n / looks;
        in_flight2 += n * n / looks;
      }
      const double rate = rho * static_cast<double>(k.c) / holding;
      const StationPoint exact = exact_station(k.c, k.c + k.queue, rho * static_cast<double>(k.c));
      const double ok = drill.value("api", "http_requests_total", {{"code", "200"}});
      const double full = drill.value("api", "http_requests_total", {{"code", "503"}});
      const std::string where = std::to_string(k.c) + "+" + std::to_string(k.queue) + " at " + std::to_string(rho);
      const double expected_ok = rate * (1 - exact.blocking) * span;
      EXPECT_NEAR(ok, expected_ok, 3 * std::sqrt(expected_ok)) << where;
      const double expected_full = rate * exact.blocking * span;
      EXPECT_NEAR(full, expected_full, 3 * std::sqrt(expected_full) + 1) << where;
      // Little's law: mean time in the system of those let in. The sum also has those turned away, at half a
      // millisecond.
      const double mean = (drill.value("api", "http_request_duration_seconds_sum") - full * 0.0005) / ok;
      const double exact_mean = exact.occupancy / (rate * (1 - exact.blocking));
      EXPECT_NEAR(mean, exact_mean, 3 * exact_mean / std::sqrt(ok) * 1.5 + 2e-3 * exact_mean) << where;
      const double error = std::sqrt((in_flight2 - in_flight * in_flight) / looks);
      EXPECT_NEAR(in_flight, exact.occupancy, 3 * error + 0.02) << where;
    }
  }
}

}  // namespace
}  // namespace firedrill::fake_services
