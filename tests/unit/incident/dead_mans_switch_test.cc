#include <gtest/gtest.h>

#include "base/text/format.h"
#include "incident/judge.h"
#include "no_series.h"
#include "record/sends.h"
#include "sample_record.h"

namespace firedrill::incident {
using namespace record;
namespace {

using sample::at;
using sample::expectation;
using Text = std::string;
using FieldList = std::vector<std::pair<std::string, FieldValue>>;

// Watchdog is sent every 90 s (an interval of 30 s) from the warm-up on; what is sent in [lost, found) does not arrive,
// and nothing is sent in [down, up).
Record watched(Duration lost = 0s, Duration found = 0s, Duration down = 0s, Duration up = 0s) {
  Record record = sample::outage();
  record.alerts.push_back(sample::alert("Watchdog", "none", "", -30min, -30min, std::nullopt));
  record.rules.push_back(sample::rule("Watchdog", "vector(1)", 0s));
  SendRecord sends{"Watchdog", {{"alertname", "Watchdog"}, {"severity", "none"}}, send_spacing(30s), {}};
  for (Duration t = -30min; t <= 60min; t += 90s) {
    if (t >= down && t < up) continue;
    add_send(sends, at(t), t < lost || t >= found);
  }
  record.sends = {sends};
  return record;
}

// "result | expected | observed | why" of one expectation.
std::string answer(FieldList fields, Record record) {
  fields.insert(fields.begin(), {{"alert", Text("Watchdog")}, {"within", Duration(5min)}});
  record.declared.expectations = {expectation("x", "dead_mans_switch", std::move(fields))};
  judge(record, sample::NoSeries());
  const Outcome& outcome = record.expectations.front().outcome;
  return format("{} | {} | {} | {}", to_string(outcome.result), outcome.expected, outcome.observed, outcome.why);
}

TEST(Sends, ComeAtTheFirstEvaluationAfterTheResendDelay) {
  EXPECT_EQ(send_spacing(15s), 75s);
  EXPECT_EQ(send_spacing(30s), 90s);
  EXPECT_EQ(send_spacing(1min), 2min);
  EXPECT_EQ(send_spacing(5min), 5min);
}

TEST(Sends, AreKeptAsStretches) {
  const Record record = watched(12min, 20min, 40min, 45min);
  std::string all;
  for (const SendStretch& s : record.sends[0].stretches) {
    all += format("{} {} {} {}\n", format_clock(s.from), format_clock(s.to), s.sends, s.received ? "received" : "lost");
  }
  EXPECT_EQ(all,
            "13:30:00 14:10:30 28 received\n14:12:00 14:19:30 6 lost\n14:21:00 14:39:00 13 received\n14:45:00 15:00:00 "
            "11 received\n");
  const SendRecord* const one[] = {&record.sends[0]};
  all.clear();
  for (const Silence& s : silences(one, at(60min))) all += format("{} {}\n", format_clock(s.from), format_clock(s.to));
  EXPECT_EQ(all, "14:10:30 14:21:00\n14:39:00 14:45:00\n");
  EXPECT_TRUE(silences({}, at(60min)).empty());
}

TEST(DeadMansSwitch, TripsWhenTheAlertStaysAway) {
  EXPECT_EQ(answer({{"trips_within", Duration(10min)}}, watched(12min, 30min)),
            "pass | Watchdog stays away for more than 5 m, so that the switch trips within 10 m of the injection, by "
            "20 m (14:20:00) | tripped at 15 m 30 s (14:15:30): nothing was received for 19 m 30 s, from 10 m 30 s "
            "(14:10:30) to 30 m (14:30:00); the monitor sent 12 times in vain | ");
  EXPECT_EQ(
      answer({}, watched(0s, 0s, 12min, 61min)),
      "pass | Watchdog stays away for more than 5 m, so that the switch trips | tripped at 15 m 30 s (14:15:30): "
      "nothing was received for 49 m 30 s, from 10 m 30 s (14:10:30) to the run's end; the monitor sent nothing in "
      "that time | ");
}

TEST(DeadMansSwitch, DoesNotTripWhileItArrives) {
  EXPECT_EQ(answer({{"trips", false}}, watched()),
            "pass | Watchdog never stays away for more than 5 m from 0 ms to 1 h | it was received every 1 m 30 s | ");
  EXPECT_EQ(answer({{"trips", false}}, watched(12min, 15min)),
            "pass | Watchdog never stays away for more than 5 m from 0 ms to 1 h | it did not trip; at the longest, "
            "nothing was received for 4 m 30 s, from 10 m 30 s (14:10:30) to 15 m (14:15:00) | ");
  EXPECT_EQ(answer({{"trips", false}, {"from", Duration(40min)}}, watched(12min, 30min)),
            "pass | Watchdog never stays away for more than 5 m from 40 m to 1 h | it was received every 1 m 30 s | ");
}

TEST(DeadMansSwitch, SaysWhatWentWrong) {
  EXPECT_EQ(answer({}, watched()),
            "fail | Watchdog stays away for more than 5 m, so that the switch trips | it did not trip | the alert was "
            "received all the time");
  EXPECT_EQ(answer({}, watched(12min, 15min)),
            "fail | Watchdog stays away for more than 5 m, so that the switch trips | it did not trip | the longest "
            "silence was too short: nothing was received for 4 m 30 s, from 10 m 30 s (14:10:30) to 15 m (14:15:00)");
  EXPECT_EQ(
      answer({{"trips_within", Duration(5min)}}, watched(12min, 30min)),
      "fail | Watchdog stays away for more than 5 m, so that the switch trips within 5 m of the injection, by 15 "
      "m (14:15:00) | tripped at 15 m 30 s (14:15:30): nothing was received for 19 m 30 s, from 10 m 30 s (14:10:30) "
      "to 30 m (14:30:00); the monitor sent 12 times in vain | it tripped at 15 m 30 s (14:15:30), 30 s late");
  EXPECT_EQ(
      answer({}, watched(2min, 30min)),
      "fail | Watchdog stays away for more than 5 m, so that the switch trips | tripped at 6 m 30 s (14:06:30): "
      "nothing was received for 28 m 30 s, from 1 m 30 s (14:01:30) to 30 m (14:30:00); the monitor sent 18 times in "
      "vain | it tripped 3 m 30 s before the injection, so that it showed something else");
  EXPECT_EQ(
      answer({{"trips", false}}, watched(12min, 30min)),
      "fail | Watchdog never stays away for more than 5 m from 0 ms to 1 h | it tripped at 15 m 30 s (14:15:30) | "
      "nothing was received for 19 m 30 s, from 10 m 30 s (14:10:30) to 30 m (14:30:00); the monitor sent 12 times in "
      "vain");
  EXPECT_EQ(answer({{"trips", false}}, watched(-30min, 61min)),
            "fail | Watchdog never stays away for more than 5 m from 0 ms to 1 h | it was never received | none of its "
            "sends was received");
}

TEST(DeadMansSwitch, ASwitchThatWasNeverArmedShowsNothing) {
  EXPECT_EQ(
      answer({}, watched(-30min, 61min)),
      "invalid | Watchdog stays away for more than 5 m, so that the switch trips | it was never received | none of "
      "its sends was received, so that the switch was never armed");
  Record unsent = watched();
  unsent.sends.clear();
  EXPECT_EQ(answer({}, unsent),
            "invalid | Watchdog stays away for more than 5 m, so that the switch trips | it was never received | the "
            "monitor never sent it, so that the switch was never armed");
  Record slow = watched();
  slow.sends[0].spacing = 10min;
  EXPECT_EQ(answer({}, slow),
            "invalid | Watchdog stays away for more than 5 m, so that the switch trips | the switch has too little "
            "patience | the alert is sent every 10 m, at its rule's interval");
  EXPECT_EQ(answer({{"since", Text("acknowledged")}}, watched(12min, 30min)),
            "invalid | Watchdog stays away for more than 5 m, so that the switch trips | nothing to count from | it "
            "counts from the acknowledgement of db-outage, and nobody acknowledged");
}

// Of an alert that comes and goes, silence says nothing of the monitoring: it was resolved.
TEST(DeadMansSwitch, WaitsForAnAlertThatAlwaysFires) {
  Record brief = watched(0s, 0s, 20min, 61min);
  brief.alerts.back().pending_at = brief.alerts.back().firing_at = at(12min);
  brief.alerts.back().resolved_at = at(20min);
  const Text why =
      "a switch waits for an alert that always fires, as `expr: vector(1)` does: the silence of another "
      "says nothing of the monitoring";
  EXPECT_EQ(answer({}, brief),
            "invalid | Watchdog stays away for more than 5 m, so that the switch trips | it was not firing at 10 m "
            "(14:10:00) | " +
                why);
  EXPECT_EQ(answer({{"trips", false}, {"to", Duration(20min)}}, brief),
            "invalid | Watchdog never stays away for more than 5 m from 0 ms to 20 m | it was not firing at 0 ms "
            "(14:00:00) | " +
                why);
}

TEST(DeadMansSwitch, ItsAlertIsNoOtherAlertAndDetectsNothing) {
  Record record = watched();
  record.declared.expectations = {
      expectation("watched", "dead_mans_switch",
                  {{"alert", Text("Watchdog")}, {"within", Duration(5min)}, {"trips", false}}),
      expectation("quiet", "no_other_alerts", {})};
  judge(record, sample::NoSeries());
  EXPECT_EQ(record.alerts[1].attribution, "excepted");
  EXPECT_EQ(record.alerts[1].incident, "");
  EXPECT_EQ(record.expectations[1].outcome.result, Verdict::pass) << record.expectations[1].outcome.why;
}

TEST(DeadMansSwitch, IsChecked) {
  const auto refusals = [](FieldList fields) {
    Criteria declared;
    declared.expectations = {expectation("x", "dead_mans_switch", std::move(fields))};
    Diagnostics found;
    check(declared, {.alerts = {"Watchdog"}, .services = {}, .incidents = {"db-outage"}, .slos = {}, .faults = {}},
          found);
    std::string all;
    for (const Diagnostic& d : found) all += d.what + (d.remedy.empty() ? "" : " = " + d.remedy) + "\n";
    return all;
  };
  EXPECT_EQ(
      refusals({{"alert", Text("Watchdgo")}, {"within", Duration(1min)}, {"incident", Text("db")}}),
      "unknown alert 'Watchdgo' = did you mean 'Watchdog'?\nunknown incident 'db' = expected db-outage\nno alert "
      "is received so often: it is sent again every minute or less often = a switch waits for several sends, as 5m\n");
  EXPECT_EQ(refusals({{"alert", Text("Watchdog")}, {"within", Duration(5min)}, {"from", Duration(1min)}}),
            "`from` is about a switch that must not trip = leave it out, or say trips: false\n");
  EXPECT_EQ(
      refusals({{"alert", Text("Watchdog")},
                {"within", Duration(5min)},
                {"trips", false},
                {"trips_within", Duration(1min)},
                {"from", Duration(10min)},
                {"to", Duration(10min)}}),
      "`to` is not later than `from` = exchange them, or leave one out\n`trips_within` is about a switch that must "
      "trip = leave it out, or say trips: true\n");
}

}  // namespace
}  // namespace firedrill::incident
