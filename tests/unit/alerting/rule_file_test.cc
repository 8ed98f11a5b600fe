#include "alerting/rule_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rule_builder.h"

namespace firedrill::alerting {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> findings(RuleFile file, promql::Version version = promql::Version::v3) {
  std::vector<std::string> lines;
  for (const Diagnostic& d : finish(file, {.version = version})) {
    lines.push_back((d.severity == Severity::warning ? "warning: " : "") + d.what);
  }
  return lines;
}

std::vector<std::string> findings(Rule rule, promql::Version version = promql::Version::v3) {
  RuleFile file;
  file.groups.push_back(group_of("g", {std::move(rule)}));
  return findings(std::move(file), version);
}

TEST(RuleFile, SaysWhatPromtoolWouldRefuse) {
  Rule both = alert("A", "up");
  both.record = Text{"r", {}};
  Rule neither = alert("A", "up");
  neither.alert.reset();
  Rule misused = record("r", "up");
  misused.hold = 1min;
  misused.keep_firing_for = 1min;
  misused.annotations = named({{"a", "b"}});

  const std::vector<std::pair<Rule, std::vector<std::string>>> cases = {
      {both, {"only one of 'record' and 'alert' must be set"}},
      {neither, {"one of 'record' or 'alert' must be set"}},
      {alert("A", ""), {"field 'expr' must be set in rule"}},
      {misused,
       {"invalid field 'annotations' in recording rule", "invalid field 'for' in recording rule",
        "invalid field 'keep_firing_for' in recording rule"}},
      {record("a{b}", "up"), {"braces present in the recording rule name; should it be in expr?: a{b}"}},
      {record("r", "up", {{"__name__", "x"}}), {"invalid label name: __name__"}},
      {record("r", "up", {{"", "x"}}), {"invalid label name: "}},
      {record("r", "up", {{"a", "\xff"}}), {"invalid label value: \xff"}},
      {alert("A", "up", 0min, 0min, {}, {{"", "x"}}), {"invalid annotation name: "}},
      {alert("A", "up", 0min, 0min, {{"l", "{{ $x }}"}}, {{"s", "{{ foo }}"}, {"t", "{{ if }}"}}),
       {"label \"l\": template: __alert_A:1: undefined variable \"$x\"",
        "annotation \"s\": template: __alert_A:1: function \"foo\" not defined",
        "annotation \"t\": template: __alert_A:1: missing value for if"}},
      {record("r", "up", {{"l", "{{ foo }}"}}), {}},
      {alert("A", "up[5m]"),
       {"warning: the expression gives a range vector, so that each evaluation of the rule fails"}},
      {alert("ünï", "up", 0min, 0min, {{"ä", "1"}}), {}},
      {alert("A", "up == 0", 5min, 5min, {{"severity", ""}}, {{"s", ""}}), {}},
  };
  for (const auto& [rule, expected] : cases) EXPECT_EQ(findings(rule), expected);
}

TEST(RuleFile, NamesAreNarrowerInVersion2) {
  EXPECT_THAT(findings(record("a b", "up", {{"ä", "1"}}), promql::Version::v2),
              ElementsAre("invalid recording rule name: a b", "invalid label name: ä"));
}

TEST(RuleFile, FindsRepeatedGroups) {
  RuleFile file;
  file.groups.push_back(group_of("g", {record("r", "up")}));
  file.groups.push_back(group_of("g", {}));
  file.groups.push_back(group_of("", {}));
  EXPECT_THAT(findings(file),
              ElementsAre("groupname: \"g\" is repeated in the same file", "groupname must not be empty"));
}

TEST(RuleFile, GivesRulesTheLabelsOfTheirGroup) {
  RuleFile file;
  file.groups.push_back(
      group_of("g", {alert("A", "up", 0min, 0min, {{"a", "own"}, {"m", "2"}})}, {{"z", "1"}, {"a", "group"}}));
  ASSERT_THAT(finish(file, {}), IsEmpty());
  const Rule& rule = file.groups[0].rules[0];
  std::vector<std::string> labels;
  for (const NamedText& label : rule.labels) labels.push_back(label.name + "=" + label.text.value);
  EXPECT_THAT(labels, ElementsAre("a=own", "m=2", "z=1"));
  EXPECT_EQ(rule.label_templates.size(), 3u);
  ASSERT_THAT(finish(file, {}), IsEmpty()) << "finishing twice changes nothing";
  EXPECT_EQ(file.groups[0].rules[0].labels.size(), 3u);
}

// Where an offset into a scalar's value is in the file, for each way to write a scalar.
TEST(Locate, FindsPlacesInScalarsAsWritten) {
  struct Case {
    std::string yaml;   // with "^" where the scalar begins and "!" before what is sought
    std::string value;  // with "!" there too
  };
  const std::vector<Case> cases = {
      {"expr: ^up == !0\n", "up == !0"},
      {"expr: ^\"up{a=\\\"b\\\"} == !0\"\n", "up{a=\"b\"} == !0"},
      {"expr: ^'up{a=''b''} == !0'\n", "up{a='b'} == !0"},
      {"expr: ^|\n    sum(\n      !foo\n    )\n", "sum(\n  !foo\n)\n"},
      {"expr: ^>-  # folded\n    sum(\n    !foo\n    )\n", "sum( !foo )"},
      {"expr: ^sum(ü)\n   + !foo\n", "sum(ü) + !foo"},
      {"expr: ^!up\n", "!up"},
  };
  for (const Case& c : cases) {
    const auto without = [](std::string text, std::string_view marks) {
      std::erase_if(text, [&](char ch) { return marks.find(ch) != std::string_view::npos; });
      return text;
    };
    const std::size_t begin = c.yaml.find('^');
    const std::size_t sought = without(c.yaml.substr(0, c.yaml.find('!')), "^").size();
    const SourcePtr source = make_source("r.yml", without(c.yaml, "^!"));
    const Text text{without(c.value, "!"), position_at(source, begin)};
    const Position found = locate(text, c.value.find('!'), 2);
    const Position expected = position_at(source, sought);
    EXPECT_EQ(found.line, expected.line) << c.yaml;
    EXPECT_EQ(found.column, expected.column) << c.yaml;
  }
}

TEST(Locate, GivesTheBeginningWhereTheTextIsWrittenOtherwise) {
  const SourcePtr source = make_source("r.yml", "expr: \"a\\x20b\"\n");
  const Text text{"a b", position_at(source, 6)};
  EXPECT_EQ(locate(text, 2).column, 7u);
}

TEST(RuleFile, PointsIntoExpressions) {
  const SourcePtr source = make_source("r.yml", "expr: |\n  sum(\n    foo bar\n  )\n");
  RuleFile file;
  file.source = source;
  Rule rule = alert("A", "");
  rule.expr = {"sum(\n  foo bar\n)\n", position_at(source, 6)};
  file.groups.push_back(group_of("g", {rule}));
  const Diagnostics found = finish(file, {});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].where.line, 3u);
  EXPECT_EQ(found[0].where.column, 9u);
}

}  // namespace
}  // namespace firedrill::alerting
