#include "alerting/analysis/nearest_miss.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "alerting/analysis/comparisons.h"
#include "base/maths.h"
#include "base/text/format.h"
#include "promql/parse/printer.h"

namespace firedrill::alerting {
namespace {

using promql::BinaryOp;

bool holds(double value, BinaryOp op, double threshold) {
  switch (op) {
    case BinaryOp::gt:
      return value > threshold;
    case BinaryOp::ge:
      return value >= threshold;
    case BinaryOp::lt:
      return value < threshold;
    case BinaryOp::le:
      return value <= threshold;
    case BinaryOp::eq:
      return value == threshold;
    default:
      return value != threshold;
  }
}

double distance(double a, double b) {
  return a < b ? b - a : a - b;
}

// How far a value is on the right side of the threshold: the larger the better.
double margin(double value, BinaryOp op, double threshold) {
  switch (op) {
    case BinaryOp::gt:
    case BinaryOp::ge:
      return value - threshold;
    case BinaryOp::lt:
    case BinaryOp::le:
      return threshold - value;
    case BinaryOp::eq:
      return -distance(value, threshold);
    default:
      return distance(value, threshold);
  }
}

// A comparison and the best it ever did.
class Leaf {
 public:
  // The parts of the expression share its ownership.
  Leaf(const std::shared_ptr<const promql::Expr>& whole, const Comparison& comparison, const promql::Queryable& data,
       const promql::Options& options, const model::Labels& labels)
      : op_(comparison.op),
        wanted_(labels),
        value_({whole, comparison.value}, data, options),
        threshold_({whole, comparison.threshold}, data, options) {
    best_.expression = promql::print(*comparison.value);
    best_.op = promql::to_string(op_);
  }

  void observe(Time t) {
    ++round_;
    const auto threshold = threshold_.rows_at(t);
    if (!threshold || threshold->empty()) return;
    const double limit = threshold->front().value;
    const auto rows = value_.rows_at(t);
    if (!rows) return;
    for (const promql::RowSample& sample : *rows) {
      if (is_wanted(sample.row)) note(sample, limit, t);
    }
  }

  const NearestMiss* best() const { return seen_ ? &best_ : nullptr; }

  // How far it was from the threshold, in proportion; 0 if it was met.
  double shortfall() const {
    if (best_.met) return 0;
    const double scale = std::max({distance(best_.threshold, 0), distance(best_.value, 0), 1e-300});
    return distance(best_.value, best_.threshold) / scale;
  }

 private:
  // Since when a series has met the comparison without a break.
  struct Stretch {
    std::uint64_t round = 0;
    Time since{};
  };

  bool is_wanted(std::uint32_t row) {
    if (wanted_.empty()) return true;
    if (row >= rows_.size()) rows_.resize(row + 1, Row::unseen);
    if (rows_[row] == Row::unseen) {
      const model::Labels labels = value_.row_labels(row);
      const bool other = std::any_of(wanted_.begin(), wanted_.end(), [&](const model::Label& label) {
        return labels.has(label.name) && labels.get(label.name) != label.value;
      });
      rows_[row] = other ? Row::other : Row::wanted;
    }
    return rows_[row] == Row::wanted;
  }

  void note(const promql::RowSample& sample, double limit, Time t) {
    if (maths::is_nan(sample.value) || maths::is_nan(limit)) return;
    const bool met = holds(sample.value, op_, limit);
    if (met) {
      if (sample.row >= stretches_.size()) stretches_.resize(sample.row + 1);
      Stretch& stretch = stretches_[sample.row];
      if (stretch.round == 0 || stretch.round + 1 != round_) stretch.since = t;
      stretch.round = round_;
      best_.longest_met = std::max(best_.longest_met, t - stretch.since);
    }
    const double by = margin(sample.value, op_, limit);
    if (seen_ && (best_.met > met || (best_.met == met && by <= best_margin_))) return;
    seen_ = true;
    best_margin_ = by;
    best_.met = met;
    best_.value = sample.value;
    best_.threshold = limit;
    best_.t = t;
    best_.labels = value_.row_labels(sample.row).without_name();
  }

  enum class Row : std::uint8_t { unseen, wanted, other };

  BinaryOp op_;
  model::Labels wanted_;
  std::vector<Row> rows_;
  promql::Query value_;
  promql::Query threshold_;
  std::vector<Stretch> stretches_;
  std::uint64_t round_ = 0;
  NearestMiss best_;
  double best_margin_ = 0;
  bool seen_ = false;
};

}  // namespace

struct NearestMissWatch::Impl {
  Condition root;
  std::vector<Leaf> leaves;

  // The comparison to blame. Of several that all must hold: the one farthest from holding, or, if each held at some
  // time, the one that held for the shortest. Of several of which any would do: the one that came nearest.
  const Leaf* blame(const Condition& condition) const {
    if (condition.kind == Condition::Kind::comparison) {
      const Leaf& leaf = leaves[condition.comparison];
      return leaf.best() ? &leaf : nullptr;
    }
    const bool all = condition.kind == Condition::Kind::all;
    const Leaf* chosen = nullptr;
    for (const Condition& part : condition.parts) {
      const Leaf* leaf = blame(part);
      if (leaf && (!chosen || worse(*leaf, *chosen) == all)) chosen = leaf;
    }
    return chosen;
  }

  static bool worse(const Leaf& a, const Leaf& b) {
    if (a.shortfall() != b.shortfall()) return a.shortfall() > b.shortfall();
    return a.best()->longest_met < b.best()->longest_met;
  }
};

NearestMissWatch::NearestMissWatch(const Rule& rule, const promql::Queryable& data, const promql::Options& options,
                                   const model::Labels& labels)
    : impl_(std::make_unique<Impl>()) {
  Conditions conditions = find_conditions(*rule.expression);
  for (const Comparison& comparison : conditions.comparisons) {
    impl_->leaves.emplace_back(rule.expression, comparison, data, options, labels);
  }
  impl_->root = std::move(conditions.root);
}

NearestMissWatch::NearestMissWatch(NearestMissWatch&&) noexcept = default;
NearestMissWatch& NearestMissWatch::operator=(NearestMissWatch&&) noexcept = default;
NearestMissWatch::~NearestMissWatch() = default;

void NearestMissWatch::observe(Time t) {
  for (Leaf& leaf : impl_->leaves) leaf.observe(t);
}

std::optional<NearestMiss> NearestMissWatch::best() const {
  const Leaf* leaf = impl_->blame(impl_->root);
  return leaf ? std::optional(*leaf->best()) : std::nullopt;
}

std::optional<NearestMiss> nearest_miss(const Rule& rule, const promql::Queryable& data, const promql::Options& options,
                                        Time from, Time to, Duration step, const model::Labels& labels) {
  NearestMissWatch watch(rule, data, options, labels);
  for (Time t = from; t <= to; t += step) watch.observe(t);
  return watch.best();
}

namespace {

// 0.0131, 604800: never 6.048e+05, which does not tell two large values apart.
std::string in_digits(double value) {
  const bool large = distance(value, 0) >= 1e4 && distance(value, 0) < 1e15;
  return large ? format("{:.0f}", value) : format("{:.4g}", value);
}

}  // namespace

std::string describe(const NearestMiss& miss) {
  const std::string of = miss.labels.empty() ? "" : " for " + miss.labels.to_string();
  return format("{} came to {}{} at {}, {} {} {}", miss.expression, in_digits(miss.value), of, format_clock(miss.t),
                miss.met ? "which is" : "needed", miss.op, in_digits(miss.threshold));
}

}  // namespace firedrill::alerting
