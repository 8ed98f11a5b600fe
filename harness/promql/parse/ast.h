// The syntax tree of a PromQL expression. A tree is made by the parser, is type-checked, never changes afterwards and
// may be shared between threads. Its depth is bounded (kMaxDepth), so that recursion over it is safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/matcher.h"
#include "promql/options.h"
#include "promql/parse/duration_expr.h"
#include "promql/parse/text_range.h"

namespace firedrill::promql {

inline constexpr int kMaxDepth = 1000;  // of chains such as `a or b or …`, which lean to the left

enum class ValueType { none, scalar, vector, matrix, string };
// As Prometheus's messages name them: "scalar", "instant vector", "range vector", "string", "none".
std::string_view to_string(ValueType type);

enum class Kind {
  number,
  string,
  vector_selector,
  matrix_selector,
  subquery,
  call,
  aggregate,
  binary,
  unary,
  paren,
};

struct Expr {
  Kind kind;
  ValueType type = ValueType::none;
  TextRange where;
  std::uint32_t line = 1;    // of where.begin, from 1
  std::uint32_t column = 1;  // in bytes, from 1
  int depth = 1;             // of the tree below and including this node

  virtual ~Expr() = default;
  Expr(const Expr&) = delete;
  Expr& operator=(const Expr&) = delete;

 protected:
  Expr(Kind k, ValueType t) : kind(k), type(t) {}
};
using ExprPtr = std::unique_ptr<Expr>;

struct NumberLiteral : Expr {
  NumberLiteral() : Expr(Kind::number, ValueType::scalar) {}
  double value = 0;
  bool duration = false;  // written as a duration, 5m: printed as one
};

struct StringLiteral : Expr {
  StringLiteral() : Expr(Kind::string, ValueType::string) {}
  std::string value;
};

// `@ t`, `@ start()`, `@ end()` and `offset d` behind a selector or subquery.
struct Modifiers {
  enum class At { none, time, start, end };
  Duration offset{};
  DurationExprPtr offset_expr{};  // of which `offset` is the value in an instant query
  At at = At::none;
  Time time{};  // of At::time
};

struct VectorSelector : Expr {
  VectorSelector() : Expr(Kind::vector_selector, ValueType::vector) {}
  std::string name;                      // the metric name as far as one was given; also among the matchers
  std::vector<model::Matcher> matchers;  // in the order of the text, the name's own last
  Modifiers modifiers;
};

struct MatrixSelector : Expr {
  MatrixSelector() : Expr(Kind::matrix_selector, ValueType::matrix) {}
  std::unique_ptr<VectorSelector> vector;  // holds the modifiers too
  Duration range{};
  DurationExprPtr range_expr;  // of which `range` is the value in an instant query, 0 if it has none
};

struct Subquery : Expr {
  Subquery() : Expr(Kind::subquery, ValueType::matrix) {}
  ExprPtr inner;
  Duration range{};
  std::optional<Duration> step;  // nothing: Options::default_subquery_step
  DurationExprPtr range_expr;    // as a matrix selector's
  DurationExprPtr step_expr;
  Modifiers modifiers;
};

struct Function;  // promql/functions.h

struct Call : Expr {
  Call() : Expr(Kind::call, ValueType::none) {}
  const Function* function = nullptr;  // a row of the function table
  std::vector<ExprPtr> arguments;
};

enum class AggregateOp {
  sum,
  avg,
  count,
  min,
  max,
  group,
  stddev,
  stdvar,
  topk,
  bottomk,
  count_values,
  quantile,
  limitk,
  limit_ratio,
};
std::string_view to_string(AggregateOp op);

struct Aggregate : Expr {
  Aggregate() : Expr(Kind::aggregate, ValueType::vector) {}
  AggregateOp op{};
  bool without = false;
  std::vector<std::string> grouping;  // as written; `sum(x)` is by ()
  ExprPtr parameter;                  // of topk, bottomk, count_values, quantile, limitk, limit_ratio
  ExprPtr inner;
};

enum class BinaryOp {
  add,
  sub,
  mul,
  div,
  mod,
  pow,
  atan2,
  trim_upper,  // </ and >/ cut off a native histogram's observations above or below a value
  trim_lower,
  eq,
  ne,
  lt,
  gt,
  le,
  ge,
  and_,
  or_,
  unless
};
std::string_view to_string(BinaryOp op);
bool is_comparison(BinaryOp op);
bool is_set_operator(BinaryOp op);
// What has no result between numbers.
bool is_trim(BinaryOp op);

enum class Cardinality { one_to_one, many_to_one, one_to_many, many_to_many };

struct Matching {
  Cardinality cardinality = Cardinality::one_to_one;
  bool on = false;                   // else ignoring
  std::vector<std::string> labels;   // of on or ignoring
  std::vector<std::string> include;  // of group_left or group_right
};

struct Binary : Expr {
  Binary() : Expr(Kind::binary, ValueType::none) {}
  BinaryOp op{};
  bool return_bool = false;
  std::optional<Matching> matching;  // between two vectors always
  ExprPtr lhs;
  ExprPtr rhs;
};

struct Unary : Expr {
  Unary() : Expr(Kind::unary, ValueType::none) {}
  bool minus = false;
  ExprPtr inner;
};

struct Paren : Expr {
  Paren() : Expr(Kind::paren, ValueType::none) {}
  ExprPtr inner;
};

template <typename Node>
const Node& as(const Expr& expr) {
  return static_cast<const Node&>(expr);
}

// The nodes directly below, in the order of the text (a matrix selector's vector selector is not one of them).
std::vector<const Expr*> children(const Expr& expr);

// Calls `visit(const Expr&)` for the node and all below it, parents first, in the order of the text.
template <typename Visitor>
void walk(const Expr& expr, const Visitor& visit) {
  visit(expr);
  for (const Expr* child : children(expr)) walk(*child, visit);
}

// The expression within any parentheses.
const Expr& unwrap(const Expr& expr);

// The selectors of an expression, each once, in the order of the text (those of matrix selectors included).
std::vector<const VectorSelector*> selectors(const Expr& expr);

}  // namespace firedrill::promql
