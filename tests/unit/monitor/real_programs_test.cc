// What real programs are given, what they say, and what of their requests becomes of notifications.
#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "base/hash.h"
#include "base/text/format.h"
#include "http/client.h"
#include "http/server.h"
#include "monitor/prometheus/alert_gate.h"
#include "monitor/prometheus/alertmanager_file.h"
#include "monitor/prometheus/changing_jobs.h"
#include "monitor/prometheus/installed.h"
#include "monitor/prometheus/log_line.h"
#include "monitor/prometheus/notified.h"
#include "monitor/prometheus/prometheus_files.h"
#include "monitor/prometheus/recorded_kinds.h"
#include "monitor/prometheus/recording_endpoints.h"
#include "notify/config/load.h"
#include "yaml/document.h"
#include "yaml/form.h"

namespace firedrill::monitor {
namespace {

constexpr std::string_view kConfiguration = R"(
global: {slack_api_url: 'https://hooks.slack.example/a/very-secret'}
route:
  receiver: team
  group_by: [alertname]
  group_interval: 20s
  routes: [{matchers: ['severity="critical"'], receiver: pager, continue: true}]
receivers:
  - name: team
    slack_configs: [{channel: '#team', send_resolved: true, http_config: {proxy_url: 'http://proxy.example'}}]
    email_configs: [{to: a@example.org, from: b@example.org, smarthost: 'mail.example:25'}]
  - name: pager
    pagerduty_configs: [{routing_key_file: /run/secrets/key}]
    webhook_configs: [{url: 'http://hook.example/x'}]
inhibit_rules: [{source_matchers: ['severity="critical"'], target_matchers: ['severity="warning"'], equal: [service]}]
)";

scenario::AlertmanagerSettings settings() {
  Diagnostics found;
  const auto document =
      yaml::parse_as(notify::kAlertmanagerForm, make_source("alertmanager.yml", std::string(kConfiguration)),
                     yaml::Dialect::strict, found);
  auto configuration = notify::decode_configuration(*document, {}, found);
  EXPECT_TRUE(configuration) << render(found);
  scenario::AlertmanagerSettings out;
  out.configuration = std::make_shared<const notify::Configuration>(*std::move(configuration));
  out.paging = {"pager"};
  return out;
}

TEST(RealPrograms, SayWhichTheyAre) {
  EXPECT_EQ(version_said("prometheus, version 3.5.3+ds1 (branch: debian/sid)", "prometheus"), "3.5.3");
  EXPECT_EQ(version_said("alertmanager, version 0.33.1 (branch: x)", "prometheus"), std::nullopt);
  EXPECT_EQ(semantics_of("2.42.0"), promql::Version::v2);
  EXPECT_EQ(semantics_of("3.5.3"), promql::Version::v3_5);
  EXPECT_EQ(semantics_of("3.10.0"), promql::Version::v3);
}

TEST(RealPrograms, SayWhereTheyListen) {
  constexpr std::string_view kOld =
      R"(ts=2026-11-30T05:19:08Z caller=tls_config.go:232 level=info msg="Listening on" address=127.0.0.1:33253)";
  EXPECT_EQ(logged(kOld, "msg"), "Listening on");
  EXPECT_EQ(logged(kOld, "address"), "127.0.0.1:33253");
  constexpr std::string_view kNew =
      R"(time=2026-11-30T05:19:05Z level=ERROR msg="Error loading \"x\" level=info" err="no\tfield")";
  EXPECT_TRUE(is_error(kNew));
  EXPECT_EQ(logged(kNew, "msg"), "Error loading \"x\" level=info");
  EXPECT_EQ(logged(kNew, "err"), "no\tfield");
  EXPECT_EQ(logged(kNew, "address"), "");
}

