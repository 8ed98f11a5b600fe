// Rule files of Prometheus as typed values. rules_yaml.h fills these in from YAML, and finish() parses the expressions
// and templates and reports whatever `promtool check rules` would refuse.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alerting/annotations/rule_template.h"
#include "base/result.h"
#include "base/time.h"
#include "model/labels.h"
#include "promql/options.h"
#include "promql/parse/ast.h"

namespace firedrill::alerting {

// A text of the file and where its value begins there.
struct Text {
  std::string value;
  Position where;
};

// One entry of labels: or annotations:. In a rule the value is a template; an empty value is kept, since it removes the
// label of that name from an alert.
struct NamedText {
  std::string name;
  Text text;
  Position where{};  // of the name
};

struct Rule {
  // As the file has them; exactly one of the two may be set.
  std::optional<Text> record;
  std::optional<Text> alert;
  Text expr;
  Duration hold{};  // `for`
  Duration keep_firing_for{};
  std::vector<NamedText> labels;
  std::vector<NamedText> annotations;
  Position where;

  // Set by finish(). Labels hold those of the group too (the rule's own win), in order of their names, as do
  // annotations; templates stand at the same indices.
  std::shared_ptr<const promql::Expr> expression;
  std::vector<Template> label_templates;
  std::vector<Template> annotation_templates;

  bool alerting() const { return alert.has_value(); }
  const std::string& name() const { return alert ? alert->value : record->value; }
};

struct RuleGroup {
  Text name;
  std::optional<Duration> interval;  // absent or 0: the global evaluation interval
  std::int64_t limit = 0;            // 0: none
  std::optional<Duration> query_offset;
  std::vector<NamedText> labels;
  std::vector<Rule> rules;
  Position where;
};

struct RuleFile {
  SourcePtr source;
  std::vector<RuleGroup> groups;
  bool resource = false;      // resources of Kubernetes, which promtool does not read
  std::size_t resources = 0;  // so many of them are PrometheusRules

  // Resources of other kinds only, of which nothing is read.
  bool of_another_kind() const { return resource && resources == 0; }
};

// Parses what is text and checks the rest: names, repeated groups, fields that a recording rule may not have,
// expressions that give neither vector nor scalar. All findings at once; the file may be evaluated if none is an
// error. Wording follows Prometheus's model/rulefmt.
Diagnostics finish(RuleFile& file, const promql::Options& options);

// The place in the file of `offset` bytes into a text, found again line by line, so that plain, quoted and block
// scalars all work; the start of the text where a line is not found as written.
Position locate(const Text& text, std::size_t offset, std::size_t length = 1);

}  // namespace firedrill::alerting
