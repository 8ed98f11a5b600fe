// notified, not_notified, inhibited_by, silenced, grouped and pages_at_most.
#include <gtest/gtest.h>

#include "base/text/format.h"
#include "incident/expectations/known_names.h"
#include "incident/judge.h"
#include "no_series.h"
#include "sample_notifications.h"
#include "sample_record.h"

namespace firedrill::incident {
using namespace record;
namespace {

using sample::at;
using sample::expectation;
using sample::notified_outage;
using sample::told;
using Text = std::string;
using Texts = std::vector<Text>;
using FieldList = std::vector<std::pair<std::string, FieldValue>>;

// The page is held back, so that nobody is called.
Record held(HoldKind how, Text by, std::optional<Duration> until = {}) {
  Record record = notified_outage();
  record.alerts[0].notified_at.reset();
  record.alerts[0].paged_at.reset();
  record.alerts[0].held_back = {{at(13min), how, std::move(by), until ? std::optional(at(*until)) : std::nullopt}};
  std::erase_if(record.alertmanager->notifications, [](const auto& each) { return each.receiver == "pager"; });
  return record;
}

std::string answer(std::string kind, FieldList fields, Record record = notified_outage()) {
  record.declared.expectations = {expectation("x", std::move(kind), std::move(fields))};
  judge(record, sample::NoSeries());
  const Outcome& outcome = record.expectations.front().outcome;
  return format("{} | {} | {} | {}", to_string(outcome.result), outcome.expected, outcome.observed, outcome.why);
}

std::string refusals(std::string kind, FieldList fields, bool has_alertmanager = true) {
  Criteria declared;
  declared.expectations = {expectation("x", std::move(kind), std::move(fields))};
  Diagnostics found;
  KnownNames names;
  names.alerts = {"SLOFastBurn", "PoolSaturated"};
  names.incidents = {"db-outage"};
  names.has_alertmanager = has_alertmanager;
  names.receivers = {"chat", "pager"};
  check(declared, names, found);
  std::string all;
  for (const Diagnostic& d : found) all += d.what + (d.remedy.empty() ? "" : " = " + d.remedy) + "\n";
  return all;
}

const FieldList kPage = {{"receiver", Text("pager")}, {"alert", Text("SLOFastBurn")}};
FieldList with(FieldList fields, FieldList more) {
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

TEST(Notified, Passes) {
  EXPECT_EQ(answer("notified", with(kPage, {{"within", Duration(5min)}})),
            "pass | pager is told of SLOFastBurn within 5 m of the injection, by 15 m (14:15:00) | told at 13 m "
            "(14:13:00), 3 m after the injection: first notification to pager of SLOFastBurn {service=\"web\", "
            "severity=\"critical\"} | ");
  EXPECT_EQ(answer("notified", {{"receiver", Text("chat")}}),
            "pass | chat is told of any alert | told at 17 m (14:17:00), 7 m after the injection: first notification "
            "to chat of PoolSaturated {service=\"checkout\", severity=\"warning\"} | ");
  EXPECT_EQ(answer("notified", with(kPage, {{"status", Text("resolved")}})),
            "pass | pager is told of the end of SLOFastBurn | told at 38 m (14:38:00), 28 m after the injection: all "
            "resolved to pager of SLOFastBurn {service=\"web\", severity=\"critical\"} | ");
}

TEST(Notified, SaysWhyItFailed) {
  EXPECT_EQ(
      answer("notified", with(kPage, {{"within", Duration(2min)}})),
      "fail | pager is told of SLOFastBurn within 2 m of the injection, by 12 m (14:12:00) | told at 13 m (14:13:00), "
      "3 m after the injection: first notification to pager of SLOFastBurn {service=\"web\", severity=\"critical\"} | "
      "1 m late: the alert fired at 12 m 30 s (14:12:30), its group was flushed at 13 m (14:13:00)");
  EXPECT_EQ(answer("notified", with(kPage, {{"reason", Text("repeat")}})),
            "fail | pager is told of SLOFastBurn | was not told | it came at 13 m (14:13:00) as first notification to "
            "pager of SLOFastBurn {service=\"web\", severity=\"critical\"}");
  EXPECT_EQ(answer("notified", {{"receiver", Text("pager")}, {"alert", Text("PoolSaturated")}}),
            "fail | pager is told of PoolSaturated | was not told | PoolSaturated {service=\"checkout\", "
            "severity=\"warning\"} is routed to chat, not to pager");
  EXPECT_EQ(answer("notified", kPage, held(HoldKind::silenced, "silence 1 (planned)", 30min)),
            "fail | pager is told of SLOFastBurn | was not told | SLOFastBurn {service=\"web\", severity=\"critical\"} "
            "was silenced from 13 m (14:13:00) to 30 m (14:30:00) by silence 1 (planned)");
  EXPECT_EQ(answer("notified", kPage, held(HoldKind::inhibited, "DatabaseDown {cluster=\"a\"}")),
            "fail | pager is told of SLOFastBurn | was not told | SLOFastBurn {service=\"web\", severity=\"critical\"} "
            "was inhibited from 13 m (14:13:00) on by DatabaseDown {cluster=\"a\"}");
  EXPECT_EQ(answer("notified", kPage, held(HoldKind::deduplicated, "pager")),
            "fail | pager is told of SLOFastBurn | was not told | SLOFastBurn {service=\"web\", severity=\"critical\"} "
            "was deduplicated from 13 m (14:13:00) on because pager believed it firing from before");
  EXPECT_EQ(answer("notified", {{"alert", Text("HighLatencyP95")}}),
            "fail | a receiver is told of HighLatencyP95 | was not told | it did not fire: its expression never held, "
            "and the record keeps no series to tell how near it came");
}

TEST(Notified, SaysWhatTheReceiverAnswered) {
  Record record = notified_outage();
  events::Notification& page = record.alertmanager->notifications[0];
  page.accepted = false;
  page.attempts = {{at(13min), at(13min), 503, "retried"}, {at(13min + 1s), at(13min + 1s), 503, "retried"}};
  record.alerts[0].notified_at.reset();
  record.alerts[0].paged_at.reset();
  EXPECT_EQ(answer("notified", kPage, record),
            "fail | pager is told of SLOFastBurn | was not told | pager did not accept it: the notification of 13 m "
            "(14:13:00) was answered 503, after 2 attempts");
}

TEST(Notified, NeedsAnAlertmanager) {
  EXPECT_EQ(
      answer("notified", kPage, sample::outage()),
      "invalid | pager is told of SLOFastBurn | there is no Alertmanager | the run has none that could notify anybody");
  EXPECT_EQ(refusals("notified", kPage, false),
            "'notified' is about what an Alertmanager does, and the scenario has none = add `alertmanager: "
            "{config_file: alertmanager.yml}`\n");
  EXPECT_EQ(refusals("notified", {{"receiver", Text("pagr")}}), "unknown receiver 'pagr' = did you mean 'pager'?\n");
  EXPECT_EQ(refusals("notified", kPage), "");
}

TEST(NotNotified, IsJudged) {
  EXPECT_EQ(answer("not_notified", kPage),
            "fail | pager is not told of SLOFastBurn | told at 13 m (14:13:00) | first notification to pager of "
            "SLOFastBurn {service=\"web\", severity=\"critical\"}");
  EXPECT_EQ(answer("not_notified", with(kPage, {{"to", Duration(12min)}})),
            "invalid | pager is not told of SLOFastBurn from 0 ms to 12 m | was not told, for there was nothing to "
            "tell | the alert did not fire in that time, so that its silence shows nothing");
  EXPECT_EQ(answer("not_notified", {{"receiver", Text("pager")}, {"alert", Text("PoolSaturated")}}),
            "pass | pager is not told of PoolSaturated | was not told: PoolSaturated {service=\"checkout\", "
            "severity=\"warning\"} is routed to chat, not to pager | ");
  EXPECT_EQ(answer("not_notified", kPage, held(HoldKind::silenced, "silence 1")),
            "pass | pager is not told of SLOFastBurn | was not told: SLOFastBurn {service=\"web\", "
            "severity=\"critical\"} was silenced from 13 m (14:13:00) on by silence 1 | ");
  EXPECT_EQ(answer("not_notified", with(kPage, {{"status", Text("resolved")}})),
            "fail | pager is not told of the end of SLOFastBurn | told at 38 m (14:38:00) | all resolved to pager of "
            "SLOFastBurn {service=\"web\", severity=\"critical\"}");
  Record muted = notified_outage();
  muted.alertmanager->notifications.pop_back();
  muted.alerts[0].held_back = {{at(38min), HoldKind::muted, "nights", {}}};
  EXPECT_EQ(answer("not_notified", with(kPage, {{"status", Text("resolved")}}), muted),
            "pass | pager is not told of the end of SLOFastBurn | was not told: SLOFastBurn {service=\"web\", "
            "severity=\"critical\"} was over at 34 m (14:34:00), and was muted from 38 m (14:38:00) on by nights | ");
  EXPECT_EQ(refusals("not_notified", {}),
            "it does not say who is told nothing, or of what = add `receiver` or `alert`\n");
}

TEST(InhibitedBy, IsJudged) {
  const FieldList wanted = {{"alert", Text("SLOFastBurn")}, {"by", Text("DatabaseDown")}};
  EXPECT_EQ(answer("inhibited_by", wanted, held(HoldKind::inhibited, "DatabaseDown {cluster=\"a\"}", 20min)),
            "pass | SLOFastBurn is inhibited by DatabaseDown | SLOFastBurn {service=\"web\", severity=\"critical\"} "
            "was inhibited from 13 m (14:13:00) to 20 m (14:20:00) by DatabaseDown {cluster=\"a\"} | ");
  EXPECT_EQ(answer("inhibited_by", wanted, held(HoldKind::inhibited, "DatabaseDownAgain")),
            "fail | SLOFastBurn is inhibited by DatabaseDown | was not inhibited | SLOFastBurn {service=\"web\", "
            "severity=\"critical\"} was inhibited from 13 m (14:13:00) on by DatabaseDownAgain");
  EXPECT_EQ(answer("inhibited_by", wanted),
            "fail | SLOFastBurn is inhibited by DatabaseDown | was not inhibited | SLOFastBurn {service=\"web\", "
            "severity=\"critical\"} was held back by nothing: a receiver was told of it at 13 m (14:13:00)");
  EXPECT_EQ(
      answer("inhibited_by", with(wanted, {{"within", Duration(2min)}}), held(HoldKind::inhibited, "DatabaseDown")),
      "fail | SLOFastBurn is inhibited by DatabaseDown within 2 m of the injection, by 12 m (14:12:00) | SLOFastBurn "
      "{service=\"web\", severity=\"critical\"} was inhibited from 13 m (14:13:00) on by DatabaseDown | it began at 13 "
      "m (14:13:00), 1 m late");
  EXPECT_EQ(refusals("inhibited_by", wanted),
            "unknown alert 'DatabaseDown' = expected one of: SLOFastBurn, PoolSaturated\n");
}

TEST(Silenced, IsJudged) {
  const FieldList wanted = {{"alert", Text("SLOFastBurn")}};
  EXPECT_EQ(answer("silenced", wanted, held(HoldKind::silenced, "silence 1 (planned)")),
            "pass | SLOFastBurn is silenced | SLOFastBurn {service=\"web\", severity=\"critical\"} was silenced from "
            "13 m (14:13:00) on by silence 1 (planned) | ");
  EXPECT_EQ(
      answer("silenced", with(wanted, {{"comment", Text("planned")}}), held(HoldKind::silenced, "silence 1 (planned)")),
      "pass | SLOFastBurn is silenced by the silence (planned) | SLOFastBurn {service=\"web\", "
      "severity=\"critical\"} was silenced from 13 m (14:13:00) on by silence 1 (planned) | ");
  EXPECT_EQ(
      answer("silenced", with(wanted, {{"comment", Text("other")}}), held(HoldKind::silenced, "silence 1 (planned)")),
      "fail | SLOFastBurn is silenced by the silence (other) | was not silenced | SLOFastBurn {service=\"web\", "
      "severity=\"critical\"} was silenced from 13 m (14:13:00) on by silence 1 (planned)");
}

TEST(Grouped, IsJudged) {
  Record record = notified_outage();
  record.alertmanager->notifications[1] = told(record, "chat", 17min, {0, 1});
  const FieldList both = {{"receiver", Text("chat")}, {"alerts", Texts{"SLOFastBurn", "PoolSaturated"}}};
  EXPECT_EQ(
      answer("grouped", both, record),
      "pass | chat is told of SLOFastBurn, PoolSaturated in one notification | told of 2 alerts at 17 m (14:17:00): "
      "first notification to chat of SLOFastBurn {service=\"web\", severity=\"critical\"} and 1 other | ");
  EXPECT_EQ(answer("grouped", both),
            "fail | chat is told of SLOFastBurn, PoolSaturated in one notification | told of 1 alert at 17 m "
            "(14:17:00): first notification to chat of PoolSaturated {service=\"checkout\", severity=\"warning\"} | "
            "the notification that came nearest, of group {}:{}, lacks SLOFastBurn");
  EXPECT_EQ(answer("grouped", {{"receiver", Text("chat")}, {"at_least", std::int64_t{3}}}, record),
            "fail | chat is told of at least 3 alerts in one notification | told of 2 alerts at 17 m (14:17:00): first "
            "notification to chat of SLOFastBurn {service=\"web\", severity=\"critical\"} and 1 other | the "
            "notification that came nearest, of group {}:{}, lacks 1 of 3 alerts");
  EXPECT_EQ(answer("grouped", with(both, {{"within", Duration(5min)}}), record),
            "fail | chat is told of SLOFastBurn, PoolSaturated in one notification within 5 m of the injection, by 15 "
            "m (14:15:00) | told of 2 alerts at 17 m (14:17:00): first notification to chat of SLOFastBurn "
            "{service=\"web\", severity=\"critical\"} and 1 other | 2 m late");
  EXPECT_EQ(answer("grouped", both, held(HoldKind::silenced, "silence 1")),
            "fail | chat is told of SLOFastBurn, PoolSaturated in one notification | told of 1 alert at 17 m "
            "(14:17:00): first notification to chat of PoolSaturated {service=\"checkout\", severity=\"warning\"} | "
            "the notification that came nearest, of group {}:{}, lacks SLOFastBurn");
  EXPECT_EQ(refusals("grouped", {{"receiver", Text("chat")}}),
            "it does not say what comes in one notification = add `alerts`, `at_least`, or both\n");
}

TEST(PagesAtMost, CountsNotificationsThatCallSomebody) {
  EXPECT_EQ(answer("pages_at_most", {{"at_most", std::int64_t{1}}}), "pass | at most 1 page | 1 page | ");
  EXPECT_EQ(answer("pages_at_most", {{"at_most", std::int64_t{0}}}),
            "fail | no page | 1 page | 1 too many: first notification to pager of SLOFastBurn {service=\"web\", "
            "severity=\"critical\"} at 13 m (14:13:00)");
  EXPECT_EQ(answer("pages_at_most", {{"at_most", std::int64_t{0}}, {"except", Texts{"SLOFastBurn"}}}),
            "pass | no page | no page | ");
  EXPECT_EQ(answer("pages_at_most", {{"at_most", std::int64_t{0}}}, sample::outage()),
            "fail | no page | 1 page | 1 too many: SLOFastBurn {service=\"web\", severity=\"critical\"} at 12 m 30 s "
            "(14:12:30)");
  EXPECT_EQ(answer("pages_at_most", {{"at_most", std::int64_t{0}}, {"receiver", Text("pager")}}, sample::outage()),
            "invalid | no page of pager | there is no Alertmanager | the run has none that could notify anybody");
}

TEST(Detection, IsTheFirstNotificationThatAPagingReceiverAccepts) {
  Record record = notified_outage();
  judge(record, sample::NoSeries());
  EXPECT_EQ(record.incidents[0].times.detected_at, at(13min));
  EXPECT_EQ(record.incidents[0].times.notified_at, at(13min));
  const auto delivery = std::ranges::find(record.incidents[0].measures, "delivery", &Measure::name);
  EXPECT_EQ(delivery->text, "30 s");
  record = held(HoldKind::silenced, "silence 1");
  judge(record, sample::NoSeries());
  EXPECT_EQ(record.incidents[0].detected_by, "nobody");
  EXPECT_EQ(record.incidents[0].times.notified_at, at(17min));
  const auto never = std::ranges::find(record.incidents[0].measures, "delivery", &Measure::name);
  EXPECT_EQ(never->text, "> 47 m 30 s");
}

}  // namespace
}  // namespace firedrill::incident
