// The faults of the monitor itself: rule_eval_delay, notify_drop, monitor_down. What rules find, what is sent, and what
// an Alertmanager has of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/files/files.h"
#include "driver/run.h"
#include "monitored_shop.h"
#include "scenario/load.h"

namespace firedrill::driver {
namespace {

using alerting::alert;
using alerting::record;
using fake_services::fault;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;

fake_services::FaultSpec monitor_fault(const std::string& kind, Duration at, std::optional<Duration> duration,
                                       Duration delay = {}) {
  Fields fields;
  if (delay > 0ms) fields.set("delay", delay, {});
  return fault("f", kind, {}, at, duration, fields);
}

void expect_healthy_probes(MonitoredShop& shop) {
  const auto [made, failed] = shop.probes("checkout");
  EXPECT_GT(made, 0u);
  EXPECT_EQ(failed, 0u);
}

// The simulation begins at half past one; minute() is the wall clock's.
const alerting::Rule kQuarterTo = alert("QuarterTo", "minute() >= 45");

TEST(RuleEvalDelay, LetsAlertsFireLate) {
  for (const bool disabled : {false, true}) {
    MonitoredShop shop({.faults = {monitor_fault("rule_eval_delay", 10min, 10min, 5s)},
                        .rules = {kQuarterTo, record("r", "vector(1)")},
                        .disable_faults = disabled});
    shop.run_to(29min);
    const std::string at = disabled ? "15m" : "15m5s";
    EXPECT_THAT(shop.told(), ElementsAre(at + " QuarterTo pending", at + " QuarterTo firing"));
    EXPECT_EQ(shop.query("count_over_time(r[19m])"), "76") << "shorter than the interval: none is missed";
    EXPECT_EQ(shop.witness().observed, !disabled);
    expect_healthy_probes(shop);
  }
}

// Iterations of 40 s at an interval of 15 s: those for 10m, 10m30s, 11m15s begin at 10m, 10m40s, 11m20s; the next at
// 12m, on time, and so on: three in two minutes instead of eight.
TEST(RuleEvalDelay, MissesIterationsWhereItIsLongerThanTheInterval) {
  MonitoredShop shop(
      {.faults = {monitor_fault("rule_eval_delay", 10min, 10min, 40s)}, .rules = {record("r", "vector(time())")}});
  shop.run_to(10min + 39s);
  EXPECT_EQ(shop.query("timestamp(r) % 3600"), "2385") << "that for 9m45s";
  shop.run_to(10min + 40s);
  EXPECT_EQ(shop.query("timestamp(r) % 3600"), "2400") << "as of its time";
  shop.run_to(20min);
  EXPECT_EQ(shop.query("count_over_time(r[10m])"), "15");
  EXPECT_THAT(shop.witness().what, HasSubstr("not evaluated yet when their next iterations were due: 1"));
  shop.run_to(30min);
  EXPECT_EQ(shop.query("count_over_time(r[9m])"), "36") << "on time again";
}

TEST(RuleEvalDelay, IsSeenWhereNothingIsEvaluatedAnyMore) {
  for (const Duration delay : {Duration(9min + 59s), Duration(10min), Duration(10h)}) {
    MonitoredShop shop(
        {.faults = {monitor_fault("rule_eval_delay", 10min, 10min, delay)}, .rules = {record("r", "vector(time())")}});
    shop.run_to(20min);
    EXPECT_THAT(shop.witness().what, HasSubstr("not evaluated yet when their next iterations were due: 1"));
  }
}

// Sends are good for four minutes from the time for which their rule was evaluated: those for 10m and 15m arrive five
// minutes later, and are over.
TEST(RuleEvalDelay, SendsWhatHasExpiredOnceItArrives) {
  MonitoredShop shop({.faults = {monitor_fault("rule_eval_delay", 10min, 10min, 5min)},
                      .rules = {alert("Watchdog", "vector(1)"), alert("Later", "minute() >= 40")}});
  shop.run_to(25min);
  EXPECT_THAT(shop.told(),
              ElementsAre("0s Watchdog pending", "0s Watchdog firing", "12m45s Watchdog expired", "15m Later pending",
                          "15m Later firing", "15m Later expired", "20m Watchdog returned", "20m Later returned"));
  EXPECT_THAT(shop.statuses(), ElementsAre("0s Watchdog firing", "12m45s Watchdog resolved", "15m Later firing",
                                           "15m Later resolved", "20m Watchdog firing", "20m Later firing"));
}

// Two rules may give the same labels, which are one alert to an Alertmanager: that the one is over counts for both
// where it is sent last.
TEST(ReceivedAlerts, AreByLabelsWhicheverRuleSendsThem) {
  const alerting::Rule short_one = alert("A", "minute() >= 31 < 40"), long_one = alert("A", "minute() >= 35 < 50");
  MonitoredShop last({.rules = {long_one, short_one}});
  last.run_to(30min);
  EXPECT_THAT(last.statuses(), ElementsAre("1m A firing", "5m A firing", "10m A resolved", "10m A resolved"));
  MonitoredShop first({.rules = {short_one, long_one}});
  first.run_to(30min);
  EXPECT_THAT(first.statuses(), ElementsAre("1m A firing", "5m A firing", "10m A resolved", "20m A resolved"));
}

TEST(NotifyDrop, LetsAlertsExpireAndComeBackAsNewOnes) {
  for (const bool disabled : {false, true}) {
    MonitoredShop shop({.faults = {monitor_fault("notify_drop", 10min, 10min)},
                        .rules = {alert("Watchdog", "vector(1)")},
                        .disable_faults = disabled});
    shop.run_to(25min);
    std::vector<std::string> expected = {"0s Watchdog pending", "0s Watchdog firing"};
    // The last send to arrive is that of 8m45s, good for four minutes.
    if (!disabled) {
      expected.insert(expected.end(), {"10m Watchdog lost", "12m45s Watchdog expired", "20m Watchdog returned"});
    }
    EXPECT_EQ(shop.told(), expected);
    EXPECT_EQ(shop.sends().at(7), "8m45s");
    EXPECT_EQ(shop.sends().at(8), disabled ? "10m" : "(10m)");
    EXPECT_EQ(shop.sends().at(16), "20m");
    EXPECT_EQ(shop.query("ALERTS"), "1") << "to its own monitor it fires all along";
    EXPECT_EQ(shop.witness().observed, !disabled);
    EXPECT_THAT(shop.witness().what, HasSubstr(disabled ? "" : "sends to the Alertmanager failed"));
    expect_healthy_probes(shop);
  }
}

TEST(NotifyDrop, MakesALostResolutionLate) {
  // Fires from minute 5 to 15. Resolved alerts are sent again as firing ones are: at 15m and 16m15s in vain, then at
  // 17m30s; it would have expired a quarter of a minute later.
  MonitoredShop shop({.faults = {monitor_fault("notify_drop", 14min + 30s, 2min)},
                      .rules = {alert("Between", "minute() >= 35 < 45")}});
  shop.run_to(25min);
  EXPECT_THAT(shop.told(), ElementsAre("5m Between pending", "5m Between firing", "15m Between resolved"));
  EXPECT_THAT(shop.statuses(), ElementsAre("5m Between firing", "17m30s Between resolved"));
}

TEST(NotifyDrop, LosesTheShareOfSendsThatItIsTo) {
  auto half = monitor_fault("notify_drop", 0s, {});
  half.probability = 0.5;
  MonitoredShop shop({.faults = {half}, .rules = {alert("Watchdog", "vector(1)")}});
  shop.run_to(500min);
  const auto sends = shop.sends();
  ASSERT_EQ(sends.size(), 401u);
  const auto lost = std::ranges::count_if(sends, [](const std::string& send) { return send.starts_with('('); });
  EXPECT_NEAR(static_cast<double>(lost), 200, 40);
}

TEST(MonitorDown, LeavesAGapAndFalseResolutions) {
  MonitoredShop shop({.faults = {monitor_fault("monitor_down", 10min, 10min)},
                      .rules = {alert("Watchdog", "vector(1)"), record("r", "vector(1)")}});
  shop.run_to(15min);
  EXPECT_EQ(shop.query("count(up)"), "") << "without a marker, but beyond the lookback";
  EXPECT_EQ(shop.query("count_over_time(r[15m])"), "39") << "to 9m45s, without that of 0m";
  EXPECT_THAT(shop.witness().what, HasSubstr("were due did not take place"));
  shop.run_to(30min);
  EXPECT_EQ(shop.query("count_over_time(r[10m])"), "40");
  EXPECT_EQ(shop.query(R"(min(count_over_time(up{service="checkout"}[30m])))"), "80");
  EXPECT_THAT(shop.told(),
              ElementsAre("0s Watchdog pending", "0s Watchdog firing", "10m monitor down", "12m45s Watchdog expired",
                          "20m monitor up", "20m Watchdog pending", "20m Watchdog firing"));
  EXPECT_THAT(shop.sends(), AllOf(Contains("8m45s"), Contains("20m"), Each(testing::Not(HasSubstr("(")))));
  EXPECT_EQ(shop.sends().at(8), "20m");
  expect_healthy_probes(shop);
}

TEST(MonitorDown, IsNotNoticedWhereItIsShorterThanAlertsAreGoodFor) {
  MonitoredShop shop(
      {.faults = {monitor_fault("monitor_down", 10min, 2min)}, .rules = {alert("Watchdog", "vector(1)")}});
  shop.run_to(20min);
  EXPECT_THAT(shop.told(), ElementsAre("0s Watchdog pending", "0s Watchdog firing", "10m monitor down",
                                       "12m monitor up", "12m Watchdog pending", "12m Watchdog firing"));
  EXPECT_THAT(shop.statuses(), Each(HasSubstr("firing")));
}

// rules/group.go, RestoreForState: after the second iteration, at a quarter past.
TEST(MonitorDown, TakesForUpAgain) {
  struct Outage {
    std::string what;
    Duration hold, at, duration;
    std::vector<std::string> told;  // of the alert, which holds all the time
  };
  const std::vector<Outage> outages = {
      {"little was left: the grace period", 12min, 10min, 10min, {"0s pending", "20m pending", "30m15s firing"}},
      {"much was left: the outage does not count", 30min, 15min, 5min, {"0s pending", "20m pending", "35m30s firing"}},
      {"it fired: it expires, and fires at the third iteration",
       12min,
       15min,
       5min,
       {"0s pending", "12m firing", "18m30s expired", "20m pending", "20m30s firing"}},
      {"it fired, and had not expired: nobody notices",
       12min,
       15min,
       2min,
       {"0s pending", "12m firing", "17m pending", "17m30s firing"}},
      {"shorter than the grace period: it starts afresh",
       9min,
       5min,
       5min,
       {"0s pending", "10m pending", "19m firing"}},
      {"out for more than an hour: it starts afresh",
       30min,
       15min,
       75min,
       {"0s pending", "90m pending", "120m firing"}},
  };
  for (const Outage& outage : outages) {
    MonitoredShop shop({.faults = {monitor_fault("monitor_down", outage.at, outage.duration)},
                        .rules = {alert("A", "vector(1)", outage.hold)}});
    shop.run_to(125min);
    std::vector<std::string> told;
    for (std::string line : shop.told()) {
      if (line.find("monitor") != std::string::npos) continue;
      told.push_back(line.erase(line.find(" A"), 2));
    }
    std::vector<std::string> expected;
    for (const std::string& line : outage.told) {
      const auto at = parse_duration(line.substr(0, line.find(' ')));
      expected.push_back(format_duration(*at) + line.substr(line.find(' ')));
    }
    EXPECT_EQ(told, expected) << outage.what;
  }
}

TEST(MonitorDown, HasNoWitnessWithoutItsEffect) {
  MonitoredShop shop({.faults = {monitor_fault("monitor_down", 10min, 10min)},
                      .rules = {alert("Watchdog", "vector(1)")},
                      .disable_faults = true});
  shop.run_to(25min);
  EXPECT_FALSE(shop.witness().observed);
  EXPECT_THAT(shop.told(), ElementsAre("0s Watchdog pending", "0s Watchdog firing"));
}

// From files to the verdict.
class MonitorFaultRun : public testing::Test {
 protected:
  Finished run(const std::string& the_fault, bool disabled = false) {
    const auto folder = std::filesystem::path(testing::TempDir()) / "firedrill_monitor_faults" / "blind";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    const auto write = [&](const std::string& name, const std::string& text) {
      EXPECT_TRUE(write_file(folder / name, text));
    };
    write("topology.yaml", "services:\n  web:\n    replicas: 2\n    traffic: {requests_per_second: 20}\n");
    write("rules.yml", R"(groups:
  - name: g
    rules:
      - {alert: Watchdog, expr: vector(1)}
      - {alert: QuarterTo, expr: minute() >= 45, labels: {severity: critical, service: web}}
)");
    write("scenario.yaml", R"(version: 1
name: blind
summary: The monitor itself is broken.
start: 2026-03-03T13:20:00Z
warmup: 10m
duration: 30m
topology: topology.yaml
prometheus: {scrape_interval: 15s, evaluation_interval: 15s, scrape_phase: aligned, rule_files: [rules.yml]}
faults:
  - )" + the_fault + R"(
expectations:
  - {id: switch, kind: dead_mans_switch, alert: Watchdog, within: 3m, trips_within: 4m}
  - {id: nothing-else, kind: no_other_alerts, except: [QuarterTo]}
)");
    auto loaded = scenario::load_scenario(folder);
    if (!loaded) throw std::runtime_error(render(loaded.error()));
    loaded_ = std::move(*loaded);
    driver::Run drill(*loaded_, {.seed = 1, .disable_faults = disabled});
    drill.advance_to(drill.end());
    return drill.finish();
  }
  static std::vector<std::string> told(const Finished& done) {
    std::vector<std::string> kinds;
    for (const events::Event& event : done.record.timeline) {
      kinds.push_back(std::string(to_string(event.kind)) + " " + event.subject);
    }
    return kinds;
  }
  static const record::AlertRecord& alert_of(const Finished& done, const std::string& name) {
    return *std::ranges::find(done.record.alerts, name, &record::AlertRecord::alert);
  }

