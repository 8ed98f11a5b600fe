// Files that other files named: what is told of one that is not what was expected; secrets in messages about one that
// is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alerting/rules_yaml.h"
#include "base/report.h"
#include "base/text/format.h"
#include "fake_services/topology/topology_yaml.h"
#include "incident/slo/slos_yaml.h"
#include "ruletest/unit_test_yaml.h"
#include "scenario/file_form.h"
#include "yaml/secrets.h"

namespace firedrill::scenario {
namespace {

using alerting::kRuleForm;
using fake_services::kTopologyForm;
using incident::kSloForm;
using ruletest::kUnitTestForm;
using yaml::Dialect;
using yaml::Document;
using yaml::FileForm;

// What is told of a text that another file named; "" if it is taken.
std::string told(const FileForm& form, std::string text, Dialect dialect = Dialect::prometheus) {
  Diagnostics found;
  const auto document = parse_as(form, make_source("f", std::move(text), Quoting::guarded), dialect, found);
  if (document != nullptr && document->source()->quoting == Quoting::full) return "taken";
  std::string out;
  for (const Diagnostic& each : found) out += format("{}:{} {}\n", each.where.line, each.where.column, each.what);
  return out;
}

TEST(FileForm, TakesAFileThatHasAKeyOfTheForm) {
  EXPECT_EQ(told(kRuleForm, "groups: []\n"), "taken");
  EXPECT_EQ(told(kRuleForm, "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\n"), "taken");
  EXPECT_EQ(told(kRuleForm, "# nothing\n"), "taken") << "nothing to show";
  EXPECT_EQ(told(kTopologyForm, "services: {}\n"), "taken");
  EXPECT_EQ(told(kSloForm, "slos: []\n"), "taken");
  EXPECT_EQ(told(kSloForm, "errors: sum(rate(http_requests_total[5m]))\nup: up{job=\"web\"}\n"), "taken");
  EXPECT_EQ(told(kConfigurationForm, "global: {}\n"), "taken");
  EXPECT_EQ(told(kUnitTestForm, "tests: []\n"), "taken");
  EXPECT_EQ(told(kScenarioForm, "topology: t.yaml\n"), "taken");
}

TEST(FileForm, TellsOfAnotherFileNoMoreThanPromtool) {
  EXPECT_EQ(told(kRuleForm, "https://canary@example.com\n"), "1:1 this is no rule file: found the text 'https:/...'\n");
  EXPECT_EQ(told(kRuleForm, "ключ-от-всего\n"), "1:1 this is no rule file: found the text 'клю...'\n");
  EXPECT_EQ(told(kRuleForm, "12345678901234\n"), "1:1 this is no rule file: found the number 1234567...\n");
  EXPECT_EQ(told(kRuleForm, "canary: 1\ncanary: 2\n"), "1:1 this is no rule file: found a mapping without `groups`\n");
  EXPECT_EQ(told(kRuleForm, "[!canary-tag canary]\n"), "1:1 this is no rule file: found a list\n");
  EXPECT_EQ(told(kRuleForm, "groupz: canary\n"), "1:1 this is no rule file: found a mapping without `groups`\n");
  EXPECT_EQ(told(kSloForm, "token: canary\npassword: hunter2\n"),
            "1:1 this is no SLO file: found a mapping without `slos`\n");
  EXPECT_EQ(told(kRuleForm, "a: 'canary\n"), "1:4 this quote is never closed\n");
  EXPECT_EQ(told(kRuleForm, "a-long-canary-key: 1\na-long-canary-key: 2\nb: 'c\n"), "3:4 this quote is never closed\n");
  EXPECT_EQ(told(kRuleForm, "a: &anchor-canary [*anchor-canary]\n"),
            "1:20 the alias *anchor... stands inside the value that it names\n");
  EXPECT_EQ(told(kRuleForm, "--- # nothing\n---\ncanary\n"),
            "3:1 this does not belong to the document that stands before it\n");
  EXPECT_EQ(told(kTopologyForm, "a: 1\n---\ncanary\n", Dialect::strict), "3:1 a second document begins here\n");
}

TEST(FileForm, ShowsAFileOfTheFormAndAFileThatTheUserNamed) {
  Diagnostics found;
  EXPECT_NE(
      parse_as(kRuleForm, make_source("f", "groups: []\ngroups: []\n", Quoting::guarded), Dialect::prometheus, found),
      nullptr);
  EXPECT_THAT(render(found), testing::HasSubstr("| groups: []"));
  found.clear();
  EXPECT_EQ(parse_as(kRuleForm, make_source("f", "a: 'b\n"), Dialect::prometheus, found), nullptr);
  EXPECT_THAT(render(found), testing::HasSubstr("| a: 'b"));
}

TEST(ConfigurationSecrets, AreLeftOutOfWhatMessagesSay) {
  Diagnostics found;
  const auto document = Document::parse(make_source("f",
                                                    "a: &one hunter2\nbasic_auth: {username: me, password: *one}\n"
                                                    "http_headers: {X-Key: {secrets: [first, second]}}\ntoken: 1\n"),
                                        found);
  const std::vector<Secret> secrets = yaml::secrets_of(document->root());
  EXPECT_EQ(secrets.size(), 4u);
  report(found, document->position(3, 1), "wrong", "");
  report(found, document->position(20, 1), "wrong", "");
  yaml::conceal(secrets, found);
  EXPECT_THAT(render(found), testing::Not(testing::HasSubstr("hunter2"))) << "behind an anchor";
  EXPECT_THAT(render(found), testing::HasSubstr("password: <secret>"));
  found.clear();
  report(found, {}, "'a' is 'hunter2', not 'hunter22', first or second", "1 is not 11");
  yaml::conceal(secrets, found);
  EXPECT_EQ(found.front().what, "'a' is '<secret>', not 'hunter22', <secret> or <secret>");
  EXPECT_EQ(found.front().remedy, "<secret> is not 11");
}

}  // namespace
}  // namespace firedrill::scenario
