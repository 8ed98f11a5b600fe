#include <set>

#include "alerting/analysis/label_flow.h"
#include "base/text/format.h"
#include "lint/rule_lints.h"

namespace firedrill::lint::rules {

using alerting::LabelFlow;
using alerting::NamedText;
using alerting::Rule;
using alerting::Template;

namespace {

std::string remedy(const std::string& label, const LabelFlow& flow, const RuleLintOptions& options) {
  if (options.external_labels.contains(label)) {
    return format("it is an external label: {{{{ $externalLabels.{} }}}}", label);
  }
  return flow.possible.empty() && flow.exact ? "the expression's result has no labels"
                                             : "keep it in the aggregation or matching, or do without it";
}

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    if (!rule.alert) continue;
    const LabelFlow flow = alerting::label_flow(*rule.expression, &input.recorded);
    const auto look = [&](const std::vector<NamedText>& texts, const std::vector<Template>& templates,
                          std::string_view what) {
      for (std::size_t i = 0; i < templates.size(); ++i) {
        std::set<std::string> said;
        for (const auto& [label, offset] : templates[i].labels_used()) {
          if (flow.may_have(label) || label == model::kMetricName || !said.insert(label).second) continue;
          findings.push_back(
              {&rule, locate(texts[i].text, offset, label.size()),
               format("the {} {} uses the label {}, which the expression drops", what, texts[i].name, label),
               remedy(label, flow, input.options)});
        }
      }
    };
    look(rule.labels, rule.label_templates, "label");
    look(rule.annotations, rule.annotation_templates, "annotation");
  }
}

}  // namespace

RuleLint label_dropped() {
  return {
      {.name = "label-dropped",
       .summary = "a template uses a label that the expression drops",
       .doc =
           "A template reads a label that cannot be on the expression's result: an aggregation, a vector matching or a "
           "function has dropped it. The text will have a hole there. Where a condition provides for that, "
           "{{ if $labels.pod }}, nothing is said.",
       .instead =
           "Keep the label: sum by (job, pod), group_left (pod); an external label is {{ $externalLabels.cluster }}.",
       .why = "$labels holds the labels of the sample that the expression gave. The rule's own labels come after that, "
              "and "
              "external labels when the alert is sent."},
      check};
}

}  // namespace firedrill::lint::rules
