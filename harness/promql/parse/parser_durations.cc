// What stands in brackets and behind offset: literals, and arithmetic with them.

#include <algorithm>

#include "base/duration.h"
#include "base/maths.h"
#include "base/text/format.h"
#include "promql/parse/parser_state.h"

namespace firedrill::promql {
namespace {

constexpr double kMaxSeconds = 9223372036.854775807;  // a Go duration: 2⁶³ ns, 292 years
constexpr int kSum = 4;
constexpr int kProduct = 5;
constexpr int kPower = 6;

struct Operator {
  DurationExpr::Op op;
  int precedence;
};

std::optional<Operator> operator_of(const Token& token) {
  if (token.kind != Tok::op) return std::nullopt;
  switch (static_cast<BinaryOp>(token.index)) {
    case BinaryOp::add:
      return Operator{DurationExpr::Op::add, kSum};
    case BinaryOp::sub:
      return Operator{DurationExpr::Op::sub, kSum};
    case BinaryOp::mul:
      return Operator{DurationExpr::Op::mul, kProduct};
    case BinaryOp::div:
      return Operator{DurationExpr::Op::div, kProduct};
    case BinaryOp::mod:
      return Operator{DurationExpr::Op::mod, kProduct};
    case BinaryOp::pow:
      return Operator{DurationExpr::Op::pow, kPower};
    default:
      return std::nullopt;
  }
}

bool is_sign(const Token& token) {
  const auto op = operator_of(token);
  return op && op->precedence == kSum;
}

bool is_minus(const Token& sign) {
  return static_cast<BinaryOp>(sign.index) == BinaryOp::sub;
}

bool is_number(const DurationExpr& expr) {
  return expr.op == DurationExpr::Op::number;
}

}  // namespace

bool Parser::starts_duration(const Token& token) const {
  return token.kind == Tok::duration || (token.kind == Tok::number && v3());
}

std::optional<double> Parser::literal_seconds(const Token& token) {
  if (token.kind == Tok::duration) {
    const auto value = parse_duration(word(token));
    if (!value) return error(token.where, value.error()), std::nullopt;
    return to_seconds(*value);
  }
  const auto value = read_number(word(token));
  if (!value) return error(token.where, value.error()), std::nullopt;
  return *value;
}

bool Parser::duration_expressions_enabled(TextRange where) {
  if (newest() || options_.duration_expressions) return true;
  error(where, "experimental duration expression is not enabled",
        "it stands behind --enable-feature=promql-duration-expr");
  return false;
}

DurationExprPtr Parser::finish_duration(DurationExpr node) {
  for (const DurationExprPtr& part : {node.lhs, node.rhs}) {
    if (part) node.depth = std::max(node.depth, part->depth + 1);
  }
  if (node.depth <= kMaxDepth) return std::make_shared<const DurationExpr>(std::move(node));
  error(node.where, format("duration nested more than {} levels deep", kMaxDepth));
  return nullptr;
}

// Prometheus rounds a literal to nanoseconds and cuts that to milliseconds, and a computed one at once.
std::optional<Parser::DurationText> Parser::settled(const DurationExprPtr& expr, bool signed_too) {
  if (!expr) return std::nullopt;
  if (is_number(*expr)) {
    if (!signed_too && expr->seconds <= 0) {
      return error(expr->where, "duration must be greater than 0"), std::nullopt;
    }
    return DurationText{from_seconds(expr->seconds), nullptr};
  }
  return DurationText{evaluate(*expr, {}, signed_too).value_or(Duration::zero()), expr};
}

std::optional<Parser::DurationText> Parser::duration_in_brackets(std::string_view context, std::string_view expected) {
  if (!v3()) return plain_duration(true, context, expected);
  return settled(duration_binary(kSum, context, expected), false);
}

// Of 2.x.
std::optional<Parser::DurationText> Parser::plain_duration(bool bare, std::string_view context,
                                                           std::string_view expected) {
  const Token sign = peek();
  const bool has_sign = !bare && is_sign(sign);
  if (has_sign) next();
  if (!starts_duration(peek())) return unexpected(context, expected), std::nullopt;
  const Token literal = next();
  const auto seconds = literal_seconds(literal);
  if (!seconds) return std::nullopt;
  if (bare && *seconds <= 0) return error(literal.where, "duration must be greater than 0"), std::nullopt;
  if (!(*seconds < kMaxSeconds)) return error(literal.where, "duration out of range"), std::nullopt;
  return DurationText{from_seconds(has_sign && is_minus(sign) ? -*seconds : *seconds), nullptr};
}

// A literal, or with the newest a call or signed parentheses too, is all of it: `x offset 2 ^ 2` is a square. What
// begins otherwise, with a parenthesis say, goes on: `x offset (1m) * 2` has an offset of two minutes.
std::optional<Parser::DurationText> Parser::duration_behind_offset() {
  const std::string_view context = "offset";
  const std::string_view expected = newest() ? "number, duration, step(), or range()"
                                    : v3()   ? "number or duration"
                                             : "duration";
  if (!v3()) return plain_duration(false, context, expected);
  const Token sign = peek();
  const Token& first = is_sign(sign) ? peek(1) : sign;
  const bool complete = starts_duration(first) || first.kind == Tok::kw_step || first.kind == Tok::kw_range ||
                        first.kind == Tok::kw_min_of || first.kind == Tok::kw_max_of ||
                        (newest() && is_sign(sign) && first.kind == Tok::left_paren);
  if (!complete) return settled(duration_binary(kSum, context, expected), true);
  if (is_sign(sign)) next();
  DurationExprPtr operand = duration_operand(context, expected);
  if (operand && is_sign(sign)) operand = signed_duration(sign, std::move(operand));
  return settled(operand, true);
}

DurationExprPtr Parser::duration_binary(int precedence, std::string_view context, std::string_view expected) {
  DurationExprPtr left;
  if (const Token sign = peek(); is_sign(sign)) {
    if (!enter(nesting_)) return nullptr;
    next();
    DurationExprPtr operand = duration_binary(kPower, context, expected);
    --nesting_;
    if (!operand) return nullptr;
    left = signed_duration(sign, std::move(operand));
  } else {
    left = duration_operand(context, expected);
  }
  while (left) {
    const Token token = peek();
    const auto op = operator_of(token);
    if (!op || op->precedence < precedence) break;
    if (op->precedence == kPower && !enter(nesting_)) return nullptr;
    next();
    const DurationExprPtr right =
        duration_binary(op->precedence == kPower ? kPower : op->precedence + 1, context, expected);
    nesting_ -= op->precedence == kPower ? 1 : 0;
    if (!right || !duration_expressions_enabled(left->where)) return nullptr;
    const bool divides = op->op == DurationExpr::Op::div || op->op == DurationExpr::Op::mod;
    if (divides && is_number(*right) && right->seconds == 0) {
      return error(token.where, word(token) == "/" ? "division by zero" : "modulo by zero"), nullptr;
    }
    DurationExpr node;
    node.op = op->op;
    node.where = {left->where.begin, right->where.end};
    node.lhs = std::move(left);
    node.rhs = right;
    left = finish_duration(std::move(node));
  }
  return left;
}

DurationExprPtr Parser::signed_duration(const Token& sign, DurationExprPtr operand) {
  DurationExpr node;
  node.where = {sign.where.begin, operand->where.end};
  if (is_number(*operand) && !operand->wrapped) {
    node.seconds = is_minus(sign) ? -operand->seconds : operand->seconds;
    node.as_duration = operand->as_duration;
    return finish_duration(std::move(node));
  }
  // A plus before parentheses shows where an offset ends; elsewhere it says nothing.
  if (!is_minus(sign) && !(newest() && operand->wrapped)) return operand;
  node.op = is_minus(sign) ? DurationExpr::Op::minus : DurationExpr::Op::plus;
  node.rhs = std::move(operand);
  return finish_duration(std::move(node));
}

DurationExprPtr Parser::duration_operand(std::string_view context, std::string_view expected) {
  switch (peek().kind) {
    case Tok::left_paren:
      return duration_paren(context, expected);
    case Tok::kw_step:
    case Tok::kw_range:
    case Tok::kw_min_of:
    case Tok::kw_max_of:
      return duration_call(context, expected);
    default:
      return duration_number(context, expected);
  }
}

DurationExprPtr Parser::duration_number(std::string_view context, std::string_view expected) {
  if (!starts_duration(peek())) return unexpected(context, expected);
  const Token token = next();
  const auto seconds = literal_seconds(token);
  if (!seconds) return nullptr;
  // NaN passes in Prometheus too, and means no offset.
  if (*seconds > kMaxSeconds || *seconds < -kMaxSeconds) return error(token.where, "duration out of range"), nullptr;
  DurationExpr node;
  node.seconds = *seconds == *seconds ? *seconds : 0;
  node.as_duration = token.kind == Tok::duration;
  node.where = token.where;
  return finish_duration(std::move(node));
}

DurationExprPtr Parser::duration_call(std::string_view context, std::string_view expected) {
  const Token name = next();
  DurationExpr node;
  const bool two = name.kind == Tok::kw_min_of || name.kind == Tok::kw_max_of;
  node.op = name.kind == Tok::kw_step     ? DurationExpr::Op::step
            : name.kind == Tok::kw_range  ? DurationExpr::Op::range
            : name.kind == Tok::kw_min_of ? DurationExpr::Op::min_of
                                          : DurationExpr::Op::max_of;
  if (!enter(nesting_)) return nullptr;
  if (!accept(Tok::left_paren)) return unexpected(context, expected);
  if (two) {
    node.lhs = duration_binary(kSum, context, expected);
    if (!node.lhs) return nullptr;
    if (!accept(Tok::comma)) return unexpected(context, expected);
    node.rhs = duration_binary(kSum, context, expected);
    if (!node.rhs) return nullptr;
  }
  if (!accept(Tok::right_paren)) return unexpected(context, expected);
  --nesting_;
  node.where = {name.where.begin, end_};
  return finish_duration(std::move(node));
}

// Parentheses around a literal are kept, by the newest Prometheus, so that it counts as computed.
DurationExprPtr Parser::duration_paren(std::string_view context, std::string_view expected) {
  if (!enter(nesting_)) return nullptr;
  const std::uint32_t begin = next().where.begin;
  const DurationExprPtr inner = duration_binary(kSum, context, expected);
  --nesting_;
  if (!inner) return nullptr;
  if (!accept(Tok::right_paren)) return unexpected(context, expected);
  if (!duration_expressions_enabled(inner->where)) return nullptr;
  DurationExpr node = *inner;
  if (!is_number(*inner) || inner->wrapped) {
    node.wrapped = true;
  } else if (newest()) {
    node = DurationExpr();
    node.op = DurationExpr::Op::plus;
    node.wrapped = true;
    node.where = {begin, end_};
    node.rhs = inner;
  }
  return finish_duration(std::move(node));
}

}  // namespace firedrill::promql
