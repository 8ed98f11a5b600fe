#include "promql/parse/duration_expr.h"

#include "base/duration.h"
#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "promql/functions/extremes.h"

namespace firedrill::promql {
namespace {

constexpr double kMaxSeconds = 9223372036.854775807;  // a Go duration: 2⁶³ ns, 292 years

std::unexpected<std::string> wrong(const DurationExpr& expr, std::string_view what) {
  return std::unexpected(format("{}:{}: {}", expr.where.begin, expr.where.end, what));
}

using Seconds = std::expected<double, std::string>;

Seconds seconds_of(const DurationExpr& expr, const QueryTimes& times);

Seconds binary(const DurationExpr& expr, const QueryTimes& times) {
  using enum DurationExpr::Op;
  const Seconds lhs = seconds_of(*expr.lhs, times);
  if (!lhs) return lhs;
  const Seconds rhs = seconds_of(*expr.rhs, times);
  if (!rhs) return rhs;
  switch (expr.op) {
    case add:
      return *lhs + *rhs;
    case sub:
      return *lhs - *rhs;
    case mul:
      return *lhs * *rhs;
    case div:
      if (*rhs == 0) return wrong(expr, "division by zero");
      return *lhs / *rhs;
    case mod:
      if (*rhs == 0) return wrong(expr, "modulo by zero");
      return maths::fmod(*lhs, *rhs);
    case min_of:
      return least(*lhs, *rhs);
    case max_of:
      return greatest(*lhs, *rhs);
    default:
      return maths::pow(*lhs, *rhs);
  }
}

Seconds seconds_of(const DurationExpr& expr, const QueryTimes& times) {
  using enum DurationExpr::Op;
  switch (expr.op) {
    case number:
      return expr.seconds;
    case step:
      return to_seconds(times.step);
    case range:
      return to_seconds(times.range);
    case plus:
      return seconds_of(*expr.rhs, times);
    case minus: {
      Seconds operand = seconds_of(*expr.rhs, times);
      if (operand) *operand = -*operand;
      return operand;
    }
    default:
      return binary(expr, times);
  }
}

std::string_view sign_of(DurationExpr::Op op) {
  using enum DurationExpr::Op;
  switch (op) {
    case add:
      return "+";
    case sub:
      return "-";
    case mul:
      return "*";
    case div:
      return "/";
    case mod:
      return "%";
    default:
      return "^";
  }
}

std::string number_text(const DurationExpr& expr) {
  if (!expr.as_duration) return format_go_f(expr.seconds);
  const std::string text = format_duration(from_seconds(expr.seconds < 0 ? -expr.seconds : expr.seconds));
  return expr.seconds < 0 ? "-" + text : text;
}

std::string bare_text(const DurationExpr& expr) {
  using enum DurationExpr::Op;
  switch (expr.op) {
    case number:
      return number_text(expr);
    case step:
      return "step()";
    case range:
      return "range()";
    case plus:
      return (expr.wrapped ? "" : "+") + print(*expr.rhs);
    case minus:
      return "-" + print(*expr.rhs);
    case min_of:
    case max_of:
      return format("{}({}, {})", expr.op == min_of ? "min_of" : "max_of", print(*expr.lhs), print(*expr.rhs));
    default:
      return format("{} {} {}", print(*expr.lhs), sign_of(expr.op), print(*expr.rhs));
  }
}

bool same(const DurationExprPtr& a, const DurationExprPtr& b) {
  return a && b ? equal(*a, *b) : !a && !b;
}

}  // namespace

std::expected<Duration, std::string> evaluate(const DurationExpr& expr, const QueryTimes& times, bool signed_too) {
  const Seconds seconds = seconds_of(expr, times);
  if (!seconds) return std::unexpected(seconds.error());
  if (*seconds <= 0 && !signed_too) return wrong(expr, "duration must be greater than 0");
  if (!(*seconds < kMaxSeconds && *seconds > -kMaxSeconds)) return wrong(expr, "duration is out of range");
  return Duration(static_cast<std::int64_t>(*seconds * 1000));
}

bool depends_on_query(const DurationExpr& expr) {
  if (expr.op == DurationExpr::Op::step || expr.op == DurationExpr::Op::range) return true;
  return (expr.lhs && depends_on_query(*expr.lhs)) || (expr.rhs && depends_on_query(*expr.rhs));
}

std::string print(const DurationExpr& expr) {
  return expr.wrapped ? "(" + bare_text(expr) + ")" : bare_text(expr);
}

bool equal(const DurationExpr& a, const DurationExpr& b) {
  const bool numbers = a.op != DurationExpr::Op::number || (a.seconds == b.seconds && a.as_duration == b.as_duration);
  return a.op == b.op && a.wrapped == b.wrapped && numbers && same(a.lhs, b.lhs) && same(a.rhs, b.rhs);
}

}  // namespace firedrill::promql
