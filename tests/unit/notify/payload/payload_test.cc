// What integrations are sent: by a configuration's receiver and the alerts of a notification.
#include "notify/payload/payload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "notify/config/load.h"
#include "notify/config/receivers/kind.h"
#include "notify/payload/check.h"
#include "notify/payload/data/go_json.h"
#include "notify/payload/kinds/kinds.h"
#include "yaml/document.h"

namespace firedrill::notify {
namespace {

using testing::HasSubstr;
using testing::Not;

Time at(std::string_view text) {
  return *parse_instant(text);
}

FlushedAlert alert(model::Labels labels, events::Annotations annotations, bool is_resolved = false) {
  const auto made = std::make_shared<Alert>();
  made->labels = std::move(labels);
  made->annotations = std::move(annotations);
  made->generator_url = "http://prom/graph?g0.expr=up";
  made->starts_at = at("2026-03-03T02:00:00Z");
  made->ends_at = at("2026-03-03T02:10:00Z");
  made->fingerprint = fingerprint(made->labels);
  return {.alert = made, .is_resolved = is_resolved};
}

Notification told(std::vector<FlushedAlert> alerts) {
  const auto group = std::make_shared<GroupInfo>();
  group->key = "{}:{alertname=\"Full\"}";
  group->labels = {{"alertname", "Full"}};
  group->receiver = "r";
  return {.time = at("2026-03-03T02:10:00Z"),
          .receiver = "r",
          .group = group,
          .reason = Reason::first_notification,
          .is_firing = true,
          .alerts = std::move(alerts)};
}

Notification two_alerts() {
  return told({alert({{"alertname", "Full"}, {"disk", "a"}, {"severity", "critical"}}, {{"summary", "<full>"}}),
               alert({{"alertname", "Full"}, {"disk", "b"}, {"severity", "critical"}}, {{"summary", "<full>"}}, true)});
}

// Of a receiver `r` with the integrations of a text in YAML's flow style; or why there is none.
std::expected<Payload, std::string> payload(const std::string& integrations, const Notification& notification,
                                            Version version = kNewest, const std::string& file = "") {
  Diagnostics found;
  const auto source = make_source("am.yml", "route: {receiver: r}\nreceivers:\n  - {name: r, " + integrations + "}\n");
  const auto document = yaml::Document::parse(source, found, yaml::Dialect::prometheus);
  const auto configuration = decode_configuration(*document, {.version = version, .syntax = {}}, found);
  if (!configuration) return std::unexpected(render(found));
  const std::vector<SourcePtr> files{make_source("own.tmpl", file)};
  const PayloadTemplates templates = checked_templates(*configuration, files, found);
  if (has_errors(found)) return std::unexpected(render(found));
  auto made = payload_of({.configuration = *configuration, .templates = templates, .external_url = "http://am:9093"},
                         notification);
  if (!made) return std::unexpected(render(made.error()));
  return std::move(*made);
}

std::string body(const std::string& integrations, const Notification& notification, Version version = kNewest) {
  const auto made = payload(integrations, notification, version);
  return made && !made->requests.empty() ? made->requests.back().body : made ? "nothing" : made.error();
}

std::string field(const std::string& integrations, std::string_view path, const Notification& notification,
                  const std::string& file = "") {
  const auto made = payload(integrations, notification, kNewest, file);
  if (!made) return made.error();
  const std::string* text = made->field(path);
  return text == nullptr ? "no such field" : *text;
}

TEST(Payloads, AreThereForEveryKind) {
  for (const IntegrationKind& kind : integration_kinds()) {
    EXPECT_TRUE(std::ranges::any_of(payload_kinds(), [&](const PayloadKind& k) { return k.name == kind.name; }))
        << kind.name;
  }
}

TEST(Payloads, OfWebhooksAreTheDataInItsFourthVersion) {
  EXPECT_EQ(
      body("webhook_configs: [{url: 'http://x/secret-path', max_alerts: 1}]", two_alerts()),
      R"({"receiver":"r","status":"firing","alerts":[{"status":"firing",)"
      R"("labels":{"alertname":"Full","disk":"a","severity":"critical"},"annotations":{"summary":"\u003cfull\u003e"},)"
      R"("startsAt":"2026-03-03T02:00:00Z","endsAt":"0001-01-01T00:00:00Z",)"
      R"("generatorURL":"http://prom/graph?g0.expr=up","fingerprint":"44ce48ec480d54e1"}],)"
      R"("notification_reason":"first notification","groupLabels":{"alertname":"Full"},)"
      R"("commonLabels":{"alertname":"Full","disk":"a","severity":"critical"},)"
      R"("commonAnnotations":{"summary":"\u003cfull\u003e"},"externalURL":"http://am:9093","version":"4",)"
      R"("groupKey":"{}:{alertname=\"Full\"}","truncatedAlerts":1})"
      "\n");
  EXPECT_THAT(body("webhook_configs: [{url: 'http://x'}]", two_alerts(), Version::v0_25),
              Not(HasSubstr("notification_reason")));
}

TEST(Payloads, AreTextsThatYamlReadsAsOtherValuesWhereTheFileMayHaveAny) {
  EXPECT_EQ(
      body(R"(webhook_configs: [{url: 'http://x', payload: {n: '{{ len .Alerts }}', t: 'a {{ .Status }}', nothing: '',
                    list: '[1, "{{ .Status }}"]', title: '[{{ .Status }}:1] more', '{{ .Status }}': {deep: true}}}])",
           two_alerts()),
      "{\"firing\":{\"deep\":true},\"list\":[1,\"firing\"],\"n\":2,\"nothing\":null,\"t\":\"a "
      "firing\",\"title\":[\"firing:1\"]}\n");
  EXPECT_THAT(body("pagerduty_configs: [{routing_key: r}]", two_alerts()),
              testing::AllOf(HasSubstr(R"("num_firing":1)"), HasSubstr(R"("firing":[{"annotations":{"summary")")));
  EXPECT_THAT(body("pagerduty_configs: [{routing_key: r}]", two_alerts(), Version::v0_25),
              HasSubstr(R"("num_firing":"1")"));
}

