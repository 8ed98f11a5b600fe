// The templates of rules: the labels and annotations of alerts, in Go's template language (template/template_set.h)
// with Prometheus's root and functions. A template is parsed once and rendered at each evaluation.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "alerting/annotations/label_use.h"
#include "alerting/annotations/template_world.h"
#include "base/time.h"
#include "model/labels.h"
#include "promql/options.h"

namespace firedrill::alerting {

// What a template sees: .Labels, .Value, .ExternalLabels, .ExternalURL and the variables $labels, $value, … for them.
struct TemplateData {
  const model::Labels& labels;  // of the expression's sample, __name__ included
  double value = 0;
};

class Template {
 public:
  // The error is Go's, e.g. `template: __alert_Down:1: function "foo" not defined`. `alert` names the template as
  // Prometheus does ("__alert_" + alert).
  static std::expected<Template, std::string> parse(std::string_view alert, std::string_view text,
                                                    promql::Version version = promql::Version::v3);
  // One that could not be parsed: rendering it fails with parse()'s error, as it does where Prometheus finds out only
  // then.
  static Template broken(std::string_view alert, std::string_view text, std::string error);

  // Never fails: like Prometheus, gives "<error expanding template: …>" where rendering does. `t` is the evaluation's
  // time. Bounded in depth, steps and output.
  std::string render(const TemplateData& data, const TemplateWorld& world, Time t) const;
  // The same, with the error told apart.
  std::expected<std::string, std::string> try_render(const TemplateData& data, const TemplateWorld& world,
                                                     Time t) const;

  // Without actions: the text is its own rendering.
  bool constant() const;
  // It asks the store, so that when it is rendered matters.
  bool calls_query() const;
  // Its rendering may change while the labels stay: it reads the value, the time or the store.
  bool depends_on_value() const;
  const std::string& text() const;
  // Where it reads labels from $labels or .Labels by constant names, and takes them to be there: not where a condition
  // provides for their absence, as {{ if $labels.pod }} and {{ or $labels.pod "none" }} do.
  std::vector<LabelUse> labels_used() const;

 private:
  struct Parsed;
  std::shared_ptr<const Parsed> parsed_;
};

}  // namespace firedrill::alerting
