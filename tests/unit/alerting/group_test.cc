// What rules do over time: the lines of Prometheus's rules/alerting.go, rules/recording.go and rules/group.go.
#include "alerting/group.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text/format.h"
#include "rule_builder.h"

namespace firedrill::alerting {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// One series, one alert on it being 1: the state after each minute's evaluation. '.' inactive, 'p' pending, 'F' firing.
TEST(AlertState, FollowsForAndKeepFiringFor) {
  struct Case {
    std::string what;
    Duration hold;
    Duration keep;
    std::string values;
    std::string states;
  };
  const std::vector<Case> cases = {
      {"for: 0 fires at the first evaluation", 0min, 0min, "0 1 1 0 0", ".FF.."},
      {"a for shorter than the interval fires at the second", 30s, 0min, "0 1 1 0", ".pF."},
      {"for of one interval fires at the second", 1min, 0min, "0 1 1 0", ".pF."},
      {"for is reached when ts - active_at = for", 2min, 0min, "1 1 1 1 0", "ppFF."},
      {"a gap starts for over again", 2min, 0min, "1 1 0 1 1 1", "pp.ppF"},
      {"what goes before it fires was never an alert", 5min, 5min, "1 1 1 0 0", "ppp.."},
      {"keep_firing_for counts from the first evaluation that misses", 0min, 2min, "1 0 0 0 0", "FFF.."},
      {"and is strict", 0min, 1min, "1 0 0", "FF."},
      {"keep_firing_for starts over when it recurs", 0min, 2min, "1 0 1 0 0 0", "FFFFF."},
      {"keep_firing_for is not for pending alerts", 2min, 5min, "1 1 0 0 1 1 1 0 0", "pp..ppFFF"},
      {"a missing series ends an alert as a false expression does", 0min, 0min, "1 1 stale _ 1", "FF..F"},
      {"lookback holds it where there is no stale marker", 0min, 0min, "1 _ _ _ _ _ _", "FFFFF.."},
  };
  for (const Case& c : cases) {
    Bench bench({alert("A", "m == 1", c.hold, c.keep)});
    bench.load("m", c.values);
    std::string states;
    for (std::int64_t at = 0; at < static_cast<std::int64_t>(c.states.size()); ++at) {
      bench.run(at, at);
      const AlertState state = bench.group().state(0);
      states += state == AlertState::inactive ? '.' : state == AlertState::pending ? 'p' : 'F';
    }
    EXPECT_EQ(states, c.states) << c.what;
  }
}

TEST(Alerts, TellEachStepOfEachInstanceInOrder) {
  Bench bench({alert("Down", "up == 0", 1min)});
  bench.load("up{job=\"b\"}", "0 0 0 1 1");
  bench.load("up{job=\"a\"}", "1 0 1 0 0");
  bench.run(0, 4);
  EXPECT_THAT(bench.told(), ElementsAre("0m Down{job=\"b\"} inactive>pending",  //
                                        "1m Down{job=\"a\"} inactive>pending",  //
                                        "1m Down{job=\"b\"} pending>firing",    //
                                        "2m Down{job=\"a\"} pending>inactive",  //
                                        "3m Down{job=\"a\"} inactive>pending",  //
                                        "3m Down{job=\"b\"} firing>inactive",   //
                                        "4m Down{job=\"a\"} pending>firing"));
}

TEST(Alerts, ForZeroTellsPendingAndFiringAtOneTime) {
  Bench bench({alert("Down", "up == 0")});
  bench.load("up", "0");
  bench.run(0, 0);
  EXPECT_THAT(bench.told(), ElementsAre("0m Down inactive>pending", "0m Down pending>firing"));
}

TEST(Alerts, WriteTheirSeriesAndMarkThemStale) {
  Bench bench({alert("Down", "up == 0", 2min, 0min, {{"severity", "page"}})});
  bench.load("up{job=\"a\"}", "0 0 0 0 1 1 0");
  bench.run(0, 6);
  EXPECT_EQ(bench.samples(R"(ALERTS{alertname="Down",alertstate="pending",job="a",severity="page"})", 6),
            "1 1 stale _ _ _ 1");
  EXPECT_EQ(bench.samples(R"(ALERTS{alertname="Down",alertstate="firing",job="a",severity="page"})", 6),
            "_ _ 1 1 stale _ _");
  EXPECT_EQ(bench.samples(R"(ALERTS_FOR_STATE{alertname="Down",job="a",severity="page"})", 6), "0 0 0 0 stale _ 360");
}

TEST(Alerts, MayBeUsedByLaterRules) {
  Bench bench(
      {alert("Down", "up == 0", 1min), alert("Any", "count(ALERTS{alertname=\"Down\",alertstate=\"firing\"}) > 0")});
  bench.load("up", "0 0 1");
  bench.run(0, 2);
  EXPECT_THAT(bench.told(), ElementsAre("0m Down inactive>pending", "1m Down pending>firing", "1m Any inactive>pending",
                                        "1m Any pending>firing", "2m Down firing>inactive", "2m Any firing>inactive"));
}

TEST(Alerts, CarryLabelsAndAnnotationsOfTheirTemplates) {
  Bench bench(
      {alert("High", "m > 1", 0min, 0min,
             {{"job", ""},
              {"severity", "{{ if eq $labels.tier \"gold\" }}page{{ end }}"},
              {"metric", "{{ .Labels.__name__ }}"}},
             {{"summary", "{{ $labels.job }} of {{ $externalLabels.cluster }} at {{ $value }}"}, {"empty", ""}})});
  bench.settings().world.external_labels = {{"cluster", "eu1"}};
  bench.load("m{job=\"a\",tier=\"gold\"}", "2 3");
  bench.load("m{job=\"b\",tier=\"tin\"}", "0 5");
  bench.run(0, 1);
  EXPECT_THAT(bench.told(), ElementsAre(R"(0m High{metric="m", severity="page", tier="gold"} inactive>pending)",
                                        R"(0m High{metric="m", severity="page", tier="gold"} pending>firing)",
                                        R"(1m High{metric="m", tier="tin"} inactive>pending)",
                                        R"(1m High{metric="m", tier="tin"} pending>firing)"));
  const std::vector<Alert> alerts = bench.group().alerts(0);
  ASSERT_EQ(alerts.size(), 2u);
  EXPECT_THAT(alerts[0].annotations, ElementsAre(model::Label{"empty", ""}, model::Label{"summary", "a of eu1 at 3"}));
  EXPECT_EQ(alerts[0].value, 3);
  EXPECT_EQ(alerts[0].active_at, minute(0));
  EXPECT_FALSE(alerts[0].labels.has("cluster")) << "external labels are added where alerts are sent, not here";
}

TEST(Alerts, RenderAnnotationsAtEachEvaluationThatHolds) {
  Bench bench({alert("High", "m > 1", 1min, 3min, {},
                     {{"at", "{{ $value }} {{ with query \"n\" }}{{ . | first | value }}{{ end }}"}})});
  bench.load("m", "2 3 4 0 0 0 0");
  bench.load("n", "10 11 12 13 14 15 16");
  bench.run(0, 6);
  std::vector<std::string> seen;
  for (const AlertTransition& step : bench.transitions()) seen.push_back(step.annotations.at(0).value);
  EXPECT_THAT(seen, ElementsAre("2 10", "3 11", "4 12"));
}

TEST(Alerts, MayQueryOnlySoMuchTogetherAtOneTime) {
  Bench bench({alert("High", "m > 1", 0min, 0min, {},
                     {{"often",
                       "{{ range query \"n\" }}{{ with query \"last_over_time(n[9m])\" }}"
                       "{{ . | first | value }}{{ end }}{{ end }}"}})});
  for (const char* name : {"a", "b", "c", "d", "e", "f"}) bench.load(format("n{{x=\"{}\"}}", name), "7 7 7");
  bench.load("m", "2 0 2");
  bench.settings().promql.max_read = 42;
  bench.run(0, 0);
  EXPECT_EQ(bench.group().alerts(0).at(0).annotations.at(0).value, "777777") << "seven queries of seven";
  bench.settings().promql.max_read = 6;
  bench.run(1, 2);
  EXPECT_THAT(bench.group().alerts(0).at(0).annotations.at(0).value,
              HasSubstr("the queries of the templates read too many samples together"));
}

TEST(Alerts, WhoseLabelsFollowTheValueAreNewAlertsEachTime) {
  Bench bench({alert("High", "m > 1", 1min, 0min, {{"value", "{{ $value }}"}})});
  bench.load("m", "2 2 3 3 3");
  bench.run(0, 3);
  EXPECT_THAT(bench.told(),
              ElementsAre(R"(0m High{value="2"} inactive>pending)", R"(1m High{value="2"} pending>firing)",
                          R"(2m High{value="3"} inactive>pending)", R"(2m High{value="2"} firing>inactive)",
                          R"(3m High{value="3"} pending>firing)"));
}

TEST(Alerts, ShowATemplateThatRendersToNothingInTheirSeries) {
  Bench bench({alert("A", "m > 1", 0min, 0min, {{"team", "{{ $labels.team }}"}})});
  bench.load("m", "2");
  bench.run(0, 0);
  EXPECT_EQ(bench.samples(R"(ALERTS{alertname="A",alertstate="firing",team="{{ $labels.team }}"})", 0), "1");
  EXPECT_FALSE(bench.group().alerts(0)[0].labels.has("team"));
}

TEST(Alerts, WithEqualLabelsFailTheRuleAndChangeNothing) {
  Bench bench({alert("A", "m > 1", 0min, 0min, {{"job", "same"}})});
  bench.load("m{job=\"a\"}", "2 2 2 0");
  bench.load("m{job=\"b\"}", "0 0 2 0");
  bench.run(0, 2);
  EXPECT_THAT(bench.told(), ElementsAre(R"(0m A{job="same"} inactive>pending)", R"(0m A{job="same"} pending>firing)"));
  EXPECT_EQ(bench.group().health(0).last_error,
            "vector contains metrics with the same labelset after applying alert labels");
  EXPECT_EQ(bench.group().health(0).failures, 1u);
  EXPECT_EQ(bench.samples(R"(ALERTS{alertname="A",alertstate="firing",job="same"})", 2), "1 1 _");
  bench.run(3, 3);
  EXPECT_EQ(bench.group().health(0).last_error, "");
  EXPECT_THAT(bench.told(), ElementsAre(R"(3m A{job="same"} firing>inactive)"));
}

TEST(Alerts, BeyondTheLimitAreAllCleared) {
  Bench bench({alert("A", "m > 1", 1min)});
  bench.spec().limit = 1;
  bench.load("m{job=\"a\"}", "2 2 2 2 2");
  bench.load("m{job=\"b\"}", "0 0 2 0 0");
  bench.run(0, 4);
  EXPECT_THAT(bench.told(), ElementsAre(R"(0m A{job="a"} inactive>pending)", R"(1m A{job="a"} pending>firing)",
                                        R"(2m A{job="a"} firing>inactive)", R"(3m A{job="a"} inactive>pending)",
                                        R"(4m A{job="a"} pending>firing)"));
  EXPECT_EQ(bench.group().health(0).failures, 1u);
  EXPECT_EQ(bench.samples(R"(ALERTS{alertname="A",alertstate="firing",job="a"})", 4), "_ 1 _ stale 1")
      << "a failed evaluation marks nothing stale";
}

TEST(Alerts, KeptFiringCountAgainstTheLimit) {
  Bench bench({alert("A", "m > 1", 0min, 10min)});
  bench.spec().limit = 1;
  bench.load("m{job=\"a\"}", "2 0");
  bench.load("m{job=\"b\"}", "0 2");
  bench.run(0, 1);
  EXPECT_EQ(bench.group().health(0).last_error, "exceeded limit of 1 with 2 alerts");
}

TEST(Alerts, FailedEvaluationsNeitherResolveNorFire) {
  Bench bench({alert("A", "m > on() n")});
  bench.load("m", "2 2 2 2");
  bench.load("n{a=\"1\"}", "1 1 1 1");
  bench.load("n{a=\"2\"}", "_ 1 stale _");
  bench.run(0, 3);
  EXPECT_THAT(bench.told(), ElementsAre("0m A inactive>pending", "0m A pending>firing"));
  EXPECT_EQ(bench.group().health(0).evaluations, 4u);
  EXPECT_EQ(bench.group().health(0).failures, 1u);
  EXPECT_EQ(bench.group().health(0).last_error_at, minute(1));
}

TEST(Alerts, AreRememberedForFifteenMinutesOnceResolved) {
  Bench bench({alert("A", "m == 1")});
  bench.load("m", "1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0");
  bench.run(0, 16);
  ASSERT_EQ(bench.group().alerts(0).size(), 1u);
  EXPECT_EQ(bench.group().alerts(0)[0].resolved_at, minute(1));
  bench.run(17, 17);
  EXPECT_THAT(bench.group().alerts(0), IsEmpty());
}

TEST(Alerts, AreSentWhenFiringAgainAndAgainAndWhenResolved) {
  Bench bench({alert("A", "m == 1", 1min)});
  bench.load("m", "1 1 1 1 0 0 0");
  const auto sent = [&](std::int64_t at) {
    bench.run(at, at);
    std::string out;
    for (const AlertSend& alert_sent : bench.group().due_for_sending(minute(at), 1min)) {
      out += std::to_string(alert_sent.starts_at.time_since_epoch() / 1min) + "-" +
             std::to_string(alert_sent.ends_at.time_since_epoch() / 1min);
    }
    return out;
  };
  EXPECT_EQ(sent(0), "") << "pending alerts are not sent";
  EXPECT_EQ(sent(1), "1-5");
  EXPECT_EQ(sent(2), "") << "not before the delay has passed";
  EXPECT_EQ(sent(3), "1-7");
  EXPECT_EQ(sent(4), "1-4") << "resolved alerts at once";
  EXPECT_EQ(sent(5), "");
  EXPECT_EQ(sent(6), "1-4") << "and again";
}

TEST(QueryOffset, LooksBackAndWritesThere) {
  Bench bench({alert("A", "m == 1", 0min), record("r", "m")});
  bench.spec().query_offset = 2min;
  bench.load("m", "1 0 0 0");
  bench.run(2, 3);
  const auto transitions = bench.transitions();
  ASSERT_EQ(transitions.size(), 3u);
  EXPECT_EQ(transitions[0].t, minute(2));
  EXPECT_EQ(transitions[0].active_at, minute(2));
  EXPECT_EQ(bench.samples(R"(ALERTS{alertname="A",alertstate="firing"})", 3), "1 stale _ _");
  EXPECT_EQ(bench.samples("ALERTS_FOR_STATE{alertname=\"A\"}", 3), "120 stale _ _");
  EXPECT_EQ(bench.samples("r", 3), "1 0 _ _");
}

TEST(RecordingRule, NamesLabelsAndEndsItsSeries) {
  Bench bench({record("job:m:sum", "sum by (job) (m)", {{"level", "job"}, {"job", ""}}), record("scalar", "1 + 1")});
  bench.spec().labels = named({{"team", "shop"}, {"level", "group"}});
  bench.load("m{job=\"a\",i=\"1\"}", "1 2 stale _ 5");
  bench.load("m{job=\"a\",i=\"2\"}", "1 2 stale _ 5");
  bench.run(0, 4);
  EXPECT_EQ(bench.samples(R"(job:m:sum{level="job",team="shop"})", 4), "2 4 stale _ 10");
  EXPECT_EQ(bench.samples(R"(scalar{level="group",team="shop"})", 4), "2 2 2 2 2");
  EXPECT_EQ(bench.group().health(0).last_samples, 1u);
}

TEST(RecordingRule, FailsOnEqualLabelsAndOnTooManySeries) {
  Bench bench({record("same", "m", {{"i", "x"}}), record("many", "m")});
  bench.spec().limit = 1;
  bench.load("m{i=\"1\"}", "1 1 1");
  bench.load("m{i=\"2\"}", "_ 1 stale");
  bench.run(0, 2);
  EXPECT_EQ(bench.samples("same{i=\"x\"}", 2), "1 _ 1");
  EXPECT_EQ(bench.samples("many{i=\"1\"}", 2), "1 _ 1");
  EXPECT_EQ(bench.group().health(0).failures, 1u);
  EXPECT_EQ(bench.group().health(1).failures, 1u);
}

TEST(RecordingRule, ThatWritesAnothersSeriesLosesAndDoesNotEndIt) {
  Bench bench({record("r", "m"), record("r", "n")});
  bench.load("m", "1 1 1 1");
  bench.load("n", "1 2 stale _");
  bench.run(0, 3);
  EXPECT_EQ(bench.samples("r", 3), "1 1 1 1");
  EXPECT_EQ(bench.group().health(1).failures, 0u);
}

TEST(RecordingRule, IsSeenByLaterRulesOfItsGroupAtOnce) {
  Bench bench({record("double", "m * 2"), record("fourfold", "double * 2")});
  bench.load("m", "1 2");
  bench.run(0, 1);
  EXPECT_EQ(bench.samples("fourfold", 1), "4 8");
}

TEST(Group, NamesSelectorsThatMatchNothing) {
  Bench bench({alert("A", "rate(m{code=~\"5..\"}[5m]) > 0 and on() absent(none)"), record("r", "m")});
  bench.load("m{code=\"200\"}", "1 2");
  bench.run(0, 1);
  EXPECT_THAT(bench.group().unmatched_selectors(0), ElementsAre("m{code=~\"5..\"}"))
      << "of what `absent` asks about nothing need be there";
  EXPECT_THAT(bench.group().unmatched_selectors(1), IsEmpty());
}

TEST(Group, CountsTemplateErrors) {
  Bench bench({alert("A", "m > 0", 0min, 0min, {}, {{"s", "{{ $labels.a.b }}"}})});
  bench.load("m", "1");
  bench.run(0, 0);
  EXPECT_THAT(bench.transitions().at(0).annotations.at(0).value,
              HasSubstr("<error expanding template: error executing"));
  EXPECT_GT(bench.group().health(0).template_errors, 0u);
  EXPECT_THAT(bench.group().health(0).last_template_error, HasSubstr("can't evaluate field b in type string"));
}

TEST(Group, MarksAllItsSeriesStaleWhenItGoes) {
  Bench bench({alert("A", "m > 0"), record("r", "m")});
  bench.load("m", "1 1");
  bench.run(0, 0);
  bench.group().mark_stale(minute(1));
  EXPECT_EQ(bench.samples("r", 1), "1 stale");
  EXPECT_EQ(bench.samples(R"(ALERTS{alertname="A",alertstate="firing"})", 1), "1 stale");
  EXPECT_EQ(bench.samples("ALERTS_FOR_STATE{alertname=\"A\"}", 1), "0 stale");
}

TEST(Group, ForgetsItsAlertsAndMarksNothingWhenItIsRestarted) {
  Bench bench({alert("A", "m > 0", 1min), record("r", "m > 0")});
  bench.load("m", "1 1 1 _ _ _ _ _ 0");
  bench.run(0, 2);
  bench.group().restart();
  EXPECT_EQ(bench.group().state(0), AlertState::inactive);
  EXPECT_THAT(bench.group().alerts(0), IsEmpty());
  bench.run(8, 8);
  EXPECT_EQ(bench.samples("r", 8), "1 1 1 _ _ _ _ _ _");
  EXPECT_EQ(bench.samples(R"(ALERTS{alertname="A",alertstate="firing"})", 8), "_ 1 1 _ _ _ _ _ _");
  EXPECT_EQ(bench.group().health(0).evaluations, 4u);
}

// A Prometheus that was down from minute 20 on and is up again at `restart`; the alert's for is 30 minutes.
TEST(Group, TakesForUpAgainAfterAnOutage) {
  struct Case {
    std::string what;
    std::int64_t active_at;  // as ALERTS_FOR_STATE has it, until minute 20
    std::int64_t restart;    // the first evaluation
    std::int64_t expected;   // active_at after the restoration, at the second evaluation
  };
  const std::vector<Case> cases = {
      {"it was firing: it goes on", -60, 40, -60},
      {"much was left: the outage does not count", 10, 40, 10 + 21},
      {"less than the grace period was left: it has that", -5, 40, 41 + 10 - 30},
      {"the outage was too long: it starts afresh", 10, 90, 90},
  };
  for (const Case& c : cases) {
    Bench bench({alert("A", "m > 0", 30min)});
    const tsdb::SeriesRef m = bench.store().series({{"__name__", "m"}});
    const tsdb::SeriesRef state = bench.store().series({{"__name__", "ALERTS_FOR_STATE"}, {"alertname", "A"}});
    for (int at = 0; at <= 20; ++at) bench.store().append(state, minute(at), static_cast<double>(c.active_at * 60));
    bench.group().restart();
    for (std::int64_t at = c.restart; at <= c.restart + 1; ++at) {
      bench.store().append(m, minute(at), 1);
      bench.run(at, at);
    }
    EXPECT_EQ(bench.store().history(state).size(), 21u) << "nothing is written before the restoration";
    bench.group().restore(minute(c.restart + 1));
    ASSERT_EQ(bench.group().alerts(0).size(), 1u);
    EXPECT_EQ(bench.group().alerts(0)[0].active_at, minute(c.expected)) << c.what;
  }
}

// Prometheus takes an interval of 0 for none: the global one counts.
TEST(Group, TakesAnIntervalOfZeroForNone) {
  Bench bench({alert("A", "up == 0")});
  bench.settings().evaluation_interval = 30s;
  bench.spec().interval = 0s;
  EXPECT_EQ(bench.group().interval(), Duration(30s));
  bench.load("up", "0");
  bench.run(0, 1);
  EXPECT_THAT(bench.told(), ElementsAre("0m A inactive>pending", "0m A pending>firing"));
}

}  // namespace
}  // namespace firedrill::alerting
