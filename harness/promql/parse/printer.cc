#include "promql/parse/printer.h"

#include <algorithm>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "promql/functions/functions.h"

namespace firedrill::promql {
namespace {

std::string label_list(const std::vector<std::string>& labels) {
  std::string out;
  for (const std::string& label : labels) {
    if (!out.empty()) out += ", ";
    out += model::is_legacy_label_name(label) ? label : model::quote(label);
  }
  return out;
}

std::string duration(Duration value, const DurationExprPtr& computed) {
  return computed ? print(*computed) : format_duration(value);
}

// A literal behind offset would be all of it, so that one with which a computation begins is put in parentheses. 3.5
// reads it as it was: `offset (1m) * 2`.
std::string behind_offset(const DurationExpr& expr) {
  const std::string text = print(expr);
  const DurationExpr* left = &expr;
  std::size_t signs = 0;
  while (!left->wrapped && left->op != DurationExpr::Op::min_of && left->op != DurationExpr::Op::max_of) {
    if (left->op == DurationExpr::Op::minus) {
      left = left->rhs.get();
      ++signs;
    } else if (left->lhs) {
      left = left->lhs.get();
    } else {
      break;
    }
  }
  if (left == &expr || left->wrapped || left->op != DurationExpr::Op::number) return text;
  const std::size_t end = signs + print(*left).size();
  return text.substr(0, signs) + "(" + text.substr(signs, end - signs) + ")" + text.substr(end);
}

std::string modifiers(const Modifiers& m) {
  std::string out;
  switch (m.at) {
    case Modifiers::At::none:
      break;
    case Modifiers::At::time: {
      const std::int64_t ms = m.time.time_since_epoch().count();
      const std::uint64_t magnitude = ms < 0 ? 0 - static_cast<std::uint64_t>(ms) : static_cast<std::uint64_t>(ms);
      out += format(" @ {}{}.{:03}", ms < 0 ? "-" : "", magnitude / 1000, magnitude % 1000);
      break;
    }
    case Modifiers::At::start:
      out += " @ start()";
      break;
    case Modifiers::At::end:
      out += " @ end()";
      break;
  }
  if (m.offset_expr) return out + " offset " + behind_offset(*m.offset_expr);
  if (m.offset > Duration::zero()) out += " offset " + format_duration(m.offset);
  if (m.offset < Duration::zero()) out += " offset -" + format_duration(-m.offset);
  return out;
}

std::string selector(const VectorSelector& node) {
  std::string out = node.name;
  std::string body;
  for (const model::Matcher& matcher : node.matchers) {
    const bool own_name = !node.name.empty() && matcher.name() == model::kMetricName;
    if (own_name) continue;
    if (!body.empty()) body += ",";
    body += matcher.to_string();
  }
  if (!body.empty() || out.empty()) out += "{" + body + "}";
  return out;
}

std::string number(const NumberLiteral& node) {
  if (!node.duration) return format_go_f(node.value);
  const std::string text = format_duration(from_seconds(node.value < 0 ? -node.value : node.value));
  return node.value < 0 ? "-" + text : text;
}

std::string matching(const Binary& node) {
  std::string out;
  if (node.return_bool) out += " bool";
  if (!node.matching) return out;
  const Matching& m = *node.matching;
  const bool grouped = m.cardinality == Cardinality::many_to_one || m.cardinality == Cardinality::one_to_many;
  if (!m.labels.empty() || m.on || grouped) {
    out += format(" {} ({})", m.on ? "on" : "ignoring", label_list(m.labels));
  }
  if (grouped) {
    out +=
        format(" group_{} ({})", m.cardinality == Cardinality::many_to_one ? "left" : "right", label_list(m.include));
  }
  return out;
}

std::string aggregate(const Aggregate& node) {
  std::string out(to_string(node.op));
  if (node.without || !node.grouping.empty()) {
    out += format(" {} ({}) ", node.without ? "without" : "by", label_list(node.grouping));
  }
  out += "(";
  if (node.parameter) out += print(*node.parameter) + ", ";
  return out + print(*node.inner) + ")";
}

std::string call(const Call& node) {
  std::string out(node.function->name);
  out += "(";
  for (std::size_t i = 0; i < node.arguments.size(); ++i) {
    if (i > 0) out += ", ";
    out += print(*node.arguments[i]);
  }
  return out + ")";
}

}  // namespace

std::string print(const Expr& expr) {
  switch (expr.kind) {
    case Kind::number:
      return number(as<NumberLiteral>(expr));
    case Kind::string:
      return model::quote(as<StringLiteral>(expr).value);
    case Kind::vector_selector:
      return selector(as<VectorSelector>(expr)) + modifiers(as<VectorSelector>(expr).modifiers);
    case Kind::matrix_selector: {
      const auto& node = as<MatrixSelector>(expr);
      return format("{}[{}]{}", selector(*node.vector), duration(node.range, node.range_expr),
                    modifiers(node.vector->modifiers));
    }
    case Kind::subquery: {
      const auto& node = as<Subquery>(expr);
      return format("{}[{}:{}]{}", print(*node.inner), duration(node.range, node.range_expr),
                    node.step ? duration(*node.step, node.step_expr) : "", modifiers(node.modifiers));
    }
    case Kind::call:
      return call(as<Call>(expr));
    case Kind::aggregate:
      return aggregate(as<Aggregate>(expr));
    case Kind::binary: {
      const auto& node = as<Binary>(expr);
      std::string left = print(*node.lhs);
      // +Inf ^ 2 would be a sign before a power.
      if (node.op == BinaryOp::pow && node.lhs->kind == Kind::number && left.starts_with('+')) left.erase(0, 1);
      return format("{} {}{} {}", left, to_string(node.op), matching(node), print(*node.rhs));
    }
    case Kind::unary:
      return (as<Unary>(expr).minus ? "-" : "+") + print(*as<Unary>(expr).inner);
    case Kind::paren:
      return "(" + print(*as<Paren>(expr).inner) + ")";
  }
  return "";
}

namespace {

bool same_matching(const std::optional<Matching>& a, const std::optional<Matching>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return a->cardinality == b->cardinality && a->on == b->on && a->labels == b->labels && a->include == b->include;
}

bool same(const DurationExprPtr& a, const DurationExprPtr& b) {
  return a && b ? equal(*a, *b) : !a && !b;
}

bool same_modifiers(const Modifiers& a, const Modifiers& b) {
  return a.offset == b.offset && same(a.offset_expr, b.offset_expr) && a.at == b.at &&
         (a.at != Modifiers::At::time || a.time == b.time);
}

bool same_selector(const VectorSelector& a, const VectorSelector& b, const SelectorsFit& fit) {
  return a.name == b.name && fit(a, b) && same_modifiers(a.modifiers, b.modifiers);
}

// Of the nodes themselves, whatever is below them.
bool same_node(const Expr& a, const Expr& b, const SelectorsFit& fit) {
  switch (a.kind) {
    case Kind::number: {
      const auto& x = as<NumberLiteral>(a);
      const auto& y = as<NumberLiteral>(b);
      const bool nan = x.value != x.value && y.value != y.value;
      return (nan || x.value == y.value) && x.duration == y.duration;
    }
    case Kind::string:
      return as<StringLiteral>(a).value == as<StringLiteral>(b).value;
    case Kind::vector_selector:
      return same_selector(as<VectorSelector>(a), as<VectorSelector>(b), fit);
    case Kind::matrix_selector:
      return as<MatrixSelector>(a).range == as<MatrixSelector>(b).range &&
             same(as<MatrixSelector>(a).range_expr, as<MatrixSelector>(b).range_expr) &&
             same_selector(*as<MatrixSelector>(a).vector, *as<MatrixSelector>(b).vector, fit);
    case Kind::subquery: {
      const auto& x = as<Subquery>(a);
      const auto& y = as<Subquery>(b);
      return x.range == y.range && x.step == y.step && same(x.range_expr, y.range_expr) &&
             same(x.step_expr, y.step_expr) && same_modifiers(x.modifiers, y.modifiers);
    }
    case Kind::call:
      return as<Call>(a).function == as<Call>(b).function;
    case Kind::aggregate: {
      const auto& x = as<Aggregate>(a);
      const auto& y = as<Aggregate>(b);
      return x.op == y.op && x.without == y.without && x.grouping == y.grouping;
    }
    case Kind::binary: {
      const auto& x = as<Binary>(a);
      const auto& y = as<Binary>(b);
      return x.op == y.op && x.return_bool == y.return_bool && same_matching(x.matching, y.matching);
    }
    case Kind::unary:
      return as<Unary>(a).minus == as<Unary>(b).minus;
    case Kind::paren:
      return true;
  }
  return false;
}

}  // namespace

bool equal_but_for_matchers(const Expr& a, const Expr& b, const SelectorsFit& fit) {
  if (a.kind != b.kind || !same_node(a, b, fit)) return false;
  const std::vector<const Expr*> left = children(a);
  const std::vector<const Expr*> right = children(b);
  return std::ranges::equal(left, right,
                            [&](const Expr* x, const Expr* y) { return equal_but_for_matchers(*x, *y, fit); });
}

bool equal(const Expr& a, const Expr& b) {
  return equal_but_for_matchers(
      a, b, [](const VectorSelector& x, const VectorSelector& y) { return x.matchers == y.matchers; });
}

}  // namespace firedrill::promql
