// alert_pending and alert_not_firing.
#include <gtest/gtest.h>

#include "alerting/relabel.h"
#include "base/text/format.h"
#include "incident/expectations/known_names.h"
#include "incident/judge.h"
#include "no_series.h"
#include "sample_record.h"
#include "tsdb/store.h"

namespace firedrill::incident {
using namespace record;
namespace {

using sample::at;
using sample::expectation;
using Text = std::string;
using FieldList = std::vector<std::pair<std::string, FieldValue>>;

// "result | expected | observed | why" of one expectation.
std::string answer(std::string kind, FieldList fields, Record record = sample::outage(),
                   const promql::Queryable& series = sample::NoSeries()) {
  if (fields.empty() || fields.front().first != "alert") fields.insert(fields.begin(), {"alert", Text("SLOFastBurn")});
  record.declared.expectations = {expectation("x", std::move(kind), std::move(fields))};
  judge(record, series);
  const Outcome& outcome = record.expectations.front().outcome;
  return format("{} | {} | {} | {}", to_string(outcome.result), outcome.expected, outcome.observed, outcome.why);
}

std::string refusals(std::string kind, FieldList fields) {
  Criteria declared;
  declared.expectations = {expectation("x", std::move(kind), std::move(fields))};
  Diagnostics found;
  check(declared, {.alerts = {"SLOFastBurn"}, .services = {}, .incidents = {"db-outage"}, .slos = {}, .faults = {}},
        found);
  std::string all;
  for (const Diagnostic& d : found) all += d.what + (d.remedy.empty() ? "" : " = " + d.remedy) + "\n";
  return all;
}

// The gauge that the rule of SLOFastBurn reads: 1.3 % errors at most, where more than 2 % are needed.
tsdb::Store calm_errors() {
  tsdb::Store store;
  const auto series = store.series({{"__name__", "error_rate"}, {"service", "web"}});
  for (Duration t = 0s; t <= 60min; t += 30s) store.append(series, at(t), t == 20min ? 0.0131 : 0.002);
  return store;
}

Record without_alerts() {
  Record record = sample::outage();
  record.alerts.clear();
  return record;
}

TEST(AlertPending, Passes) {
  EXPECT_EQ(answer("alert_pending", {{"within", Duration(1min)}}),
            "pass | SLOFastBurn is pending within 1 m of the injection, by 11 m (14:11:00) | pending from 10 m 30 s "
            "(14:10:30), 30 s after the injection; it fired at 12 m 30 s (14:12:30) | ");
  Record brief = sample::outage();
  brief.alerts[0].firing_at.reset();
  brief.alerts[0].resolved_at = at(11min + 30s);
  EXPECT_EQ(answer("alert_pending", {}, brief),
            "pass | SLOFastBurn is pending | pending from 10 m 30 s (14:10:30), 30 s after the injection; it ended at "
            "11 m 30 s (14:11:30) without firing | ");
}

TEST(AlertPending, SaysWhyItFailed) {
  EXPECT_EQ(answer("alert_pending", {{"within", Duration(15s)}}),
            "fail | SLOFastBurn is pending within 15 s of the injection, by 10 m 15 s (14:10:15) | pending from 10 m "
            "30 s (14:10:30), 30 s after the injection; it fired at 12 m 30 s (14:12:30) | pending from 10 m 30 s "
            "(14:10:30), 15 s late");
  EXPECT_EQ(answer("alert_pending", {{"labels", std::map<Text, Text>{{"service", "checkout"}}}}),
            "fail | SLOFastBurn {service=\"checkout\"} is pending | was never pending | it was pending from 10 m 30 s "
            "(14:10:30) as SLOFastBurn {service=\"web\", severity=\"critical\"}, without the labels wanted");
  EXPECT_EQ(answer("alert_pending", {{"within", Duration(5min)}}, without_alerts(), calm_errors()),
            "fail | SLOFastBurn is pending within 5 m of the injection, by 15 m (14:15:00) | was never pending | "
            "error_rate came to 0.0131 for {service=\"web\"} at 14:20:00, needed > 0.02");
  EXPECT_EQ(answer("alert_pending", {}, without_alerts()),
            "fail | SLOFastBurn is pending | was never pending | its expression never held, and the record keeps no "
            "series to tell how near it came");
  Record early = sample::outage();
  early.alerts[0].pending_at = at(4min);
  EXPECT_EQ(answer("alert_pending", {}, early),
            "fail | SLOFastBurn is pending | pending from 4 m (14:04:00), 6 m before the injection; it fired at 12 m "
            "30 s (14:12:30) | its expression held before the fault was injected, so the fault did not make it so");
}

TEST(AlertPending, CannotCountFromWhatNeverHappened) {
  EXPECT_EQ(answer("alert_pending", {{"since", Text("acknowledged")}}),
            "invalid | SLOFastBurn is pending | nothing to count from | it counts from the acknowledgement of "
            "db-outage, and nobody acknowledged");
}

TEST(AlertPending, BelongsToTheIncidentAndIsNoOtherAlert) {
  Record record = sample::outage();
  record.alerts.push_back(sample::alert("PoolSaturated", "warning", "", 12min, 14min, 20min));
  record.declared.expectations = {expectation("pool", "alert_pending", {{"alert", Text("PoolSaturated")}}),
                                  expectation("quiet", "no_other_alerts", {})};
  judge(record, sample::NoSeries());
  EXPECT_EQ(record.alerts[1].incident, "db-outage");
  EXPECT_EQ(record.expectations[1].outcome.result, Verdict::pass);
}

TEST(AlertNotFiring, Passes) {
  EXPECT_EQ(answer("alert_not_firing", {}, without_alerts(), calm_errors()),
            "pass | SLOFastBurn does not fire | did not fire; error_rate came to 0.0131 for {service=\"web\"} at "
            "14:20:00, needed > 0.02 | ");
  EXPECT_EQ(answer("alert_not_firing", {{"to", Duration(10min)}}),
            "pass | SLOFastBurn does not fire from 0 ms to 10 m | did not fire | ");
  EXPECT_EQ(answer("alert_not_firing", {{"from", Duration(35min)}, {"severity", Text("critical")}}),
            "pass | SLOFastBurn {severity=\"critical\"} does not fire from 35 m to 1 h | did not fire | ");
  Record pending = sample::outage();
  pending.alerts[0].firing_at.reset();
  pending.alerts[0].resolved_at = at(11min + 30s);
  EXPECT_EQ(answer("alert_not_firing", {}, pending),
            "pass | SLOFastBurn does not fire | did not fire; it was pending from 10 m 30 s (14:10:30) for 30 s, and "
            "`for` asks for 2 m | ");
}

TEST(AlertNotFiring, SaysWhatFired) {
  EXPECT_EQ(answer("alert_not_firing", {}),
            "fail | SLOFastBurn does not fire | fired at 12 m 30 s (14:12:30); resolved at 34 m (14:34:00) | "
            "SLOFastBurn {service=\"web\", severity=\"critical\"} fired at 12 m 30 s (14:12:30) with the value 0.41; "
            "its rule is error_rate > 0.02 for 2 m");
  Record twice = sample::outage();
  twice.alerts.push_back(sample::alert("SLOFastBurn", "critical", "web", 40min, 42min, std::nullopt));
  EXPECT_EQ(answer("alert_not_firing", {{"from", Duration(20min)}, {"to", Duration(50min)}}, twice),
            "fail | SLOFastBurn does not fire from 20 m to 50 m | fired at 12 m 30 s (14:12:30); resolved at 34 m "
            "(14:34:00) | SLOFastBurn {service=\"web\", severity=\"critical\"} fired at 12 m 30 s (14:12:30) with the "
            "value 0.41; its rule is error_rate > 0.02 for 2 m; it fired 2 times in all");
}

TEST(AlertNotFiring, TheSilenceOfARuleThatCannotFireProvesNothing) {
  Record vacuous = without_alerts();
  vacuous.rules[0].empty_selectors = {"error_rate"};
  EXPECT_EQ(answer("alert_not_firing", {}, vacuous),
            "invalid | SLOFastBurn does not fire | did not fire, but could not have | the rule is vacuous: no series "
            "matches error_rate");
  Record broken = without_alerts();
  broken.rules[0].failures = broken.rules[0].evaluations;
  broken.rules[0].last_error = "many-to-many matching not allowed";
  EXPECT_EQ(answer("alert_not_firing", {}, broken),
            "invalid | SLOFastBurn does not fire | did not fire, but could not have | every evaluation of the rule "
            "failed: many-to-many matching not allowed");
  EXPECT_EQ(answer("alert_not_firing", {{"alert", Text("Gone")}}),
            "invalid | Gone does not fire | did not fire, but could not have | no rule has this name");
}

using TextMap = std::map<Text, Text>;

// Two services: web's errors come to 1.3 %, those of payments to 5 % for 30 s.
tsdb::Store errors_of_two() {
  tsdb::Store store = calm_errors();
  const auto series = store.series({{"__name__", "error_rate"}, {"service", "payments"}});
  for (Duration t = 0s; t <= 60min; t += 30s) store.append(series, at(t), t == 30min ? 0.05 : 0.001);
  for (const char* service : {"web", "payments", "redis"}) {
    store.append(store.series({{"__name__", "up"}, {"service", service}}), at(0s), 1);
  }
  return store;
}

TEST(AlertNotFiring, TellsHowNearTheSeriesAskedForCame) {
  EXPECT_EQ(answer("alert_not_firing", {{"labels", TextMap{{"service", "web"}}}}, without_alerts(), errors_of_two()),
            "pass | SLOFastBurn {service=\"web\"} does not fire | did not fire; error_rate came to 0.0131 for "
            "{service=\"web\"} at 14:20:00, needed > 0.02 | ");
  EXPECT_EQ(answer("alert_not_firing", {}, without_alerts(), errors_of_two()),
            "pass | SLOFastBurn does not fire | did not fire; error_rate came to 0.05 for {service=\"payments\"} at "
            "14:30:00, which is > 0.02; it held at one evaluation alone, and `for` asks for 2 m | ");
}

TEST(AlertNotFiring, ItsSilenceUnderLabelsThatItCannotHaveProvesNothing) {
  const auto of = [](FieldList fields) {
    return answer("alert_not_firing", std::move(fields), without_alerts(), errors_of_two());
  };
  EXPECT_EQ(of({{"severity", Text("warning")}}),
            "invalid | SLOFastBurn {severity=\"warning\"} does not fire | did not fire, but could not have | no alert "
            "of it has severity=\"warning\": its rule says 'critical'");
  EXPECT_EQ(of({{"labels", TextMap{{"servcie", "web"}}}}),
            "invalid | SLOFastBurn {servcie=\"web\"} does not fire | did not fire, but could not have | no series that "
            "it reads has a label 'servcie'");
  EXPECT_EQ(of({{"labels", TextMap{{"service", "redis"}}}}),
            "invalid | SLOFastBurn {service=\"redis\"} does not fire | did not fire, but could not have | no series "
            "that it reads has service=\"redis\"");
  // A status code that nothing was answered with may come up tomorrow.
  Record coded = without_alerts();
  coded.rules[0].expr = "errors > 0.02";
  tsdb::Store store = errors_of_two();
  store.append(store.series({{"__name__", "errors"}, {"code", "500"}}), at(0s), 0);
  EXPECT_EQ(answer("alert_not_firing", {{"labels", TextMap{{"code", "503"}}}}, coded, store),
            "pass | SLOFastBurn {code=\"503\"} does not fire | did not fire; its expression never had a value with "
            "{code=\"503\"}; elsewhere, errors came to 0 for {code=\"500\"} at 14:00:00, needed > 0.02 | ");
  // Nor is anything known of labels that are made, changed on their way, or added from outside.
  coded.rules[0].expr = "label_replace(errors, \"made\", \"$1\", \"code\", \"(.*)\") > 0.02";
  EXPECT_EQ(answer("alert_not_firing", {{"labels", TextMap{{"made", "503"}}}}, coded, store).substr(0, 4), "pass");
  Record outside = without_alerts();
  outside.monitoring.external_labels = {{"cluster", "eu1"}};
  EXPECT_EQ(answer("alert_not_firing", {{"labels", TextMap{{"cluster", "eu1"}}}}, outside, store).substr(0, 4), "pass");
  EXPECT_EQ(answer("alert_not_firing", {{"labels", TextMap{{"cluster", "eu2"}}}}, outside, store),
            "invalid | SLOFastBurn {cluster=\"eu2\"} does not fire | did not fire, but could not have | no series that "
            "it reads has a label 'cluster', and the external one says 'eu1'");
  outside.monitoring.relabels_alerts = true;
  EXPECT_EQ(answer("alert_not_firing", {{"labels", TextMap{{"cell", "eu1"}}}}, outside, store).substr(0, 4), "pass");
  outside.monitoring.relabelled_labels = {{"severity"}};
  EXPECT_EQ(answer("alert_not_firing", {{"labels", TextMap{{"cell", "eu1"}}}}, outside, store),
            "invalid | SLOFastBurn {cell=\"eu1\"} does not fire | did not fire, but could not have | no series that it "
            "reads has a label 'cell'");
  EXPECT_EQ(answer("alert_not_firing", {{"severity", Text("low")}}, outside, store).substr(0, 4), "pass");
}

TEST(AlertExpectations, AreJudgedByTheRuleThatGivesTheirLabels) {
  Record two = without_alerts();
  RuleRecord ticket = sample::rule("SLOFastBurn", "error_rate > 0.01", 0s);
  ticket.labels = {{"severity", "warning"}};
  two.rules.push_back(ticket);
  EXPECT_EQ(answer("alert_firing", {{"severity", Text("warning")}}, two, calm_errors()),
            "fail | SLOFastBurn {severity=\"warning\"} fires | did not fire | error_rate came to 0.0131 for "
            "{service=\"web\"} at 14:20:00, which is > 0.01");
}

TEST(AlertExpectations, CannotAskForLabelsThatNoRuleGives) {
  const auto refused = [](FieldList fields, KnownNames names = {}) {
    names.alerts = {"Burn", "Down"};
    names.rules = {
        {"Burn",
         sample::parsed("sum by (service) (errors) > 1"),
         {{"severity", "critical"}, {"team", "{{ $labels.x }}"}}},
        {"Burn", sample::parsed("sum by (service) (errors) > 2"), {{"severity", "warning"}, {"tier", "slow"}}},
        {"Down", sample::parsed("up{job=\"web\"} == 0"), {{"severity", "page"}, {"pod", ""}}}};
    Criteria declared;
    declared.expectations = {expectation("x", "alert_not_firing", std::move(fields))};
    Diagnostics found;
    check(declared, names, found);
    std::string all;
    for (const Diagnostic& d : found) all += d.what + " = " + d.remedy + "\n";
    return all;
  };
  const auto labels = [](const char* alert, TextMap map) {
    return FieldList{{"alert", Text(alert)}, {"labels", std::move(map)}};
  };
  EXPECT_EQ(refused({{"alert", Text("Burn")}, {"severity", Text("critcal")}}),
            "the alert 'Burn' never has severity=\"critcal\": its rule says 'critical' = did you mean 'critical'?\n");
  EXPECT_EQ(refused({{"alert", Text("Burn")}, {"severity", Text("page")}}),
            "the alert 'Burn' never has severity=\"page\": its rule says 'critical' = expected one of: critical, "
            "warning\n");
  EXPECT_EQ(refused(labels("Burn", {{"servcie", "web"}})),
            "the alert 'Burn' never has servcie=\"web\": its expression gives no label 'servcie' = did you mean "
            "'service'?\n");
  EXPECT_EQ(refused(labels("Burn", {{"severity", "critical"}, {"tier", "slow"}})),
            "no rule of the name 'Burn' gives all of these labels = name those of one of its rules\n");
  EXPECT_EQ(refused(labels("Down", {{"job", "checkout"}})),
            "the alert 'Down' never has job=\"checkout\": its expression selects 'web' = expected web\n");
  EXPECT_EQ(refused(labels("Down", {{"pod", "web-0"}})),
            "the alert 'Down' never has pod=\"web-0\": its rule removes the label = leave the label out\n");
  EXPECT_EQ(refused(labels("Down", {{"alertname", "Up"}})),
            "the alert 'Down' never has alertname=\"Up\": that is its name = expected Down\n");
  EXPECT_EQ(refused(labels("Burn", {{"service", "web"}, {"severity", "critical"}, {"team", "x"}})), "");
  EXPECT_EQ(refused(labels("Down", {{"instance", "web-0:80"}, {"job", "web"}})), "");
  // Labels from outside, for what has none of that name.
  KnownNames outside, constant;
  outside.relabelling.external_labels = {{"cluster", "eu1"}, {"severity", "none"}, {"pod", "monitor"}};
  EXPECT_EQ(refused(labels("Burn", {{"cluster", "eu1"}}), outside), "");
  EXPECT_EQ(refused(labels("Down", {{"cluster", "eu2"}, {"pod", "monitor"}}), outside), "") << "the series may have it";
  EXPECT_EQ(refused(labels("Burn", {{"cluster", "eu2"}}), outside),
            "the alert 'Burn' never has cluster=\"eu2\": the external label says 'eu1' = did you mean 'eu1'?\n");
  EXPECT_EQ(refused(labels("Down", {{"severity", "none"}}), outside),
            "the alert 'Down' never has severity=\"none\": its rule says 'page' = expected page\n");
  EXPECT_EQ(refused(labels("Down", {{"pod", "web-0"}}), outside),
            "the alert 'Down' never has pod=\"web-0\": the external label says 'monitor' = expected monitor\n");
  // A metric of the scenario's own, with a label that is always the same.
  constant.constants = {{"up", "shard", {"1", "2"}}};
  EXPECT_EQ(refused(labels("Down", {{"shard", "2"}}), constant), "");
  EXPECT_EQ(refused(labels("Down", {{"shard", "3"}}), constant),
            "the alert 'Down' never has shard=\"3\": each series of up has '1' or '2' = did you mean '1'?\n");
  // Its own labels win over those from outside.
  constant.relabelling.external_labels = {{"shard", "e"}};
  EXPECT_EQ(refused(labels("Down", {{"shard", "e"}}), constant),
            "the alert 'Down' never has shard=\"e\": each series of up has '1' or '2' = did you mean '1'?\n");
  EXPECT_EQ(refused(labels("Down", {{"shard", "1"}}), constant), "");
  // An empty one is none, and there the label from outside comes in.
  constant.constants = {{"up", "shard", {""}}};
  EXPECT_EQ(refused(labels("Down", {{"shard", "e"}}), constant), "");
  constant.relabelling = {};
  EXPECT_EQ(refused(labels("Down", {{"shard", "1"}}), constant),
            "the alert 'Down' never has shard=\"1\": no series of up has the label = leave the label out\n");
  constant.constants = {{"up", "shard", {"", "2"}}};
  EXPECT_EQ(refused(labels("Down", {{"shard", "1"}}), constant),
            "the alert 'Down' never has shard=\"1\": each series of up has none or '2' = did you mean '2'?\n");
  // Those of a metric whose name only begins so say nothing.
  constant.constants = {{"u", "shard", {"1"}}};
  EXPECT_EQ(refused(labels("Down", {{"shard", "3"}}), constant), "");
}

// `or` and matches leave samples without the label, which then comes from outside.
TEST(AlertExpectations, MayAskForALabelFromOutsideWhereAMatchDropsTheirOwn) {
  KnownNames names;
  names.alerts = {"A"};
  names.constants = {{"g", "shard", {"1"}}, {"h", "shard", {"2"}}};
  names.relabelling.external_labels = {{"shard", "e"}};
  for (const char* expr : {"g > 5 or sum(g)", "g + on () group_left () sum(g)", "g / ignoring (shard) h"}) {
    names.rules = {{"A", sample::parsed(expr), {}}};
    Criteria declared;
    declared.expectations = {
        expectation("x", "alert_firing", {{"alert", Text("A")}, {"labels", TextMap{{"shard", "e"}}}})};
    Diagnostics found;
    check(declared, names, found);
    EXPECT_TRUE(found.empty()) << expr << ": " << found.front().what;
  }
}

TEST(AlertExpectations, CannotAskForLabelsThatRelabellingTakesAway) {
  const auto refused = [](std::vector<alerting::RelabelText> texts, std::string alert, TextMap labels) {
    std::vector<alerting::RelabelStep> steps;
    for (alerting::RelabelText& text : texts) steps.push_back(*alerting::RelabelStep::make(std::move(text)));
    KnownNames names;
    names.alerts = {"Down"};
    names.rules = {{"Down", sample::parsed("up == 0"), {{"severity", "warning"}}}};
    names.relabelling.relabel = &steps;
    Criteria declared;
    declared.expectations = {expectation("x", "alert_not_firing", {{"alert", alert}, {"labels", std::move(labels)}})};
    Diagnostics found;
    check(declared, names, found);
    std::string all;
    for (const Diagnostic& d : found) all += d.what + " = " + d.remedy + "\n";
    return all;
  };
  using alerting::RelabelAction;
  const alerting::RelabelText no_replica{.regex = "replica", .action = RelabelAction::label_drop};
  const alerting::RelabelText low{
      .source_labels = {"severity"}, .regex = "warning", .target_label = "severity", .replacement = "low"};
  const alerting::RelabelText gone{
      .source_labels = {"alertname"}, .regex = "Down", .target_label = "alertname", .replacement = "Gone"};
  EXPECT_EQ(refused({no_replica}, "Down", {{"replica", "a"}}),
            "the alert 'Down' never has replica=\"a\": alert_relabel_configs take it away = leave the label out\n");
  EXPECT_EQ(refused({low}, "Down", {{"severity", "warning"}}),
            "the alert 'Down' never has severity=\"warning\": alert_relabel_configs make it 'low' = expected low\n");
  EXPECT_EQ(refused({low}, "Down", {{"severity", "low"}, {"pod", "web-0"}}), "");
  EXPECT_EQ(refused({no_replica, low}, "Down", {{"severity", "critical"}}),
            "the alert 'Down' never has severity=\"critical\": alert_relabel_configs make it 'low' = expected low\n");
  EXPECT_EQ(refused({no_replica}, "Down", {{"severity", "critical"}}),
            "the alert 'Down' never has severity=\"critical\": its rule says 'warning' = expected warning\n");
  EXPECT_EQ(refused({gone}, "Down", {{"alertname", "Gone"}}), "");
  EXPECT_EQ(
      refused({gone}, "Gone", {}),
      "unknown alert 'Gone' = alert_relabel_configs give this name to alerts of 'Down': name the rule, and ask for "
      "labels: {alertname: Gone}\n");
}

TEST(AlertExpectations, AreChecked) {
  EXPECT_EQ(refusals("alert_pending", {{"alert", Text("SLOFastBrun")}, {"incident", Text("db")}}),
            "unknown alert 'SLOFastBrun' = did you mean 'SLOFastBurn'?\nunknown incident 'db' = expected db-outage\n");
  EXPECT_EQ(
      refusals("alert_not_firing",
               {{"alert", Text("SLOFastBrun")}, {"from", Duration(20min)}, {"to", Duration(10min)}}),
      "`to` is not later than `from` = exchange them, or leave one out\nunknown alert 'SLOFastBrun' = did you mean "
      "'SLOFastBurn'?\n");
}

}  // namespace
}  // namespace firedrill::incident
