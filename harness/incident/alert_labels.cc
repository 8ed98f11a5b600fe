#include "incident/alert_labels.h"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "alerting/label_flow.h"
#include "base/format.h"
#include "incident/search.h"
#include "promql/functions.h"
#include "promql/parser.h"

namespace firedrill::incident {
namespace {

using Wanted = std::map<std::string, std::string>;

// What a rule's text says against a label.
struct Denial {
  std::string why;                 // "its rule says 'warning'"; empty: nothing
  std::vector<std::string> gives;  // that it has instead
  bool labels = false;             // these are names of labels; else values
};

std::shared_ptr<const promql::Expr> parsed(const std::string& expr) {
  auto expression = promql::parse_text(expr, {.experimental_functions = true});
  return expression ? *expression : nullptr;
}

Denial denial_of_flow(const KnownRule& rule, const std::string& name, const std::string& value) {
  const auto expression = parsed(rule.expr);
  if (expression == nullptr) return {};
  const alerting::LabelFlow flow = alerting::label_flow(*expression);
  if (!flow.may_have(name)) {
    std::vector<std::string> gives;
    if (flow.exact) gives.assign(flow.possible.begin(), flow.possible.end());
    for (const auto& [label, text] : rule.labels) gives.push_back(label);
    return {format("its expression gives no label '{}'", name), gives, true};
  }
  const auto fixed = flow.fixed.find(name);
  if (fixed == flow.fixed.end() || fixed->second == value) return {};
  return {format("its expression selects '{}'", fixed->second), {fixed->second}, false};
}

Denial denial(const KnownRule& rule, const std::string& name, const std::string& value) {
  if (value.empty()) return {};  // it must not have the label: who knows
  if (name == model::kAlertName)
    return value == rule.alert ? Denial{} : Denial{"that is its name", {rule.alert}, false};
  const auto stated = std::ranges::find(rule.labels, name, &std::pair<std::string, std::string>::first);
  if (stated == rule.labels.end()) return denial_of_flow(rule, name, value);
  const std::string& text = stated->second;
  if (text == value || text.find("{{") != std::string::npos) return {};
  if (text.empty()) return {"its rule removes the label", {}, false};
  return {format("its rule says '{}'", text), {text}, false};
}

bool admits(const KnownRule& rule, const Wanted& wanted, std::span<const std::string> open) {
  return std::ranges::all_of(wanted, [&](const auto& label) {
    const bool stated = contains(rule.labels | std::views::keys, label.first);
    return (!stated && contains(open, label.first)) || denial(rule, label.first, label.second).why.empty();
  });
}

KnownRule text_of(const RuleRecord& rule) {
  KnownRule known{rule.name, rule.expr, {}};
  for (const model::Label& label : rule.labels) known.labels.emplace_back(label.name, label.value);
  return known;
}

std::vector<std::string> names_of(const model::Labels& labels) {
  std::vector<std::string> names;
  for (const model::Label& label : labels) names.push_back(label.name);
  return names;
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
    return std::ranges::any_of(rules, [&](const KnownRule* rule) { return admits(*rule, labels, names.open_labels); });
  };
  if (rules.empty() || names.labels_change || possible(wanted)) return;
  const auto report = [&](std::string_view field, std::string what, std::string remedy) {
    diagnostics.push_back({Severity::error, expectation.fields.where(field), std::move(what), std::move(remedy)});
  };
  bool told = false;
  for (const auto& [name, value] : wanted) {
    if (possible({{name, value}})) continue;
    const Denial first = denial(*rules.front(), name, value);
    std::vector<std::string> gives;
    for (const KnownRule* rule : rules) {
      for (std::string& other : denial(*rule, name, value).gives) gives.push_back(std::move(other));
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

const RuleRecord* rule_for(const Expectation& expectation, const Record& record) {
  const std::string alert = expectation.fields.text("alert");
  const Wanted wanted = wanted_labels(expectation);
  const std::vector<std::string> open = names_of(record.monitoring.external_labels);
  const auto found = std::ranges::find_if(record.rules, [&](const RuleRecord& rule) {
    return rule.alerting && rule.name == alert && admits(text_of(rule), wanted, open);
  });
  return found != record.rules.end() ? &*found : record.alerting_rule(alert);
}

std::string never_labelled(const Expectation& expectation, const Record& record, const RuleRecord& rule,
                           const promql::Queryable& series) {
  if (record.monitoring.relabels_alerts) return {};
  const KnownRule text = text_of(rule);
  const auto expression = parsed(rule.expr);
  if (expression == nullptr) return {};
  std::set<promql::SeriesRef> selected;
  for (const promql::VectorSelector* selector : promql::selectors(*expression)) {
    for (const promql::SeriesRef ref : series.select(selector->matchers)) selected.insert(ref);
  }
  for (const auto& [name, value] : wanted_labels(expectation)) {
    const bool stated = contains(text.labels | std::views::keys, name);
    if (!stated && record.monitoring.external_labels.has(name)) continue;
    if (const Denial denied = denial(text, name, value); !denied.why.empty()) {
      return format("no alert of it has {}={}: {}", name, model::quote(value), denied.why);
    }
    if (stated || value.empty() || name == model::kAlertName || selected.empty() || makes_labels(*expression)) continue;
    const auto some = [&](const auto& holds) {
      return std::ranges::any_of(selected, [&](auto ref) { return holds(series.labels(ref).get(name)); });
    };
    if (!some([](std::string_view found) { return !found.empty(); })) {
      return format("no series that it reads has a label '{}'", name);
    }
    if (!some([&](std::string_view found) { return found == value; }) && of_targets(name, series)) {
      return format("no series that it reads has {}={}", name, model::quote(value));
    }
  }
  return {};
}

}  // namespace firedrill::incident
