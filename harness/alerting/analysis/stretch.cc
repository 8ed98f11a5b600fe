// What depends on nothing but hour(), or another part of the calendar, is looked at for each hour of the day: the
// longest run of hours at which it has a result is how long it holds. A run goes on over midnight and over the end of
// a month. An evaluation must fall between two runs, or it is as if there were one: the shortest gap counts, and of
// days that a month may lack there is none.
#include "alerting/analysis/stretch.h"

#include <algorithm>
#include <array>
#include <vector>

#include "alerting/analysis/comparisons.h"
#include "base/maths.h"
#include "promql/functions/functions.h"
#include "promql/parse/printer.h"

namespace firedrill::alerting {
namespace {

using promql::as;
using promql::BinaryOp;
using promql::Expr;
using promql::Kind;
using std::chrono::hours;
using std::chrono::minutes;

struct Part {
  std::string_view function;
  int first;
  int last;
  Duration unit;   // the longest that one of its values stays
  Duration least;  // the shortest
  int surely;      // values beyond it may be left out
};
constexpr std::array kParts{
    Part{"day_of_month", 1, 31, hours(24), hours(24), 28},  Part{"day_of_week", 0, 6, hours(24), hours(24), 6},
    Part{"day_of_year", 1, 366, hours(24), hours(24), 365}, Part{"hour", 0, 23, hours(1), hours(1), 23},
    Part{"minute", 0, 59, minutes(1), minutes(1), 59},      Part{"month", 1, 12, hours(24 * 31), hours(24 * 28), 12},
};
// Where no interval is known, rules are taken to be evaluated at least so often.
constexpr Duration kSlowest = minutes(5);

const Part* part_of(const Expr& node) {
  // Of the time of the evaluation, and not of a time that some series holds.
  if (node.kind != Kind::call || !as<promql::Call>(node).arguments.empty()) return nullptr;
  const auto part = std::ranges::find(kParts, as<promql::Call>(node).function->name, &Part::function);
  return part == kParts.end() ? nullptr : part;
}

// The one part of the calendar that the expression depends on; null if it depends on anything else.
const Part* only_part(const Expr& expression) {
  const Part* only = nullptr;
  bool others = false;
  promql::walk(expression, [&](const Expr& node) {
    switch (node.kind) {
      case Kind::number:
      case Kind::paren:
      case Kind::unary:
      case Kind::binary:
        return;
      case Kind::call:
        if (const Part* part = part_of(node); part != nullptr && (only == nullptr || only == part)) {
          only = part;
          return;
        }
        if (as<promql::Call>(node).function->name == "vector") return;
        break;
      default:
        break;
    }
    others = true;
  });
  return others ? nullptr : only;
}

std::optional<double> arithmetic(BinaryOp op, double a, double b) {
  switch (op) {
    case BinaryOp::add:
      return a + b;
    case BinaryOp::sub:
      return a - b;
    case BinaryOp::mul:
      return a * b;
    case BinaryOp::div:
      return a / b;
    case BinaryOp::mod:
      return maths::fmod(a, b);
    default:
      return std::nullopt;
  }
}

bool holds(double a, BinaryOp op, double b) {
  switch (op) {
    case BinaryOp::eq:
      return a == b;
    case BinaryOp::ne:
      return a != b;
    case BinaryOp::lt:
      return a < b;
    case BinaryOp::le:
      return a <= b;
    case BinaryOp::gt:
      return a > b;
    default:
      return a >= b;
  }
}

// What an expression of one part comes to; nothing where it has no result. All of it has no labels, so that whatever
// has a result meets.
class Value {
 public:
  explicit Value(double part) : part_(part) {}

  std::optional<double> of(const Expr& node) {
    switch (node.kind) {
      case Kind::number:
        return as<promql::NumberLiteral>(node).value;
      case Kind::paren:
        return of(*as<promql::Paren>(node).inner);
      case Kind::unary: {
        const auto inner = of(*as<promql::Unary>(node).inner);
        return inner && as<promql::Unary>(node).minus ? std::optional(-*inner) : inner;
      }
      case Kind::call:
        return part_of(node) != nullptr ? std::optional(part_) : of(*as<promql::Call>(node).arguments[0]);
      case Kind::binary:
        return of_binary(as<promql::Binary>(node));
      default:
        return std::nullopt;
    }
  }
  bool understood() const { return understood_; }

 private:
  std::optional<double> of_binary(const promql::Binary& binary) {
    const auto a = of(*binary.lhs);
    const auto b = of(*binary.rhs);
    if (binary.op == BinaryOp::or_) return a ? a : b;
    if (binary.op == BinaryOp::unless) return b ? std::nullopt : a;
    if (!a || !b) return std::nullopt;
    if (binary.op == BinaryOp::and_) return a;
    if (promql::is_comparison(binary.op)) {
      const bool passes = holds(*a, binary.op, *b);
      if (binary.return_bool) return passes ? 1.0 : 0.0;
      // A scalar is compared with: what passes is the vector.
      return passes ? (binary.lhs->type == promql::ValueType::scalar ? b : a) : std::nullopt;
    }
    const auto value = arithmetic(binary.op, *a, *b);
    understood_ = understood_ && value.has_value();
    return value;
  }

