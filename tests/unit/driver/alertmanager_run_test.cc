// An Alertmanager in a scenario's run: what becomes of alerts on their way to people, and what goes wrong there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/files/files.h"
#include "base/text/format.h"
#include "driver/run.h"
#include "incident/expectations/expectation_table.h"
#include "record/record_json.h"
#include "scenario/load.h"

namespace firedrill::driver {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;

// Ten minutes of warm-up from 13:20 on, then forty. Alerts fire by the clock.
class AlertmanagerRun : public testing::Test {
 protected:
  struct Given {
    std::string rules;          // entries of a group
    std::string route;          // below the root, whose receiver is the pager
    std::string more = {};      // of the configuration: inhibit_rules, time_intervals
    std::string scenario = {};  // silences, paging
    std::string faults = "[]";
    std::string expectations = "[]";
    std::string prometheus = {};  // more of its block
    std::string receivers = {};   // more of them
    bool has_alertmanager = true;
  };

  record::Record run(const Given& given) {
    const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "told" / "notified";
    std::filesystem::create_directories(folder);
    const auto write = [&](const std::string& name, const std::string& text) {
      EXPECT_TRUE(write_file(folder / name, text));
    };
    write("topology.yaml", "services:\n  web:\n    replicas: 2\n    traffic: {requests_per_second: 20}\n");
    write("rules.yml", "groups:\n  - name: g\n    rules:\n" + given.rules);
    write("alertmanager.yml",
          "route:\n  receiver: pager\n  group_by: [alertname]\n" + given.route +
              "receivers:\n"
              "  - {name: pager, pagerduty_configs: [{routing_key: 0123456789abcdef0123456789abcdef}]}\n"
              "  - {name: chat, webhook_configs: [{url: 'http://chat.example/'}]}\n" +
              given.receivers + given.more);
    write(
        "scenario.yaml",
        "version: 1\nname: notified\nsummary: Alerts on their way.\nstart: 2026-03-03T13:20:00Z\nwarmup: 10m\n"
        "duration: 40m\ntopology: topology.yaml\n"
        "prometheus: {scrape_interval: 15s, evaluation_interval: 15s, scrape_phase: aligned, rule_files: [rules.yml]" +
            given.prometheus + "}\n" +
            (given.has_alertmanager ? "alertmanager: {config_file: alertmanager.yml}\n" : "") + given.scenario +
            "faults: " + given.faults + "\nexpectations: " + given.expectations + "\n");
    auto loaded = scenario::load_scenario(folder);
    if (!loaded) throw std::runtime_error(render(loaded.error()));
    loaded_ = std::move(*loaded);
    driver::Run drill(*loaded_, {.seed = 1});
    drill.advance_to(drill.end());
    return drill.finish().record;
  }

  // "13:45:30 pager: A firing, B resolved (first_notification)".
  static std::vector<std::string> notifications(const record::Record& record) {
    std::vector<std::string> out;
    for (const events::Notification& each : record.alertmanager->notifications) {
      std::string alerts;
      for (const events::NotifiedAlert& alert : each.alerts) {
        alerts += format("{}{} {}", alerts.empty() ? "" : ", ", alert.labels.get(model::kAlertName), alert.status);
      }
      out.push_back(format("{} {}: {} ({}){}", format_clock(each.t), each.receiver, alerts, each.reason,
                           each.accepted ? "" : ", not accepted"));
      if (each.attempts.size() > 1) out.back() += format(", {} attempts", each.attempts.size());
    }
    return out;
  }
  // "silenced 13:45:30 to 13:52:00 by silence 1 (planned)".
  static std::vector<std::string> held(const record::Record& record, std::string_view name) {
    std::vector<std::string> out;
    for (const record::AlertRecord& alert : record.alerts) {
      if (alert.alert != name) continue;
      for (const record::HeldBack& each : alert.held_back) {
        out.push_back(format("{} {} to {} by {}", to_string(each.how), format_clock(each.at),
                             each.until ? format_clock(*each.until) : "the end", each.by));
      }
    }
    return out;
  }
  // "13:32:00 to 13:50:00": what an Alertmanager took an alert to fire.
  static std::vector<std::string> heard(const record::Record& record, std::string_view name) {
    std::vector<std::string> out;
    for (const record::AlertRecord& alert : record.alerts) {
      if (alert.alert != name) continue;
      for (const record::Heard& each : alert.heard) {
        out.push_back(format("{} to {}", format_clock(each.from), each.to ? format_clock(*each.to) : "the end"));
      }
    }
    return out;
  }
  static const record::AlertRecord& alert_of(const record::Record& record, const std::string& name) {
    return *std::ranges::find(record.alerts, name, &record::AlertRecord::alert);
  }

