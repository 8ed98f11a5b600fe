#include "notify/config/load.h"

#include <gtest/gtest.h>

#include "yaml/document.h"

namespace firedrill::notify {
namespace {

Configuration load(const std::string& text, Version version = kNewest) {
  Diagnostics found;
  const auto document = yaml::Document::parse(make_source("am.yml", text), found, yaml::Dialect::prometheus);
  auto configuration = decode_configuration(*document, {.version = version, .syntax = {}}, found);
  EXPECT_FALSE(has_errors(found)) << render(found);
  return configuration.value_or(Configuration{});
}

std::string errors(const std::string& text, Version version = kNewest) {
  Diagnostics found;
  const auto document = yaml::Document::parse(make_source("am.yml", text), found, yaml::Dialect::prometheus);
  decode_configuration(*document, {.version = version, .syntax = {}}, found);
  std::string all;
  for (const Diagnostic& each : found) all += each.what + "\n";
  return all;
}

const std::string kRoot = "route: {receiver: r}\nreceivers: [{name: r}]\n";

TEST(Configuration, ResolvesWhatRoutesInherit) {
  const Configuration configuration = load(R"(
route:
  receiver: r
  group_by: [b, a]
  group_wait: 10s
  routes:
    - matchers: [x=y]
      group_interval: 1m
      routes:
        - {match: {b: c}, match_re: {a: d|e}, receiver: s, group_by: ['...'], repeat_interval: 1h}
        - {group_by: []}
    - {continue: true}
receivers: [{name: r}, {name: s}]
)");
  ASSERT_EQ(configuration.routes.size(), 5U);
  const Route& deep = configuration.routes[2];
  EXPECT_EQ(deep.receiver, "s");
  EXPECT_TRUE(deep.group_by_all);
  EXPECT_EQ(deep.group_wait, 10s);
  EXPECT_EQ(deep.group_interval, 1min);
  EXPECT_EQ(deep.repeat_interval, 1h);
  EXPECT_EQ(deep.key, R"({}/{x="y"}/{a=~"^(?:d|e)$",b="c"})");
  EXPECT_EQ(deep.id, R"({}/{x="y"}/0/{a=~"^(?:d|e)$",b="c"}/0)");
  EXPECT_EQ(configuration.routes[1].group_by, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(configuration.routes[3].group_by.empty());
  EXPECT_TRUE(configuration.routes[4].continues);
  EXPECT_EQ(configuration.root().children, (std::vector<std::size_t>{1, 4}));
}

TEST(Configuration, TakesAnEmptyGroupByForNothingBefore031) {
  const std::string text = "route: {receiver: r, group_by: [a], routes: [{group_by: []}]}\nreceivers: [{name: r}]\n";
  EXPECT_TRUE(load(text).routes[1].group_by.empty());
  EXPECT_EQ(load(text, Version::v0_25).routes[1].group_by, std::vector<std::string>{"a"});
}

TEST(Configuration, GivesReceiversWhatGlobalHas) {
  const Configuration configuration = load(R"(
global: {smtp_smarthost: 'mail:25', smtp_from: a@b, slack_api_url: 'https://hooks/x', resolve_timeout: 3m}
route: {receiver: r}
receivers:
  - name: r
    slack_configs: [{channel: '#a'}]
    email_configs: [{to: c@d, headers: {subject: s}}]
    webhook_configs: [{url: 'http://w', send_resolved: no}]
)");
  EXPECT_EQ(configuration.global.resolve_timeout, 3min);
  const std::vector<Integration>& integrations = configuration.receivers[0].integrations;
  ASSERT_EQ(integrations.size(), 3U);
  EXPECT_EQ(integrations[0].kind, "webhook");
  EXPECT_FALSE(integrations[0].send_resolved);
  EXPECT_EQ(integrations[1].kind, "email");
  EXPECT_EQ(integrations[1].settings.text_of("smarthost"), "mail:25");
  EXPECT_EQ(integrations[1].settings.find("headers")->text_of("Subject"), "s");
  EXPECT_EQ(integrations[1].settings.find("headers")->text_of("From"), "a@b");
  EXPECT_EQ(integrations[2].kind, "slack");
  EXPECT_EQ(integrations[2].settings.text_of("api_url"), "https://hooks/x");
  EXPECT_TRUE(integrations[2].settings.find("api_url")->secret);
  EXPECT_TRUE(integrations[2].settings.find("title")->templated);
  EXPECT_FALSE(integrations[2].settings.find("title")->given);
}

TEST(Configuration, SetsWhatIsNothingToZeroAsGoYamlDoes) {
  const Configuration configuration = load(
      "global: {resolve_timeout: }\nroute: {receiver: r, group_wait: }\n"
      "receivers: [{name: r, webhook_configs: [{url: 'http://w', send_resolved: }]}]\n");
  EXPECT_EQ(configuration.global.resolve_timeout, 0s);
  EXPECT_EQ(configuration.root().group_wait, 30s);
  EXPECT_FALSE(configuration.receivers[0].integrations[0].send_resolved);
}

TEST(Configuration, KnowsWhatEachVersionKnows) {
  const std::string text = kRoot + "inhibit_rules: [{name: x}]\n";
  EXPECT_EQ(load(text).inhibit_rules[0].name, "x");
  EXPECT_EQ(errors(text, Version::v0_25), "Alertmanager 0.25 has no 'name' here\n");
  EXPECT_EQ(errors("route: {receiver: r}\nreceivers: [{name: r, jira_configs: []}]\n", Version::v0_25),
            "Alertmanager 0.25 has no 'jira_configs'\n");
}

TEST(Configuration, ShowsNoSecretInAMessage) {
  const std::string said =
      errors("route: {receiver: r}\nreceivers: [{name: r, discord_configs: [{webhook_url: hidden-one}]}]\n");
  EXPECT_FALSE(said.contains("hidden-one")) << said;
}

TEST(Configuration, TellsOfAllThatIsWrongAtOnce) {
  EXPECT_EQ(errors("route: {receiver: s, routes: [{mute_time_intervals: [m]}]}\nreceivers: [{name: r}, {name: r}]\n"),
            "there are two receivers 'r'\nthere is no receiver 's'\nthere is no time interval 'm'\n");
}

}  // namespace
}  // namespace firedrill::notify
