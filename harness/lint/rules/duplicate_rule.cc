#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "alerting/analysis/comparisons.h"
#include "alerting/analysis/needed_selectors.h"
#include "alerting/analysis/normal_form.h"
#include "base/maths.h"
#include "base/text/format.h"
#include "lint/rule_lints.h"
#include "promql/functions/functions.h"
#include "promql/parse/printer.h"

namespace firedrill::lint::rules {

using alerting::NamedText;
using alerting::Rule;

namespace {

// `expression > 5`: what is compared, and with which number.
struct Compared {
  const promql::Expr* what = nullptr;
  promql::BinaryOp op{};
  double bound = 0;

  bool holds(double value) const {
    switch (op) {
      case promql::BinaryOp::eq:
        return value == bound;
      case promql::BinaryOp::ne:
        return value != bound;
      case promql::BinaryOp::lt:
        return value < bound;
      case promql::BinaryOp::gt:
        return value > bound;
      case promql::BinaryOp::le:
        return value <= bound;
      default:
        return value >= bound;
    }
  }
};

// Of `5 < x` too.
std::optional<Compared> compared(const promql::Expr& expression) {
  const promql::Expr& expr = promql::unwrap(expression);
  if (expr.kind != promql::Kind::binary) return std::nullopt;
  const auto& binary = promql::as<promql::Binary>(expr);
  if (!promql::is_comparison(binary.op) || binary.return_bool) return std::nullopt;
  const promql::Expr& left = promql::unwrap(*binary.lhs);
  const promql::Expr& right = promql::unwrap(*binary.rhs);
  if (right.kind == promql::Kind::number) {
    return Compared{binary.lhs.get(), binary.op, promql::as<promql::NumberLiteral>(right).value};
  }
  if (left.kind != promql::Kind::number) return std::nullopt;
  return Compared{binary.rhs.get(), alerting::mirrored(binary.op), promql::as<promql::NumberLiteral>(left).value};
}

// Whether the one condition can hold, and never does without the other. Both change at their bounds only: these, what
// lies between and beside them, the infinities and NaN stand for all values.
bool implies(const Compared& narrow, const Compared& wide) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  std::vector<double> values = {-kInfinity, kInfinity, std::numeric_limits<double>::quiet_NaN(),
                                narrow.bound / 2 + wide.bound / 2};
  for (const double bound : {narrow.bound, wide.bound}) {
    const double step = maths::abs(bound) + 1;
    values.insert(values.end(), {bound - step, bound, bound + step});
  }
  return std::ranges::any_of(values, [&](double value) { return narrow.holds(value); }) &&
         std::ranges::all_of(values, [&](double value) { return !narrow.holds(value) || wide.holds(value); });
}

bool one_bound_within_the_other(const promql::Expr& a, const promql::Expr& b) {
  const auto left = compared(a);
  const auto right = compared(b);
  if (!left || !right || alerting::normal_form(*left->what) != alerting::normal_form(*right->what)) return false;
  return implies(*left, *right) || implies(*right, *left);
}

// Nothing in it makes one series out of others by anything but their labels, or looks at what is not there.
bool treats_series_alike(const promql::Expr& expression) {
  bool alike = true;
  promql::walk(expression, [&](const promql::Expr& node) {
    if (node.kind == promql::Kind::aggregate && promql::as<promql::Aggregate>(node).parameter) alike = false;
    if (node.kind == promql::Kind::binary) {
      const auto& matching = promql::as<promql::Binary>(node).matching;
      if (matching && (matching->on || !matching->labels.empty())) alike = false;
    }
    if (node.kind == promql::Kind::call) {
      constexpr std::string_view kOthers[] = {"absent",        "absent_over_time", "info",  "label_join",
                                              "label_replace", "scalar",           "vector"};
      if (std::ranges::find(kOthers, promql::as<promql::Call>(node).function->name) != std::end(kOthers)) alike = false;
    }
  });
  return alike;
}

// Whether `wide` is `narrow` with matchers that let more series in, and gives for those of `narrow` what that gives:
// each label by which they differ has one value in `narrow`, and the result still has it.
bool covers(const promql::Expr& wide, const promql::Expr& narrow) {
  const alerting::LabelFlow flow = alerting::label_flow(narrow);
  const auto fit = [&](const promql::VectorSelector& more, const promql::VectorSelector& few) {
    const auto has = [](const promql::VectorSelector& all, const model::Matcher& one) {
      return std::ranges::find(all.matchers, one) != all.matchers.end();
    };
    // What only the narrow one asks for is one value of a label that is kept.
    const auto kept = [&](const model::Matcher& matcher) {
      const auto value = flow.fixed.find(matcher.name());
      return has(more, matcher) ||
             (matcher.op() == model::MatchOp::equal && value != flow.fixed.end() && value->second == matcher.value());
    };
    const auto fits = [&](const model::Matcher& matcher) {
      if (has(few, matcher)) return true;
      const auto value = flow.fixed.find(matcher.name());
      return value != flow.fixed.end() && matcher.matches(value->second) &&
             std::ranges::any_of(few.matchers, [&](const model::Matcher& each) {
               return each.name() == matcher.name() && each.op() == model::MatchOp::equal;
             });
    };
    return std::ranges::all_of(few.matchers, kept) && std::ranges::all_of(more.matchers, fits);
  };
  return treats_series_alike(wide) && promql::equal_but_for_matchers(wide, narrow, fit);
}

// Whether it has a value whenever there are data.
bool filters(const promql::Expr& expression) {
  bool found = false;
  promql::walk(expression, [&](const promql::Expr& node) {
    if (node.kind == promql::Kind::call) {
      found = found || promql::as<promql::Call>(node).function->name.starts_with("absent");
    }
    if (node.kind != promql::Kind::binary) return;
    const auto& binary = promql::as<promql::Binary>(node);
    const bool set = binary.op == promql::BinaryOp::and_ || binary.op == promql::BinaryOp::unless;
    if (set || (promql::is_comparison(binary.op) && !binary.return_bool)) found = true;
  });
  return found;
}

// What it reads. Without data for some of it there may be no value.
std::set<std::string> inputs(const promql::Expr& expression) {
  std::set<std::string> read;
  for (const auto* selector : alerting::needed_selectors(expression)) read.insert(alerting::normal_form(*selector));
  return read;
}

// Whether each gives one series, both of the same labels, as soon as there are data for one of them: it reads all that
// the other does. sum(old_name) and sum(new_name) may never be there at once.
bool the_same_series(const promql::Expr& a, const promql::Expr& b) {
  if (filters(a) || filters(b)) return false;
  const std::set<std::string> of_a = inputs(a), of_b = inputs(b);
  if (!std::ranges::includes(of_a, of_b) && !std::ranges::includes(of_b, of_a)) return false;
  const auto one = [](const alerting::LabelFlow& flow) {
    return flow.exact &&
           std::ranges::all_of(flow.possible, [&](const auto& name) { return flow.fixed.contains(name); });
  };
  const alerting::LabelFlow left = alerting::label_flow(a);
  const alerting::LabelFlow right = alerting::label_flow(b);
  return one(left) && one(right) && left.fixed == right.fixed;
}

struct Seen {
  const Rule* rule = nullptr;
  std::string form;  // by which it can be told from others
};

// What is only likely is none of it: two expressions for one name may be of different series (code=~"4..", code=~"5.."
// by code), or hold at different times.
bool collide(const Seen& first, const Seen& second) {
  if (!first.rule->expression || !second.rule->expression) return false;
  const promql::Expr& a = promql::unwrap(*first.rule->expression);
  const promql::Expr& b = promql::unwrap(*second.rule->expression);
  if (first.form == second.form || one_bound_within_the_other(a, b) || covers(a, b) || covers(b, a)) return true;
  return first.rule->record && the_same_series(a, b);
}

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  using Labels = std::vector<std::pair<std::string, std::string>>;
  std::map<std::tuple<const Source*, std::string, bool, Labels>, std::vector<Seen>> seen;
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    Labels labels;
    for (const NamedText& label : rule.labels) labels.emplace_back(label.name, label.text.value);
    const Position& where = rule.alert ? rule.alert->where : rule.record->where;
    std::vector<Seen>& others = seen[{where.source.get(), rule.name(), rule.alert.has_value(), std::move(labels)}];
    // A label made of the value tells apart what has another value.
    const bool by_value = std::ranges::any_of(rule.label_templates, &alerting::Template::depends_on_value);
    Seen own{&rule, !rule.expression ? std::string()
                    : by_value       ? alerting::normal_form(*rule.expression)
                                     : alerting::normal_form_of_series(*rule.expression)};
    const auto first = std::ranges::find_if(others, [&](const Seen& each) { return collide(each, own); });
    if (first != others.end()) {
      const std::size_t line = (first->rule->alert ? first->rule->alert : first->rule->record)->where.line;
      findings.push_back(
          {&rule, where,
           rule.alert ? format("alert {} is repeated: the rule in line {} gives alerts of the same labels for the same "
                               "series",
                               model::quote(rule.name()), line)
                      : format("record {} is repeated: the rule in line {} writes the same series",
                               model::quote(rule.name()), line),
           "leave one of them, or give each a label that tells it from the other"});
    }
    others.push_back(std::move(own));
  }
}

}  // namespace

RuleLint duplicate_rule() {
  return {
      {.name = "duplicate-rule",
       .summary = "two rules of a file write the same series",
       .doc =
           "Two rules with the same name and labels whose expressions give the same series: they are equal, or written "
           "in "
           "another order (`a > 5`, `5 < a`), one bound includes the other (`> 5`, `> 10`), one selects what the other "
           "selects and more, or both give one series of the same labels, and one reads all that the other reads. Two "
           "records overwrite each other's samples, two alerts are one that nobody can "
           "tell apart. promtool's lint of that name warns of every pair of that name and labels, also where the "
           "expressions are about different series.",
       .instead = "One rule whose expression joins both by `or`, or a label that tells them apart.",
       .why = "A series is its name and labels; which rule wrote a sample is not part of it."},
      check};
}

}  // namespace firedrill::lint::rules
