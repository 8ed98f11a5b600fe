#include "promql/eval/aggregate.h"

#include <algorithm>
#include <bit>

#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "promql/eval/calls.h"
#include "promql/functions/floats.h"
#include "promql/functions/implementations.h"

namespace firedrill::promql {

Grouping::Grouping(const Aggregate& expr, std::vector<std::string> labels)
    : without_(expr.without), labels_(std::move(labels)) {
  if (without_) labels_.emplace_back(model::kMetricName);
}

model::Labels Grouping::labels_of(const model::Labels& labels) const {
  return without_ ? labels.without(labels_) : labels.only(labels_);
}

void Grouping::extend(const Table& in, Table& groups, bool by_labels_alone) {
  map_.extend(in, [&](Row row) {
    model::Labels labels = labels_of(in.labels(row));
    const bool drop_name = !by_labels_alone && in.drops_name(row) && labels.has(model::kMetricName);
    return groups.intern(std::move(labels), drop_name);
  });
}

AggregateNode::AggregateNode(const Aggregate& expr, VectorPtr input, ScalarPtr parameter)
    : expr_(expr), input_(std::move(input)), parameter_(std::move(parameter)), grouping_(expr, expr.grouping) {}

void AggregateNode::start(Row row, double value) {
  Group& group = groups_[row];
  group.value = value;
  group.mean = value;
  group.count = 1;
  switch (expr_.op) {
    case AggregateOp::sum:
      group.sum = {value, 0};
      break;
    case AggregateOp::avg:
      averages_[row] = KahanMean();
      averages_[row].add(value);
      break;
    case AggregateOp::group:
      group.value = 1;
      break;
    case AggregateOp::stddev:
    case AggregateOp::stdvar:
      group.value = v2_ || maths::is_finite(value) ? 0 : maths::nan();
      break;
    case AggregateOp::quantile:
      values_[row].assign(1, value);
      break;
    default:
      break;
  }
}

// Of 2.x: an incremental mean, in which an infinity stays.
void AggregateNode::add_average(Row row, double value) {
  if (!v2_) return averages_[row].add(value);
  Group& group = groups_[row];
  if (is_inf(group.mean)) {
    if (is_inf(value) && (group.mean > 0) == (value > 0)) return;
    if (!is_inf(value) && !is_nan(value)) return;
  }
  group.mean += value / group.count - group.mean / group.count;
}

void AggregateNode::add(Row row, double value) {
  Group& group = groups_[row];
  group.count += 1;
  switch (expr_.op) {
    case AggregateOp::sum:
      if (v2_) {
        group.sum.sum += value;
      } else {
        group.sum.add(value);
      }
      break;
    case AggregateOp::avg:
      add_average(row, value);
      break;
    case AggregateOp::min:
      if (group.value > value || is_nan(group.value)) group.value = value;
      break;
    case AggregateOp::max:
      if (group.value < value || is_nan(group.value)) group.value = value;
      break;
    case AggregateOp::stddev:
    case AggregateOp::stdvar: {
      const double delta = value - group.mean;
      group.mean += delta / group.count;
      group.value += delta * (value - group.mean);
      break;
    }
    case AggregateOp::quantile:
      values_[row].push_back(value);
      break;
    default:
      break;
  }
}

double AggregateNode::result(Row row) {
  const Group& group = groups_[row];
  switch (expr_.op) {
    case AggregateOp::sum:
      return v2_ ? group.sum.sum : group.sum.sum + group.sum.c;
    case AggregateOp::avg:
      return v2_ ? group.mean : averages_[row].mean();
    case AggregateOp::count:
      return group.count;
    case AggregateOp::stdvar:
      return group.value / group.count;
    case AggregateOp::stddev:
      return maths::sqrt(group.value / group.count);
    case AggregateOp::quantile:
      return quantile_of(quantile_, values_[row]);
    default:
      return group.value;
  }
}

const Points& AggregateNode::eval(Context& ctx) {
  out_.clear();
  met_.clear();
  v2_ = ctx.v2();
  if (parameter_) {
    quantile_ = parameter_->eval(ctx);
    if (!(quantile_ >= 0 && quantile_ <= 1)) ctx.warn(quantile_warning(quantile_), *expr_.parameter);
  }
  const Points& input = input_->eval(ctx);
  const bool newest = ctx.newest();
  const bool marks = newest && ctx.options.delayed_name_removal;
  grouping_.extend(input_->table(), table_, newest);
  groups_.resize(table_.size());
  if (marks) nameless_.resize(table_.size());
  if (expr_.op == AggregateOp::avg) averages_.resize(table_.size());
  if (expr_.op == AggregateOp::quantile) values_.resize(table_.size());
  ++run_;
  for (const Point& point : input) {
    const Row row = grouping_.group(point.row);
    if (groups_[row].run == run_) {
      add(row, point.value);
    } else {
      groups_[row].run = run_;
      met_.push_back(row);
      start(row, point.value);
    }
    if (marks && input_->table().drops_name(point.row)) nameless_[row].run = run_;
  }
  for (const Row row : met_) out_.push_back({marks ? put_out_as(row) : row, result(row)});
  return out_;
}

Row AggregateNode::put_out_as(Row group) {
  Nameless& nameless = nameless_[group];
  if (nameless.run != run_ || !table_.labels(group).has(model::kMetricName)) return group;
  if (nameless.row == kNoRow) nameless.row = table_.intern(table_.labels(group), true);
  return nameless.row;
}

SelectNode::SelectNode(const Aggregate& expr, VectorPtr input, ScalarPtr parameter)
    : FilteringVector(std::move(input)),
      expr_(expr),
      parameter_(std::move(parameter)),
      grouping_(expr, expr.grouping) {}

bool SelectNode::read_parameter(Context& ctx) {
  const double value = parameter_->eval(ctx);
  if (expr_.op == AggregateOp::limit_ratio) {
    if (is_nan(value)) return ctx.fail(ctx.newest() ? "Ratio value is NaN" : "Ratio value NaN is NaN"), false;
    ratio_ = std::clamp(value, -1.0, 1.0);
    if (ratio_ != value) {
      ctx.warn(format("ratio value should be between -1 and 1, got {}, capping to {}", format_go_g(value),
                      format_go_g(ratio_)),
               *expr_.parameter);
    }
    return ratio_ != 0;
  }
  if (ctx.newest() && is_nan(value)) return ctx.fail("Parameter value is NaN"), false;
  if (ctx.newest() && value < -9223372036854775808.0) {
    return ctx.fail(format("Scalar value {} underflows int64", format_go_g(value))), false;
  }
  if (!(value >= -9223372036854775808.0 && value < 9223372036854775808.0)) {
    return ctx.fail(format("Scalar value {} overflows int64", format_go_g(value))), false;
  }
  if (value < 1) return false;
  k_ = static_cast<std::size_t>(value);
  return true;
}

bool SelectNode::worse(const Point& a, const Point& b) const {
  if (is_nan(a.value)) return !is_nan(b.value);
  return expr_.op == AggregateOp::topk ? a.value < b.value : a.value > b.value;
}

// The worst of those kept is first; a newcomer must beat it.
void SelectNode::add_extreme(Group& group, const Point& point) {
  Points& heap = group.points;
  const auto better = [&](const Point& a, const Point& b) { return worse(b, a); };
  if (heap.size() < k_) {
    heap.push_back(point);
    std::ranges::push_heap(heap, better);
  } else if (worse(heap.front(), point)) {
    std::ranges::pop_heap(heap, better);
    heap.back() = point;
    std::ranges::push_heap(heap, better);
  }
}

void SelectNode::add(Group& group, const Point& point) {
  switch (expr_.op) {
    case AggregateOp::limitk:
      if (group.points.size() < k_) group.points.push_back(point);
      break;
    case AggregateOp::limit_ratio: {
      const double position = ratio_position(table().labels(point.row));
      const bool taken = ratio_ >= 0 ? position < ratio_ : position >= 1.0 + ratio_;
      if (taken) group.points.push_back(point);
      break;
    }
    default:
      add_extreme(group, point);
      break;
  }
}

const Points& SelectNode::eval(Context& ctx) {
  out_.clear();
  met_.clear();
  const Points& input = input_->eval(ctx);
  if (!read_parameter(ctx)) return out_;
  grouping_.extend(input_->table(), group_table_, ctx.newest());
  groups_.resize(group_table_.size());
  ++run_;
  for (const Point& point : input) {
    const Row row = grouping_.group(point.row);
    Group& group = groups_[row];
    if (group.run != run_) {
      group.run = run_;
      group.points.clear();
      met_.push_back(row);
    }
    add(group, point);
  }
  const bool ordered = expr_.op == AggregateOp::topk || expr_.op == AggregateOp::bottomk;
  for (const Row row : met_) {
    Points& points = groups_[row].points;
    if (ordered) std::ranges::stable_sort(points, [&](const Point& a, const Point& b) { return worse(b, a); });
    out_.insert(out_.end(), points.begin(), points.end());
  }
  return out_;
}

namespace {

std::vector<std::string> with_label(std::vector<std::string> labels, bool without, const std::string& label) {
  if (!without) labels.push_back(label);
  return labels;
}

}  // namespace

CountValuesNode::CountValuesNode(const Aggregate& expr, VectorPtr input, std::string label)
    : input_(std::move(input)),
      label_(std::move(label)),
      grouping_(expr, with_label(expr.grouping, expr.without, label_)) {}

const Points& CountValuesNode::eval(Context& ctx) {
  out_.clear();
  met_.clear();
  const Points& input = input_->eval(ctx);
  for (const Point& point : input) {
    const Key key{point.row, std::bit_cast<std::uint64_t>(point.value)};
    auto [it, added] = rows_.try_emplace(key, kNoRow);
    if (added) {
      model::Labels labels = input_->table().labels(point.row);
      labels.set(label_, format_go_f(point.value));
      it->second = table_.intern(grouping_.labels_of(labels));
      ctx.hold_bytes(2 * sizeof(*it));
    }
    const Row row = it->second;
    if (position_.size() <= row) position_.resize(row + 1);
    if (met_.insert(row)) {
      position_[row] = out_.size();
      out_.push_back({row, 0});
    }
    out_[position_[row]].value += 1;
  }
  return out_;
}

}  // namespace firedrill::promql
