#include "alerting/relabel.h"

#include <gtest/gtest.h>

namespace firedrill::alerting {
namespace {

struct Case {
  RelabelText text;
  std::string_view gives;  // the label set afterwards; "dropped"
};

const model::Labels kLabels{{"__name__", "m"}, {"a", "foo"}, {"b", "Bar"}, {"c", "baz"}};

std::string applied(const RelabelText& text) {
  const auto step = RelabelStep::make(text);
  if (!step) return "error: " + step.error();
  model::Labels labels = kLabels;
  return step->apply(labels) ? labels.to_string() : "dropped";
}

// Figures from model/relabel/relabel_test.go's behaviour, on labels of our own.
TEST(Relabel, DoesWhatEachActionSays) {
  using enum RelabelAction;
  const Case cases[] = {
      {{.source_labels = {"a"}, .regex = "f(.*)", .target_label = "d", .replacement = "x${1}-$$"},
       R"(m{a="foo", b="Bar", c="baz", d="xoo-$"})"},
      {{.source_labels = {"a", "b"}, .regex = "foo;Bar", .target_label = "c", .replacement = ""},
       R"(m{a="foo", b="Bar"})"},
      {{.source_labels = {"a"}, .regex = "no", .target_label = "d"}, R"(m{a="foo", b="Bar", c="baz"})"},
      {{.source_labels = {"a", "c"}, .separator = "/", .target_label = "d"},
       R"(m{a="foo", b="Bar", c="baz", d="foo/baz"})"},
      {{.source_labels = {"a"}, .regex = "(.*)", .target_label = "x_$1", .replacement = "1"},
       R"(m{a="foo", b="Bar", c="baz", x_foo="1"})"},
      {{.source_labels = {"a"}, .regex = "fo+", .action = drop}, "dropped"},
      {{.source_labels = {"a"}, .regex = "f", .action = drop}, R"(m{a="foo", b="Bar", c="baz"})"},
      {{.source_labels = {"a"}, .regex = "f", .action = keep}, "dropped"},
      {{.source_labels = {"nosuch"}, .regex = "", .action = keep}, R"(m{a="foo", b="Bar", c="baz"})"},
      {{.source_labels = {"a"}, .target_label = "b", .action = keep_equal}, "dropped"},
      {{.source_labels = {"a"}, .target_label = "b", .action = drop_equal}, R"(m{a="foo", b="Bar", c="baz"})"},
      // MD5 of "foo" is acbd18db4cc2f85cedef654fccc4a4d8.
      {{.source_labels = {"a"}, .modulus = 1000, .target_label = "d", .action = hash_mod},
       R"(m{a="foo", b="Bar", c="baz", d="696"})"},
      {{.regex = "(b|c)", .replacement = "x_$1", .action = label_map},
       R"(m{a="foo", b="Bar", c="baz", x_b="Bar", x_c="baz"})"},
      {{.regex = "b|c", .action = label_drop}, R"(m{a="foo"})"},
      {{.regex = "__name__|b", .action = label_keep}, R"(m{b="Bar"})"},
      {{.source_labels = {"b"}, .target_label = "b", .action = lowercase}, R"(m{a="foo", b="bar", c="baz"})"},
      {{.source_labels = {"b"}, .target_label = "d", .action = uppercase}, R"(m{a="foo", b="Bar", c="baz", d="BAR"})"},
  };
  for (const Case& one : cases) EXPECT_EQ(applied(one.text), one.gives) << to_string(one.text.action);
}

TEST(Relabel, RefusesWhatPrometheusRefuses) {
  using enum RelabelAction;
  const Case cases[] = {
      {{.target_label = "d", .action = hash_mod}, "error: relabel configuration for hashmod requires non-zero modulus"},
      {{.source_labels = {"a"}}, "error: relabel configuration for replace action requires 'target_label' value"},
      {{.target_label = "d", .replacement = "x", .action = lowercase},
       "error: 'replacement' can not be set for lowercase action"},
      {{.regex = "x", .target_label = "d", .action = keep_equal},
       "error: keepequal action requires only 'source_labels' and 'target_label', and no other fields"},
      {{.source_labels = {"a"}, .regex = "b", .action = label_drop},
       "error: labeldrop action requires only 'regex', and no other fields"},
      {{.source_labels = {"a"}, .regex = "(", .action = drop}, "error: missing closing ): `(`"},
  };
  for (const Case& one : cases) EXPECT_TRUE(applied(one.text).starts_with(one.gives)) << applied(one.text);
}

}  // namespace
}  // namespace firedrill::alerting