  std::optional<scenario::LoadedScenario> loaded_;
};

constexpr const char* kQuarterTo =
    "      - {alert: QuarterTo, expr: minute() >= 45 < 55, labels: {severity: critical, service: web}}\n";

TEST_F(AlertmanagerRun, TellsReceiversAndFillsTheLedger) {
  const record::Record record = run({.rules = kQuarterTo, .route = ""});
  EXPECT_THAT(notifications(record), ElementsAre("13:45:30 pager: QuarterTo firing (first_notification)",
                                                 "13:55:30 pager: QuarterTo resolved (all_resolved)"));
  const record::AlertRecord& alert = alert_of(record, "QuarterTo");
  EXPECT_EQ(format_clock(*alert.firing_at), "13:45:00");
  EXPECT_EQ(format_clock(*alert.notified_at), "13:45:30");
  EXPECT_EQ(alert.paged_at, alert.notified_at);
  EXPECT_THAT(*alert.receivers, ElementsAre("pager"));
  EXPECT_TRUE(alert.pages);
  EXPECT_THAT(alert.held_back, IsEmpty());
}

TEST_F(AlertmanagerRun, SaysWhatHoldsAlertsBack) {
  const record::Record silenced =
      run({.rules = kQuarterTo,
           .route = "",
           .scenario = "silences: [{matchers: ['alertname=\"QuarterTo\"'], to: 22m, comment: planned}]\n"});
  EXPECT_THAT(held(silenced, "QuarterTo"), ElementsAre("silenced 13:45:30 to 13:52:00 by silence 1 (planned)"));
  EXPECT_THAT(notifications(silenced), IsEmpty());
  const record::Record inhibited =
      run({.rules = std::string(kQuarterTo) +
                    "      - {alert: Cause, expr: minute() >= 44 < 50, labels: {severity: critical, service: db}}\n",
           .route = "",
           .more = "inhibit_rules: [{source_matchers: [alertname=Cause], target_matchers: [alertname=QuarterTo]}]\n"});
  EXPECT_THAT(held(inhibited, "QuarterTo"),
              ElementsAre("inhibited 13:45:30 to 13:50:00 by Cause {service=\"db\", severity=\"critical\"}"));
  EXPECT_THAT(notifications(inhibited), ElementsAre("13:44:30 pager: Cause firing (first_notification)",
                                                    "13:50:30 pager: QuarterTo firing (first_notification)",
                                                    "13:54:30 pager: Cause resolved (all_resolved)",
                                                    "13:55:30 pager: QuarterTo resolved (all_resolved)"));
  const record::Record muted = run(
      {.rules = kQuarterTo,
       .route = "  routes: [{receiver: chat, matchers: [severity=critical], mute_time_intervals: [lunch]}]\n",
       .more =
           "time_intervals: [{name: lunch, time_intervals: [{times: [{start_time: '13:00', end_time: '13:51'}]}]}]\n"});
  EXPECT_THAT(held(muted, "QuarterTo"), ElementsAre("muted 13:45:30 to 13:51:00 by lunch"));
  EXPECT_THAT(notifications(muted), IsEmpty());
  EXPECT_FALSE(alert_of(muted, "QuarterTo").pages);
  EXPECT_FALSE(alert_of(muted, "QuarterTo").is_page());
}

// The second begins while the first acts, and is seen by what goes on behind that.
TEST_F(AlertmanagerRun, WitnessesAnOutageThatBeginsWithinAnother) {
  const record::Record record =
      run({.rules = "      - {alert: Always, expr: vector(1), labels: {severity: critical}}\n",
           .route = "",
           .faults = "[{id: one, kind: alertmanager_down, at: 10m, duration: 10m},"
                     " {id: within, kind: alertmanager_down, at: 14m, duration: 5m},"
                     " {id: beyond, kind: alertmanager_down, at: 16m, duration: 10m, data: lost}]"});
  const auto seen_at = [&](std::size_t fault) {
    const auto& at = record.faults.at(fault).witness.seen_at;
    return at ? format_clock(*at) : "never";
  };
  EXPECT_NE(seen_at(0), "never");
  EXPECT_EQ(seen_at(1), "never") << "without it nothing would have been otherwise";
  EXPECT_GT(seen_at(2), "13:50:00");
  EXPECT_LT(seen_at(2), "13:56:00");
}

// Its group is flushed at 13:45:30 and at 13:55:30; one mute goes over into another meanwhile.
TEST_F(AlertmanagerRun, TellsOfMutesThatFollowUponEachOther) {
  const std::string intervals =
      "time_intervals:\n"
      "  - {name: lunch, time_intervals: [{times: [{start_time: '13:00', end_time: '13:51'}]}]}\n"
      "  - {name: tea, time_intervals: [{times: [{start_time: '13:50', end_time: '13:53'}]}]}\n"
      "  - {name: work, time_intervals: [{times: [{start_time: '13:00', end_time: '13:52'}]}]}\n"
      "  - {name: evening, time_intervals: [{times: [{start_time: '13:54', end_time: '24:00'}]}]}\n";
  const auto muted = [&](const std::string& by) {
    return held(
        run({.rules = kQuarterTo,
             .route = "  routes: [{receiver: chat, matchers: [severity=critical], group_interval: 10m, " + by + "}]\n",
             .more = intervals}),
        "QuarterTo");
  };
  EXPECT_THAT(muted("mute_time_intervals: [lunch, tea]"),
              ElementsAre("muted 13:45:30 to 13:51:00 by lunch", "muted 13:51:00 to 13:53:00 by tea"));
  EXPECT_THAT(muted("mute_time_intervals: [lunch, tea], active_time_intervals: [work, evening]"),
              ElementsAre("muted 13:45:30 to 13:51:00 by lunch", "muted 13:51:00 to 13:53:00 by tea",
                          "muted 13:53:00 to 13:54:00 by the time outside of work, evening"));
}

// Off for a minute and a half, while its group waits for its next flush.
TEST_F(AlertmanagerRun, DoesNotTellAgainWhatReceiversBelieve) {
  const record::Record record = run(
      {.rules =
           "      - {alert: Flaps, expr: minute() >= 35 < 37 or minute() >= 38 < 45, labels: {severity: critical}}\n",
       .route = ""});
  EXPECT_THAT(notifications(record), ElementsAre("13:35:30 pager: Flaps firing (first_notification)",
                                                 "13:45:30 pager: Flaps resolved (all_resolved)"));
  EXPECT_THAT(held(record, "Flaps"), ElementsAre("deduplicated 13:40:30 to 13:45:30 by pager"));
}

TEST_F(AlertmanagerRun, BelievesThatAllIsOverWhilePrometheusIsAway) {
  const record::Record record =
      run({.rules = "      - {alert: Lasting, expr: minute() >= 32, labels: {severity: critical}}\n",
           .route = "",
           .faults = "[{id: away, kind: monitor_down, at: 10m, duration: 10m}]"});
  EXPECT_THAT(notifications(record), ElementsAre("13:32:30 pager: Lasting firing (first_notification)",
                                                 "13:47:30 pager: Lasting resolved (all_resolved)",
                                                 "13:50:30 pager: Lasting firing (first_notification)",
                                                 "14:00:30 pager: Lasting resolved (all_resolved)"));
}

TEST_F(AlertmanagerRun, ForgetsAlertsWhenItIsStartedAgain) {
  const std::string rules =
      "      - {alert: Lasting, expr: minute() >= 32, labels: {severity: critical}}\n"
      "      - {alert: Ends, expr: minute() >= 32 < 43, labels: {severity: critical}}\n";
  const auto fault = [](std::string_view data) {
    return format("[{{id: down, kind: alertmanager_down, at: 10m, duration: 10m, data: {}}}]", data);
  };
  const record::Record kept = run({.rules = rules, .route = "", .faults = fault("kept")});
  EXPECT_THAT(notifications(kept), ElementsAre("13:32:30 pager: Lasting firing (first_notification)",
                                               "13:32:30 pager: Ends firing (first_notification)",
                                               "13:50:30 pager: Ends resolved (all_resolved)",
                                               "14:00:45 pager: Lasting resolved (all_resolved)"));
  const record::Record lost = run({.rules = rules, .route = "", .faults = fault("lost")});
  EXPECT_THAT(notifications(lost), ElementsAre("13:32:30 pager: Lasting firing (first_notification)",
                                               "13:32:30 pager: Ends firing (first_notification)",
                                               "13:50:45 pager: Lasting firing (first_notification)",
                                               "14:00:45 pager: Lasting resolved (all_resolved)"));
  EXPECT_TRUE(lost.faults[0].witness.seen_at);
}

// Its stop is not Prometheus's: rules go on, and what fires is one activation all the time.
TEST_F(AlertmanagerRun, LeavesTheLedgerOfAlertsAloneAsItStops) {
  const record::Record record =
      run({.rules = "      - {alert: Lasting, expr: minute() >= 32, labels: {severity: critical}}\n"
                    "      - {alert: Unheard, expr: minute() >= 42 < 48, labels: {severity: critical}}\n"
                    "      - {alert: Short, expr: minute() >= 38 < 43, for: 10m}\n",
           .route = "",
           .faults = "[{id: down, kind: alertmanager_down, at: 10m, duration: 10m}]",
           .expectations = "[{id: short, kind: alert_firing, alert: Short}]"});
  for (const record::AlertRecord& alert : record.alerts) EXPECT_FALSE(alert.forgotten_at) << alert.alert;
  EXPECT_EQ(std::ranges::count(record.alerts, "Lasting", &record::AlertRecord::alert), 1);
  EXPECT_EQ(std::ranges::count(record.alerts, "Unheard", &record::AlertRecord::alert), 1);
  EXPECT_EQ(format_clock(*alert_of(record, "Unheard").resolved_at), "13:48:00");
  EXPECT_EQ(
      record.expectations.at(0).outcome.why,
      "it was pending from 8 m (13:38:00) for 4 m 45 s, and `for` asks for 10 m; then minute() >= 38 was 43 at 13 m "
      "(13:43:00)");
}

// What held an alert back is gone with the process; a silence is there again with its data, or is not.
TEST_F(AlertmanagerRun, HoldsNothingBackWhileItIsStopped) {
  const auto run_with = [&](std::string_view data) {
    return run({.rules = "      - {alert: Lasting, expr: minute() >= 32, labels: {severity: critical}}\n",
                .route = "",
                .scenario = "silences: [{matchers: ['alertname=\"Lasting\"'], to: 35m, comment: planned}]\n",
                .faults = format("[{{id: down, kind: alertmanager_down, at: 10m, duration: 10m, data: {}}}]", data)});
  };
  const record::Record kept = run_with("kept");
  EXPECT_THAT(held(kept, "Lasting"), ElementsAre("silenced 13:32:30 to 13:40:00 by silence 1 (planned)",
                                                 "lost 13:40:45 to the end by the way to Alertmanager",
                                                 "silenced 13:50:45 to 14:05:00 by silence 1 (planned)"));
  EXPECT_EQ(format_clock(kept.alertmanager->silences.at(0).to), "14:05:00");
  const record::Record lost = run_with("lost");
  EXPECT_THAT(held(lost, "Lasting"), ElementsAre("silenced 13:32:30 to 13:40:00 by silence 1 (planned)",
                                                 "lost 13:40:45 to the end by the way to Alertmanager"));
  EXPECT_THAT(notifications(lost), ElementsAre("13:50:45 pager: Lasting firing (first_notification)",
                                               "14:00:45 pager: Lasting resolved (all_resolved)"));
  EXPECT_EQ(format_clock(lost.alertmanager->silences.at(0).to), "13:40:00");
}

// With a configuration or without: the alerts that have arrived are the same.
TEST_F(AlertmanagerRun, HasTheAlertsThatOneWithoutConfigurationHas) {
  const auto run_with = [&](bool has_alertmanager) {
    const record::Record record =
        run({.rules = "      - {alert: Lasting, expr: minute() >= 32, labels: {severity: critical}}\n"
                      "      - {alert: Ends, expr: minute() >= 32 < 43, labels: {severity: critical}}\n",
             .route = "",
             .faults = "[{id: drop, kind: notify_drop, at: 10m, duration: 10m}]",
             .has_alertmanager = has_alertmanager});
    std::vector<std::string> lines;
    for (const events::Event& event : record.timeline) {
      if (!to_string(event.kind).starts_with("alert.")) continue;
      lines.push_back(format("{} {} {}", format_clock(event.t), to_string(event.kind), event.subject));
    }
    for (const char* name : {"Lasting", "Ends"}) {
      for (const std::string& line : heard(record, name)) lines.push_back(format("{} {}", name, line));
    }
    return lines;
  };
  const std::vector<std::string> lines = run_with(true);
  EXPECT_EQ(lines, run_with(false));
  EXPECT_THAT(lines, IsSupersetOf({"13:43:30 alert.expired Lasting", "13:50:45 alert.returned Lasting"}));
}

TEST_F(AlertmanagerRun, LetsNothingExpireWhileItIsStopped) {
  const record::Record record =
      run({.rules = "      - {alert: Lasting, expr: minute() >= 32, labels: {severity: critical}}\n"
                    "      - {alert: Ends, expr: minute() >= 32 < 43, labels: {severity: critical}}\n",
           .route = "",
           .faults = "[{id: down, kind: alertmanager_down, at: 10m, duration: 10m}]"});
  EXPECT_EQ(std::ranges::count(record.timeline, events::EventKind::alert_expired, &events::Event::kind), 0);
  EXPECT_THAT(heard(record, "Lasting"), ElementsAre("13:32:00 to 13:50:00", "13:50:45 to 14:00:00"));
  // Nobody could hear that it was over.
  EXPECT_THAT(heard(record, "Ends"), ElementsAre("13:32:00 to 13:43:00"));
  EXPECT_EQ(format_clock(*alert_of(record, "Ends").over_at()), "13:43:00");
}

// A receiver's fault that begins or ends while it is stopped changes nothing until it is there again.
TEST_F(AlertmanagerRun, SaysNothingWhileItIsStoppedWhateverBefallsItsReceivers) {
  const record::Record record =
      run({.rules = "      - {alert: Lasting, expr: minute() >= 32, labels: {severity: critical}}\n"
                    "      - {alert: Ends, expr: minute() >= 32 < 43, labels: {severity: critical}}\n",
           .route = "",
           .faults = "[{id: down, kind: alertmanager_down, at: 10m, duration: 10m},"
                     " {id: slow, kind: receiver_slow, receiver: pager, delay: 20s, at: 18m, duration: 20m}]"});
  EXPECT_THAT(notifications(record), ElementsAre("13:32:30 pager: Lasting firing (first_notification)",
                                                 "13:32:30 pager: Ends firing (first_notification)",
                                                 "13:50:50 pager: Ends resolved (all_resolved)",
                                                 "14:01:05 pager: Lasting resolved (all_resolved)"));
}

TEST_F(AlertmanagerRun, TriesAgainWhereAReceiverFails) {
  const record::Record record =
      run({.rules = kQuarterTo,
           .route = "",
           .faults = "[{id: broken, kind: receiver_error, receiver: pager, at: 15m, duration: 3m}]"});
  EXPECT_THAT(notifications(record), ElementsAre("13:48:10 pager: QuarterTo firing (first_notification), 13 attempts",
                                                 "13:55:30 pager: QuarterTo resolved (all_resolved)"));
  EXPECT_TRUE(record.faults[0].witness.seen_at) << record.faults[0].witness.what;
  const record::Record slow = run({.rules = kQuarterTo,
                                   .route = "",
                                   .faults = "[{id: slow, kind: receiver_slow, delay: 20s, at: 15m, duration: 3m}]"});
  EXPECT_THAT(notifications(slow), ElementsAre("13:45:50 pager: QuarterTo firing (first_notification)",
                                               "13:55:30 pager: QuarterTo resolved (all_resolved)"));
  EXPECT_TRUE(slow.faults[0].witness.seen_at) << slow.faults[0].witness.what;
}

TEST_F(AlertmanagerRun, TakesTwoServersForOneIfTheirLabelIsDropped) {
  const std::string lasting = "      - {alert: Lasting, expr: minute() >= 32, labels: {severity: critical}}\n";
  const record::Record one = run({.rules = lasting,
                                  .route = "",
                                  .faults = "[{id: away, kind: monitor_down, replicas: first, at: 10m, duration: 10m}]",
                                  .prometheus = ", replicas: 2"});
  EXPECT_THAT(notifications(one), ElementsAre("13:32:30 pager: Lasting firing (first_notification)",
                                              "14:02:30 pager: Lasting resolved (all_resolved)"));
  EXPECT_EQ(std::ranges::count(one.alerts, "Lasting", &record::AlertRecord::alert), 1);
  EXPECT_TRUE(one.faults[0].witness.seen_at) << one.faults[0].witness.what;
  const record::Record two =
      run({.rules = lasting, .route = "", .prometheus = ", replicas: 2, replica_label: replica, deduplicate: false"});
  EXPECT_THAT(notifications(two), ElementsAre("13:32:30 pager: Lasting firing, Lasting firing (first_notification)",
                                              "14:02:30 pager: Lasting resolved, Lasting resolved (all_resolved)"));
  EXPECT_EQ(std::ranges::count(two.alerts, "Lasting", &record::AlertRecord::alert), 2);
}

// What only the second server finds, while the first is down, is in the ledger like all else.
TEST_F(AlertmanagerRun, WritesDownWhatOneOfTwoServersFindsAlone) {
  const std::string rules =
      "      - {alert: During, expr: minute() >= 42 < 46, labels: {severity: critical}}\n"
      "      - {alert: Across, expr: minute() >= 42 < 55, for: 1m, labels: {severity: critical}}\n"
      "      - {alert: Before, expr: minute() >= 35 < 43, labels: {severity: critical}}\n";
  const record::Record record =
      run({.rules = rules,
           .route = "",
           .faults = "[{id: away, kind: monitor_down, replicas: first, at: 10m, duration: 10m}]",
           .prometheus = ", replicas: 2"});
  ASSERT_EQ(record.alerts.size(), 3U);
  const record::AlertRecord& during = alert_of(record, "During");
  EXPECT_EQ(format_clock(*during.firing_at), "13:42:00");
  EXPECT_TRUE(during.paged_at);
  EXPECT_EQ(format_clock(*during.resolved_at), "13:46:00");
  const record::AlertRecord& across = alert_of(record, "Across");
  EXPECT_EQ(format_clock(*across.pending_at), "13:42:00");
  EXPECT_EQ(format_clock(*across.firing_at), "13:43:00");
  EXPECT_EQ(format_clock(*across.resolved_at), "13:55:00");
  const record::AlertRecord& before = alert_of(record, "Before");
  EXPECT_FALSE(before.forgotten_at);
  EXPECT_EQ(format_clock(*before.resolved_at), "13:43:00");
  std::vector<std::string> states;
  for (const events::Event& event : record.timeline) {
    const bool is_state = event.kind == events::EventKind::monitor_down || event.kind == events::EventKind::monitor_up;
    if (is_state) states.push_back(format("{} {}", format_clock(event.t), event.subject));
  }
  EXPECT_THAT(states, ElementsAre("13:40:00 prometheus-0", "13:50:00 prometheus-0"));
}

// While both are down nothing is found, and what was there is forgotten.
TEST_F(AlertmanagerRun, ForgetsWhatTwoServersKnewThatBothStop) {
  const record::Record record =
      run({.rules = "      - {alert: Lasting, expr: minute() >= 32, labels: {severity: critical}}\n",
           .route = "",
           .faults = "[{id: first, kind: monitor_down, replicas: first, at: 5m, duration: 25m},"
                     " {id: all, kind: monitor_down, at: 10m, duration: 10m}]",
           .prometheus = ", replicas: 2"});
  std::vector<std::string> states;
  for (const events::Event& event : record.timeline) {
    if (event.kind == events::EventKind::monitor_down) states.push_back("down " + event.subject);
    if (event.kind == events::EventKind::monitor_up) states.push_back("up " + event.subject);
  }
  EXPECT_THAT(states, ElementsAre("down prometheus-0", "down prometheus", "up prometheus", "up prometheus-0"));
  ASSERT_EQ(std::ranges::count(record.alerts, "Lasting", &record::AlertRecord::alert), 2);
  EXPECT_TRUE(record.alerts[0].forgotten_at);
  EXPECT_FALSE(record.alerts[1].forgotten_at);
}

// A notification that is still being tried as the run ends is one that was flushed.
TEST_F(AlertmanagerRun, TellsOfWhatIsStillBeingTriedAtTheEnd) {
  const record::Record record =
      run({.rules = "      - {alert: Late, expr: minute() >= 6 < 20, labels: {severity: critical}}\n",
           .route = "",
           .faults = "[{id: broken, kind: receiver_error, receiver: pager, at: 30m, duration: 10m}]"});
  ASSERT_EQ(record.alertmanager->notifications.size(), 1U);
  const events::Notification& tried = record.alertmanager->notifications.front();
  EXPECT_FALSE(tried.accepted);
  EXPECT_TRUE(tried.under_way.value_or(false));
  EXPECT_GT(tried.attempts.size(), 3U);
  EXPECT_EQ(tried.attempts.back().status, 503);
}

// What it has not answered as the run ends is not yet late.
TEST_F(AlertmanagerRun, SaysOfASlowReceiverThatItHasAnsweredNothing) {
  const record::Record record =
      run({.rules = "      - {alert: Late, expr: minute() >= 6 < 20, labels: {severity: critical}}\n",
           .route = "",
           .faults = "[{id: slow, kind: receiver_slow, receiver: pager, delay: 1h, at: 30m, duration: 10m}]"});
  ASSERT_EQ(record.alertmanager->notifications.size(), 1U);
  EXPECT_TRUE(record.alertmanager->notifications.front().under_way.value_or(false));
  EXPECT_FALSE(record.faults[0].witness.seen_at);
  EXPECT_EQ(record.faults[0].witness.what,
            "no request to a receiver was answered or given up within 10 m of its start");
}

// A template that fails at what it meets sends nothing, and nobody is told.
TEST_F(AlertmanagerRun, CountsWhatCannotBeRenderedAsFailed) {
  const record::Record record =
      run({.rules = kQuarterTo,
           .route = "  routes: [{receiver: odd, matchers: [alertname=QuarterTo]}]\n",
           .more = "",
           .receivers = "  - {name: odd, pagerduty_configs: [{routing_key: '0123456789abcdef0123456789abcdef',"
                        " description: '{{ index .Alerts 7 }}'}]}\n"});
  const record::AlertRecord& alert = alert_of(record, "QuarterTo");
  EXPECT_FALSE(alert.notified_at);
  EXPECT_FALSE(alert.paged_at);
  ASSERT_FALSE(record.alertmanager->notifications.empty());
  const events::Notification& failed = record.alertmanager->notifications.front();
  EXPECT_FALSE(failed.accepted);
  EXPECT_FALSE(failed.payload);
  EXPECT_EQ(failed.attempts.at(0).result, "not_rendered");
  EXPECT_THAT(failed.fault.value_or(""), HasSubstr("receiver 'odd' cannot be told by pagerduty: template: :1:3"));
  EXPECT_THAT(failed.fault.value_or(""), HasSubstr("of alertmanager.yml)"));
  const auto event = std::ranges::find(record.timeline, events::EventKind::receiver_failed, &events::Event::kind);
  ASSERT_NE(event, record.timeline.end());
  EXPECT_EQ(event->text("reason"), "its template failed");
}

TEST_F(AlertmanagerRun, GoesOnAsItWasInACopy) {
  const record::Record whole =
      run({.rules = kQuarterTo,
           .route = "",
           .faults = "[{id: away, kind: monitor_down, replicas: first, at: 12m, duration: 10m},"
                     " {id: broken, kind: receiver_error, receiver: pager, at: 15m, duration: 3m}]",
           .prometheus = ", replicas: 2"});
  driver::Run drill(*loaded_, {.seed = 1});
  drill.advance_to(*parse_instant("2026-03-03T13:46:00Z"));
  driver::Run copy(drill);
  copy.advance_to(copy.end());
  EXPECT_EQ(record::write_record(copy.finish().record), record::write_record(whole));
}

TEST_F(AlertmanagerRun, KeepsWhatReceiversWereSent) {
  const std::string rules =
      std::string(kQuarterTo) + "      - {alert: Other, expr: vector(1) > 0 and minute() >= 45 < 47}\n";
  const record::Record record =
      run({.rules = rules, .route = "  routes: [{receiver: chat, matchers: [alertname=Other]}]\n"});
  ASSERT_TRUE(record.alertmanager->payloads);
  const auto& payloads = *record.alertmanager->payloads;
  EXPECT_FALSE(record.alertmanager->payloads_left_out);
  for (const events::Notification& each : record.alertmanager->notifications) {
    ASSERT_TRUE(each.payload);
    ASSERT_LT(static_cast<std::size_t>(*each.payload), payloads.size());
    const events::NotificationPayload& sent = payloads[static_cast<std::size_t>(*each.payload)];
    ASSERT_EQ(sent.requests.size(), 1U);
    const std::string& body = sent.requests.front().body;
    EXPECT_THAT(body,
                HasSubstr(each.receiver == "pager" ? "\"routing_key\":\"\\u003csecret\\u003e\"" : "\"version\":\"4\""));
    if (each.receiver == "chat") {
      EXPECT_THAT(body, HasSubstr("http://localhost:9090/graph?g0.expr=vector%281%29+%3E+0"));
    }
  }
  const std::string text = record::write_record(record);
  const auto read = record::read_record(make_source("record.json", text), incident::expectation_forms());
  ASSERT_TRUE(read) << render(read.error());
  EXPECT_EQ(read->alertmanager, record.alertmanager);
}

}  // namespace
}  // namespace firedrill::driver
