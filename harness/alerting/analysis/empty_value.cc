#include "alerting/analysis/empty_value.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "alerting/analysis/comparisons.h"
#include "alerting/analysis/threshold.h"
#include "alerting/analysis/wanted_rows.h"
#include "base/contains.h"
#include "base/duration.h"
#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "promql/engine.h"
#include "promql/functions/functions.h"
#include "promql/parse/printer.h"

namespace firedrill::alerting {
namespace {

using promql::BinaryOp;
using promql::Expr;
using promql::Kind;

// What they give needs two samples in a window; with fewer they give nothing, or 0.
constexpr std::array<std::string_view, 9> kNothingOfOne{
    "rate",           "increase",     "delta",
    "irate",          "idelta",       "deriv",
    "predict_linear", "holt_winters", "double_exponential_smoothing"};
constexpr std::array<std::string_view, 2> kZeroOfOne{"changes", "resets"};

const promql::MatrixSelector* window_of(const promql::Call& call) {
  for (const promql::ExprPtr& argument : call.arguments) {
    const Expr& inner = promql::unwrap(*argument);
    if (inner.kind == Kind::matrix_selector) return &promql::as<promql::MatrixSelector>(inner);
  }
  return nullptr;
}

// What the windows of a selector held, over all series and times.
struct Windows {
  bool matched = false;             // a series
  std::int64_t most = 0;            // samples of one series in one window
  std::optional<Duration> apart{};  // the least between two samples of a series
};

Windows windows(const Looked& looked, const promql::MatrixSelector& range) {
  Windows found;
  const Duration offset = range.vector->modifiers.offset;
  const bool closed = looked.options.version == promql::Version::v2;
  for (const promql::SeriesRef series : looked.data.select(range.vector->matchers)) {
    found.matched = true;
    std::vector<std::int64_t> times;
    const promql::Columns columns = looked.data.samples(series);
    for (std::size_t i = 0; i < columns.times.size(); ++i) {
      if (!is_stale(columns.values[i])) times.push_back(columns.times[i]);
    }
    for (std::size_t i = 1; i < times.size(); ++i) {
      const Duration gap(times[i] - times[i - 1]);
      found.apart = std::min(found.apart.value_or(gap), gap);
    }
    for (const Time t : looked.times) {
      const std::int64_t to = (t - offset).time_since_epoch().count();
      const std::int64_t from = to - range.range.count() + (closed ? 0 : 1);
      const auto count = std::ranges::upper_bound(times, to) - std::ranges::lower_bound(times, from);
      found.most = std::max<std::int64_t>(found.most, count);
    }
  }
  return found;
}

// "a window of 1m held one sample of m at the most (samples are at least 1m apart)".
std::string one_at_most(const promql::MatrixSelector& range, const Windows& held) {
  const std::string apart = held.apart ? format(" (samples are at least {} apart)", format_duration(*held.apart)) : "";
  return format("a window of {} held one sample of {} at the most{}", format_duration(range.range),
                promql::print(*range.vector), apart);
}

struct Reason {
  std::vector<std::string> unmatched;  // selectors; it is for them, if there are any
  std::string other;

  std::string text() const {
    if (unmatched.empty()) return other;
    std::string names;
    for (const std::string& name : unmatched) names += (names.empty() ? "" : ", ") + name;
    return "no series matched " + names;
  }
};

class Finder {
 public:
  explicit Finder(const Looked& looked) : looked_(looked) {}

  // `part` has no value.
  Reason of(const Expr& part) const {
    const Expr& inner = promql::unwrap(part);
    switch (inner.kind) {
      case Kind::vector_selector:
        return of_selector(promql::as<promql::VectorSelector>(inner));
      case Kind::call:
        return of_call(promql::as<promql::Call>(inner));
      case Kind::aggregate:
        return below(*promql::as<promql::Aggregate>(inner).inner);
      case Kind::unary:
        return below(*promql::as<promql::Unary>(inner).inner);
      case Kind::binary:
        return of_binary(promql::as<promql::Binary>(inner));
      default:
        return {};
    }
  }

 private:
  // The rows of a part at the first of the times at which it has some. A part whose evaluation fails is taken to have.
  struct Seen {
    bool any = false;
    std::vector<model::Labels> rows{};
    Time at{};
  };
  Seen seen(const Expr& part) const {
    if (part.type != promql::ValueType::vector) return {true};
    promql::Query query({looked_.whole, &part}, looked_.data, looked_.options);
    for (const Time t : looked_.times) {
      const auto rows = query.rows_at(t);
      if (!rows) return {true};
      if (rows->empty()) continue;
      Seen found{true, {}, t};
      for (const promql::RowSample& row : *rows) found.rows.push_back(query.row_labels(row.row));
      return found;
    }
    return {};
  }

  Reason below(const Expr& part) const { return seen(part).any ? Reason{} : of(part); }

  Reason of_selector(const promql::VectorSelector& selector) const {
    const auto reach = promql::Query::reach(selector, looked_.options);
    const auto sampled = [&](promql::SeriesRef series) {
      const auto times = looked_.data.samples(series).times;
      if (!reach || looked_.times.empty()) return !times.empty();
      const auto first = std::ranges::lower_bound(times, (looked_.times.front() - *reach).time_since_epoch().count());
      return first != times.end() && *first <= looked_.times.back().time_since_epoch().count();
    };
    const std::string name = promql::print(selector);
    if (!std::ranges::any_of(looked_.data.select(selector.matchers), sampled)) return {{name}, {}};
    return {{}, format("no series of {} had a sample to be seen", name)};
  }

