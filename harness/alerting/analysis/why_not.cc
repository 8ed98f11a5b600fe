#include "alerting/analysis/why_not.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "alerting/analysis/comparisons.h"
#include "alerting/analysis/threshold.h"
#include "alerting/analysis/wanted_rows.h"
#include "base/contains.h"
#include "base/maths.h"
#include "base/text/format.h"
#include "promql/parse/printer.h"

namespace firedrill::alerting {
namespace {

using Whole = std::shared_ptr<const promql::Expr>;
using Kind = WhyNot::Kind;

constexpr std::size_t kMostTold = 4;  // of the conditions that are joined

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
      case Condition::Kind::all:
      case Condition::Kind::any: {
        std::vector<WhyNot> reasons;
        add_reasons(t, labels, reasons);
        if (!reasons.empty()) return joined(std::move(reasons));
        return WhyNot{Kind::apart,
                      format("{} and {} held, for no series in common", parts_[0].text(), parts_[1].text())};
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

  // Of each condition that a chain of `and`, or of `or`, joins and that does not hold: all of them keep it from
  // holding.
  void add_reasons(Time t, const model::Labels& labels, std::vector<WhyNot>& reasons) {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const model::Labels own = i == 0 ? labels : labels_of_right(*condition_, labels);
      if (parts_[i].condition_->kind == condition_->kind && !parts_[i].holds(t, own).value_or(true)) {
        const std::size_t before = reasons.size();
        parts_[i].add_reasons(t, own, reasons);
        if (reasons.size() > before) continue;
      }
      if (auto reason = parts_[i].why_not(t, own)) reasons.push_back(*std::move(reason));
    }
  }

  // What can be told of it first: of `or` a comparison that had something to compare. Each once.
  WhyNot joined(std::vector<WhyNot> reasons) const {
    if (condition_->kind == Condition::Kind::any) {
      std::ranges::stable_partition(reasons, [](const WhyNot& each) { return each.kind != Kind::missing; });
    }
    WhyNot all = reasons.front();
    std::vector<std::string> told{all.text};
    for (const WhyNot& each : std::span(reasons).subspan(1)) {
      if (!contains(told, each.text)) told.push_back(each.text);
    }
    for (std::size_t i = 1; i < std::min(told.size(), kMostTold); ++i) all.text += ", and " + told[i];
    if (told.size() > kMostTold) all.text += format(", and {} more", told.size() - kMostTold);
    return all;
  }

  std::string text() const { return promql::print(*condition_->expression); }

  std::optional<WhyNot> compared(Time t, const model::Labels& labels) {
    const auto limit = rows(*threshold_, t, {});
    const auto values = rows(*value_, t, labels);
    if (!limit || !values || limit->empty()) return std::nullopt;
    const std::string what = promql::print(*comparison_->value);
    if (values->empty()) {
      const auto others = labels.empty() ? values : rows(*value_, t, {});
      const bool alone = !others || others->empty();
      return WhyNot{Kind::missing, what + (alone ? " had no value" : " had values of other series alone"),
                    comparison_->value};
    }
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
