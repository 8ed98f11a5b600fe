#include "alerting/rule_file.h"

#include <algorithm>
#include <set>
#include <utility>

#include "alerting/annotations/prometheus_functions.h"
#include "base/bounds/activity.h"
#include "base/text/format.h"
#include "base/text/utf8.h"
#include "promql/cost.h"
#include "promql/parse/parser.h"

namespace firedrill::alerting {
namespace {

class Finisher {
 public:
  explicit Finisher(const promql::Options& options) : options_(options) {}

  Diagnostics run(RuleFile& file) {
    std::set<std::string, std::less<>> names;
    for (RuleGroup& group : file.groups) {
      finish_group(group);
      if (!names.insert(group.name.value).second) {
        error(group.name.where, format("groupname: {} is repeated in the same file", model::quote(group.name.value)),
              "rename one of them");
      }
    }
    return std::move(found_);
  }

 private:
  void add(Severity severity, const Position& where, std::string what, std::string remedy = {}) {
    found_.push_back({severity, where, std::move(what), std::move(remedy)});
  }
  static const Position& name_place(const NamedText& text) {
    return text.where.source != nullptr ? text.where : text.text.where;
  }
  void error(const Position& where, std::string what, std::string remedy) {
    add(Severity::error, where, std::move(what), std::move(remedy));
  }

  bool valid_name(std::string_view name) const {
    if (options_.version == promql::Version::v2) return model::is_legacy_label_name(name);
    return !name.empty() && first_invalid_utf8(name) == std::string_view::npos;
  }

  void finish_group(RuleGroup& group);
  void finish_rule(Rule& rule, const RuleGroup& group);
  void check_kind(const Rule& rule);
  void check_recording(const Rule& rule);
  void check_labels(const std::vector<NamedText>& labels);
  void parse_expression(Rule& rule);
  std::vector<Template> parse_templates(const std::string& alert, const std::vector<NamedText>& texts,
                                        std::string_view what);
  std::string template_remedy(const std::string& reason) const;
  Template template_of_group(const std::string& alert, const NamedText& label, const std::string& reason);

