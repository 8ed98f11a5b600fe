#include "alerting/label_flow.h"
#include "alerting/lint.h"
#include "base/format.h"

namespace firedrill::alerting {
namespace {

// Where a template reads the label. In one that queries, .Labels may be those of a queried sample.
std::optional<std::size_t> place_of(const std::string& text, const std::string& label, bool queries) {
  const std::string variable = "$labels." + label;
  if (const std::size_t at = text.find(variable); at != std::string::npos) return at + variable.size() - label.size();
  if (queries) return std::nullopt;
  const std::size_t at = text.find(".Labels." + label);
  return at == std::string::npos ? 0 : at + 8;
}

}  // namespace

void lint_label_dropped(const LintInput& input, std::vector<LintFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    if (!rule.alert) continue;
    const LabelFlow flow = label_flow(*rule.expression);
    const auto look = [&](const std::vector<NamedText>& texts, const std::vector<Template>& templates,
                          std::string_view what) {
      for (std::size_t i = 0; i < templates.size(); ++i) {
        for (const std::string& label : templates[i].labels_used()) {
          if (flow.may_have(label) || label == model::kMetricName) continue;
          const auto place = place_of(texts[i].text.value, label, templates[i].calls_query());
          if (!place) continue;
          findings.push_back(
              {&rule, locate(texts[i].text, *place, label.size()),
               format("the {} {} uses the label {}, which the expression drops", what, texts[i].name, label),
               flow.possible.empty() && flow.exact ? "the expression's result has no labels"
                                                   : "keep it in the aggregation or matching, or do without it"});
        }
      }
    };
    look(rule.labels, rule.label_templates, "label");
    look(rule.annotations, rule.annotation_templates, "annotation");
  }
}

}  // namespace firedrill::alerting
