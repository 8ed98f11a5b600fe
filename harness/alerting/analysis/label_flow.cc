#include "alerting/analysis/label_flow.h"

#include <algorithm>

#include "base/text/format.h"
#include "promql/functions/functions.h"

namespace firedrill::alerting {
namespace {

using promql::as;
using promql::Expr;
using promql::Kind;

LabelFlow nothing_but(std::set<std::string> labels) {
  LabelFlow flow;
  flow.exact = true;
  flow.possible = std::move(labels);
  return flow;
}

void drop(LabelFlow& flow, const std::string& label) {
  flow.possible.erase(label);
  flow.fixed.erase(label);
  flow.demanded.erase(label);
  flow.absent.insert(label);
}

// The label may be there or not, with any value.
void open(LabelFlow& flow, const std::string& label) {
  flow.fixed.erase(label);
  flow.demanded.erase(label);
  flow.absent.erase(label);
  if (flow.exact) flow.possible.insert(label);
}

// The one value that lets a sample pass: of a text, and of a pattern that is one.
const std::string* only_value(const model::Matcher& matcher) {
  if (matcher.op() == model::MatchOp::equal) return &matcher.value();
  if (matcher.op() != model::MatchOp::regex || !matcher.regex()) return nullptr;
  const std::vector<std::string>& literals = matcher.regex()->literals();
  return literals.size() == 1 ? &literals.front() : nullptr;
}

LabelFlow of_matchers(const std::vector<model::Matcher>& matchers) {
  LabelFlow flow;
  for (const model::Matcher& matcher : matchers) {
    if (matcher.name() == model::kMetricName) continue;
    if (!matcher.matches("")) {
      flow.demanded.insert(matcher.name());
      if (const std::string* value = only_value(matcher)) flow.fixed[matcher.name()] = *value;
    } else if (matcher.op() == model::MatchOp::equal) {
      flow.absent.insert(matcher.name());
    }
  }
  return flow;
}

// What the selector demands, and what is known of the series of its name.
LabelFlow of_selector(const promql::VectorSelector& selector, const RecordedLabels* recorded) {
  LabelFlow asked = of_matchers(selector.matchers);
  const auto known = recorded == nullptr ? RecordedLabels::const_iterator{} : recorded->find(selector.name);
  if (recorded == nullptr || known == recorded->end()) return asked;
  LabelFlow flow = known->second;
  flow.fixed.insert(asked.fixed.begin(), asked.fixed.end());
  flow.demanded.insert(asked.demanded.begin(), asked.demanded.end());
  flow.absent.insert(asked.absent.begin(), asked.absent.end());
  return flow;
}

// Of a flow's labels, those listed.
LabelFlow only(const LabelFlow& flow, const std::vector<std::string>& labels) {
  LabelFlow kept;
  kept.exact = true;
  for (const std::string& label : labels) {
    if (!flow.may_have(label)) continue;
    kept.possible.insert(label);
    if (flow.demanded.contains(label)) kept.demanded.insert(label);
    if (const auto it = flow.fixed.find(label); it != flow.fixed.end()) kept.fixed.insert(*it);
  }
  return kept;
}

// Of a string, however many brackets it stands in.
std::optional<std::string> text_of(const Expr* expression) {
  while (expression != nullptr && expression->kind == Kind::paren)
    expression = as<promql::Paren>(*expression).inner.get();
  if (expression == nullptr || expression->kind != Kind::string) return std::nullopt;
  return as<promql::StringLiteral>(*expression).value;
}

LabelFlow of_aggregate(const promql::Aggregate& node, const RecordedLabels* recorded) {
  LabelFlow inner = label_flow(*node.inner, recorded);
  using promql::AggregateOp;
  // They choose samples, and the grouping does not change the labels.
  if (node.op == AggregateOp::topk || node.op == AggregateOp::bottomk || node.op == AggregateOp::limitk ||
      node.op == AggregateOp::limit_ratio) {
    return inner;
  }
  LabelFlow flow;
  if (node.without) {
    flow = std::move(inner);
    for (const std::string& label : node.grouping) drop(flow, label);
  } else {
    flow = only(inner, node.grouping);
  }
  // `without` takes away the label of the values, too.
  if (const auto label = text_of(node.parameter.get()); node.op == AggregateOp::count_values && label) {
    const bool taken = node.without && std::ranges::find(node.grouping, *label) != node.grouping.end();
    if (taken) return flow;
    open(flow, *label);
    flow.demanded.insert(*label);
  }
  return flow;
}

// absent(up{job="a"}) is {job="a"}: of the matchers those that say a value.
LabelFlow of_absent(const Expr& argument) {
  LabelFlow flow = nothing_but({});
  const auto found = promql::selectors(argument);
  if (found.size() != 1 || (argument.kind != Kind::vector_selector && argument.kind != Kind::matrix_selector)) {
    return flow;
  }
  for (const model::Matcher& matcher : found[0]->matchers) {
    const bool says = matcher.op() == model::MatchOp::equal && !matcher.value().empty();
    if (says && matcher.name() != model::kMetricName) flow.possible.insert(matcher.name());
  }
  return flow;
}

LabelFlow of_call(const promql::Call& node, const RecordedLabels* recorded) {
  using promql::Special;
  const auto text = [&](std::size_t i) {
    return node.arguments.size() > i ? text_of(node.arguments[i].get()).value_or("") : std::string();
  };
  switch (node.function->special) {
    case Special::absent:
    case Special::absent_over_time:
      return of_absent(*node.arguments[0]);
    case Special::vector:
    case Special::time:
    case Special::pi:
    case Special::scalar:
      return nothing_but({});
    case Special::calendar:
      if (node.arguments.empty()) return nothing_but({});
      return label_flow(*node.arguments[0], recorded);
    case Special::label_replace:
    case Special::label_join: {
      LabelFlow flow = label_flow(*node.arguments[0], recorded);
      open(flow, text(1));
      return flow;
    }
    case Special::histogram_quantile:
    case Special::histogram_fraction: {
      LabelFlow flow = label_flow(*node.arguments.back(), recorded);
      drop(flow, std::string(model::kBucketLabel));
      return flow;
    }
    case Special::info:
      return {};
    default:
      break;
  }
  for (const promql::ExprPtr& argument : node.arguments) {
    if (argument->type == promql::ValueType::vector || argument->type == promql::ValueType::matrix) {
      return label_flow(*argument, recorded);
    }
  }
  return {};
}

LabelFlow of_matching(const promql::Binary& node, const RecordedLabels* recorded) {
  const promql::Matching& matching = *node.matching;
  const bool right = matching.cardinality == promql::Cardinality::one_to_many;
  LabelFlow flow = label_flow(right ? *node.rhs : *node.lhs, recorded);
  if (matching.cardinality == promql::Cardinality::one_to_one) {
    if (matching.on) return only(flow, matching.labels);
    for (const std::string& label : matching.labels) drop(flow, label);
    return flow;
  }
  const LabelFlow one = label_flow(right ? *node.lhs : *node.rhs, recorded);
  for (const std::string& label : matching.include) {
    drop(flow, label);
    if (!one.may_have(label)) continue;
    open(flow, label);
    if (one.demanded.contains(label)) flow.demanded.insert(label);
    if (const auto it = one.fixed.find(label); it != one.fixed.end()) flow.fixed.insert(*it);
  }
  return flow;
}

LabelFlow of_binary(const promql::Binary& node, const RecordedLabels* recorded) {
  const bool left = node.lhs->type == promql::ValueType::vector;
  const bool right = node.rhs->type == promql::ValueType::vector;
  if (!left && !right) return nothing_but({});
  if (left != right) return label_flow(left ? *node.lhs : *node.rhs, recorded);
  if (node.op == promql::BinaryOp::or_) {
    return either(label_flow(*node.lhs, recorded), label_flow(*node.rhs, recorded));
  }
  if (promql::is_set_operator(node.op)) return label_flow(*node.lhs, recorded);
  return of_matching(node, recorded);
}

// Why the label's value on the one side cannot be the value on the other. A label that is not there equals an empty
// one, so what the one side never has, the other must have.
std::optional<std::string> differs(const std::string& label, const LabelFlow& left, const LabelFlow& right) {
  const auto on_left = left.fixed.find(label);
  const auto on_right = right.fixed.find(label);
  if (on_left != left.fixed.end() && on_right != right.fixed.end() && on_left->second != on_right->second) {
    return format("{} is {} on the left and {} on the right", label, model::quote(on_left->second),
                  model::quote(on_right->second));
  }
  const auto said = [&](const LabelFlow& flow) {
    const auto value = flow.fixed.find(label);
    return value == flow.fixed.end() ? "always there" : model::quote(value->second);
  };
  if (left.must_have(label) && !right.may_have(label)) {
    return format("{} is {} on the left, and the right side does not have it", label, said(left));
  }
  if (right.must_have(label) && !left.may_have(label)) {
    return format("{} is {} on the right, and the left side does not have it", label, said(right));
  }
  return std::nullopt;
}

}  // namespace

LabelFlow either(const LabelFlow& a, const LabelFlow& b) {
  LabelFlow flow;
  flow.exact = a.exact && b.exact;
  if (flow.exact) {
    flow.possible = a.possible;
    flow.possible.insert(b.possible.begin(), b.possible.end());
  }
  for (const auto& [name, value] : a.fixed) {
    const auto it = b.fixed.find(name);
    if (it != b.fixed.end() && it->second == value) flow.fixed.emplace(name, value);
  }
  for (const std::string& name : a.demanded) {
    if (b.demanded.contains(name)) flow.demanded.insert(name);
  }
  for (const std::string& name : a.absent) {
    if (!b.may_have(name)) flow.absent.insert(name);
  }
  for (const std::string& name : b.absent) {
    if (!a.may_have(name)) flow.absent.insert(name);
  }
  return flow;
}

LabelFlow label_flow(const Expr& expression, const RecordedLabels* recorded) {
  switch (expression.kind) {
    case Kind::vector_selector:
      return of_selector(as<promql::VectorSelector>(expression), recorded);
    case Kind::matrix_selector:
      return of_selector(*as<promql::MatrixSelector>(expression).vector, recorded);
    case Kind::subquery:
      return label_flow(*as<promql::Subquery>(expression).inner, recorded);
    case Kind::paren:
      return label_flow(*as<promql::Paren>(expression).inner, recorded);
    case Kind::unary:
      return label_flow(*as<promql::Unary>(expression).inner, recorded);
    case Kind::aggregate:
      return of_aggregate(as<promql::Aggregate>(expression), recorded);
    case Kind::call:
      return of_call(as<promql::Call>(expression), recorded);
    case Kind::binary:
      return of_binary(as<promql::Binary>(expression), recorded);
    case Kind::number:
    case Kind::string:
      break;
  }
  return nothing_but({});
}

std::optional<std::string> cannot_meet(const promql::Binary& binary, const RecordedLabels* recorded) {
  if (!binary.matching || binary.op == promql::BinaryOp::or_) return std::nullopt;
  if (binary.lhs->type != promql::ValueType::vector || binary.rhs->type != promql::ValueType::vector) {
    return std::nullopt;
  }
  const LabelFlow left = label_flow(*binary.lhs, recorded);
  const LabelFlow right = label_flow(*binary.rhs, recorded);
  const promql::Matching& matching = *binary.matching;
  std::set<std::string> matched;
  if (matching.on) {
    matched.insert(matching.labels.begin(), matching.labels.end());
  } else {
    for (const LabelFlow* side : {&left, &right}) {
      for (const auto& [name, value] : side->fixed) matched.insert(name);
      matched.insert(side->demanded.begin(), side->demanded.end());
    }
    for (const std::string& label : matching.labels) matched.erase(label);
  }
  for (const std::string& label : matched) {
    if (auto why = differs(label, left, right)) return why;
  }
  return std::nullopt;
}

}  // namespace firedrill::alerting