  // What the ledger has of an alert, counted from the start: "pending 0s, firing 0s; heard 0s-12m45s expired, 20m-".
  static std::vector<std::string> ledger_of(const Finished& done, const std::string& name) {
    const auto at = [&](Time t) { return format_duration(t - done.record.judged_from); };
    std::vector<std::string> lines;
    for (const record::AlertRecord& alert : done.record.alerts) {
      if (alert.alert != name) continue;
      std::string line = "pending " + at(*alert.pending_at);
      if (alert.firing_at) line += ", firing " + at(*alert.firing_at);
      if (alert.received_at) line += ", received " + at(*alert.received_at);
      if (alert.resolved_at) line += ", resolved " + at(*alert.resolved_at);
      if (alert.forgotten_at) line += ", forgotten " + at(*alert.forgotten_at);
      for (const record::Heard& heard : alert.heard) {
        line += "; heard " + at(heard.from) + "-" + (heard.to ? at(*heard.to) : "") + (heard.expired ? " expired" : "");
      }
      lines.push_back(std::move(line));
    }
    return lines;
  }

  std::optional<scenario::LoadedScenario> loaded_;
};

// The simulation begins ten minutes before the judged time; alerts are sent every 75 s.
TEST_F(MonitorFaultRun, TheLedgerHasTheRulesTimesAndWhatAlertmanagerHad) {
  EXPECT_THAT(ledger_of(run("{id: f, kind: notify_drop, at: 5m, duration: 10m}"), "Watchdog"),
              ElementsAre("pending -10m, firing -10m, received -10m; heard -10m-7m45s expired; heard 15m-"));
  const Finished lost = run("{id: f, kind: notify_drop, at: 12m, duration: 10m}");
  EXPECT_THAT(ledger_of(lost, "QuarterTo"),
              ElementsAre("pending 15m, firing 15m, received 22m30s, resolved 30m; heard 22m30s-30m"));
  EXPECT_EQ(alert_of(lost, "QuarterTo").sent_at, alert_of(lost, "QuarterTo").firing_at);
  EXPECT_THAT(ledger_of(run("{id: f, kind: monitor_down, at: 16m, duration: 10m}"), "QuarterTo"),
              ElementsAre("pending 15m, firing 15m, received 15m, forgotten 16m; heard 15m-19m expired",
                          "pending 26m, firing 26m, received 26m, resolved 30m; heard 26m-30m"));
  EXPECT_THAT(ledger_of(run("{id: f, kind: monitor_down, at: 16m, duration: 2m}"), "QuarterTo"),
              ElementsAre("pending 15m, firing 15m, received 15m, resolved 30m; heard 15m-30m"))
      << "nobody noticed that it was down";
}

TEST_F(MonitorFaultRun, DownTripsTheDeadMansSwitch) {
  const Finished done = run("{id: f, kind: monitor_down, at: 5m, duration: 10m}");
  EXPECT_EQ(done.record.verdict, record::Verdict::pass) << done.record.verdict_why;
  EXPECT_THAT(told(done), IsSupersetOf({"monitor.down prometheus", "monitor.up prometheus", "fault.witnessed f"}));
  EXPECT_EQ(run("{id: f, kind: monitor_down, at: 5m, duration: 10m}", true).record.verdict, record::Verdict::invalid);
}

TEST_F(MonitorFaultRun, DroppedNotificationsTripItAndReachNobody) {
  const Finished done = run("{id: f, kind: notify_drop, at: 5m}");
  EXPECT_EQ(done.record.verdict, record::Verdict::pass) << done.record.verdict_why;
  EXPECT_THAT(told(done), Contains("alert.lost QuarterTo"));
  const record::AlertRecord& critical = alert_of(done, "QuarterTo");
  EXPECT_TRUE(critical.firing_at);
  EXPECT_TRUE(critical.sent_at);
  EXPECT_FALSE(critical.received_at);
  ASSERT_EQ(critical.held_back.size(), 1u);
  EXPECT_EQ(critical.held_back[0].how, record::HoldKind::lost);
  EXPECT_FALSE(critical.is_page());
}

}  // namespace
}  // namespace firedrill::driver