TEST(Payloads, KnowTheFunctionsOfAlertmanager) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({{ trimSpace "  a b \n" }}|)", "a b|"},
      {R"({{ trimSpace "   " }}|)", "|"},
      {R"({{ "aB cD" | title }} {{ "aB" | toUpper }} {{ "aB" | toLower }})", "Ab Cd AB ab"},
      {R"({{ join "-" (stringSlice "a" "b" "c") }})", "a-b-c"},
      {R"({{ match "^F" .CommonLabels.alertname }} {{ match "^X" .CommonLabels.alertname }})", "true false"},
      {R"({{ reReplaceAll "(.)u" "${1}o" "Full" }})", "Foll"},
  };
  for (const auto& [text, expected] : cases) {
    const std::string receiver = "slack_configs: [{api_url: 'http://x', title: '" + text + "'}]";
    EXPECT_EQ(field(receiver, "title", two_alerts()), expected) << text;
  }
}

TEST(Payloads, HaveTheDefaultTexts) {
  const std::string title = "[FIRING:1] Full (critical)";
  const std::string list =
      "Labels:\n - alertname = Full\n - disk = a\n - severity = critical\nAnnotations:\n - summary = <full>\n"
      "Source: http://prom/graph?g0.expr=up\n";
  EXPECT_EQ(field("slack_configs: [{api_url: 'http://x'}]", "title", two_alerts()), title);
  EXPECT_EQ(field("slack_configs: [{api_url: 'http://x'}]", "fallback", two_alerts()),
            title + " | http://am:9093/#/alerts?receiver=r");
  EXPECT_THAT(field("opsgenie_configs: [{api_key: k}]", "description", two_alerts()),
              testing::StartsWith("<full>\nAlerts Firing:\n" + list + "\nAlerts Resolved:\nLabels:\n"));
  EXPECT_EQ(field("slack_configs: [{api_url: 'http://x'}]", "title", two_alerts(),
                  R"({{ define "__subject" }}mine{{ end }})"),
            "mine");
}

TEST(Payloads, EscapeWhatIsHtml) {
  constexpr const char* kMail =
      "email_configs: [{to: a@b.c, from: d@e.f, smarthost: 'm:25', html: '<p title=\"{{ .CommonAnnotations.summary "
      "}}\">"
      "{{ .CommonAnnotations.summary | safeHtml }}</p><!-- {{ .Status }} -->'}]";
  EXPECT_EQ(field(kMail, "html", two_alerts()), "<p title=\"&lt;full&gt;\"><full></p>");
  EXPECT_THAT(field("telegram_configs: [{bot_token: t, chat_id: 1}]", "message", two_alerts()),
              HasSubstr(" - summary = &lt;full&gt;"));
}

