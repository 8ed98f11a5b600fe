#include <gtest/gtest.h>

#include <set>

#include "base/text/format.h"
#include "incident/expectations/expectation_table.h"
#include "incident/judge.h"
#include "no_series.h"
#include "sample_record.h"

namespace firedrill::incident {
using namespace record;
namespace {

using sample::at;
using sample::expectation;
using Text = std::string;
using Texts = std::vector<std::string>;
using Labels = std::map<std::string, std::string>;

// "result | expected | observed | why" of one expectation over a record.
std::string answer(Record record, Expectation wanted) {
  record.declared.expectations = {std::move(wanted)};
  judge(record, sample::NoSeries());
  const Outcome& outcome = record.expectations.front().outcome;
  return format("{} | {} | {} | {}", to_string(outcome.result), outcome.expected, outcome.observed, outcome.why);
}

Expectation pages(std::vector<std::pair<std::string, FieldValue>> more = {}) {
  more.insert(more.begin(), {"alert", Text("SLOFastBurn")});
  return expectation("pages", "alert_firing", std::move(more));
}

TEST(Expectations, TableAgreesWithItself) {
  std::string last;
  for (const ExpectationKind& kind : expectation_kinds()) {
    EXPECT_LT(last, kind.name) << "sorted by name";
    last = kind.name;
    EXPECT_EQ(find_expectation_kind(kind.name), &kind);
    EXPECT_GT(kind.doc.size(), 80U) << kind.name << " needs a paragraph";
    std::set<std::string_view> names;
    for (const FieldSpec& field : fields_of(kind)) {
      EXPECT_TRUE(names.insert(field.name).second) << kind.name << "." << field.name;
      EXPECT_FALSE(field.doc.empty()) << kind.name << "." << field.name;
    }
    EXPECT_TRUE(names.contains("id") && names.contains("kind"));
  }
  EXPECT_EQ(find_expectation_kind("alert_burning"), nullptr);
}

TEST(AlertFiring, Passes) {
  EXPECT_EQ(answer(sample::outage(), pages({{"labels", Labels{{"severity", "critical"}}},
                                            {"within", Duration(5min)},
                                            {"resolved_within", Duration(15min)}})),
            "pass | SLOFastBurn {severity=\"critical\"} fires within 5 m of the injection, by 15 m (14:15:00); "
            "resolved within 15 m | "
            "fired at 12 m 30 s (14:12:30), 2 m 30 s after the injection; resolved at 34 m (14:34:00) | ");
  EXPECT_EQ(answer(sample::outage(),
                   pages({{"severity", Text("critical")}, {"since", Text("start")}, {"within", Duration(15min)}})),
            "pass | SLOFastBurn {severity=\"critical\"} fires within 15 m of the start, by 15 m (14:15:00) | "
            "fired at 12 m 30 s (14:12:30), 12 m 30 s after the start; resolved at 34 m (14:34:00) | ");
}

// Of a run that was ended before its end: what had not come may have been on its way, and nothing passes.
TEST(Expectations, OfARunThatWasCutShortMayStillComeTrue) {
  Record record = sample::outage();
  record.cut_short = CutShort{.planned_to = record.judged_to + 20min, .why = "it was interrupted"};
  const std::string cut = "the run was cut short at 1 h (15:00:00), 20 m before its end (it was interrupted); ";
  const auto verdict = [&](Expectation wanted) {
    Record judged = record;
    judged.declared.expectations = {std::move(wanted)};
    judge(judged, sample::NoSeries());
    const Outcome& outcome = judged.expectations.front().outcome;
    return format("{} {}: {}", to_string(outcome.result), to_string(judged.verdict), judged.verdict_why);
  };
  const auto late = pages({{"within", Duration(1min)}});
  EXPECT_TRUE(answer(record, late).starts_with("invalid | ")) << answer(record, late);
  EXPECT_NE(answer(record, late).find(" | the run was cut short, and whether it would have come is not known"),
            std::string::npos)
      << answer(record, late);
  EXPECT_TRUE(verdict(pages()).starts_with("pass invalid: " + cut)) << verdict(pages());
  record.judged_to = record.judged_from;
  EXPECT_TRUE(
      verdict(pages()).ends_with(" invalid: the run was cut short before anything was judged (it was interrupted)"))
      << verdict(pages());
  record.judged_to = sample::outage().judged_to;
  EXPECT_TRUE(verdict(expectation("quiet", "alert_not_firing", {{"alert", Text("SLOFastBurn")}}))
                  .starts_with("fail fail: " + cut))
      << verdict(expectation("quiet", "alert_not_firing", {{"alert", Text("SLOFastBurn")}}));
}

// One that was cut short in its warm-up: of nothing it is known how it would have been.
TEST(Expectations, OfARunWithoutAJudgedInstantAreNotJudged) {
  Record record = sample::outage();
  record.cut_short = CutShort{.planned_to = record.judged_to, .why = "it was interrupted"};
  record.judged_to = record.judged_from;
  record.alerts.clear();
  EXPECT_EQ(answer(record, expectation("quiet", "no_other_alerts", {})),
            "invalid | no alert fires that belongs to no incident | not judged | the run was cut short before anything "
            "was judged");
}

struct SeenSoFar {
  std::string_view program;
  Duration from;  // in the judged window, from when on it was not seen
  bool series_lost;
  Expectation wanted;
  std::string_view answer;  // how it begins
};

// Of a run whose real Prometheus or Alertmanager fell silent: judged is what was seen.
TEST(Expectations, OfARunThatWentOnUnseenAreJudgedAsFarAsItWasSeen) {
  const auto quiet = expectation("quiet", "alert_not_firing", {{"alert", Text("SLOFastBurn")}});
  const auto early = expectation("early", "alert_not_firing", {{"alert", Text("SLOFastBurn")}, {"to", Duration(5min)}});
  const std::string_view unknown = "invalid | ";
  const std::vector<SeenSoFar> rows = {
      {"Prometheus", 20min, true, pages(), "pass | "},
      {"Prometheus", 20min, true, pages({{"resolved_within", Duration(3min)}}), unknown},
      {"Prometheus", 20min, true, pages({{"within", Duration(2min)}}), "fail | "},
      {"Prometheus", 11min, true, pages(), unknown},
      {"Prometheus", 11min, true, pages({{"within", Duration(5min)}}), unknown},
      {"Prometheus", 20min, true, quiet, "fail | "},
      {"Prometheus", 11min, true, quiet, unknown},
      {"Prometheus", 11min, true, early, "pass | "},
      {"Prometheus", 11min, true, expectation("others", "no_other_alerts", {}), unknown},
      {"Prometheus", 11min, true, expectation("unpaged", "not_paged", {}), unknown},
      {"Prometheus", 11min, true,
       expectation("restarts", "restarts", {{"service", Text("checkout")}, {"at_most", std::int64_t{9}}}), "pass | "},
      {"Alertmanager", 11min, false, pages(), "pass | "},
      {"Alertmanager", 11min, false, expectation("others", "no_other_alerts", {}), "pass | "},
      {"Alertmanager", 11min, false, expectation("unpaged", "not_paged", {}), unknown},
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const SeenSoFar& row = rows[i];
    Record record = sample::outage();
    record.unseen = Unseen{.program = Text(row.program),
                           .from = record.judged_from + row.from,
                           .why = Text(row.program) + " does not answer",
                           .series_lost = row.series_lost};
    const auto is_seen = [&](const AlertRecord& alert) { return alert.firing_at <= record.unseen->from; };
    if (row.series_lost) {
      std::erase_if(record.alerts, [&](const AlertRecord& alert) { return !is_seen(alert); });
      for (AlertRecord& alert : record.alerts) alert.resolved_at.reset();
    }
    const std::string got = answer(record, row.wanted);
    EXPECT_TRUE(got.starts_with(row.answer)) << i << ": " << got;
    const std::string said = format("{} was last seen at {} m (14:{}:00): {} does not answer", row.program,
                                    row.from / 1min, row.from / 1min, row.program);
    if (row.answer == unknown) {
      EXPECT_NE(got.find(said), Text::npos) << i << ": " << got;
    }
    judge(record, sample::NoSeries());
    EXPECT_NE(record.verdict, Verdict::pass) << i;
    EXPECT_TRUE(record.verdict_why.starts_with(said)) << i << ": " << record.verdict_why;
  }
}

TEST(AlertFiring, SaysHowLateItWas) {
  EXPECT_EQ(answer(sample::outage(), pages({{"within", Duration(2min)}})),
            "fail | SLOFastBurn fires within 2 m of the injection, by 12 m (14:12:00) | "
            "fired at 12 m 30 s (14:12:30), 2 m 30 s after the injection; resolved at 34 m (14:34:00) | "
            "fired at 12 m 30 s (14:12:30), 30 s late; its expression held from 10 m 30 s (14:10:30) on, and `for` "
            "asks for 2 m");
  EXPECT_EQ(
      answer(sample::outage(), pages({{"resolved_within", Duration(3min)}})),
      "fail | SLOFastBurn fires; resolved within 3 m | fired at 12 m 30 s (14:12:30), 2 m 30 s after the injection; "
      "resolved at 34 m (14:34:00) | it was resolved at 34 m (14:34:00), 1 m late");
  Record open = sample::outage();
  open.alerts[0].resolved_at.reset();
  EXPECT_EQ(
      answer(open, pages({{"resolved_within", Duration(3min)}})),
      "fail | SLOFastBurn fires; resolved within 3 m | fired at 12 m 30 s (14:12:30), 2 m 30 s after the injection | "
      "it was still firing when the run ended, 1 h (15:00:00)");
}

TEST(AlertFiring, SaysWhyItDidNotFire) {
  EXPECT_EQ(answer(sample::outage(), pages({{"labels", Labels{{"service", "checkout"}}}})),
            "fail | SLOFastBurn {service=\"checkout\"} fires | did not fire | it fired at 12 m 30 s (14:12:30) as "
            "SLOFastBurn {service=\"web\", severity=\"critical\"}, without the labels wanted");
  Record pending = sample::outage();
  pending.alerts[0].firing_at.reset();
  pending.alerts[0].resolved_at = at(11min + 30s);
  EXPECT_EQ(answer(pending, pages()),
            "fail | SLOFastBurn fires | did not fire | it was pending from 10 m 30 s (14:10:30) for 30 s, and `for` "
            "asks for 2 m");
  Record vacuous = sample::outage();
  vacuous.alerts.clear();
  vacuous.rules[0].empty_selectors = {"error_rate"};
  EXPECT_EQ(answer(vacuous, pages()),
            "fail | SLOFastBurn fires | did not fire | the rule is vacuous: no series matches error_rate");
  Record broken = sample::outage();
  broken.alerts.clear();
  broken.rules[0].failures = broken.rules[0].evaluations;
  broken.rules[0].last_error = "many-to-many matching not allowed";
  EXPECT_EQ(answer(broken, pages()),
            "fail | SLOFastBurn fires | did not fire | every evaluation of the rule failed: many-to-many matching not "
            "allowed");
}

TEST(AlertFiring, AnAlertFromBeforeTheFaultDetectsNothing) {
  Record record = sample::outage();
  record.alerts[0].firing_at = at(5min);
  EXPECT_EQ(
      answer(record, pages()),
      "fail | SLOFastBurn fires | fired at 5 m (14:05:00), 5 m before the injection; resolved at 34 m (14:34:00) | "
      "it was firing before the fault was injected, so it cannot have detected it");
}

// What detects may come ahead of what it detects; what is to follow a step must not have been there.
TEST(AlertFiring, HasToBeginAfterTheStepThatItCountsFrom) {
  const auto since = [](const char* step) { return pages({{"since", Text(step)}, {"within", Duration(5min)}}); };
  Record record = sample::outage();
  EXPECT_EQ(answer(record, since("mitigated")),
            "fail | SLOFastBurn fires within 5 m of the mitigation, by 36 m (14:36:00) | fired at 12 m 30 s "
            "(14:12:30), 18 m 30 s before the mitigation; resolved at 34 m (14:34:00) | it began at 12 m 30 s "
            "(14:12:30) already, and has to begin after the mitigation");
  EXPECT_EQ(answer(record, since("firing")).substr(0, 4), "pass");
  record.alerts.push_back(sample::alert("SLOFastBurn", "critical", "checkout", 32min, 33min, 35min));
  EXPECT_EQ(answer(record, since("mitigated")),
            "pass | SLOFastBurn fires within 5 m of the mitigation, by 36 m (14:36:00) | fired at 33 m (14:33:00), 2 m "
            "after the mitigation; resolved at 35 m (14:35:00) | ");
  record.alerts[1].labels = record.alerts[0].labels;
  EXPECT_EQ(answer(record, since("mitigated")).substr(0, 4), "fail") << "the one that was firing fires again";
  record.truth = {sample::truth("web", true, 0.7, 14, 31)};
  EXPECT_EQ(answer(record, since("breached")).substr(0, 4), "pass");
}

// The same fault twice, half a minute apart.
TEST(AlertFiring, BelongsToTheIncidentThatIsNamed) {
  const auto of = [](const char* incident) {
    Record record = sample::outage();
    FaultRecord again = record.faults[0];
    again.id = "again";
    again.injected_at = again.at = at(10min + 20s);
    record.faults.push_back(again);
    Expectation other = pages({{"incident", Text("again")}});
    other.id = "other";
    record.declared.expectations = {pages({{"incident", Text(incident)}}), other};
    judge(record, sample::NoSeries());
    const Outcome& outcome = record.expectations.front().outcome;
    return format("{} | {} | {}", to_string(outcome.result), outcome.observed, outcome.why);
  };
  EXPECT_EQ(of("again"),
            "pass | fired at 12 m 30 s (14:12:30), 2 m 10 s after the injection; resolved at 34 m (14:34:00) | ");
  EXPECT_EQ(of("db-outage"),
            "fail | fired at 12 m 30 s (14:12:30), 2 m 30 s after the injection; resolved at 34 m (14:34:00) | it "
            "belongs to again, injected at 10 m 20 s (14:10:20), and not to db-outage");
  // Nobody's, since its expression held already.
  Record record = sample::outage();
  record.alerts[0].pending_at = at(9min);
  EXPECT_EQ(answer(record, pages({{"incident", Text("db-outage")}})),
            "fail | SLOFastBurn fires | fired at 12 m 30 s (14:12:30), 2 m 30 s after the injection; resolved at 34 m "
            "(14:34:00) | it belongs to no incident: its expression held from 9 m (14:09:00) on, before the injection "
            "of db-outage");
}

// Another replica had been down for long.
TEST(AlertFiring, OfSeveralLabelSetsOneThatIsNewDetects) {
  Record record = sample::outage();
  record.alerts.insert(record.alerts.begin(), sample::alert("SLOFastBurn", "critical", "redis", 1min, 2min, 59min));
  EXPECT_EQ(answer(record, pages()).substr(0, 4), "pass");
  EXPECT_EQ(answer(record, pages({{"labels", Labels{{"service", "redis"}}}})).substr(0, 4), "fail");
}

// Silence of a rule whose turn never came, or whose monitor was down all the time, proves nothing.
TEST(AlertNotFiring, IsNotProvenByARuleThatWasNeverEvaluated) {
  Record record = sample::outage();
  record.alerts.clear();
  record.rules[0].evaluations = 0;
  const std::string said =
      answer(record, sample::expectation("quiet", "alert_not_firing", {{"alert", record.rules[0].name}}));
  EXPECT_EQ(said.substr(0, 7), "invalid") << said;
  EXPECT_NE(said.find("the rule was never evaluated in the run"), std::string::npos) << said;
}

TEST(AlertFiring, AnAlertThatWasDroppedOnItsWayHelpsNobody) {
  Record record = sample::outage();
  record.alerts[0].held_back = {{at(12min + 30s), HoldKind::dropped, std::string(kDroppedByRelabelling)}};
  EXPECT_EQ(answer(record, pages()),
            "fail | SLOFastBurn fires | fired at 12 m 30 s (14:12:30), 2 m 30 s after the injection; resolved at 34 m "
            "(14:34:00) | alert_relabel_configs dropped it, so that nobody heard of it");
}

// What a person could hear of counts: where sends are lost, that is later than the rule fired, or never.
TEST(AlertFiring, AnAlertThatWasLostOnItsWayIsHeardOfLateOrNever) {
  Record record = sample::outage();
  AlertRecord& alert = record.alerts[0];
  alert.held_back = {{at(12min + 30s), HoldKind::lost, std::string(kLostOnTheWay)}};
  alert.received_at = at(13min);
  alert.heard = {{at(13min), at(38min), true}};
  EXPECT_EQ(answer(record, pages()),
            "pass | SLOFastBurn fires | fired at 12 m 30 s (14:12:30), 2 m 30 s after the injection; expired at 38 m "
            "(14:38:00), since it was not sent again in time | ");
  alert.received_at = at(25min);
  alert.heard = {{at(25min), at(35min), false}};
  EXPECT_EQ(answer(record, pages({{"within", Duration(5min)}})),
            "fail | SLOFastBurn fires within 5 m of the injection, by 15 m (14:15:00) | fired at 12 m 30 s (14:12:30), "
            "2 m 30 s after the injection; resolved at 35 m (14:35:00) | it was lost on its way until 25 m (14:25:00), "
            "so that it was heard of 10 m late");
  alert.received_at.reset();
  alert.heard.clear();
  EXPECT_EQ(answer(record, pages()),
            "fail | SLOFastBurn fires | fired at 12 m 30 s (14:12:30), 2 m 30 s after the injection; resolved at 34 m "
            "(14:34:00) | none of its sends reached Alertmanager, so that nobody heard of it");
}

TEST(AlertFiring, CannotCountFromWhatNeverHappened) {
  Record record = sample::outage();
  record.truth = {sample::truth("web", true, 0, 0, 0)};
  EXPECT_EQ(answer(record, pages({{"since", Text("breached")}})),
            "invalid | SLOFastBurn fires | nothing to count from | it counts from the breach of db-outage, and no SLO "
            "was missed and no severity threshold crossed");
}

TEST(NoOtherAlerts, PassesAndFails) {
  const auto quiet = [](std::vector<std::pair<std::string, FieldValue>> fields = {}) {
    return expectation("quiet", "no_other_alerts", std::move(fields));
  };
  EXPECT_EQ(answer(sample::quiet(), quiet()), "pass | no alert fires that belongs to no incident | none fired | ");
  EXPECT_EQ(answer(sample::outage(), quiet()), "pass | no alert fires that belongs to no incident | none fired | ");
  EXPECT_EQ(answer(sample::outage(), quiet({{"strict", true}, {"except", Texts{"Watchdog"}}})),
            "fail | no alert fires that no expectation names (except Watchdog) | 1 other alert fired | "
            "SLOFastBurn {service=\"web\", severity=\"critical\"} fired at 12 m 30 s (14:12:30), in the blast radius "
            "of db-outage");
  EXPECT_EQ(answer(sample::outage(), quiet({{"strict", true}, {"except", Texts{"SLOFastBurn"}}})),
            "pass | no alert fires that no expectation names (except SLOFastBurn) | none fired | ");
  EXPECT_EQ(answer(sample::outage(), quiet({{"strict", true}, {"from", Duration(35min)}})),
            "pass | no alert fires that no expectation names | none fired | ");
  Record noisy = sample::outage();
  noisy.alerts.push_back(sample::alert("DiskFull", "critical", "redis", 20min, 21min, 22min));
  noisy.alerts.push_back(sample::alert("DiskFull", "critical", "redis", 40min, 41min, 42min));
  noisy.alerts.push_back(sample::alert("Noise", "warning", "web", -20min, -10min, 3min));
  EXPECT_EQ(answer(noisy, quiet()),
            "fail | no alert fires that belongs to no incident | 3 other alerts fired | DiskFull {service=\"redis\", "
            "severity=\"critical\"} fired 2 times, first at 21 m (14:21:00), of no incident; Noise {service=\"web\", "
            "severity=\"warning\"} fired at 13:50:00, in the warm-up, of no incident");
  Record two = sample::quiet();
  two.alerts = {sample::alert("DiskFull", "critical", "web", 20min, 21min, 22min),
                sample::alert("DiskFull", "critical", "redis", 20min, 20min, 22min)};
  EXPECT_EQ(answer(two, quiet()),
            "fail | no alert fires that belongs to no incident | 2 other alerts fired | DiskFull fired 2 times with 2 "
            "label sets, first as DiskFull {service=\"redis\", severity=\"critical\"} at 20 m (14:20:00), of no "
            "incident");
}

TEST(NoOtherAlerts, TheSilenceOfAVacuousRuleProvesNothing) {
  Record record = sample::quiet();
  record.rules[0].empty_selectors = {"error_rate"};
  EXPECT_EQ(answer(record, expectation("quiet", "no_other_alerts", {{"vacuous", Text("invalid")}})),
            "invalid | no alert fires that belongs to no incident | none fired, but 1 rule could not have | "
            "SLOFastBurn (no series matches error_rate)");
  EXPECT_EQ(answer(record, expectation("quiet", "no_other_alerts", {})),
            "pass | no alert fires that belongs to no incident | none fired, but 1 rule could not have | "
            "SLOFastBurn (no series matches error_rate)");
  EXPECT_EQ(answer(record, expectation("quiet", "no_other_alerts", {{"vacuous", Text("ignore")}})),
            "pass | no alert fires that belongs to no incident | none fired | ");
  EXPECT_EQ(answer(record,
                   expectation("quiet", "no_other_alerts", {{"vacuous", Text("invalid")}, {"except", Texts{"SLO*"}}})),
            "pass | no alert fires that belongs to no incident (except SLO*) | none fired | ");
}

TEST(MeasureExpectation, PassesFailsAndIsInvalid) {
  const auto measure = [](Text name, const char* bound, Duration value) {
    return expectation("m", "measure", {{"incident", Text("db-outage")}, {"measure", std::move(name)}, {bound, value}});
  };
  EXPECT_EQ(answer(sample::outage(), measure("ttd", "at_most", 3min)),
            "pass | time to detect (ttd) is at most 3 m | 2 m 30 s | ");
  EXPECT_EQ(answer(sample::outage(), measure("ttd", "at_most", 2min)),
            "fail | time to detect (ttd) is at most 2 m | 2 m 30 s | 30 s too long");
  EXPECT_EQ(answer(sample::outage(), measure("ttr", "at_least", 30min)),
            "fail | time to resolve (ttr) is at least 30 m | 24 m | 6 m too short");
  EXPECT_EQ(answer(sample::outage(), measure("tta", "at_most", 30min)),
            "invalid | time to acknowledge (tta) is at most 30 m | nothing to measure | in db-outage it does not "
            "apply: the run has no such step");
  Record undetected = sample::outage();
  undetected.alerts.clear();
  EXPECT_EQ(
      answer(undetected, measure("ttd", "at_most", 3h)),
      "fail | time to detect (ttd) is at most 3 h | > 21 m | it had not happened when the incident was over (> 21 m)");
}

TEST(Expectations, AreCheckedAgainstWhatIsKnown) {
  Criteria declared;
  declared.expectations = {pages(),
                           expectation("pages", "alert_firing", {{"alert", Text("SLOFastBrun")}}),
                           expectation("quiet", "no_other_alerts", {{"except", Texts{"Watchdgo"}}}),
                           expectation("m", "measure", {{"incident", Text("db")}, {"measure", Text("ttd")}}),
                           expectation("p", "promql", {{"expr", Text("up")}, {"step", Duration(0)}}),
                           expectation("x", "alert_fires", {})};
  Diagnostics found;
  check(declared,
        {.alerts = {"SLOFastBurn", "Watchdog"}, .services = {}, .incidents = {"db-outage"}, .slos = {}, .faults = {}},
        found);
  std::string all;
  for (const Diagnostic& d : found) all += d.what + "\n";
  EXPECT_EQ(all,
            "two expectations have the id 'pages'\n"
            "unknown alert 'SLOFastBrun'\n"
            "unknown alert 'Watchdgo'\n"
            "unknown incident 'db'\n"
            "a measure needs a bound\n"
            "the step must be longer than 0\n"
            "unknown expectation 'alert_fires'\n");
}

}  // namespace
}  // namespace firedrill::incident
