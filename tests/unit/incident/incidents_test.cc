#include "incident/incidents/incidents.h"

#include <gtest/gtest.h>

#include "base/text/format.h"
#include "incident/judge.h"
#include "no_series.h"
#include "record/record_json.h"
#include "sample_record.h"

namespace firedrill::incident {
using namespace record;
namespace {

using sample::at;

Record judged(Record record) {
  judge(record, sample::NoSeries());
  return record;
}

std::string text(const Record& record, std::string_view measure) {
  return record.incidents.at(0).measure(measure)->text;
}

TEST(Incidents, TimesAndMeasuresOfAnOutage) {
  const Record record = judged(sample::outage());
  ASSERT_EQ(record.incidents.size(), 1U);
  const IncidentRecord& incident = record.incidents[0];
  EXPECT_EQ(incident.times.injected_at, at(10min));
  EXPECT_EQ(incident.times.breached_at, at(10min));
  EXPECT_EQ(incident.times.firing_at, at(12min + 30s));
  EXPECT_EQ(incident.times.mitigated_at, at(31min));
  EXPECT_EQ(incident.times.resolved_at, at(34min));
  EXPECT_EQ(incident.detected_by, "alert");
  EXPECT_EQ(incident.detected_alert, "SLOFastBurn");
  EXPECT_EQ(incident.blast_radius, (std::vector<std::string>{"catalogue", "checkout", "postgres", "web"}));
  EXPECT_EQ(text(record, "ttd"), "2 m 30 s");
  EXPECT_EQ(text(record, "ttm"), "21 m");
  EXPECT_EQ(text(record, "ttr"), "24 m");
  EXPECT_EQ(text(record, "delivery"), "not applicable");
  EXPECT_EQ(text(record, "tta"), "not applicable");
  EXPECT_EQ(record.verdict, Verdict::pass) << record.verdict_why;
}

TEST(Incidents, SeverityEvolvesOverTheTrailingFiveMinutes) {
  const Record record = judged(sample::outage());
  const IncidentRecord& incident = record.incidents[0];
  ASSERT_TRUE(incident.peak);
  EXPECT_EQ(*incident.peak, SeverityLevel::p0);
  std::string evolution;
  for (const SeverityChange& change : incident.severity) {
    evolution += format_clock(change.t) + " " + std::string(to_string(change.level)) + " " + change.why + "\n";
  }
  EXPECT_EQ(evolution,
            "14:11:00 P1 availability 86.7 % < 95 %, users affected 70 % > 20 %, error rate 14.1 % > 10 %\n"
            "14:14:00 P0 availability 46.7 % < 50 %, error rate 56.3 % > 50 %\n"
            "14:33:00 P1 availability 60 % < 95 %, error rate 41.5 % > 10 %\n");
}

TEST(Incidents, AnAlertAheadOfTheBreachIsEarly) {
  Record record = sample::outage();
  record.truth = {sample::truth("web", true, 0.7, 14, 31)};
  record = judged(std::move(record));
  const Measure& ttd = *record.incidents[0].measure("ttd");
  EXPECT_TRUE(ttd.early);
  EXPECT_EQ(ttd.value, Duration(0));
  EXPECT_EQ(ttd.text, "0 s (early: 1 m 30 s ahead of the breach)");
  EXPECT_EQ(text(record, "ttd_injected"), "2 m 30 s");
}

TEST(Incidents, WhatDidNotHappenIsCensored) {
  Record record = sample::outage();
  record.alerts.clear();
  record.truth = {sample::truth("web", true, 0.7, 10, 60)};
  record.faults[0].recovered_at.reset();
  record = judged(std::move(record));
  const IncidentRecord& incident = record.incidents[0];
  EXPECT_EQ(incident.detected_by, "nobody");
  EXPECT_TRUE(incident.measure("ttd")->censored);
  EXPECT_EQ(text(record, "ttd"), "> 50 m");
  EXPECT_EQ(text(record, "ttr"), "> 50 m");
  EXPECT_EQ(record.kpis[0].text, "> 50 m");
  EXPECT_EQ(record.kpis[0].status, "alert");
}

// It was over after 21 minutes: nobody could have noticed it later.
TEST(Incidents, WhatIsOverCanNoLongerBeNoticed) {
  Record record = sample::outage();
  record.alerts.clear();
  record.declared.expectations.push_back(
      sample::expectation("seen", "measure", {{"measure", std::string("first_sign")}, {"at_most", Duration(5min)}}));
  record = judged(std::move(record));
  EXPECT_EQ(text(record, "ttd"), "> 21 m");
  EXPECT_EQ(text(record, "ttd_injected"), "> 21 m");
  EXPECT_EQ(text(record, "ttr"), "21 m");
  EXPECT_EQ(record.kpis[0].text, "> 21 m");
  const auto seen = std::ranges::find(record.expectations, "seen", &ExpectationRecord::id);
  EXPECT_EQ(seen->outcome.why, "it had not happened when the incident was over (> 21 m)");
}

std::string events_of(const Record& record, events::EventKind kind, std::string_view field) {
  std::string out;
  for (const events::Event& event : record.timeline) {
    if (event.kind == kind)
      out += format("{} {}{}{}\n", format_clock(event.t), event.subject, field.empty() ? "" : ": ", event.text(field));
  }
  return out;
}

// A bad stretch long before it asks a whole hold window of the next one, but not of what a fault breaks.
TEST(Incidents, TheObjectiveIsMissedWhenTheIncidentSaysSo) {
  Record record = sample::outage();
  record.truth[1] = sample::truth("web", true, 0.7, 2, 4);
  for (std::size_t i = 10; i < 31; ++i)
    record.truth[1].minutes[i] = sample::minute(2400, i == 10 ? 3 : i == 11 ? 0 : 1500, false);
  record = judged(std::move(record));
  EXPECT_EQ(record.incidents[0].times.breached_at, at(10min));
  EXPECT_EQ(events_of(record, events::EventKind::incident_opened, "reason"), "14:10:00 db-outage: the SLO is missed\n");
  EXPECT_TRUE(events_of(record, events::EventKind::slo_breached, "").contains("14:10:00 API Availability\n"))
      << events_of(record, events::EventKind::slo_breached, "");
}

// The first alert of it pages nobody; somebody hears of it later.
TEST(Incidents, OpensByASignBeforeAnybodyHearsOfIt) {
  Record record = sample::outage();
  record.truth = {sample::truth("web", true, 0.7, 20, 31)};
  record.alerts.insert(record.alerts.begin(), sample::alert("HighLatencyP95", "warning", "web", 11min, 12min, 34min));
  record.alerts[1].firing_at = record.alerts[1].received_at = at(14min);
  record = judged(std::move(record));
  EXPECT_EQ(events_of(record, events::EventKind::incident_opened, "reason"),
            "14:12:00 db-outage: an alert of it fired, which paged nobody yet\n");
  EXPECT_EQ(events_of(record, events::EventKind::incident_opened, "detected_by"), "14:12:00 db-outage: not yet\n");
  EXPECT_EQ(events_of(record, events::EventKind::incident_closed, "detected_by"), "14:34:00 db-outage: alert\n");
}

TEST(Incidents, NothingBrokenNothingMeasured) {
  Record record = sample::outage();
  record.truth = {sample::truth("web", true, 0, 0, 0)};
  record.alerts.clear();
  record = judged(std::move(record));
  EXPECT_EQ(record.incidents[0].peak, std::nullopt);
  EXPECT_TRUE(record.incidents[0].severity.empty());
  EXPECT_EQ(text(record, "ttd"), "not applicable");
  EXPECT_EQ(record.kpis[0].status, "none");
}

TEST(Incidents, ARelapseWithinTheHoldWindowIsNotMitigation) {
  Record record = sample::outage();
  for (const std::size_t bad : {33U, 36U}) record.truth[1].minutes[bad] = sample::minute(2400, 1200, true);
  record = judged(std::move(record));
  EXPECT_EQ(record.incidents[0].times.mitigated_at, at(37min));
}

// Five minutes as a whole meet the objective before the first of them does.
TEST(Incidents, IsNotMitigatedInAMinuteThatMissesTheObjective) {
  Record record = sample::outage();
  record.truth[1].minutes[31] = sample::minute(2400, 3, false);
  record = judged(std::move(record));
  EXPECT_EQ(record.incidents[0].times.mitigated_at, at(32min));
}

TEST(Incidents, AMissLongAfterTheFaultIsAnotherMatter) {
  Record record = sample::outage();
  record.truth[1].minutes[57] = sample::minute(2400, 12, false);  // for want of time, this one never heals
  record = judged(std::move(record));
  EXPECT_EQ(record.incidents[0].times.mitigated_at, at(31min));
  EXPECT_EQ(text(record, "ttm"), "21 m");
  // While the fault lasts, a second breach is the same incident's.
  record = sample::outage();
  for (std::size_t i = 16; i < 24; ++i) record.truth[1].minutes[i] = sample::minute(2400, 0, false);
  record = judged(std::move(record));
  EXPECT_EQ(record.incidents[0].times.mitigated_at, at(31min));
}

// A second fault, on the web, from 50 to 55 minutes, which breaks the objective; the first breaks nothing.
Record two_faults(std::optional<Time> first_removed) {
  Record record = sample::outage();
  record.truth = {sample::truth("web", true, 0.7, 50, 55)};
  FaultRecord second = record.faults[0];
  second.id = "web-errors";
  second.services = {"web"};
  second.injected_at = second.at = at(50min);
  second.recovered_at = second.until = at(55min);
  record.faults[0].recovered_at = first_removed;
  record.faults.push_back(second);
  record.alerts.clear();
  return record;
}

TEST(Incidents, ABreachBelongsToTheFaultThatWasInjectedLast) {
  // Long over, in its aftermath, and still there.
  for (const std::optional<Time>& removed :
       {std::optional(at(30min)), std::optional(at(45min)), std::optional<Time>()}) {
    const Record record = judged(two_faults(removed));
    ASSERT_EQ(record.incidents.size(), 2U);
    EXPECT_EQ(record.incidents[0].times.breached_at, std::nullopt);
    EXPECT_EQ(record.incidents[0].peak, std::nullopt);
    EXPECT_EQ(record.incidents[1].times.breached_at, at(50min));
    EXPECT_EQ(text(record, "ttm"), "not applicable");
  }
}

// Services are as healthy as before: what is missed meanwhile is another's doing, and so is how bad it is.
TEST(Incidents, TelemetryAloneBreaksNothing) {
  Record record = two_faults(std::nullopt);
  record.truth = {sample::truth("web", true, 0.7, 45, 60)};
  record.faults[1].telemetry = true;
  record.alerts = {sample::alert("NoData", "warning", "web", 51min, 52min, 54min)};
  record = judged(std::move(record));
  EXPECT_EQ(record.incidents[0].times.breached_at, at(45min));
  EXPECT_EQ(record.incidents[0].peak, SeverityLevel::p0);
  EXPECT_EQ(record.incidents[1].times.breached_at, std::nullopt);
  EXPECT_EQ(record.incidents[1].affected_peak, 0);
  EXPECT_EQ(events_of(record, events::EventKind::slo_breached, "service"),
            "14:45:00 API Availability: web\n14:45:00 API Latency: \n");
  for (const SeverityChange& change : record.incidents[1].severity) EXPECT_EQ(change.why, "no threshold crossed");
}

TEST(Incidents, ABreachLongAfterTheFaultIsNotItsOwn) {
  for (const auto& [removed, breached] : {std::pair{at(30min), std::optional<Time>()}, {at(41min), at(50min)}}) {
    Record record = two_faults(removed);
    record.faults.pop_back();
    record = judged(std::move(record));
    EXPECT_EQ(record.incidents.at(0).times.breached_at, breached);
  }
}

// What sleeps for long is a fault's all the same; and what broke before another fault is not the other's.
TEST(Incidents, ABreachBelongsToALatentFaultAheadOfTheNext) {
  Record record = two_faults(std::nullopt);
  record.truth = {sample::truth("web", true, 0.7, 40, 60)};
  record = judged(std::move(record));
  EXPECT_EQ(record.incidents[0].times.breached_at, at(40min));
  EXPECT_EQ(record.incidents[1].times.breached_at, at(50min));
}

TEST(Incidents, OneForEachFaultThatNoneNames) {
  Record record = sample::outage();
  record.declared.incidents.clear();
  record = judged(std::move(record));
  ASSERT_EQ(record.incidents.size(), 1U);
  EXPECT_EQ(record.incidents[0].id, "db-refuses");
  EXPECT_EQ(record.incidents[0].times.breached_at, at(10min));
}

// Series of kube-state-metrics and of the kubelet have no `service` label.
TEST(Incidents, AlertsOnPodsBelongToTheirService) {
  Record record = sample::outage();
  record.alerts.assign(4, sample::alert("KubePodCrashLooping", "warning", "", 11min, 21min, 34min));
  record.alerts[0].labels.set("container", "checkout");
  record.alerts[1].labels.set("deployment", "postgres");
  record.alerts[2].labels.set("endpoint", "redis");
  record.alerts[3].labels.set("pod", "checkout-0");
  record = judged(std::move(record));
  std::vector<std::string> found;
  for (const AlertRecord& alert : record.alerts) found.push_back(alert.attribution);
  EXPECT_EQ(found, (std::vector<std::string>{"blast_radius", "blast_radius", "spurious", "blast_radius"}));
}

TEST(Incidents, AlertsBelongToTheExpectedIncidentOrToTheBlastRadiusOrToNone) {
  Record record = sample::outage();
  record.alerts = {
      sample::alert("SLOFastBurn", "critical", "nowhere", 10min, 12min, 34min),
      sample::alert("HighLatencyP95", "warning", "catalogue", 11min, 21min, 34min),
      sample::alert("HighLatencyP95", "warning", "redis", 11min, 21min, 34min),
      sample::alert("HighLatencyP95", "warning", "web", 1min, 2min, 40min),
      sample::alert("Watchdog", "none", "", -30min, -30min, std::nullopt),
      sample::alert("HighLatencyP95", "warning", "web", -20min, -10min, -5min),
  };
  record = judged(std::move(record));
  std::vector<std::string> found;
  for (const AlertRecord& alert : record.alerts) found.push_back(alert.attribution + " " + alert.incident);
  EXPECT_EQ(found, (std::vector<std::string>{"named db-outage", "blast_radius db-outage", "spurious ", "spurious ",
                                             "excepted ", "warmup "}));
  EXPECT_EQ(record.alerts[0].breached_at, at(10min));
}

// Two faults on one service: what was pending before the second is the first one's, though it fires after both.
TEST(Incidents, AnAlertBelongsToAFaultFromBeforeItWasPending) {
  Record record = sample::outage();
  FaultRecord second = record.faults[0];
  second.id = "web-errors";
  second.injected_at = second.at = at(12min);
  record.faults.push_back(second);
  record.declared.incidents.clear();
  record.declared.expectations = {sample::expectation("quiet", "no_other_alerts", {})};
  record.alerts = {sample::alert("SLOFastBurn", "critical", "web", 11min, 13min, 34min),
                   sample::alert("HighLatencyP95", "warning", "web", 12min + 30s, 13min, 34min),
                   sample::alert("Pending", "warning", "web", 9min, 13min, 34min)};
  record = judged(std::move(record));
  std::vector<std::string> found;
  for (const AlertRecord& alert : record.alerts) found.push_back(alert.attribution + " " + alert.incident);
  EXPECT_EQ(found, (std::vector<std::string>{"blast_radius db-refuses", "blast_radius web-errors", "spurious "}));
  EXPECT_EQ(record.incidents.at(0).detected_alert, "SLOFastBurn");
  // A warning pages nobody: it is the first sign, and detects nothing.
  EXPECT_EQ(record.incidents.at(1).detected_by, "nobody");
  EXPECT_EQ(record.incidents.at(1).times.first_sign_at, at(13min));
  EXPECT_EQ(record.incidents.at(1).times.detected_at, std::nullopt);
}

// A fault without an end, whose victims were started again: what counts is that all is well.
TEST(Incidents, AreResolvedWhenAllIsWellWhateverTheScheduleSays) {
  Record endless = sample::outage();
  endless.faults[0].recovered_at.reset();
  endless = judged(std::move(endless));
  EXPECT_EQ(endless.incidents.at(0).times.resolved_at, at(34min)) << "when the last alert was over";
  Record firing = sample::outage();
  firing.alerts[0].resolved_at.reset();
  EXPECT_EQ(judged(std::move(firing)).incidents.at(0).times.resolved_at, std::nullopt);
  Record unbroken = sample::outage();
  unbroken.truth = {sample::truth("web", true, 0, 0, 0)};
  unbroken.alerts.clear();
  EXPECT_EQ(judged(std::move(unbroken)).incidents.at(0).times.resolved_at, at(30min)) << "when the fault was removed";
}

// That is of the outage and not of the news: neither what hears late nor what hears too early changes it.
TEST(Incidents, AreResolvedWithTheirAlertsWhateverAnAlertmanagerTakesThemFor) {
  const auto resolved = [](std::vector<Heard> heard, bool forgotten = false) {
    Record record = sample::outage();
    record.alerts[0].heard = std::move(heard);
    if (forgotten) record.alerts[0].resolved_at.reset();
    if (forgotten) record.alerts[0].forgotten_at = at(31min);
    return judged(std::move(record)).incidents.at(0).times.resolved_at;
  };
  EXPECT_EQ(resolved({{at(13min), at(38min), true}}), at(34min)) << "the send that said so was lost";
  EXPECT_EQ(resolved({{at(13min), at(32min), true}}), at(34min)) << "it expired while it fired";
  EXPECT_EQ(resolved({{at(13min), std::nullopt, false}}), at(34min)) << "the run ends before it is heard of";
  EXPECT_EQ(resolved({{at(13min), at(35min), true}}, true), at(35min)) << "its monitor did not come back";
  EXPECT_EQ(resolved({{at(13min), std::nullopt, false}}, true), std::nullopt);
}

// What relabelling drops reaches nobody.
TEST(Incidents, WhatWasDroppedIsNoSign) {
  Record record = sample::outage();
  record.alerts = {sample::alert("SLOFastBurn", "warning", "web", 11min, 13min, 34min),
                   sample::alert("HighLatencyP95", "warning", "web", 12min, 15min, 34min)};
  record.alerts[0].held_back = {{at(13min), HoldKind::dropped, std::string(kDroppedByRelabelling)}};
  record = judged(std::move(record));
  EXPECT_EQ(record.incidents.at(0).times.first_sign_at, at(15min));
}

// The expectation names the first incident, which is over; the alert comes with the second.
TEST(Incidents, AnAlertBelongsToTheIncidentDuringWhichItBegan) {
  const auto owner = [](std::string expr, const std::string& wanted) {
    Record record = two_faults(at(20min));
    record.rules[0].expr = std::move(expr);
    record.alerts = {sample::alert("SLOFastBurn", "critical", "web", 51min, 52min, 56min)};
    if (!wanted.empty()) record.declared.expectations[0].fields.set("incident", wanted, {});
    record = judged(std::move(record));
    return record.alerts[0].attribution + " " + record.alerts[0].incident;
  };
  EXPECT_EQ(owner("error_rate > 0.02", "db-outage"), "blast_radius web-errors");
  EXPECT_EQ(owner("error_rate > 0.02", "web-errors"), "named web-errors");
  EXPECT_EQ(owner("error_rate > 0.02", ""), "named web-errors");
  // It looks back on the first.
  EXPECT_EQ(owner("rate(errors[1h]) > 0.02", "db-outage"), "named db-outage");
}

// Nor is one of no service, which the earlier incident is expected to raise: it has been over for longer than the rule
// looks back.
TEST(Incidents, AnAlertOfNoServiceBelongsToTheIncidentThatIsGoingOn) {
  Record record = two_faults(at(20min));
  record.rules[0].expr = "sum(error_rate) > 0.02";
  AlertRecord alert = sample::alert("SLOFastBurn", "critical", "web", 51min, 52min, 56min);
  alert.labels = alert.labels.without(std::vector<std::string>{"service"});
  record.alerts = {alert};
  record.declared.expectations[0].fields.set("incident", std::string("db-outage"), {});
  record = judged(std::move(record));
  EXPECT_EQ(record.alerts[0].attribution + " " + record.alerts[0].incident, "only_incident web-errors");
}

// With no incident to tell of, it is nobody's but its expectation's; a rule that looks back on one may still tell of
// it.
TEST(Incidents, AnAlertLongAfterTheIncidentIsNotItsOwn) {
  const auto owner = [](std::string expr, bool named) {
    Record record = sample::outage();
    record.rules[0].expr = std::move(expr);
    record.rules.push_back(sample::rule("errors:rate", "rate(errors[10m])", 0min));
    record.rules.back().alerting = false;
    record.alerts = {sample::alert("SLOFastBurn", "critical", "web", 50min, 52min, 56min)};
    if (!named) record.declared.expectations.clear();
    record = judged(std::move(record));
    return record.alerts[0].attribution + " " + record.alerts[0].incident;
  };
  EXPECT_EQ(owner("error_rate > 0.02", true), "named db-outage");
  EXPECT_EQ(owner("error_rate > 0.02", false), "spurious ");
  EXPECT_EQ(owner("rate(errors[30m]) > 0.02", false), "blast_radius db-outage");
  EXPECT_EQ(owner("errors:rate > 0.02", false), "blast_radius db-outage");
  EXPECT_EQ(owner("ALERTS > 0", false), "blast_radius db-outage");
}

TEST(Incidents, AFaultOnAZoneHitsAllServicesInIt) {
  Record record = sample::outage();
  record.faults[0].target = "zone eu1-a";
  record.faults[0].services = {"payment", "redis"};
  record.declared.incidents.clear();
  record = judged(std::move(record));
  const IncidentRecord& incident = record.incidents.at(0);
  EXPECT_EQ(incident.services, (std::vector<std::string>{"payment", "redis"}));
  EXPECT_EQ(incident.blast_radius, (std::vector<std::string>{"catalogue", "checkout", "payment", "redis", "web"}));
  EXPECT_TRUE(incident.peak);
  EXPECT_EQ(incident.times.breached_at, at(10min));
  EXPECT_EQ(incident.detected_by, "alert");
  EXPECT_EQ(record.alerts.at(0).attribution, "named");
}

TEST(Incidents, AlertsOnTheMachinesOfAZoneBelongToItsFault) {
  Record record = sample::outage();
  record.faults[0].nodes = {"node-eu1-a"};
  record.alerts.assign(6, sample::alert("NodeLost", "warning", "", 11min, 12min, 34min));
  record.alerts[0].labels.set("node", "node-eu1-a");
  record.alerts[1].labels.set("node", "node-eu1-b");
  record.alerts[2].labels.set("job", "checkout");
  record.alerts[3].labels.set("instance", "checkout-6d4cf56db6-x7k2p:8080");
  record.alerts[4].labels.set("instance", "elsewhere-0:8080");
  record.alerts[5].labels.set("dependency", "checkout");
  record = judged(std::move(record));
  std::vector<std::string> found;
  for (const AlertRecord& alert : record.alerts) found.push_back(alert.attribution);
  EXPECT_EQ(found, (std::vector<std::string>{"blast_radius", "spurious", "blast_radius", "blast_radius", "spurious",
                                             "blast_radius"}));
}

TEST(Incidents, TheFirstLabelThatNamesAServiceTellsWhoseAnAlertIs) {
  Record record = sample::outage();
  record.alerts.assign(3, sample::alert("Slow", "warning", "x-checkout", 11min, 12min, 34min));
  record.alerts[0].labels.set("job", "checkout");
  record.alerts[1].labels.set("job", "redis");
  record.alerts[1].labels.set("pod", "checkout-6d4cf56db6-x7k2p");
  record = judged(std::move(record));
  std::vector<std::string> found;
  for (const AlertRecord& alert : record.alerts) found.push_back(alert.attribution);
  EXPECT_EQ(found, (std::vector<std::string>{"blast_radius", "blast_radius", "spurious"}));
  EXPECT_EQ(record.expectations.at(1).outcome.why,
            "Slow {service=\"x-checkout\", severity=\"warning\"} fired at 12 m (14:12:00), of no incident (no label of "
            "it names a service of the topology)");
}

// A ratio over everything, or by route: whatever was going on is its cause.
TEST(Incidents, AnAlertThatTellsOfNoServiceBelongsToTheOnlyIncident) {
  const auto owner = [](Record record, Duration pending, const char* label) {
    record.declared.expectations = {sample::expectation("quiet", "no_other_alerts", {})};
    record.alerts = {sample::alert("Errors", "warning", "", pending, pending + 1min, 58min)};
    record.alerts[0].labels = {{"alertname", "Errors"}, {label, "/orders"}};
    record.rules.push_back(sample::rule("Errors", "errors > 5", 0min));
    record.rules.back().labels = {};
    record = judged(std::move(record));
    return record.alerts[0].attribution + " " + record.alerts[0].incident;
  };
  EXPECT_EQ(owner(sample::outage(), 11min, "route"), "only_incident db-outage");
  EXPECT_EQ(owner(sample::outage(), 11min, "job"), "spurious ") << "of something that is not in the topology";
  EXPECT_EQ(owner(sample::outage(), 9min, "route"), "spurious ") << "before the fault";
  EXPECT_EQ(owner(sample::outage(), 50min, "route"), "spurious ") << "long after it";
  EXPECT_EQ(owner(sample::quiet(), 11min, "route"), "spurious ");
  EXPECT_EQ(owner(two_faults(at(20min)), 51min, "route"), "only_incident web-errors");
  EXPECT_EQ(owner(two_faults(at(52min)), 51min, "route"), "spurious ") << "of two, nobody knows whose";
  Record excepted = sample::outage();
  excepted.alerts = {sample::alert("Watchdog", "none", "", 11min, 12min, std::nullopt)};
  excepted.alerts[0].labels = {{"alertname", "Watchdog"}};
  EXPECT_EQ(judged(std::move(excepted)).alerts[0].attribution, "excepted");
}

TEST(Incidents, OfSeveralAnExpectationHasToSayWhoseAnAlertIs) {
  Record record = two_faults(std::nullopt);
  record.declared.expectations = {sample::expectation("quiet", "no_other_alerts", {})};
  record.alerts = {sample::alert("Errors", "warning", "", 51min, 52min, 58min)};
  record.alerts[0].labels = {{"alertname", "Errors"}};
  EXPECT_EQ(judged(record).expectations.at(0).outcome.why,
            "Errors fired at 52 m (14:52:00), of no incident (no label of it tells of a service, and several incidents "
            "were going on; an alert_firing with `incident` says whose it is)");
  record.declared.expectations.push_back(sample::expectation(
      "errors", "alert_firing", {{"alert", std::string("Errors")}, {"incident", std::string("web-errors")}}));
  record = judged(std::move(record));
  EXPECT_EQ(record.expectations.at(0).outcome.result, Verdict::pass);
  EXPECT_EQ(record.expectations.at(1).outcome.result, Verdict::pass);
}

// Checkout storms redis: what else depends on redis suffers, postgres and payment have nothing to do with it.
TEST(Incidents, WhatAFaultLoadsIsWithinItsReach) {
  Record record = sample::outage();
  record.faults[0].kind = "retry_storm";
  record.faults[0].services = {"checkout"};
  record.faults[0].loads = {"redis"};
  record = judged(std::move(record));
  EXPECT_EQ(record.incidents.at(0).services, (std::vector<std::string>{"checkout"}));
  EXPECT_EQ(record.incidents.at(0).blast_radius, (std::vector<std::string>{"catalogue", "checkout", "redis", "web"}));
}

TEST(Incidents, ImpactIsCountedFromInjectionToMitigation) {
  const Record record = judged(sample::outage());
  double requests = 0, failed = 0;
  for (std::size_t i = 10; i < 31; ++i) {
    requests += record.truth[1].minutes[i].requests;
    failed += record.truth[1].minutes[i].errors;
  }
  EXPECT_DOUBLE_EQ(record.incidents[0].requests, requests);
  EXPECT_NEAR(record.incidents[0].requests_failed, failed, 1e-6);
  EXPECT_NEAR(record.incidents[0].affected_peak, 0.7, 1e-9);
}

TEST(Incidents, PagesOfNoIncidentAreFalse) {
  Record record = sample::outage();
  record.alerts.push_back(sample::alert("DiskFull", "critical", "redis", 20min, 21min, 22min));
  record = judged(std::move(record));
  EXPECT_EQ(record.kpis[2].name, "FPR");
  EXPECT_EQ(record.kpis[2].text, "50 % (1 of 2 pages)");
  EXPECT_EQ(record.kpis[2].status, "alert");
}

// The table of key metrics has a target for P0 alone.
TEST(Incidents, OnlyAP0HasATimeInWhichToBeResolved) {
  Record record = judged(sample::outage());
  EXPECT_EQ(record.kpis[1].name, "MTTR");
  EXPECT_EQ(record.kpis[1].text, "24 m");
  EXPECT_EQ(record.kpis[1].target, "P0: < 30 m");
  EXPECT_EQ(record.kpis[1].threshold, "P0: > 45 m");
  EXPECT_EQ(record.kpis[1].status, "met");
  record = sample::outage();
  record.truth = {sample::truth("web", true, 0.2, 10, 31)};
  record = judged(std::move(record));
  EXPECT_EQ(record.incidents[0].peak, SeverityLevel::p1);
  EXPECT_EQ(record.kpis[1].text, "24 m, no P0");
  EXPECT_EQ(record.kpis[1].status, "none");
}

TEST(Judge, JudgingAgainChangesNothing) {
  Record record = judged(sample::outage());
  const std::string once = write_record(record);
  judge(record, sample::NoSeries());
  EXPECT_EQ(write_record(record), once);
}

TEST(Judge, AFaultWithoutAWitnessMakesTheDrillInvalid) {
  Record record = sample::outage();
  record.faults[0].witness = {.what = "nobody called postgres", .seen_at = {}};
  record = judged(std::move(record));
  EXPECT_EQ(record.verdict, Verdict::invalid);
  EXPECT_EQ(record.verdict_why,
            "fault db-refuses was not witnessed in the traffic, so the drill shows nothing: nobody called postgres");
}

TEST(Judge, NoOtherAlertsIsExpectedUnlessSaidOtherwise) {
  Record record = sample::outage();
  std::erase_if(record.declared.expectations, [](const Expectation& e) { return e.kind == "no_other_alerts"; });
  record = judged(std::move(record));
  EXPECT_EQ(record.expectations.back().kind, "no_other_alerts");
  EXPECT_EQ(record.expectations.back().outcome.result, Verdict::pass);
}

// When it opens, nobody can know who will detect it.
TEST(Judge, AnIncidentThatOpensByABreachIsNotDetectedYet) {
  const Record record = judged(sample::outage());
  std::vector<std::string> found;
  for (const events::Event& event : record.timeline) {
    if (event.find("detected_by") != nullptr) found.push_back(event.text("detected_by"));
  }
  EXPECT_EQ(found, (std::vector<std::string>{"not yet", "alert"}));
}

TEST(Judge, TellsTheStoryInTheTimeline) {
  const Record record = judged(sample::outage());
  std::string story;
  for (const events::Event& event : record.timeline) story += format_clock(event.t) + " " + describe(event) + "\n";
  EXPECT_EQ(
      story,
      "14:00:00 fault db-refuses is scheduled (connection_refused on postgres)\n"
      "14:10:00 fault db-refuses injected (connection_refused on postgres)\n"
      "14:10:00 SLO API Availability missed: 30 % of an objective of 99.9 %\n"
      "14:10:00 SLO API Latency missed: 40 % of an objective of 95 %\n"
      "14:10:00 incident db-outage opened: the SLO is missed\n"
      "14:10:15 fault db-refuses took effect: 1842 of 1850 connection attempts to postgres were refused (before: 0 of "
      "5321)\n"
      "14:10:30 SLOFastBurn {service=\"web\", severity=\"critical\"} is pending\n"
      "14:11:00 db-outage is P1: availability 86.7 % < 95 %, users affected 70 % > 20 %, error rate 14.1 % > 10 %\n"
      "14:12:30 SLOFastBurn {service=\"web\", severity=\"critical\"} fires\n"
      "14:14:00 db-outage is P0: availability 46.7 % < 50 %, error rate 56.3 % > 50 %\n"
      "14:30:00 fault db-refuses removed (connection_refused on postgres)\n"
      "14:31:00 SLO API Availability is met again\n"
      "14:31:00 SLO API Latency is met again\n"
      "14:33:00 db-outage is P1: availability 60 % < 95 %, error rate 41.5 % > 10 %\n"
      "14:34:00 SLOFastBurn {service=\"web\", severity=\"critical\"} resolved\n"
      "14:34:00 incident db-outage closed\n");
}

}  // namespace
}  // namespace firedrill::incident