TEST(RealPrograms, AlertmanagerIsGivenTheSameRoutesAndOtherAddresses) {
  const scenario::AlertmanagerSettings given = settings();
  const auto plan = redirections(*given.configuration);
  ASSERT_EQ(plan.size(), 4U);
  const auto url_of = [](const Redirection& each, SentAs as) {
    return format("http://here/{}/{}/{}", each.receiver, each.integration, static_cast<int>(as));
  };
  const std::string text = alertmanager_file(given, plan, {.url_of = url_of, .key = "of-this-run"});
  Diagnostics found;
  const auto document =
      yaml::parse_as(notify::kAlertmanagerForm, make_source("made.yml", text), yaml::Dialect::strict, found);
  ASSERT_NE(document, nullptr) << text;
  const auto made = notify::decode_configuration(*document, {}, found);
  ASSERT_TRUE(made) << render(found) << text;
  ASSERT_EQ(made->routes.size(), 2U);
  EXPECT_EQ(made->routes[1].key, given.configuration->routes[1].key);
  EXPECT_EQ(made->routes[1].group_interval, Duration(20s));
  EXPECT_TRUE(made->routes[1].continues);
  ASSERT_EQ(made->inhibit_rules.size(), 1U);
  // Slack with a webhook beside it, and one in place of the mail; PagerDuty with one, the webhook as it is.
  const auto kinds = [&](std::size_t receiver) {
    std::string out;
    for (const auto& each : made->receivers[receiver].integrations) {
      out += format("{}{} ", each.kind, each.settings.text_of(find_recorded_kind(each.kind)->address));
    }
    return out;
  };
  EXPECT_EQ(kinds(0), "webhookhttp://here/0/0/2 webhookhttp://here/0/1/1 slackhttp://here/0/1/0 ") << text;
  EXPECT_EQ(kinds(1), "webhookhttp://here/1/0/0 webhookhttp://here/1/1/1 pagerdutyhttp://here/1/1/0 ") << text;
  // Those whose address Alertmanager shows have a key, which it does not.
  for (const auto& receiver : made->receivers) {
    for (const auto& each : receiver.integrations) {
      const notify::Value* client = each.settings.find("http_config");
      const notify::Value* authorization = client == nullptr ? nullptr : client->find("authorization");
      EXPECT_EQ(authorization == nullptr ? "" : authorization->text_of("credentials"),
                each.kind == "slack" ? "" : "of-this-run")
          << each.kind;
    }
  }
  EXPECT_EQ(text.find("very-secret"), std::string::npos);
  EXPECT_EQ(text.find("proxy"), std::string::npos);
  EXPECT_EQ(text.find("/run/secrets"), std::string::npos);
}

// What anybody on the machine can ask the programs for is not enough.
TEST(RealPrograms, OnlyWhoHasTheKeysIsTaken) {
  const scenario::AlertmanagerSettings given = settings();
  const auto endpoints = RecordingEndpoints::start(given.configuration.get());
  ASSERT_TRUE(endpoints);
  const PostedTo posted_to = (*endpoints)->alerts();
  const ReceivedAt received_at = (*endpoints)->received_at();
  const auto post = [&](const std::string& path, std::string_view body, std::string_view key) {
    http::Request request{.method = "POST", .path = path, .body = std::string(body)};
    if (!key.empty()) request.headers.push_back({"Authorization", format("Bearer {}", key)});
    const auto answer = http::fetch(posted_to.port, request, {});
    return answer ? answer->status : 0;
  };
  const std::string alerts = posted_to.path + "/api/v2/alerts";
  EXPECT_EQ(post(alerts, "[]", posted_to.key), 200);
  EXPECT_EQ(post(alerts, "[]", ""), 401);
  EXPECT_EQ(post(alerts, "[]", received_at.key), 401);
  const auto path_of = [&](const Redirection& each, SentAs as) {
    const std::string url = received_at.url_of(each, as);
    return url.substr(url.find('/', std::string_view("http://").size()));
  };
  // The pager's PagerDuty, and the webhook beside it.
  const Redirection pager{1, 1, true, true};
  constexpr std::string_view kEvent = R"({"routing_key":"r","event_action":"trigger","dedup_key":"d"})";
  EXPECT_EQ(post(path_of(pager, SentAs::itself), kEvent, ""), 401);
  EXPECT_EQ(post(path_of(pager, SentAs::itself), kEvent, posted_to.key), 401);
  EXPECT_EQ(post(path_of(pager, SentAs::told), "{}", ""), 401);
  EXPECT_EQ(post("/receivers/1/1/itself", kEvent, received_at.key), 404);
  EXPECT_TRUE((*endpoints)->take_requests().empty());
  EXPECT_EQ((*endpoints)->take_posts().size(), 1U);
  EXPECT_EQ(post(path_of(pager, SentAs::itself), kEvent, received_at.key), 202);
  const auto taken = (*endpoints)->take_requests();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(http::find_header(taken[0].request.headers, "Authorization"), nullptr) << "PagerDuty is sent none";
  EXPECT_NE(prometheus_file({}, {}, std::vector{posted_to}, {})
                .find(format(R"("authorization": {{"credentials": "{}"}})", posted_to.key)),
            std::string::npos);
}