  const promql::Options& options_;
  Diagnostics found_;
  std::set<std::string, std::less<>> of_group_;  // labels of the rule at hand that its group gives it
  std::set<std::string, std::less<>> warned_;    // labels of the group at hand whose templates are broken
};

void Finisher::finish_group(RuleGroup& group) {
  if (group.name.value.empty()) error(group.name.where, "groupname must not be empty", "add `name: …`");
  check_labels(group.labels);
  warned_.clear();
  for (Rule& rule : group.rules) finish_rule(rule, group);
}

void Finisher::check_kind(const Rule& rule) {
  if (rule.record && rule.alert)
    error(rule.alert->where, "only one of 'record' and 'alert' must be set", "make two rules of it");
  if (!rule.record && !rule.alert)
    error(rule.where, "one of 'record' or 'alert' must be set", "add `alert: …` or `record: …`");
  if (rule.record) check_recording(rule);
}

void Finisher::check_recording(const Rule& rule) {
  const Position& where = rule.record->where;
  const std::string& name = rule.record->value;
  if (!rule.annotations.empty()) error(where, "invalid field 'annotations' in recording rule", "remove it");
  if (rule.hold.count() != 0) error(where, "invalid field 'for' in recording rule", "remove it");
  if (rule.keep_firing_for.count() != 0) error(where, "invalid field 'keep_firing_for' in recording rule", "remove it");
  const bool valid = options_.version == promql::Version::v2 ? model::is_legacy_metric_name(name) : valid_name(name);
  if (!valid) error(where, "invalid recording rule name: " + name, "for example job:http_requests:rate5m");
  if (name.find_first_of("{}") != std::string::npos) {
    error(where, "braces present in the recording rule name; should it be in expr?: " + name,
          "labels go into `labels:`");
  }
}

void Finisher::check_labels(const std::vector<NamedText>& labels) {
  for (const NamedText& label : labels) {
    if (!valid_name(label.name) || label.name == model::kMetricName) {
      error(name_place(label), "invalid label name: " + label.name,
            "expected letters, digits and underscores, not beginning with a digit, and not __name__");
    }
    if (first_invalid_utf8(label.text.value) != std::string_view::npos) {
      error(label.text.where, "invalid label value: " + label.text.value, "write it in UTF-8");
    }
  }
}

void Finisher::parse_expression(Rule& rule) {
  if (rule.expr.value.empty()) {
    error(rule.expr.where.source ? rule.expr.where : rule.where, "field 'expr' must be set in rule", "add `expr: …`");
    return;
  }
  const Activity activity(rule.expr.where.source ? rule.expr.where : rule.where);
  auto parsed = promql::parse_text(rule.expr.value, options_.parsing());
  if (!parsed) {
    for (const promql::ParseError& e : parsed.error()) {
      const std::size_t length = e.where.end > e.where.begin ? e.where.end - e.where.begin : 1;
      error(locate(rule.expr, e.where.begin, length), "could not parse expression: " + e.what, e.remedy);
    }
    return;
  }
  rule.expression = std::move(*parsed);
  if (const auto costly = promql::too_costly(*rule.expression, options_)) {
    error(locate(rule.expr, costly->where.begin, costly->where.end - costly->where.begin), costly->what,
          costly->remedy);
  }
  const promql::ValueType type = rule.expression->type;
  if (type != promql::ValueType::vector && type != promql::ValueType::scalar) {
    add(Severity::warning, rule.expr.where,
        format("the expression gives a {}, so that each evaluation of the rule fails", to_string(type)),
        "a rule needs an instant vector or a scalar");
  }
}

std::string Finisher::template_remedy(const std::string& reason) const {
  constexpr std::string_view kFunction = "function \"";
  const std::size_t begin = reason.find(kFunction);
  if (begin != std::string::npos) {
    const std::string_view name = std::string_view(reason).substr(begin + kFunction.size());
    if (is_later_function(name.substr(0, name.find('"')), options_.version)) {
      return "later versions of Prometheus 3 have it: --promql-version 3 stands for the newest";
    }
  }
  return "Prometheus's templates: https://prometheus.io/docs/prometheus/latest/configuration/template_reference/";
}

std::vector<Template> Finisher::parse_templates(const std::string& alert, const std::vector<NamedText>& texts,
                                                std::string_view what) {
  std::vector<Template> templates;
  for (const NamedText& text : texts) {
    auto parsed = Template::parse(alert, text.text.value, options_.version);
    if (parsed) {
      templates.push_back(std::move(*parsed));
    } else if (of_group_.contains(text.name)) {
      templates.push_back(template_of_group(alert, text, parsed.error()));
    } else {
      error(text.text.where, format("{} {}: {}", what, model::quote(text.name), parsed.error()),
            template_remedy(parsed.error()));
    }
  }
  return templates;
}

// Prometheus parses these when it evaluates the rule, and so finds out then.
Template Finisher::template_of_group(const std::string& alert, const NamedText& label, const std::string& reason) {
  if (warned_.insert(label.name).second) {
    add(Severity::warning, label.text.where, format("label {} of the group: {}", model::quote(label.name), reason),
        "Prometheus takes it, and each alert of the group gets this error for a label");
  }
  return Template::broken(alert, label.text.value, reason);
}

void Finisher::finish_rule(Rule& rule, const RuleGroup& group) {
  check_kind(rule);
  check_labels(rule.labels);
  for (const NamedText& annotation : rule.annotations) {
    if (!valid_name(annotation.name)) {
      error(name_place(annotation), "invalid annotation name: " + annotation.name,
            "expected letters, digits and underscores, not beginning with a digit");
    }
  }
  of_group_.clear();
  for (const NamedText& label : group.labels) {
    if (std::ranges::find(rule.labels, label.name, &NamedText::name) != rule.labels.end()) continue;
    rule.labels.push_back(label);
    of_group_.insert(label.name);
  }
  std::ranges::sort(rule.labels, {}, &NamedText::name);
  std::ranges::sort(rule.annotations, {}, &NamedText::name);
  parse_expression(rule);
  if (!rule.alert) return;
  rule.label_templates = parse_templates(rule.alert->value, rule.labels, "label");
  of_group_.clear();
  rule.annotation_templates = parse_templates(rule.alert->value, rule.annotations, "annotation");
}

}  // namespace

Diagnostics finish(RuleFile& file, const promql::Options& options) {
  return Finisher(options).run(file);
}

}  // namespace firedrill::alerting