  Reason of_call(const promql::Call& call) const {
    const std::string_view name = call.function->name;
    if (const promql::MatrixSelector* range = window_of(call)) {
      if (name == "absent_over_time") return {{}, promql::print(*range->vector) + " was there"};
      if (range->vector->modifiers.at != promql::Modifiers::At::none) return {};
      const Windows held = windows(looked_, *range);
      if (held.most == 0) return of_selector(*range->vector);
      if (held.most > 1 || !contains(kNothingOfOne, name)) return {};
      return {{}, format("{}, and {} takes two", one_at_most(*range, held), name)};
    }
    for (const promql::ExprPtr& argument : call.arguments) {
      if (argument->type != promql::ValueType::vector) continue;
      const Seen inner = seen(*argument);
      if (name == "absent") return inner.any ? Reason{{}, promql::print(*argument) + " was there"} : Reason{};
      if (!inner.any) return of(*argument);
      const auto has_le = [](const model::Labels& labels) { return labels.has("le"); };
      if (name == "histogram_quantile" && !inner.rows.empty() && std::ranges::none_of(inner.rows, has_le)) {
        return {
            {},
            format("{} has no label le, which histogram_quantile takes the buckets from", promql::print(*argument))};
      }
    }
    return {};
  }

  // A comparison with a number that keeps nothing of what is there: the last number that it saw, and when.
  std::string kept_nothing(const Expr& part) const {
    const Conditions found = find_conditions(part);
    if (found.root.kind != Condition::Kind::comparison) return {};
    const Comparison& comparison = found.comparisons[found.root.comparison];
    const std::string what = promql::print(*comparison.value);
    if (is_always_nan(looked_, *comparison.value)) {
      return what + (looked_.times.size() == 1 ? " was NaN" : " was never anything but NaN");
    }
    promql::Query value({looked_.whole, comparison.value}, looked_.data, looked_.options);
    promql::Query threshold({looked_.whole, comparison.threshold}, looked_.data, looked_.options);
    WantedRows wanted(looked_.labels);
    struct Last {
      Time at;
      double value;
      double limit;
      model::Labels labels;
    };
    std::optional<Last> last;
    for (const Time t : looked_.times) {
      const auto limit = threshold.rows_at(t);
      const auto rows = value.rows_at(t);
      if (!limit || limit->empty() || !rows) continue;
      std::optional<Last> nearest;
      for (const promql::RowSample& row : *rows) {
        const double bound = limit->front().value;
        if (!wanted.has(value, row.row) || maths::is_nan(row.value) || maths::is_nan(bound)) continue;
        const auto by = [&](double of) { return margin(of, comparison.op, bound); };
        if (nearest && by(row.value) <= by(nearest->value)) continue;
        nearest = Last{t, row.value, bound, value.row_labels(row.row).without_name()};
      }
      if (nearest) last = std::move(nearest);
    }
    if (!last) return {};
    return format("{} was {}{}{}, needed {} {}", what, in_digits(last->value),
                  last->labels.empty() ? "" : " for " + last->labels.to_string(),
                  looked_.times.size() == 1 ? "" : " at " + looked_.clock(last->at), promql::to_string(comparison.op),
                  in_digits(last->limit));
  }

  Reason of_binary(const promql::Binary& binary) const {
    const Seen left = seen(*binary.lhs), right = seen(*binary.rhs);
    if (!left.any && !right.any && binary.op != BinaryOp::unless) {
      Reason both = of(*binary.lhs);
      const Reason other = of(*binary.rhs);
      if (!both.unmatched.empty()) {
        both.unmatched.insert(both.unmatched.end(), other.unmatched.begin(), other.unmatched.end());
      }
      return both;
    }
    if (!left.any) return of(*binary.lhs);
    if (!right.any) return of(*binary.rhs);
    if (std::string kept = kept_nothing(binary); !kept.empty()) return {{}, std::move(kept)};
    if (!binary.matching || promql::is_comparison(binary.op) || binary.op == BinaryOp::or_ ||
        binary.op == BinaryOp::unless || left.rows.empty() || right.rows.empty()) {
      return {};
    }
    if (left.at != right.at) return {};
    return {{},
            format("no series on the left of `{}` has the labels of one on the right, as {} and {}",
                   promql::to_string(binary.op), left.rows.front().to_string(), right.rows.front().to_string())};
  }

  const Looked& looked_;
};

}  // namespace

std::string why_empty(const Looked& looked, const Expr& part) {
  return Finder(looked).of(part).text();
}

bool is_always_nan(const Looked& looked, const Expr& part) {
  if (part.type != promql::ValueType::vector) return false;
  promql::Query query({looked.whole, &part}, looked.data, looked.options);
  bool any = false;
  for (const Time t : looked.times) {
    const auto rows = query.rows_at(t);
    if (!rows) return false;
    for (const promql::RowSample& row : *rows) {
      if (!maths::is_nan(row.value)) return false;
      any = true;
    }
  }
  return any;
}

std::string why_always_zero(const Looked& looked, const Expr& part) {
  const Expr& inner = promql::unwrap(part);
  if (inner.kind == Kind::aggregate) {
    using enum promql::AggregateOp;
    const auto& aggregate = promql::as<promql::Aggregate>(inner);
    return contains(std::array{sum, avg, min, max}, aggregate.op) ? why_always_zero(looked, *aggregate.inner)
                                                                  : std::string();
  }
  if (inner.kind != Kind::call) return {};
  const auto& call = promql::as<promql::Call>(inner);
  const promql::MatrixSelector* range = window_of(call);
  if (range == nullptr || !contains(kZeroOfOne, call.function->name)) return {};
  if (range->vector->modifiers.at != promql::Modifiers::At::none) return {};
  const Windows held = windows(looked, *range);
  if (held.most != 1) return {};
  return format("{}, and of one sample {} is 0", one_at_most(*range, held), call.function->name);
}

}  // namespace firedrill::alerting
