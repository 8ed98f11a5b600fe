// The faults of what the monitor gets to see, each by what rules and people find of it: scrape_timeout, target_missing,
// stale_series, counter_reset, label_churn, nan, metric, clock_skew. Production is as healthy as ever, and no probe fails.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "monitored_shop.h"

namespace firedrill::driver {
namespace {

using alerting::alert;
using fake_services::fault;
using fake_services::target_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Fields fields(const std::vector<std::pair<std::string, FieldValue>>& values) {
  Fields result;
  for (const auto& [name, value] : values) result.set(name, value, {});
  return result;
}

// Before, during and after the fault, which lasts from minute 10 to minute 20.
struct Look {
  std::string expr;
  std::string before, during, after;
};
struct Case {
  std::string kind;
  Fields parameters;
  std::vector<Look> looks;
  std::string witness;
};

std::vector<Case> cases() {
  const std::string up = R"(sum(up{service="checkout"}))";
  const std::string gone = R"(absent(http_requests_total{service="checkout"}))";
  return {
      {"scrape_timeout",
       {},
       {{up, "3", "0", "3"},
        {R"(floor(max(scrape_duration_seconds{service="checkout"})))", "0", "10", "0"},
        {gone, "", "1", ""},
        {R"(sum(ALERTS{alertname="Down"}))", "", "3", ""}},
       "ran into their time-out"},
      {"scrape_timeout",
       fields({{"delay", Duration(3s)}}),  // not beyond the time-out: late, and no fault
       {{up, "3", "3", "3"}, {R"(floor(max(scrape_duration_seconds{service="checkout"})))", "0", "3", "0"}},
       ""},
      {"target_missing",
       {},
       {{up, "3", "", "3"},
        {R"(absent(up{service="checkout"}))", "", "1", ""},
        {gone, "", "1", ""},
        {R"(sum(ALERTS{alertname="Down"}))", "", "", ""},
        {R"(sum(ALERTS{alertname="Gone"}))", "", "1", ""}},
       "`up` of 3 targets of checkout ended"},
      {"stale_series",
       fields({{"metric", std::string("http_requests*")}}),
       {{up, "3", "3", "3"},
        {gone, "", "1", ""},
        {R"(count(http_request_duration_seconds_count{service="checkout"}) > bool 0)", "1", "1", "1"}},
       "ended while it was up"},
      {"nan",
       fields({{"metric", std::string("http_requests_total")}}),
       {{up, "3", "3", "3"},
        {gone, "", "", ""},
        {R"(sum(rate(http_requests_total{service="checkout"}[1m])) > bool 0)", "1", "0", "1"},
        {R"(sum(rate(http_requests_total{service="web"}[1m])) > bool 0)", "1", "1", "1"}},
       "were NaN"},
      {"metric",
       fields({{"metric", std::string("node_load1")}, {"set", 12.0}, {"otherwise", 2.0}}),
       {{up, "3", "3", "3"},
        {gone, "", "", ""},
        {R"(node_load1{service="checkout"})", "2 2 2", "12 12 12", "2 2 2"},
        {"count(node_load1)", "3", "3", "3"}},
       "were not what its process counts: node_load1 is set to 12"},
      {"metric",
       fields({{"metric", std::string("http_requests_total")},
               {"labels", std::map<std::string, std::string>{{"code", "200"}}},
               {"absent", true}}),
       {{gone, "", "1", ""},
        {R"(count(http_requests_total{service="checkout",code="200"}) > bool 0)", "1", "", "1"},
        {R"(count(http_requests_total{service="web",code="200"}) > bool 0)", "1", "1", "1"}},
       "http_requests_total is gone"},
      {"metric",
       fields({{"metric", std::string("errors_total")},
               {"labels", std::map<std::string, std::string>{{"instance", "batch"}, {"pod", ""}}},
               {"rate", 2.0},
               {"otherwise", 5.0}}),
       {{R"(count(errors_total{instance="batch",pod=""}))", "1", "1", "1"},
        {R"(sum(rate(errors_total[2m])) > bool 1)", "0", "1", "0"},
        {R"(max(errors_total) > bool 1000)", "0", "0", "1"}},
       "growing by 2 a second"},
      {"counter_reset",
       {},
       {{up, "3", "3", "3"},
        {R"(max(resets(http_requests_total{service="checkout"}[9m])))", "0", "1", "0"},
        {R"(max(resets(process_cpu_seconds_total{service="checkout"}[9m])))", "0", "1", "0"},
        {R"(max(changes(process_start_time_seconds{service="checkout"}[9m])))", "0", "0", "0"},
        {R"(sum(increase(http_requests_total{service="checkout"}[9m])) > bool 0)", "1", "1", "1"}},
       "fell though its process lived on"},
      {"label_churn",
       {},
       {{up, "3", "3", "3"},
        {R"(count(count by (pod) (count_over_time(up{service="checkout"}[8m]))))", "3", "6", "3"},
        {R"(count(up{pod=~"checkout-[^-]+-[^-]+"}))", "3", "", "3"},
        {R"(count({pod=~"checkout-[^-]+-[^-]+-2"}) > bool 5)", "", "1", ""}},
       "were stored as new series"},
      {"clock_skew",
       fields({{"offset", Duration(-6min)}}),
       {{up, "3", "3", "3"}, {gone, "", "1", ""}, {R"(absent(http_requests_total{service="web"}))", "", "", ""}},
       "lay at another time"},
  };
}

std::vector<alerting::Rule> rules() {
  return {alert("Down", "up == 0"), alert("Gone", R"(absent(up{service="checkout"}))")};
}

MonitoredShop shop_with(const Case& c, bool disabled) {
  return MonitoredShop({.faults = {fault("f", c.kind, target_of("checkout"), 10min, 10min, c.parameters)},
                        .rules = rules(),
                        .disable_faults = disabled});
}

TEST(ScrapeFaults, AreSeenInTheMetricsAndInNoProbe) {
  for (const Case& c : cases()) {
    MonitoredShop shop = shop_with(c, false);
    shop.run_to(9min);
    for (const Look& look : c.looks)
      EXPECT_EQ(shop.query(look.expr), look.before) << c.kind << " before: " << look.expr;
    shop.run_to(18min);
    for (const Look& look : c.looks)
      EXPECT_EQ(shop.query(look.expr), look.during) << c.kind << " during: " << look.expr;
    shop.run_to(30min);
    for (const Look& look : c.looks) EXPECT_EQ(shop.query(look.expr), look.after) << c.kind << " after: " << look.expr;
    EXPECT_EQ(shop.witness().observed, !c.witness.empty()) << c.kind;
    EXPECT_THAT(shop.witness().what, HasSubstr(c.witness)) << c.kind;
    const auto [made, failed] = shop.probes("checkout");
    EXPECT_GT(made, 0u) << c.kind;
    EXPECT_EQ(failed, 0u) << c.kind;
  }
}

TEST(ScrapeFaults, HaveNoWitnessWithoutTheirEffect) {
  for (const Case& c : cases()) {
    MonitoredShop shop = shop_with(c, true);
    shop.run_to(18min);
    for (const Look& look : c.looks) EXPECT_EQ(shop.query(look.expr), look.before) << c.kind << ": " << look.expr;
    shop.run_to(25min);
    EXPECT_FALSE(shop.witness().observed) << c.kind << ": " << shop.witness().what;
  }
}

TEST(ScrapeFaults, HitTheShareOfScrapesThatTheyAreTo) {
  for (const char* kind : {"scrape_timeout", "target_missing"}) {
    auto half = fault("f", kind, target_of("checkout"), 10min, {});
    half.probability = 0.5;
    MonitoredShop shop({.faults = {half}, .rules = {}});
    shop.run_to(130min);
    // Of 480 scrapes of each of three targets.
    const std::string answered = shop.query(R"(sum(sum_over_time(up{service="checkout"}[2h])))");
    EXPECT_NEAR(std::stod(answered), 720, 80) << kind;
  }
}

TEST(TargetMissing, SilencesUpAndLeavesItToAbsent) {
  MonitoredShop shop(
      {.faults = {fault("f", "target_missing", target_of("checkout"), 10min, 10min)},
       .rules = {alert("Down", R"(up{service="checkout"} == 0)"), alert("Gone", R"(absent(up{service="checkout"}))")}});
  shop.run_to(30min);
  // The first scrape that does not take place is that of minute 10; the markers are written after another interval and
  // a tenth, at 10m16.5s, and seen at the next evaluation.
  EXPECT_THAT(shop.told(),
              ElementsAre(R"(10m30s Gone{service="checkout"} pending)", R"(10m30s Gone{service="checkout"} firing)",
                          R"(20m Gone{service="checkout"} resolved)"));
}

// Rules evaluate windows step by step; a marker that is written with hindsight must not confuse them.
TEST(TargetMissing, IsTheSameToARuleAsToAQuery) {
  const std::string rate = R"(sum(rate(http_requests_total{service="checkout"}[2m])))";
  const std::string count = R"(sum(count_over_time(up[2m])))";
  MonitoredShop shop({.faults = {fault("f", "target_missing", target_of("checkout"), 10min, 3min)},
                      .rules = {alerting::record("r:rate", rate), alerting::record("r:count", count)}});
  for (Duration at = 9min; at <= 16min; at += 15s) {
    shop.run_to(at);
    EXPECT_EQ(shop.query("r:rate"), shop.query(rate)) << at.count();
    EXPECT_EQ(shop.query("r:count"), shop.query(count)) << at.count();
  }
}

TEST(TargetMissing, IsNotSeenIfTheTargetIsBackInTime) {
  MonitoredShop shop({.faults = {fault("f", "target_missing", target_of("checkout"), 10min, 10s)},
                      .rules = {alert("Gone", R"(absent(up{service="checkout"}))")}});
  shop.run_to(20min);
  EXPECT_THAT(shop.told(), IsEmpty());
  EXPECT_FALSE(shop.witness().observed);
  EXPECT_EQ(shop.query(R"(min(count_over_time(up{service="checkout"}[19m])))"), "75");  // 76 less one
}

TEST(LabelChurn, StartsForOverAgainAndAgain) {
  for (const bool churns : {false, true}) {
    MonitoredShop shop({.faults = {fault("f", "label_churn", target_of("checkout", "one"), 5min, {}, {})},
                        .rules = {alert("Serves", R"(rate(http_requests_total{service="checkout"}[2m]) >= 0)", 10min)},
                        .disable_faults = !churns});
    shop.run_to(60min);
    std::size_t firing = 0;
    for (const std::string& line : shop.told()) firing += line.ends_with(" firing") ? 1 : 0;
    const std::string pods = shop.query(R"(count(count by (pod) (ALERTS{alertname="Serves",alertstate="firing"})))");
    EXPECT_EQ(pods, churns ? "2" : "3");
    EXPECT_GT(firing, 0u);
  }
}

TEST(LabelChurn, OfALabelThatTargetsDoNotHaveLeavesUpAlone) {
  MonitoredShop shop({.faults = {fault("f", "label_churn", target_of("checkout"), 10min, 10min,
                                       fields({{"label", std::string("build")}, {"period", Duration(2min)}}))},
                      .rules = {}});
  shop.run_to(15min);
  EXPECT_EQ(shop.query(R"(count(up{service="checkout",build=""}))"), "3");
  EXPECT_EQ(shop.query(R"(count(count by (build) (http_requests_total{service="checkout"})))"), "1");
  EXPECT_EQ(shop.query(R"(count(process_start_time_seconds{build="3"}))"), "3");
  EXPECT_EQ(shop.query(R"(min(count_over_time(up{service="checkout"}[14m])))"), "56");
}

TEST(CounterReset, OnceIsOverAtOnceAndSeenAtTheNextScrape) {
  MonitoredShop shop({.faults = {fault("f", "counter_reset", target_of("checkout"), 10min + 2s, {})}, .rules = {}});
  shop.run_to(12min);
  EXPECT_THAT(shop.witness().what, HasSubstr("fell though its process lived on"));
  EXPECT_EQ(shop.query(R"(max(resets(http_requests_total{service="checkout"}[5m])))"), "1");
}

// Shorter than the time between two scrapes.
TEST(CounterReset, IsSeenAtTheNextScrapeAlthoughItHasEnded) {
  const auto reset =
      fault("f", "counter_reset", target_of("checkout"), 10min + 2s, 3s, fields({{"every", Duration(1min)}}));
  MonitoredShop shop({.faults = {reset}, .rules = {}});
  shop.run_to(12min);
  EXPECT_THAT(shop.witness().what, HasSubstr("fell though its process lived on"));
}

TEST(CounterReset, StartsForOverWhereARuleSubtractsByHand) {
  const auto rule = alert("Grows",
                          R"(sum(process_cpu_seconds_total{service="checkout"}) -
               sum(process_cpu_seconds_total{service="checkout"} offset 2m) > 0)",
                          10min);
  for (const bool resets : {false, true}) {
    MonitoredShop shop(
        {.faults = {fault("f", "counter_reset", target_of("checkout"), 5min, {}, fields({{"every", Duration(8min)}}))},
         .rules = {rule},
         .disable_faults = !resets});
    shop.run_to(60min);
    const auto told = shop.told();
    EXPECT_EQ(shop.query(R"(count(ALERTS{alertstate="firing"}))"), resets ? "" : "1");
    EXPECT_EQ(std::ranges::any_of(told, [](const std::string& line) { return line.ends_with(" firing"); }), !resets);
  }
}

TEST(ClockSkew, PutsSamplesIntoTheFutureAndIsRefusedBeyondTenMinutes) {
  const std::vector<std::pair<Duration, std::string>> cases = {{2min, ""}, {11min, "1"}};
  for (const auto& [ahead, seen] : cases) {
    MonitoredShop shop(
        {.faults = {fault("f", "clock_skew", target_of("checkout"), 10min, {}, fields({{"offset", ahead}}))},
         .rules = {}});
    shop.run_to(20min);
    EXPECT_EQ(shop.query(R"(absent(http_requests_total{service="checkout"}))"), seen);
    EXPECT_TRUE(shop.witness().observed);
  }
}

}  // namespace
}  // namespace firedrill::driver
