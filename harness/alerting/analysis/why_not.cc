#include "alerting/analysis/why_not.h"

#include <utility>
#include <vector>

#include "alerting/analysis/comparisons.h"
#include "alerting/analysis/threshold.h"
#include "alerting/analysis/wanted_rows.h"
#include "base/maths.h"
#include "base/text/format.h"
#include "promql/parse/printer.h"

namespace firedrill::alerting {
namespace {

using Whole = std::shared_ptr<const promql::Expr>;
using Kind = WhyNot::Kind;

struct Row {
  model::Labels labels;
  double value;
};

class Node {
 public:
  Node(const Whole& whole, const Condition& condition, const std::vector<Comparison>& comparisons,
       const promql::Queryable& data, const promql::Options& options)
      : condition_(&condition), query_(Whole(whole, condition.expression), data, options) {
    if (condition.kind == Condition::Kind::comparison) {
      comparison_ = &comparisons[condition.comparison];
      value_.emplace(Whole(whole, comparison_->value), data, options);
      threshold_.emplace(Whole(whole, comparison_->threshold), data, options);
    }
    for (const Condition& part : condition.parts) parts_.emplace_back(whole, part, comparisons, data, options);
  }

  // Nothing: its evaluation fails.
  std::optional<bool> holds(Time t, const model::Labels& labels) {
    const auto found = rows(query_, t, labels);
    return found ? std::optional(!found->empty()) : std::nullopt;
  }

  std::optional<WhyNot> why_not(Time t, const model::Labels& labels) {
    if (holds(t, labels).value_or(true)) return std::nullopt;
    switch (condition_->kind) {
      case Condition::Kind::comparison:
        return compared(t, labels);
      case Condition::Kind::all: {
        if (auto left = parts_[0].why_not(t, labels)) return left;
        if (auto right = parts_[1].why_not(t, labels_of_right(*condition_, labels))) return right;
        return WhyNot{Kind::apart,
                      format("{} and {} held, for no series in common", parts_[0].text(), parts_[1].text())};
      }
      case Condition::Kind::any: {
        auto left = parts_[0].why_not(t, labels), right = parts_[1].why_not(t, labels);
        const bool other = right && (!left || (left->kind == Kind::missing && right->kind != Kind::missing));
        return other ? right : left;
      }
      case Condition::Kind::except: {
        if (auto left = parts_[0].why_not(t, labels)) return left;
        const auto& binary = promql::as<promql::Binary>(*condition_->expression);
        return WhyNot{Kind::taken_away,
                      format("`unless` took it away: {} was there", promql::print(promql::unwrap(*binary.rhs)))};
      }
      case Condition::Kind::absent: {
        const auto& call = promql::as<promql::Call>(*condition_->expression);
        return WhyNot{Kind::present, promql::print(*call.arguments.front()) + " was there"};
      }
      case Condition::Kind::other:
        return WhyNot{Kind::missing, text() + " had no value", condition_->expression};
    }
    return std::nullopt;
  }

 private:
  static std::optional<std::vector<Row>> rows(promql::Query& query, Time t, const model::Labels& labels) {
    const auto found = query.rows_at(t);
    if (!found) return std::nullopt;
    WantedRows wanted(labels);
    std::vector<Row> result;
    for (const promql::RowSample& sample : *found) {
      if (wanted.has(query, sample.row)) result.push_back({query.row_labels(sample.row), sample.value});
    }
    return result;
  }

  std::string text() const { return promql::print(*condition_->expression); }

  std::optional<WhyNot> compared(Time t, const model::Labels& labels) {
    const auto limit = rows(*threshold_, t, {});
    const auto values = rows(*value_, t, labels);
    if (!limit || !values || limit->empty()) return std::nullopt;
    const std::string what = promql::print(*comparison_->value);
    if (values->empty()) return WhyNot{Kind::missing, what + " had no value", comparison_->value};
    const Row* nearest = nullptr;
    for (const Row& row : *values) {
      if (maths::is_nan(row.value)) continue;
      const auto by = [&](const Row& each) { return margin(each.value, comparison_->op, limit->front().value); };
      if (nearest == nullptr || by(row) > by(*nearest)) nearest = &row;
    }
    if (nearest == nullptr) return WhyNot{Kind::below, what + " was NaN"};
    return WhyNot{Kind::below, format("{} was {}", what, in_digits(nearest->value))};
  }

  const Condition* condition_;
  const Comparison* comparison_ = nullptr;
  promql::Query query_;
  std::optional<promql::Query> value_;
  std::optional<promql::Query> threshold_;
  std::vector<Node> parts_;
};

}  // namespace

struct WhyNotWatch::Impl {
  Conditions conditions;
  std::optional<Node> root;
};

WhyNotWatch::WhyNotWatch(const Whole& expression, const promql::Queryable& data, const promql::Options& options)
    : impl_(std::make_unique<Impl>()) {
  impl_->conditions = find_conditions(*expression);
  impl_->root.emplace(expression, impl_->conditions.root, impl_->conditions.comparisons, data, options);
}

WhyNotWatch::WhyNotWatch(WhyNotWatch&&) noexcept = default;
WhyNotWatch& WhyNotWatch::operator=(WhyNotWatch&&) noexcept = default;
WhyNotWatch::~WhyNotWatch() = default;

std::optional<WhyNot> WhyNotWatch::at(Time t, const model::Labels& labels) {
  return impl_->root->why_not(t, labels);
}

bool WhyNotWatch::holds(Time t, const model::Labels& labels) {
  return impl_->root->holds(t, labels).value_or(false);
}

}  // namespace firedrill::alerting