TEST(RealPrograms, AnAlertmanagerHearsWhatFiresAsTheRunBegins) {
  std::vector<std::string> heard;
  auto server = http::Server::bind(0, {}, [&](const http::Request& request) {
    heard.push_back(request.method + " " + request.path + " " + request.body);
    return http::Response{.status = 200, .body = ""};
  });
  ASSERT_TRUE(server && (*server)->listen());
  const Time now = *parse_instant("2026-03-02T09:00:00Z");
  const auto alert = [](std::string_view name, std::string_view ends) {
    return format(R"({{"labels":{{"alertname":"{}"}},"endsAt":"2026-03-02T09:{}:00Z"}})", name, ends);
  };
  AlertGate gate;
  EXPECT_EQ(gate.pass("[" + alert("A", "04") + "," + alert("B", "04") + "]", now), 200);
  EXPECT_EQ(gate.pass("[" + alert("B", "00") + "]", now), 200);
  EXPECT_TRUE(heard.empty());
  gate.open((*server)->port());
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0], "POST /api/v2/alerts [" + alert("A", "04") + "]");
  EXPECT_EQ(gate.pass("[" + alert("B", "00") + "]", now), 200) << "over before it was heard of";
  EXPECT_EQ(heard.size(), 1U);
  EXPECT_EQ(gate.pass("[" + alert("A", "00") + "," + alert("C", "05") + "]", now), 200);
  EXPECT_EQ(heard.back(), "POST /api/v2/alerts [" + alert("A", "00") + "," + alert("C", "05") + "]");
  EXPECT_EQ(gate.pass("nothing of the kind", now), 400);
}

// Three services, and two jobs; the middle one is scaled.
scenario::LoadedScenario scaled() {
  scenario::LoadedScenario out;
  for (const char* name : {"web", "cart", "bank"}) {
    fake_services::ServiceSpec& service = out.topology.services.emplace_back();
    service.name = name;
    service.job = service.name == "bank" ? "bank" : "front";
  }
  auto team = std::make_shared<oncall::Team>();
  oncall::Responder& ada = team->responders.emplace_back();
  ada.person = "ada";
  ada.actions.push_back({.after = 1min, .action = {Time{}, events::ActionKind::scale, "cart"}});
  out.team = std::move(team);
  return out;
}

TEST(RealPrograms, TargetsThatChangeStandInFilesOfTheirOwn) {
  const scenario::LoadedScenario given = scaled();
  const std::vector<ScrapedProcess> processes = {
      {"front", {{"job", "front"}, {"instance", "web-0:8080"}}, 1001},
      {"bank", {{"job", "bank"}, {"instance", "bank-0:8080"}, {"__metrics_path__", "/stats"}}, 1002}};
  const std::string text = prometheus_file(given, processes, {}, {});
  const auto job = [&](std::string_view name) {
    const std::size_t at = text.find(format("\"job_name\": \"{}\"", name));
    return at == std::string::npos ? "" : text.substr(at, text.find("}]", at) - at);
  };
  EXPECT_NE(job("front").find(R"("file_sd_configs": [{"files": ["targets-0.json"])"), std::string::npos) << text;
  EXPECT_EQ(job("front").find("static_configs"), std::string::npos) << text;
  EXPECT_NE(job("bank").find(R"("static_configs": [{"targets": ["127.0.0.1:1002"], )"), std::string::npos) << text;
  const std::vector<std::string> changing = changing_jobs(given);
  EXPECT_EQ(changing, std::vector<std::string>{"front"});
  const std::vector<NamedFile> files = target_files_for(changing, processes);
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].name, "targets-0.json");
  EXPECT_EQ(files[0].text, R"([{"targets": ["127.0.0.1:1001"], "labels": {"instance": "web-0:8080"}}])"
                           "\n");
  // A job of which there is nothing yet is one all the same.
  EXPECT_NE(prometheus_file(given, {}, {}, {}).find("targets-0.json"), std::string::npos);
  EXPECT_EQ(target_files_for(changing, {})[0].text, "[]\n");
}