  double part_;
  bool understood_ = true;
};

// The longest run of values that hold, and the shortest gap between two, in time.
struct Runs {
  Duration longest{};
  Duration gap = Duration::max();
};

// `there`: of each value of the part, in order, whether it holds; some do, and some do not.
Runs runs_of(const Part& part, const std::vector<bool>& there) {
  Runs runs;
  Duration run{};
  Duration gap{};
  const auto start = static_cast<std::size_t>(std::ranges::find(there, false) - there.begin());
  // Once around from the beginning of a gap, or from within one, and through that gap again, for its whole length.
  for (std::size_t i = start; i < start + 2 * there.size(); ++i) {
    const std::size_t at = i % there.size();
    if (there[at]) {
      if (gap > Duration(0) && i >= start + there.size()) runs.gap = std::min(runs.gap, gap);
      gap = Duration(0);
      run += part.unit;
      runs.longest = std::max(runs.longest, run);
    } else {
      run = Duration(0);
      if (part.first + static_cast<int>(at) <= part.surely) gap += part.least;
    }
  }
  return runs;
}

// Days that may be left out end no run.
void bridge(const Part& part, std::vector<bool>& there) {
  const std::size_t surely = static_cast<std::size_t>(part.surely - part.first) + 1;
  for (std::size_t from = surely; from < there.size();) {
    std::size_t to = from;
    while (to < there.size() && !there[to]) ++to;
    const bool between = there[from - 1] && (to < there.size() || there.front());
    for (std::size_t day = from; between && day < to; ++day) there[day] = true;
    from = to + 1;
  }
}

std::optional<Stretch> of_calendar(const Expr& expression, std::optional<Duration> interval) {
  const Part* part = only_part(expression);
  if (part == nullptr) return std::nullopt;
  std::vector<bool> there;
  for (int value = part->first; value <= part->last; ++value) {
    Value evaluated(value);
    there.push_back(evaluated.of(expression).has_value());
    if (!evaluated.understood()) return std::nullopt;
  }
  bridge(*part, there);
  const auto holds_at = std::ranges::count(there, true);
  if (holds_at == 0 || holds_at == static_cast<std::ptrdiff_t>(there.size())) return std::nullopt;
  const Runs runs = runs_of(*part, there);
  if (runs.gap < interval.value_or(kSlowest)) return std::nullopt;
  return Stretch{runs.longest, &promql::unwrap(expression)};
}

// How much earlier the one looks than the other, and nothing else is different.
std::optional<Duration> looks_back(const Expr& now, const Expr& before) {
  const Expr& a = promql::unwrap(now);
  const Expr& b = promql::unwrap(before);
  if (a.kind != b.kind) return std::nullopt;
  if (a.kind == Kind::vector_selector) {
    const auto& left = as<promql::VectorSelector>(a);
    const auto& right = as<promql::VectorSelector>(b);
    if (left.modifiers.offset_expr || right.modifiers.offset_expr) return std::nullopt;
    if (left.modifiers.at != promql::Modifiers::At::none || right.modifiers.at != promql::Modifiers::At::none) {
      return std::nullopt;
    }
    if (left.matchers != right.matchers) return std::nullopt;
    return right.modifiers.offset - left.modifiers.offset;
  }
  if (a.kind != Kind::binary) return std::nullopt;
  const auto& left = as<promql::Binary>(a);
  const auto& right = as<promql::Binary>(b);
  if (left.op != right.op || !promql::is_comparison(left.op) || left.return_bool || right.return_bool) {
    return std::nullopt;
  }
  if (constant(*left.rhs) && constant(*left.rhs) == constant(*right.rhs)) return looks_back(*left.lhs, *right.lhs);
  if (constant(*left.lhs) && constant(*left.lhs) == constant(*right.lhs)) return looks_back(*left.rhs, *right.rhs);
  return std::nullopt;
}

// x unless x offset 5m: five minutes later the right side has what the left side has now. Where evaluations do not fall
// together with that, nothing is said.
std::optional<Stretch> of_what_is_new(const promql::Binary& binary, std::optional<Duration> interval) {
  const auto back = looks_back(*binary.lhs, *binary.rhs);
  if (!back || *back <= Duration(0)) return std::nullopt;
  const Duration step = interval.value_or(minutes(1));
  if (step <= Duration(0) || *back % step != Duration(0)) return std::nullopt;
  return Stretch{*back, &binary};
}

std::optional<Stretch> shorter(std::optional<Stretch> a, std::optional<Stretch> b) {
  if (!a || !b) return a ? a : b;
  return a->longest <= b->longest ? a : b;
}

class Search {
 public:
  explicit Search(std::optional<Duration> interval) : interval_(interval) {}

  // `each`: the result is there for as long as the sample itself, and not for as long as any. Of others, such as what
  // is summed, new ones may follow each other.
  std::optional<Stretch> of(const Expr& expression, bool each) const {
    const Expr& node = promql::unwrap(expression);
    if (node.type != promql::ValueType::vector) return std::nullopt;
    if (const auto found = of_calendar(node, interval_)) return found;
    if (node.kind == Kind::binary) return of_binary(as<promql::Binary>(node), each);
    if (node.kind == Kind::aggregate) return of(*as<promql::Aggregate>(node).inner, false);
    return std::nullopt;
  }

 private:
  std::optional<Stretch> of_binary(const promql::Binary& binary, bool each) const {
    // Two may take turns.
    if (binary.op == BinaryOp::or_) return std::nullopt;
    using promql::ValueType;
    const bool two = binary.lhs->type == ValueType::vector && binary.rhs->type == ValueType::vector;
    const bool keeps = !two || promql::is_set_operator(binary.op);
    const auto left = of(*binary.lhs, each && keeps);
    if (binary.op == BinaryOp::unless) {
      return each ? shorter(left, of_what_is_new(binary, interval_)) : left;
    }
    return shorter(left, of(*binary.rhs, each && !two));
  }

  std::optional<Duration> interval_;
};

}  // namespace

std::optional<Stretch> longest_stretch(const Expr& expression, std::optional<Duration> interval) {
  return Search(interval).of(expression, true);
}

}  // namespace firedrill::alerting