TEST(Payloads, AreCutAsNotifiersCutThem) {
  Notification long_one = two_alerts();
  long_one.alerts = {alert({{"alertname", std::string(600'000, 'x')}}, {})};
  const std::string cut = "…";
  EXPECT_EQ(field("slack_configs: [{api_url: 'http://x', title: '{{ .CommonLabels.alertname }}'}]", "title", long_one),
            std::string(1023, 'x') + cut);
  EXPECT_EQ(field("opsgenie_configs: [{api_key: k, message: '{{ .CommonLabels.alertname }}'}]", "message", long_one),
            std::string(129, 'x') + cut);
  EXPECT_EQ(field("webex_configs: [{room_id: r, message: '{{ .CommonLabels.alertname }}', http_config: {authorization: "
                  "{credentials: c}}}]",
                  "message", long_one),
            std::string(7436, 'x') + cut);
  const std::string event = body("pagerduty_configs: [{routing_key: r}]", long_one);
  EXPECT_THAT(event, HasSubstr(R"("custom_details":{"error":"Custom details have been removed)"));
  EXPECT_LT(event.size(), 10'000u);
}

TEST(Payloads, NeverShowSecrets) {
  for (const std::string_view integrations :
       {"slack_configs: [{api_url: 'http://hidden/hidden'}]", "pagerduty_configs: [{routing_key: hidden}]",
        "opsgenie_configs: [{api_key: hidden}]", "webhook_configs: [{url: 'http://hidden/'}]",
        "telegram_configs: [{bot_token: hidden, chat_id: 1}]", "pushover_configs: [{user_key: hidden, token: hidden}]",
        "victorops_configs: [{api_key: hidden, routing_key: r}]", "wechat_configs: [{api_secret: hidden, corp_id: c}]",
        "rocketchat_configs: [{token: hidden, token_id: hidden}]", "discord_configs: [{webhook_url: 'http://hidden'}]",
        "incidentio_configs: [{url: 'http://i', alert_source_token: hidden}]",
        "webhook_configs: [{url: 'http://x', http_config: {authorization: {credentials: hidden}}}]",
        "pagerduty_configs: [{service_key: '{{ printf \"hidden\" }}'}]"}) {
    const auto made = payload(std::string(integrations), two_alerts());
    ASSERT_TRUE(made) << made.error();
    for (const Payload::Request& request : made->requests) {
      EXPECT_THAT(request.url + request.body, Not(HasSubstr("hidden"))) << integrations;
      for (const auto& header : request.headers) EXPECT_THAT(header.value, Not(HasSubstr("hidden"))) << integrations;
    }
    for (const Payload::Field& each : made->fields) EXPECT_THAT(each.text, Not(HasSubstr("hidden"))) << integrations;
  }
}

TEST(Payloads, AreRefusedWithThePlaceOfWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"slack_configs: [{api_url: 'http://x', text: '{{ .Nope }}'}]",
       "am.yml:3:59: error: receiver 'r' cannot be told by slack: template: :1:3: executing \"\" at <.Nope>: can't "
       "evaluate "
       "field Nope in type *template.Data"},
      {"slack_configs: [{api_url: 'http://x', text: '{{ template \"own\" . }}'}]",
       "own.tmpl:2:5: error: receiver 'r' cannot be told by slack: template: own.tmpl:2:4: executing \"own\" at "
       "<.Nope>"},
      {"slack_configs: [{api_url: 'http://x', text: '{{ .Nope'}]", "am.yml:3:59: error: template: :1: unclosed action"},
      {"slack_configs: [{api_url: 'http://x', text: '{{ template \"again\" . }}'}]",
       "templates call each other without end: 'again', 'again'"},
      {"pagerduty_configs: [{routing_key: '{{ .CommonLabels.none }}'}]", "'routing_key' renders to nothing"},
      {"email_configs: [{to: a@b.c, from: d@e.f, smarthost: 'm:25', html: '<script>{{ .Status }}</script>'}]",
       "a value in a script is not rendered here"},
      {"email_configs: [{to: '{{ .CommonLabels.none }}', from: d@e.f, smarthost: 'm:25'}]",
       "'to' renders to no address"},
      {R"(slack_configs: [{api_url: 'http://x', text: '{{ $m := dict "a" 1 }}{{ $m.z.y }}'}])",
       R"(executing "" at <$m.z.y>: nil pointer evaluating interface {}.y)"},
      {R"(pushover_configs: [{user_key: u, token: t, html: true, message: '{{ if .Alerts }}<a href="{{ end }}'}])",
       "html/template::1:6: {{if}} branches end in different contexts: in an address, in a text"},
      {R"(telegram_configs: [{bot_token: t, chat_id: 1, message: '{{ if false }}{{ template "none" . }}{{ end }}'}])",
       "no such template \"none\""},
  };
  for (const auto& [integrations, expected] : cases) {
    const bool cyclic = integrations.contains("again");
    const auto made = payload(integrations, two_alerts(), kNewest,
                              cyclic ? R"({{ define "again" }}{{ template "again" . }}{{ end }})"
                                     : "{{ define \"own\" }}\n {{ .Nope }}{{ end }}");
    EXPECT_THAT(made ? "rendered" : made.error(), HasSubstr(expected)) << integrations;
  }
}

TEST(Payloads, AllowTemplatesThatCallThemselvesWhileThereIsMore) {
  EXPECT_EQ(field("slack_configs: [{api_url: 'http://x', text: '{{ template \"down\" 3 }}'}]", "text", two_alerts(),
                  R"({{ define "down" }}{{ . }}{{ if eq . 3 }}{{ template "down" 2 }}{{ end }}{{ end }})"),
            "32");
}

// What fails in a notifier that takes it for a failure that may pass.
TEST(Payloads, SayWhetherAFaultIsTriedAgain) {
  const auto retried = [](const std::string& integrations, Version version = kNewest) {
    Diagnostics found;
    const auto source =
        make_source("am.yml", "route: {receiver: r}\nreceivers:\n  - {name: r, " + integrations + "}\n");
    const auto document = yaml::Document::parse(source, found, yaml::Dialect::prometheus);
    const auto configuration = decode_configuration(*document, {.version = version, .syntax = {}}, found);
    if (!configuration) throw std::runtime_error(render(found));
    const PayloadTemplates templates(version);
    const auto made =
        payload_of({.configuration = *configuration, .templates = templates, .external_url = {}}, two_alerts());
    return made ? "rendered" : made.error().is_retried ? "retried" : "given up";
  };
  EXPECT_STREQ(retried("slack_configs: [{api_url: 'http://x', text: '{{ .Nope }}'}]"), "given up");
  EXPECT_STREQ(retried("victorops_configs: [{api_key: k, routing_key: r, state_message: '{{ .Nope }}'}]"), "retried");
  EXPECT_STREQ(retried("victorops_configs: [{api_key: k, routing_key: '{{ .Nope }}'}]"), "given up");
  EXPECT_STREQ(retried("sns_configs: [{sigv4: {region: r}, phone_number: '1', message: '{{ .Nope }}'}]"), "retried");
  const std::string telegram = "telegram_configs: [{bot_token: t, chat_id: 1, message: '{{ .Nope }}'}]";
  EXPECT_STREQ(retried(telegram), "given up");
  EXPECT_STREQ(retried(telegram, Version::v0_25), "retried");
  EXPECT_STREQ(retried("webex_configs: [{room_id: '{{ .Nope }}', http_config: {authorization: {credentials: c}}}]"),
               "rendered");
}

TEST(Payloads, ChangeTheFirstMessageInSlackThatIsToBeUpdated) {
  const std::string updated =
      "slack_configs: [{api_url: 'https://slack.com/api/chat.postMessage', channel: '#a', update_message: true,"
      " http_config: {authorization: {credentials: t}}}]";
  Notification later = two_alerts();
  EXPECT_THAT(body(updated, later), testing::StartsWith(R"({"channel":"#a","username")"));
  later.reason = Reason::new_alerts;
  const auto made = payload(updated, later);
  ASSERT_TRUE(made) << made.error();
  EXPECT_EQ(made->requests.front().url, "https://slack.com/api/chat.update");
  EXPECT_THAT(made->requests.front().body, testing::StartsWith(R"({"channel":"{channel}","ts":"{ts}","username")"));
  EXPECT_EQ(*made->field("channel"), "#a");
}

TEST(Payloads, MoveTheIssueInJiraOfWhatHasResolved) {
  Notification over = told({alert({{"alertname", "Full"}}, {}, true)});
  over.is_firing = false;
  over.reason = Reason::all_resolved;
  const auto made = payload(
      "jira_configs: [{api_url: 'https://j/rest/api/2', project: P, issue_type: Bug, resolve_transition: Done}]", over);
  ASSERT_TRUE(made) << made.error();
  ASSERT_EQ(made->requests.size(), 4U);
  EXPECT_EQ(made->requests[2].method, "GET");
  EXPECT_EQ(made->requests[3].method, "POST");
  EXPECT_EQ(made->requests[3].url, "https://j/rest/api/2/issue/{issue}/transitions");
  EXPECT_EQ(made->requests[3].body, "{\"transition\":{\"id\":\"{transition}\"}}\n");
}

TEST(Payloads, EndWhatAReceiverHasBegun) {
  Notification over = told({alert({{"alertname", "Full"}}, {}, true)});
  over.is_firing = false;
  over.reason = Reason::all_resolved;
  EXPECT_THAT(body("pagerduty_configs: [{routing_key: r}]", over), HasSubstr(R"("event_action":"resolve")"));
  EXPECT_THAT(body("victorops_configs: [{api_key: k, routing_key: r}]", over),
              HasSubstr(R"("message_type":"RECOVERY")"));
  const auto closed = payload("opsgenie_configs: [{api_key: k}]", over);
  ASSERT_TRUE(closed) << closed.error();
  EXPECT_THAT(closed->requests.back().url, testing::EndsWith("/close?identifierType=alias"));
}

}  // namespace
}  // namespace firedrill::notify
