#include "incident/alerts/alert_labels.h"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "alerting/analysis/label_flow.h"
#include "alerting/analysis/relabel_flow.h"
#include "base/contains.h"
#include "base/text/format.h"
#include "incident/expectations/known_names.h"
#include "incident/expressions.h"
#include "promql/functions/functions.h"

namespace firedrill::incident {
using namespace record;
namespace {

using Wanted = std::map<std::string, std::string>;
using NamedLabel = std::pair<std::string, std::string>;

// What a rule's text says against a label.
struct Denial {
  std::string why;                 // "its rule says 'warning'"; empty: nothing
  std::vector<std::string> gives;  // that it has instead
  bool labels = false;             // these are names of labels; else values
};

bool is_template(const std::string& text) {
  return text.find("{{") != std::string::npos;
}

// It may have labels that no series has.
bool makes_labels(const promql::Expr& expression) {
  constexpr std::array<std::string_view, 5> kMakers{"label_replace", "label_join", "absent", "absent_over_time",
                                                    "info"};
  bool makes = false;
  promql::walk(expression, [&](const promql::Expr& node) {
    if (node.kind == promql::Kind::call) makes |= contains(kMakers, promql::as<promql::Call>(node).function->name);
    if (node.kind == promql::Kind::aggregate) {
      makes |= promql::as<promql::Aggregate>(node).op == promql::AggregateOp::count_values;
    }
  });
  return makes;
}

// A match may bring a label from the other side or drop it, and `or` adds what has fewer.
bool matches_vectors(const promql::Expr& expression) {
  bool matches = false;
  promql::walk(expression, [&](const promql::Expr& node) {
    if (node.kind != promql::Kind::binary) return;
    const auto& binary = promql::as<promql::Binary>(node);
    matches |= binary.lhs->type == promql::ValueType::vector && binary.rhs->type == promql::ValueType::vector;
  });
  return matches;
}

const ConstantLabel* constant_of(std::span<const ConstantLabel> constants, std::string_view metric,
                                 const std::string& label) {
  const auto it = std::ranges::find_if(
      constants, [&](const ConstantLabel& constant) { return constant.label == label && constant.metric == metric; });
  return it == constants.end() ? nullptr : &*it;
}

// The values that the label has where each metric that is read has it as a constant; else nothing.
std::optional<std::set<std::string>> constant_values(const promql::Expr& expression,
                                                     std::span<const ConstantLabel> constants,
                                                     const std::string& name) {
  if (makes_labels(expression)) return std::nullopt;
  std::optional<std::set<std::string>> values;
  for (const promql::VectorSelector* selector : promql::selectors(expression)) {
    const ConstantLabel* constant = constant_of(constants, selector->name, name);
    if (constant == nullptr) return std::nullopt;
    if (!values) values.emplace();
    values->insert(constant->values.begin(), constant->values.end());
  }
  if (values && matches_vectors(expression)) values->insert("");
  return values;
}

std::string listed(const std::set<std::string>& values, std::string_view none) {
  std::string text;
  for (const std::string& value : values) {
    text += format("{}{}", text.empty() ? "" : " or ", value.empty() ? std::string(none) : "'" + value + "'");
  }
  return text;
}

// Each series that it selects has the label as a constant, and none this value.
Denial denial_of_constants(const promql::Expr& expression, std::span<const ConstantLabel> constants,
                           const std::string& name, const std::string& value) {
  const auto values = constant_values(expression, constants, name);
  if (!values || values->contains(value)) return {};
  std::vector<std::string> some;
  std::ranges::copy_if(*values, std::back_inserter(some), [](const std::string& text) { return !text.empty(); });
  const std::string& metric = promql::selectors(expression).front()->name;
  const std::vector<std::string>& own = constant_of(constants, metric, name)->values;
  if (std::ranges::all_of(own, &std::string::empty)) return {format("no series of {} has the label", metric), some};
  return {format("each series of {} has {}", metric, listed({own.begin(), own.end()}, "none")), some};
}

Denial denial_of_flow(const KnownRule& rule, std::span<const ConstantLabel> constants, const std::string& name,
                      const std::string& value) {
  if (rule.expression == nullptr) return {};
  const alerting::LabelFlow flow = alerting::label_flow(*rule.expression);
  if (!flow.may_have(name)) {
    std::vector<std::string> gives;
    if (flow.exact) gives.assign(flow.possible.begin(), flow.possible.end());
    for (const auto& [label, text] : rule.labels) gives.push_back(label);
    return {format("its expression gives no label '{}'", name), gives, true};
  }
  const auto fixed = flow.fixed.find(name);
  if (fixed == flow.fixed.end()) return denial_of_constants(*rule.expression, constants, name, value);
  if (fixed->second == value) return {};
  return {format("its expression selects '{}'", fixed->second), {fixed->second}, false};
}

const std::string* stated(const KnownRule& rule, const std::string& name) {
  const auto it = std::ranges::find(rule.labels, name, &NamedLabel::first);
  return it == rule.labels.end() ? nullptr : &it->second;
}

// By the rule, as it leaves it.
Denial denial_of_rule(const KnownRule& rule, std::span<const ConstantLabel> constants, const std::string& name,
                      const std::string& value) {
  if (name == model::kAlertName)
    return value == rule.alert ? Denial{} : Denial{"that is its name", {rule.alert}, false};
  const std::string* text = stated(rule, name);
  if (text == nullptr) return denial_of_flow(rule, constants, name, value);
  if (*text == value || is_template(*text)) return {};
  if (text->empty()) return {"its rule removes the label", {}, false};
  return {format("its rule says '{}'", *text), {*text}, false};
}

// As it is when the external labels are on it: they give way to labels of its own.
alerting::LabelValues values_of(const KnownRule& rule, std::span<const ConstantLabel> constants,
                                const AlertRelabelling& relabelling, const std::string& name) {
  alerting::LabelValues values;
  if (name == model::kAlertName) {
    values.values = {rule.alert};
  } else if (const std::string* text = stated(rule, name)) {
    is_template(*text) ? void(values.any = true) : void(values.values = {*text});
  } else if (rule.expression != nullptr) {
    const alerting::LabelFlow flow = alerting::label_flow(*rule.expression);
    const auto fixed = flow.fixed.find(name);
    const auto given = constant_values(*rule.expression, constants, name);
    const bool open = fixed == flow.fixed.end() && flow.may_have(name);
    values.any = open && !given;
    if (open && given) {
      values.values = *given;
    } else {
      values.values.insert(fixed != flow.fixed.end() ? fixed->second : "");
    }
  } else {
    values.any = true;
  }
  const auto external = std::ranges::find(relabelling.external_labels, name, &NamedLabel::first);
  if (external != relabelling.external_labels.end() && values.values.erase("") > 0)
    values.values.insert(external->second);
  return values;
}

Denial denial_of_external(const KnownRule& rule, std::span<const ConstantLabel> constants,
                          const AlertRelabelling& relabelling, const std::string& name, const std::string& value) {
  Denial denied = denial_of_rule(rule, constants, name, value);
  const auto external = std::ranges::find(relabelling.external_labels, name, &NamedLabel::first);
  if (denied.why.empty() || external == relabelling.external_labels.end()) return denied;
  const alerting::LabelValues values = values_of(rule, constants, relabelling, name);
  if (!values.values.contains(external->second)) return denied;
  if (external->second == value) return {};
  return {format("the external label says '{}'", external->second), {external->second}, false};
}

std::string left_as(const alerting::LabelValues& values) {
  if (values.values == std::set<std::string>{""}) return "take it away";
  return format("make it {}", listed(values.values, "nothing"));
}

// By its rule, the external labels and the relabelling.
Denial denial(const KnownRule& rule, std::span<const ConstantLabel> constants, const AlertRelabelling& relabelling,
              const std::string& name, const std::string& value) {
  if (value.empty()) return {};  // it must not have the label: who knows
  const Denial before = denial_of_external(rule, constants, relabelling, name, value);
  if (relabelling.relabel == nullptr) return before;
  const auto came = [&](const std::string& label) { return values_of(rule, constants, relabelling, label); };
  const alerting::LabelValues values = alerting::after_relabelling(*relabelling.relabel, {name}, came).at(name);
  if (values == came(name)) return before;
  if (values.admit(value)) return {};
  Denial denied{format("alert_relabel_configs {}", left_as(values)), {}, false};
  for (const std::string& other : values.values) {
    if (!other.empty()) denied.gives.push_back(other);
  }
  return denied;
}

bool admits(const KnownRule& rule, const Wanted& wanted, std::span<const ConstantLabel> constants,
            const AlertRelabelling& relabelling) {
  return std::ranges::all_of(wanted, [&](const auto& label) {
    return denial(rule, constants, relabelling, label.first, label.second).why.empty();
  });
}

KnownRule text_of(const Record& record, const RuleRecord& rule) {
  KnownRule known{rule.name, expression_of(record, rule), {}};
  for (const model::Label& label : rule.labels) known.labels.emplace_back(label.name, label.value);
  return known;
}

// Without the relabelling, whose steps the record does not keep.
AlertRelabelling relabelling_of(const Record& record) {
  AlertRelabelling relabelling;
  for (const model::Label& label : record.monitoring.external_labels) {
    relabelling.external_labels.emplace_back(label.name, label.value);
  }
  return relabelling;
}

bool may_be_relabelled(const Record& record, const std::string& label) {
  const auto& labels = record.monitoring.relabelled_labels;
  return record.monitoring.relabels_alerts && (!labels || contains(*labels, label));
}

// Whether values of this label are those of the targets, which are all known from the start.
bool of_targets(const std::string& name, const promql::Queryable& series) {
  const std::array up{*model::Matcher::make(std::string(model::kMetricName), model::MatchOp::equal, "up")};
  return std::ranges::any_of(series.select(up), [&](auto ref) { return series.labels(ref).has(name); });
}

}  // namespace

std::map<std::string, std::string> wanted_labels(const Expectation& expectation) {
  Wanted wanted = expectation.fields.text_map("labels");
  if (expectation.fields.has("severity")) wanted["severity"] = expectation.fields.text("severity");
  return wanted;
}

void check_labels(const Expectation& expectation, const KnownNames& names, Diagnostics& diagnostics) {
  const std::string alert = expectation.fields.text("alert");
  const Wanted wanted = wanted_labels(expectation);
  std::vector<const KnownRule*> rules;
  for (const KnownRule& rule : names.rules) {
    if (rule.alert == alert) rules.push_back(&rule);
  }
  const auto possible = [&](const Wanted& labels) {
    return std::ranges::any_of(
        rules, [&](const KnownRule* rule) { return admits(*rule, labels, names.constants, names.relabelling); });
  };
  if (rules.empty() || possible(wanted)) return;
  const auto report = [&](std::string_view field, std::string what, std::string remedy) {
    diagnostics.push_back({Severity::error, expectation.fields.where(field), std::move(what), std::move(remedy)});
  };
  bool told = false;
  for (const auto& [name, value] : wanted) {
    if (possible({{name, value}})) continue;
    const Denial first = denial(*rules.front(), names.constants, names.relabelling, name, value);
    std::vector<std::string> gives;
    for (const KnownRule* rule : rules) {
      Denial denied = denial(*rule, names.constants, names.relabelling, name, value);
      std::ranges::move(denied.gives, std::back_inserter(gives));
    }
    std::ranges::sort(gives);
    gives.erase(std::unique(gives.begin(), gives.end()), gives.end());
    const bool short_form = name == "severity" && expectation.fields.has("severity");
    report(short_form ? "severity" : "labels",
           format("the alert '{}' never has {}={}: {}", alert, name, model::quote(value), first.why),
           gives.empty() ? "leave the label out" : suggest(first.labels ? name : value, gives));
    told = true;
  }
  if (!told) {
    report("labels", format("no rule of the name '{}' gives all of these labels", alert),
           "name those of one of its rules");
  }
}

std::string renamed_rule(const std::string& alert, const KnownNames& names) {
  if (names.relabelling.relabel == nullptr) return {};
  const std::string label(model::kAlertName);
  for (const KnownRule& rule : names.rules) {
    const auto came = [&](const std::string& name) {
      return values_of(rule, names.constants, names.relabelling, name);
    };
    const auto after = alerting::after_relabelling(*names.relabelling.relabel, {label}, came);
    if (after.at(label).values.contains(alert)) return rule.alert;
  }
  return {};
}

const RuleRecord* rule_for(const Expectation& expectation, const Record& record) {
  const std::string alert = expectation.fields.text("alert");
  const Wanted wanted = wanted_labels(expectation);
  const AlertRelabelling relabelling = relabelling_of(record);
  const auto found = std::ranges::find_if(record.rules, [&](const RuleRecord& rule) {
    return rule.alerting && rule.name == alert && admits(text_of(record, rule), wanted, {}, relabelling);
  });
  return found != record.rules.end() ? &*found : record.alerting_rule(alert);
}

std::string never_labelled(const Expectation& expectation, const Record& record, const RuleRecord& rule,
                           const promql::Queryable& series) {
  const KnownRule text = text_of(record, rule);
  const AlertRelabelling relabelling = relabelling_of(record);
  if (text.expression == nullptr) return {};
  const promql::Expr& expression = *text.expression;
  std::set<promql::SeriesRef> selected;
  for (const promql::VectorSelector* selector : promql::selectors(expression)) {
    for (const promql::SeriesRef ref : series.select(selector->matchers)) selected.insert(ref);
  }
  for (const auto& [name, value] : wanted_labels(expectation)) {
    if (may_be_relabelled(record, name)) continue;
    if (const Denial denied = denial(text, {}, relabelling, name, value); !denied.why.empty()) {
      return format("no alert of it has {}={}: {}", name, model::quote(value), denied.why);
    }
    const std::string_view outside = record.monitoring.external_labels.get(name);
    if (value.empty() || outside == value || stated(text, name) != nullptr || name == model::kAlertName) continue;
    if (selected.empty() || makes_labels(expression)) continue;
    const auto some = [&](const auto& holds) {
      return std::ranges::any_of(selected, [&](auto ref) { return holds(series.labels(ref).get(name)); });
    };
    if (!some([](std::string_view found) { return !found.empty(); })) {
      return outside.empty()
                 ? format("no series that it reads has a label '{}'", name)
                 : format("no series that it reads has a label '{}', and the external one says '{}'", name, outside);
    }
    if (!some([&](std::string_view found) { return found == value; }) && of_targets(name, series)) {
      return format("no series that it reads has {}={}", name, model::quote(value));
    }
  }
  return {};
}

}  // namespace firedrill::incident