TEST(RealPrograms, ServicesAnswerAsTheyDo) {
  const RecordedKind& pagerduty = *find_recorded_kind("pagerduty");
  const http::Request whole{.body = R"({"routing_key":"r","event_action":"trigger","dedup_key":"d"})"};
  EXPECT_FALSE(pagerduty.refusal(whole));
  EXPECT_EQ(pagerduty.acceptance(whole).status, 202);
  EXPECT_NE(pagerduty.acceptance(whole).body.find("Event processed"), std::string::npos);
  EXPECT_EQ(pagerduty.refusal({.body = "{}"})->status, 400);
  EXPECT_EQ(find_recorded_kind("slack")->acceptance({.body = R"({"text":"x"})"}).body, "ok");
  EXPECT_EQ(find_recorded_kind("slack")->refusal({.body = "no"})->body, "invalid_payload");
  EXPECT_EQ(find_recorded_kind("email"), nullptr);
}

// A webhook's body, as Alertmanager writes it.
RecordedRequest told(std::size_t receiver, std::size_t integration, SentAs as, Time at, std::string_view status,
                     std::string_view alerts, int answer = 200) {
  return {
      .receiver = receiver,
      .integration = integration,
      .as = as,
      .at = at,
      .answered = at + 10ms,
      .status = answer,
      .request = {.method = "POST",
                  .body = format(R"({{"version":"4","groupKey":"{{}}/{{severity=\"critical\"}}:{{alertname=\"A\"}}",)"
                                 R"("groupLabels":{{"alertname":"A"}},"status":"{}","alerts":[{}]}})",
                                 status, alerts)},
      .rest = ""};
}

constexpr std::string_view kFiring = R"({"status":"firing","labels":{"alertname":"A"}})";
constexpr std::string_view kTwo =
    R"({"status":"firing","labels":{"alertname":"A"}},{"status":"firing","labels":{"alertname":"A","b":"c"}})";
constexpr std::string_view kResolved = R"({"status":"resolved","labels":{"alertname":"A"}})";

TEST(RealPrograms, RequestsOfOneFlushAreOneNotification) {
  const scenario::AlertmanagerSettings given = settings();
  NotificationReader reader(given);
  const Time start = Time(1h);
  // The pager's webhook: refused once, taken then; told of a second alert, and that both are over.
  reader.take(told(1, 0, SentAs::itself, start, "firing", kFiring, 503));
  EXPECT_TRUE(reader.ended(start + 1s).empty());
  reader.take(told(1, 0, SentAs::itself, start + 1s, "firing", kFiring));
  auto first = reader.ended(start + 2s);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_TRUE(first[0].notification.accepted);
  EXPECT_TRUE(first[0].notification.pages);
  EXPECT_EQ(first[0].notification.attempts.size(), 2U);
  EXPECT_EQ(first[0].notification.attempts[0].result, "retried");
  EXPECT_EQ(first[0].notification.reason, "first_notification");
  EXPECT_EQ(first[0].payload->requests.size(), 1U);
  reader.take(told(1, 0, SentAs::itself, start + 20s, "firing", kTwo));
  EXPECT_EQ(reader.ended(start + 21s).at(0).notification.reason, "new_alerts");
  reader.take(told(1, 0, SentAs::itself, start + 40s, "resolved", kResolved));
  EXPECT_EQ(reader.ended(start + 41s).at(0).notification.reason, "all_resolved");
  // Refused until its flush is over.
  reader.take(told(1, 0, SentAs::itself, start + 60s, "firing", kFiring, 500));
  EXPECT_TRUE(reader.ended(start + 70s).empty());
  const auto failed = reader.ended(start + 90s);
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_FALSE(failed[0].notification.accepted);
  // And one that the run's end cuts off.
  reader.take(told(1, 0, SentAs::itself, start + 100s, "firing", kFiring, 500));
  EXPECT_EQ(reader.finish(start + 101s).at(0).notification.under_way, true);
}

TEST(RealPrograms, WhatSaysNothingOfItsGroupGoesWithTheWebhookBesideIt) {
  const scenario::AlertmanagerSettings given = settings();
  NotificationReader reader(given);
  const Time start = Time(1h);
  const std::string key = R"({}/{severity="critical"}:{alertname="A"})";
  const RecordedRequest event{
      .receiver = 1,
      .integration = 1,
      .at = start,
      .answered = start + 5ms,
      .status = 202,
      .request = {.method = "POST",
                  .headers = {{"Content-Type", "application/json"}, {"User-Agent", "Alertmanager/0.33"}},
                  .body = format(R"({{"routing_key":"<secret>","event_action":"trigger","dedup_key":"{}"}})",
                                 sha256_hex(key))},
      .rest = ""};
  reader.take(event);  // before the webhook, as it may come
  EXPECT_TRUE(reader.ended(start).empty());
  reader.take(told(1, 1, SentAs::told, start + 1ms, "firing", kFiring));
  const auto all = reader.ended(start + 1s);
  ASSERT_EQ(all.size(), 1U);
  const events::Notification& notification = all[0].notification;
  EXPECT_EQ(notification.integration, "pagerduty");
  EXPECT_EQ(notification.group_key, key);
  EXPECT_EQ(notification.attempts.at(0).status, 202);
  ASSERT_TRUE(all[0].payload);
  EXPECT_EQ(all[0].payload->requests.at(0).url, "https://events.pagerduty.com/v2/enqueue");
  EXPECT_EQ(all[0].payload->requests.at(0).headers.size(), 1U);
  // Where nothing came beside the webhook, Alertmanager could not make it.
  reader.take(told(1, 1, SentAs::told, start + 20s, "firing", kTwo));
  EXPECT_TRUE(reader.ended(start + 21s).empty());
  const auto faulty = reader.ended(start + 30s);
  ASSERT_EQ(faulty.size(), 1U);
  EXPECT_FALSE(faulty[0].notification.accepted);
  EXPECT_TRUE(faulty[0].notification.fault);
}

// Flushes of other groups, and of the same at a higher speed, come before the one before has been told.
TEST(RealPrograms, FlushesThatFollowEachOtherCloselyAreApart) {
  const scenario::AlertmanagerSettings given = settings();
  const auto event = [&](Time at, std::string_view key) {
    return RecordedRequest{.receiver = 1,
                           .integration = 1,
                           .at = at,
                           .answered = at + 1ms,
                           .status = 202,
                           .request = {.method = "POST", .body = format(R"({{"dedup_key":"{}"}})", sha256_hex(key))},
                           .rest = ""};
  };
  const auto message = [](Time at) {
    return RecordedRequest{.receiver = 0,
                           .integration = 1,
                           .at = at,
                           .answered = at + 1ms,
                           .status = 200,
                           .request = {.method = "POST", .body = "{}"},
                           .rest = ""};
  };
  const Time start = Time(1h);
  const std::string key = R"({}/{severity="critical"}:{alertname="A"})";
  const auto both_come = [&](std::size_t receiver, const std::function<RecordedRequest(Time)>& own) {
    NotificationReader reader(given);
    reader.take(told(receiver, 1, SentAs::told, start, "firing", kFiring));
    reader.take(own(start + 1ms));
    // Its own before the webhook beside it.
    reader.take(own(start + 300ms));
    reader.take(told(receiver, 1, SentAs::told, start + 301ms, "resolved", kResolved));
    const auto all = reader.ended(start + 10s);
    ASSERT_EQ(all.size(), 2U);
    for (const auto& each : all) {
      EXPECT_TRUE(each.notification.accepted) << receiver << ": " << each.notification.fault.value_or("");
      ASSERT_TRUE(each.payload) << receiver;
      EXPECT_EQ(each.payload->requests.size(), 1U) << receiver;
    }
  };
  both_come(0, message);
  both_come(1, [&](Time at) { return event(at, key); });
}

}  // namespace
}  // namespace firedrill::monitor
