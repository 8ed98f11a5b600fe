// Expectations and times in words.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/text/format.h"
#include "record/clock.h"
#include "reports/alert_matrix.h"
#include "reports/budget_use.h"
#include "reports/expectation_words.h"
#include "reports/format.h"
#include "reports/incident_words.h"
#include "reports/postmortem_lessons.h"
#include "reports/response.h"
#include "reports/words.h"
#include "samples.h"

namespace firedrill::reports {
namespace {

// The warm-up of the sample lasts half an hour.
TEST(Words, RulesThatLookBackFartherThanTheWarmUpAreNamed) {
  record::Record record = sample::passed();
  ASSERT_EQ(record.judged_from - record.started, Duration(30min));
  ASSERT_GE(record.rules.size(), 2u);
  EXPECT_EQ(history_words(record), "") << "where it is not known";
  record.rules[0].looks_back = Duration(30min);
  EXPECT_EQ(history_words(record), "") << "just enough";
  record.rules[0].looks_back = Duration(72h);
  EXPECT_EQ(history_words(record),
            format("The warm-up lasted 30 m, and so much is looked back at: {} (3 d).", record.rules[0].name));
  record.rules[1].looks_back = Duration(30 * 24h);
  EXPECT_EQ(history_words(record),
            format("The warm-up lasted 30 m, and so much is looked back at: {} (30 d), {} (3 d).", record.rules[1].name,
                   record.rules[0].name));
  record.started = record.judged_from;
  EXPECT_TRUE(history_words(record).starts_with("There was no warm-up, and so much is looked back at: "));
  for (const std::string_view name : {"html", "markdown"}) {
    const Format* of = find_format(name);
    ASSERT_NE(of, nullptr);
    EXPECT_NE(of->render(record, tsdb::Store()).find("There was no warm-up, and so much is looked back at: "),
              std::string::npos)
        << name;
  }
}

TEST(Words, WhenTheMachineWasShortOfProcessors) {
  record::Record record = sample::passed();
  EXPECT_EQ(strain_words(record), "");
  const Time end = record.judged_to;
  const auto tell = [&](Time t, events::EventKind kind) {
    record.timeline.push_back({.t = t, .kind = kind, .subject = "the machine", .fields = {}});
  };
  tell(end - 10min, events::EventKind::machine_short);  // each tells of the minute before it
  EXPECT_EQ(strain_words(record),
            format("The machine was short of processors from {} on: what was slow, late or unanswered then may be its "
                   "doing, and not the services'.",
                   format_clock(end - 11min)));
  tell(end - 8min, events::EventKind::machine_enough);
  EXPECT_NE(strain_words(record).find(format("from {} to {}: ", format_clock(end - 11min), format_clock(end - 9min))),
            std::string::npos)
      << strain_words(record);
  for (const std::string_view name : {"html", "markdown"}) {
    EXPECT_NE(find_format(name)->render(record, tsdb::Store()).find("The machine was short of processors from "),
              std::string::npos)
        << name;
  }
}

// An expectation and a query of an SLO file as well; of an automatic warm-up only where it can be told.
TEST(Words, WhateverLooksBackFartherIsNamed) {
  record::Record record = sample::passed();
  record.rules[0].looks_back = Duration(72h);
  record.monitoring.beyond_history = {{"expectation 'quiet'", Duration(96h)}, {record.rules[0].name, Duration(72h)}};
  EXPECT_EQ(history_words(record),
            format("The warm-up lasted 30 m, and so much is looked back at: expectation 'quiet' (4 d), {} (3 d).",
                   record.rules[0].name));
  EXPECT_TRUE(lacks_history(record, record.rules[0]));
  record.monitoring.beyond_history.reset();
  record.monitoring.whole_from = record.started;
  EXPECT_EQ(history_words(record), "");
  EXPECT_FALSE(lacks_history(record, record.rules[0]));
}

// Of a run under a real Prometheus whose warm-up was simulated.
TEST(Words, AlertsThatWereLostAtTheStartAreNoFinding) {
  record::Record record = sample::passed();
  EXPECT_EQ(lost_at_start_words(record), "");
  record.monitoring.lost_at_start = {{"Slow", model::Labels::from({{"service", "web"}}), record.judged_from - 1min}};
  const std::string words = lost_at_start_words(record);
  EXPECT_EQ(words,
            format("Where the simulated part of the warm-up ended these were only kept firing, which a Prometheus that "
                   "starts does not take up: Slow {{service=\"web\"}} (until {}). That they fire no longer there is "
                   "nothing that the run found.",
                   record::clock_of(record, record.judged_from - 1min)));
  record.monitoring.lost_at_start->front().until = record.judged_from + 1min;
  EXPECT_TRUE(lost_at_start_words(record).ends_with("and lasts into what is judged."));
  for (const std::string_view name : {"html", "markdown"}) {
    EXPECT_NE(find_format(name)->render(record, tsdb::Store()).find("these were only kept firing"), std::string::npos)
        << name;
  }
}

TEST(ExpectationWords, LabelsAreToldByTheirValues) {
  EXPECT_EQ(without_label_syntax("Slow {severity=\"critical\", window=\"1h\"} fires"), "Slow (critical, 1h) fires");
  EXPECT_EQ(without_label_syntax("a {x=\"say \\\"hi\\\" }\"}"), "a (say \"hi\" })");
  EXPECT_EQ(without_label_syntax("up{job=\"a\"}"), "up (a)");
  for (const char* as_it_is : {"", "no labels", "{", "{}", "{a=\"", "a { b } c", "{a=b}"})
    EXPECT_EQ(without_label_syntax(as_it_is), as_it_is);
}

record::ExpectationRecord judged_as(record::Record& record, std::string kind,
                                    const std::vector<std::pair<std::string, FieldValue>>& fields,
                                    record::Outcome outcome) {
  record::Expectation declared = sample::expectation("it", kind, {});
  for (const auto& [name, value] : fields) declared.fields.set(name, value, {});
  record.declared.expectations = {declared};
  return {"it", std::move(kind), std::move(outcome)};
}

TEST(ExpectationWords, AnExpressionIsToldByItsId) {
  record::Record record = sample::outage();
  const auto met = judged_as(record, "promql", {{"expr", std::string("sum(rate(x[5m])) > 1")}},
                             {record::Verdict::pass, "sum(rate(x[5m])) > 1 holds always from 1 m to 2 m",
                              "held at 5 of 5 evaluations", "", ""});
  EXPECT_EQ(met_in_words(record, met), "the condition it held all the time from 1 m to 2 m");
  auto missed = met;
  missed.outcome = {record::Verdict::fail, met.outcome.expected, "held at 4 of 5 evaluations",
                    "it failed first at 1 m: x was 0", ""};
  EXPECT_EQ(
      unmet_in_words(record, missed),
      "the condition it was to hold always from 1 m to 2 m: held at 4 of 5 evaluations. It failed first at 1 m: x "
      "was 0");
}

TEST(ExpectationWords, WhatIsToBeDoneFollowsFromTheKind) {
  record::Record record = sample::outage();
  const record::Outcome failed{record::Verdict::fail, "expected", "observed", "why", ""};
  EXPECT_EQ(remedy_in_words(record, judged_as(record, "alert_firing", {{"alert", std::string("Slow")}}, failed)),
            "Let Slow fire as expected: why");
  EXPECT_EQ(remedy_in_words(record, judged_as(record, "alert_not_firing", {{"alert", std::string("Slow")}}, failed)),
            "Keep Slow from firing then: why");
  EXPECT_EQ(remedy_in_words(record, judged_as(record, "measure",
                                              {{"measure", std::string("ttd")}, {"at_most", Duration(3min)}}, failed)),
            "Bring the time to detect to at most 3 m: it was observed");
}

TEST(Response, IsHeldAgainstTheUsualTargets) {
  const auto with = [](Duration fires, std::optional<Duration> resolved, std::string severity = "critical") {
    record::Record record = sample::outage();
    record.declared.expectations.clear();
    record.alerts = {sample::alert("SLOFastBurn", std::move(severity), "web", 10min, fires, resolved)};
    return sample::judged(std::move(record));
  };
  const auto standing = [](const record::Record& record) { return response_of(record).standing; };
  EXPECT_EQ(standing(with(12min, 34min)), Standing::good);
  EXPECT_EQ(standing(with(17min, 34min)), Standing::late);
  EXPECT_EQ(standing(with(22min, 34min)), Standing::bad);
  EXPECT_EQ(standing(with(12min, 45min)), Standing::late) << "a P0 is to be resolved within half an hour";
  EXPECT_EQ(standing(with(12min, std::nullopt)), Standing::bad);
  EXPECT_EQ(response_of(with(12min, 34min, "warning")).words.substr(0, 16), "nobody was paged");
  EXPECT_EQ(standing(with(12min, 34min, "warning")), Standing::bad);
  EXPECT_EQ(standing(sample::nothing()), Standing::none);
}

// What broke nothing was detected at no time: the sentence tells of what there was, and is none without words.
TEST(Response, TellsOfOtherTimesWhereNothingBroke) {
  record::Record record = sample::passed();
  record::IncidentRecord& incident = record.incidents.front();
  std::erase_if(incident.measures, [](const record::Measure& each) { return each.name != "ttr"; });
  EXPECT_EQ(response_of(record).standing, Standing::good);
  EXPECT_EQ(response_of(record).words.substr(0, 24), "time to resolve in time:");
  const std::string text = find_format("markdown")->render(record, tsdb::Store());
  EXPECT_NE(text.find("✅ **Response in time.** Time to resolve in time: "), std::string::npos);
  record.incidents.push_back(incident);
  EXPECT_EQ(response_of(record).words, "of 2 incidents with a time that is asked, it was late in 0");
}

// Both bounds, wherever they are written.
TEST(Response, TellsAllBoundsOfATime) {
  record::Record record = sample::outage();
  record.declared.expectations.push_back(
      sample::expectation("not at once", "measure", {{"measure", std::string("ttd")}, {"at_least", Duration(1min)}}));
  record.declared.expectations.push_back(sample::expectation(
      "ttr", "measure",
      {{"measure", std::string("ttr")}, {"at_least", Duration(20min)}, {"at_most", Duration(22min)}}));
  record = sample::judged(std::move(record));
  const record::IncidentRecord& incident = record.incidents[0];
  EXPECT_EQ(standing_of(record, incident, "ttd").wanted(), "< 5 m; expected: at least 1 m and at most 3 m");
  EXPECT_EQ(standing_of(record, incident, "ttr").expected.words(), "at least 20 m and at most 22 m");
  EXPECT_EQ(standing_of(record, incident, "ttr").standing, Standing::late) << "24 m";
}

std::string rows_of(const record::Record& record) {
  std::string out;
  for (const AlertRow& row : alert_matrix(record)) {
    const auto clock = [&](const std::optional<Time>& t) { return clock_of(record, t); };
    out += format("{} {} by {}: {} x{}, {} to {}\n", to_string(row.state), row.alert,
                  row.expectation.empty() ? "nothing" : row.expectation, row.incident.empty() ? "-" : row.incident,
                  row.activations, row.first ? clock(row.first->firing_at) : "–", clock(row.resolved_at));
  }
  return out;
}

// Expectations that people are told of an alert say nothing of when it fires, and share its row.
TEST(AlertMatrix, SetsWhatPeopleAreToldApartFromWhatFires) {
  const auto rows = [](Duration within, bool fires_too) {
    record::Record record = sample::notified_outage();
    using Text = std::string;
    record.declared.expectations = {
        sample::expectation("told", "notified",
                            {{"alert", Text("SLOFastBurn")}, {"receiver", Text("pager")}, {"within", within}}),
        sample::expectation("again", "notified",
                            {{"alert", Text("SLOFastBurn")}, {"receiver", Text("pager")}, {"within", Duration(5min)}}),
        sample::expectation("end", "notified",
                            {{"alert", Text("SLOFastBurn")},
                             {"receiver", Text("pager")},
                             {"status", Text("resolved")},
                             {"since", Text("recovered")},
                             {"within", within}}),
        sample::expectation("never", "notified", {{"alert", Text("Other")}, {"receiver", Text("pager")}})};
    if (fires_too) {
      record.declared.expectations.insert(
          record.declared.expectations.begin(),
          sample::expectation("fires", "alert_firing", {{"alert", Text("SLOFastBurn")}}));
    }
    const std::string all = rows_of(sample::judged(std::move(record)));
    return all.substr(0, all.find("related"));
  };
  const std::string never = "missed Other by never: - x0, – to –\n";
  const std::string it = "db-outage x1, 14:12:30 to 14:34:00\n";
  EXPECT_EQ(rows(30min, false), "fired SLOFastBurn by told: " + it + never);
  EXPECT_EQ(rows(1min, false), "told otherwise SLOFastBurn by told: " + it + never);
  EXPECT_EQ(rows(4min, false), "told otherwise SLOFastBurn by end: " + it + never);
  EXPECT_EQ(rows(30min, true), "fired SLOFastBurn by fires: " + it + never);
  EXPECT_EQ(rows(1min, true),
            "fired SLOFastBurn by fires: " + it + "told otherwise SLOFastBurn by told: " + it + never);
}

// Two faults, an alert that fires for each, and once before both.
record::Record fires_twice() {
  record::Record record = sample::outage();
  record.faults.push_back(record.faults[0]);
  record::FaultRecord& again = record.faults.back();
  again.id = "again";
  again.at = sample::at(40min);
  again.injected_at = sample::at(40min);
  again.recovered_at = again.until = sample::at(45min);
  record.declared.incidents.push_back({"second", {"again"}, "API Availability", "", true});
  for (std::size_t i = 40; i < 45; ++i) record.truth[1].minutes[i] = sample::minute(2400, 1500, true);
  const auto fires = [&](Duration pending, Duration firing, std::optional<Duration> resolved) {
    record.alerts.push_back(sample::alert("SLOFastBurn", "critical", "web", pending, firing, resolved));
  };
  record.alerts.clear();
  fires(3min, 4min, 5min);
  fires(10min + 30s, 12min + 30s, 20min);
  fires(21min, 23min, 34min);
  fires(40min + 30s, 42min + 30s, std::nullopt);
  record.declared.expectations = {
      sample::expectation("first", "alert_firing",
                          {{"alert", std::string("SLOFastBurn")}, {"incident", std::string("db-outage")}}),
      sample::expectation("second", "alert_firing",
                          {{"alert", std::string("SLOFastBurn")}, {"incident", std::string("second")}}),
  };
  return record;
}

TEST(AlertMatrix, ShowsOfEachExpectationWhatItMeans) {
  EXPECT_EQ(rows_of(sample::judged(fires_twice())),
            "fired SLOFastBurn by first: db-outage x2, 14:12:30 to 14:34:00\n"
            "fired SLOFastBurn by second: second x1, 14:42:30 to –\n"
            "spurious SLOFastBurn by nothing: - x1, 14:04:00 to 14:05:00\n");
}

TEST(AlertMatrix, SaysWhatIsWrongWithTheTimes) {
  const auto with = [](Duration pending, Duration fires, std::optional<Duration> resolved, bool dropped = false) {
    record::Record record = sample::outage();
    record.alerts = {sample::alert("SLOFastBurn", "critical", "web", pending, fires, resolved)};
    if (dropped) {
      record.alerts[0].held_back = {
          {sample::at(fires), record::HoldKind::dropped, std::string(record::kDroppedByRelabelling)}};
    }
    const std::string rows = rows_of(sample::judged(std::move(record)));
    return rows.substr(0, rows.find(" SLO"));
  };
  EXPECT_EQ(with(10min, 12min, 34min), "fired");
  EXPECT_EQ(with(10min, 17min, 34min), "late");
  EXPECT_EQ(with(10min, 12min, 50min), "over late");
  EXPECT_EQ(with(4min, 5min, 34min), "too early");
  EXPECT_EQ(with(10min, 12min, 34min, true), "dropped");
}

TEST(BudgetUse, SaysWhatOverlappingIncidentsShare) {
  record::Record record = fires_twice();
  record.faults.back().at = record.faults.back().injected_at.emplace(sample::at(25min));
  record = sample::judged(std::move(record));
  const auto first = budget_use(record, record.incidents[0]);
  const auto second = budget_use(record, record.incidents[1]);
  ASSERT_EQ(first.size(), 1U);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_TRUE(shared_part(first[0]).ends_with(" % while second was going on too")) << shared_part(first[0]);
  EXPECT_NEAR(first[0].share_with_others, second[0].share_with_others, 1e-9);
  EXPECT_LT(first[0].share_with_others, first[0].share);
  const double whole = 1 - record.slos[0].budget_left;
  EXPECT_NEAR(first[0].share + second[0].share - first[0].share_with_others, whole, 1e-9);
  EXPECT_TRUE(shared_part(budget_use(sample::passed(), sample::passed().incidents[0])[0]).empty());
}

// Expectations on what comes after it say nothing of how it went.
TEST(PostmortemLessons, WhatWentWellWentOnMeanwhile) {
  record::Record record = sample::outage();
  const auto quiet = [&](const char* id, Duration from) {
    record.declared.expectations.push_back(sample::expectation(
        id, "alert_not_firing", {{"alert", std::string("HighLatencyP95")}, {"from", from}, {"to", from + 5min}}));
  };
  quiet("meanwhile", 15min);
  quiet("afterwards", 50min);
  record = sample::judged(std::move(record));
  const Lessons lessons = lessons_of(record, record.incidents[0], true);
  const auto about =
      std::ranges::count_if(lessons.well, [](const std::string& line) { return line.contains("HighL"); });
  EXPECT_EQ(about, 1);
}

// Whoever hands a page on has answered it.
TEST(PostmortemLessons, TellWhoDidNotAnswerAndWhatDidNotHelp) {
  record::Record record = sample::judged(sample::outage());
  const std::string id = record.incidents[0].id;
  record.on_call.emplace();
  const auto tell = [&](Duration t, events::EventKind kind, const char* subject, const char* reason) {
    events::Event event{.t = sample::at(t), .kind = kind, .subject = subject, .fields = {}};
    record.timeline.push_back(event.with("incident", id).with("reason", std::string(reason)));
  };
  tell(12min, events::EventKind::oncall_escalated, "secondary", "no acknowledgement within 5m");
  tell(13min, events::EventKind::oncall_escalated, "incident_commander", "secondary hands it on");
  tell(14min, events::EventKind::action_ineffective, "restart postgres", "50 of 100 failed");
  const Lessons lessons = lessons_of(record, record.incidents[0], true);
  const auto tells = [&](std::string_view line) { return std::ranges::count(lessons.wrong, line); };
  EXPECT_EQ(tells("The page went on to secondary at 14:12:00: no acknowledgement within 5m"), 1);
  EXPECT_EQ(tells("The action \"restart postgres\" did not help: 50 of 100 failed, seen at 14:14:00"), 1);
  EXPECT_TRUE(
      std::ranges::none_of(lessons.wrong, [](const std::string& line) { return line.contains("hands it on"); }));
}

TEST(Clock, TellsTheDayWhereARunSpansSeveral) {
  record::Record record = sample::outage();
  EXPECT_EQ(clock_of(record, sample::at(10min)), "14:10:00");
  record.judged_to = sample::at(30h);
  EXPECT_EQ(clock_of(record, sample::at(10min)), "03-03 14:10:00");
  EXPECT_EQ(clock_of(record, std::optional<Time>()), "–");
}

TEST(IncidentWords, TheHeadlineSaysWhatBroke) {
  record::Record record = sample::passed();
  EXPECT_EQ(what_broke(record, record.incidents[0]), "connection_refused on postgres broke API Availability");
  for (int i = 0; i < 4; ++i) {
    record.faults.push_back(record.faults[0]);
    record.faults.back().id = "more" + std::to_string(i);
    record.incidents[0].faults.push_back(record.faults.back().id);
  }
  EXPECT_EQ(what_broke(record, record.incidents[0]),
            "connection_refused on postgres, connection_refused on postgres, connection_refused on postgres and 2 more "
            "faults broke API Availability");
}

// It was at its peak P0 by what others had crossed.
TEST(IncidentWords, ThresholdsThatOthersCrossedAreNotDenied) {
  record::Record record = sample::passed();
  record::IncidentRecord& incident = record.incidents[0];
  incident.times.breached_at.reset();
  incident.thresholds_crossed.reset();
  incident.peak = record::SeverityLevel::p0;
  EXPECT_EQ(what_broke(record, incident),
            "connection_refused on postgres broke no objective, and none of the severity thresholds crossed meanwhile "
            "is put down to it");
  incident.peak = record::SeverityLevel::p3;
  EXPECT_EQ(what_broke(record, incident),
            "connection_refused on postgres broke no objective and crossed no severity threshold");
}

TEST(IncidentWords, WithoutAFullMinuteNothingIsSaidToBeWhole) {
  record::Record record = sample::passed();
  record::IncidentRecord& incident = record.incidents[0];
  incident.peak.reset();
  incident.times.breached_at.reset();
  incident.times.first_sign_at.reset();
  for (record::ServiceTruth& truth : record.truth) truth.minutes.clear();
  record.judged_to = record.judged_from + 59s;
  EXPECT_EQ(what_broke(record, incident),
            "of connection_refused on postgres it is not judged whether it broke anything, since less than a full "
            "minute was judged; no alert of it fired");
  EXPECT_EQ(without_peak(record), "not judged");
  incident.times.first_sign_at = record.judged_from + 40s;
  EXPECT_TRUE(what_broke(record, incident).ends_with("; an alert of it fired"));
  record.incidents.reserve(2);
  record.incidents.push_back(record.incidents[0]);
  EXPECT_EQ(headline(record),
            "Of 2 incidents it is not judged whether they broke anything, since less than a full minute was judged; 2 "
            "of them fired an alert.");
  // A record that does not keep its minutes was judged by them.
  record.incidents.pop_back();
  record.truth.clear();
  record.judged_to = record.judged_from + 10min;
  EXPECT_EQ(what_broke(record, record.incidents[0]),
            "connection_refused on postgres broke no objective, crossed no severity threshold and fired no alert");
  EXPECT_EQ(without_peak(record), "never opened");
}

TEST(Headline, SaysOfAnIncidentOnlyWhatWasDoneAboutIt) {
  record::Record record = sample::passed();
  record.on_call = record::OnCallRecord{};
  record::IncidentRecord& outage = record.incidents.front();
  ASSERT_TRUE(outage.times.injected_at && std::ranges::count(outage.blast_radius, "postgres") == 1);
  record::IncidentRecord other = outage;
  other.id = "cache-loss";
  other.services = other.blast_radius = {"cache"};
  const auto acted = [&](const char* subject) {
    record.timeline.push_back({.t = *outage.times.injected_at + 1min,
                               .kind = events::EventKind::action_ineffective,
                               .subject = subject,
                               .fields = {}});
  };
  acted("restart postgres");
  acted("restart elsewhere");
  EXPECT_NE(headline_of(record, outage).find("what did not: restart postgres, restart elsewhere"), std::string::npos);
  record.incidents.push_back(other);
  EXPECT_NE(headline_of(record, record.incidents[0]).find("what did not: restart postgres."), std::string::npos);
  EXPECT_EQ(headline_of(record, record.incidents[1]).find("what did not"), std::string::npos);
}

}  // namespace
}  // namespace firedrill::reports
