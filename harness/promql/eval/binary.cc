#include "promql/eval/binary.h"

#include <algorithm>

#include "base/maths.h"
#include "base/text/format.h"
#include "promql/functions/implementations.h"

namespace firedrill::promql {

model::Labels MatchGroups::key(const model::Labels& labels) const {
  if (matching_.on) return labels.only(matching_.labels);
  return labels.without(matching_.labels).without_name();
}

void MatchGroups::extend(const Table& left, const Table& right) {
  left_.extend(left, [&](Row row) { return groups_.intern(key(left.labels(row))); });
  right_.extend(right, [&](Row row) { return groups_.intern(key(right.labels(row))); });
}

bool compare(BinaryOp op, double lhs, double rhs) {
  switch (op) {
    case BinaryOp::eq:
      return lhs == rhs;
    case BinaryOp::ne:
      return lhs != rhs;
    case BinaryOp::lt:
      return lhs < rhs;
    case BinaryOp::gt:
      return lhs > rhs;
    case BinaryOp::le:
      return lhs <= rhs;
    case BinaryOp::ge:
      return lhs >= rhs;
    default:
      return false;
  }
}

double calculate(BinaryOp op, double lhs, double rhs) {
  switch (op) {
    case BinaryOp::add:
      return lhs + rhs;
    case BinaryOp::sub:
      return lhs - rhs;
    case BinaryOp::mul:
      return lhs * rhs;
    case BinaryOp::div:
      return lhs / rhs;
    case BinaryOp::mod:
      return maths::fmod(lhs, rhs);
    case BinaryOp::pow:
      return power(lhs, rhs);
    case BinaryOp::atan2:
      return maths::atan2(lhs, rhs);
    default:
      return compare(op, lhs, rhs) ? 1 : 0;
  }
}

namespace {

// 2.x forgets to drop the name for atan2.
bool keeps_name(BinaryOp op, const Options& options) {
  return op == BinaryOp::atan2 && options.version == Version::v2;
}

}  // namespace

double ScalarBinary::eval(Context& ctx) {
  if (is_trim(op_)) {
    ctx.fail(format("operator \"{}\" not allowed for Scalar operations", to_string(op_)));
    return maths::nan();
  }
  const double lhs = lhs_->eval(ctx);
  return calculate(op_, lhs, rhs_->eval(ctx));
}

VectorScalarBinary::VectorScalarBinary(const Binary& expr, VectorPtr vector, ScalarPtr scalar, bool scalar_left,
                                       const Options& options)
    : expr_(expr),
      vector_(std::move(vector)),
      scalar_(std::move(scalar)),
      scalar_left_(scalar_left),
      names_(keeps_name(expr.op, options), false) {}

const Points& VectorScalarBinary::eval(Context& ctx) {
  out_.clear();
  const Points& input = vector_->eval(ctx);
  const double scalar = scalar_->eval(ctx);
  names_.extend(ctx, vector_->table(), table_);
  names_.start(ctx);
  for (const Point& p : input) {
    const double value = scalar_left_ ? calculate(expr_.op, scalar, p.value) : calculate(expr_.op, p.value, scalar);
    out_.push_back({names_.row(ctx, p.row), value});
  }
  return out_;
}

const Points& VectorScalarFilter::eval(Context& ctx) {
  out_.clear();
  const Points& input = input_->eval(ctx);
  const double scalar = scalar_->eval(ctx);
  for (const Point& p : input) {
    if (scalar_left_ ? compare(op_, scalar, p.value) : compare(op_, p.value, scalar)) out_.push_back(p);
  }
  return out_;
}

VectorBinary::VectorBinary(const Binary& expr, VectorPtr lhs, VectorPtr rhs)
    : expr_(expr),
      matching_(*expr.matching),
      many_left_(expr.matching->cardinality != Cardinality::one_to_many),
      lhs_(std::move(lhs)),
      rhs_(std::move(rhs)),
      groups_(*expr.matching) {}

model::Labels VectorBinary::result_labels(const model::Labels& many, const model::Labels& one, bool drop_name) const {
  model::Labels labels = many;
  if (drop_name) labels.remove(model::kMetricName);
  if (matching_.cardinality == Cardinality::one_to_one) {
    labels = matching_.on ? labels.only(matching_.labels) : labels.without(matching_.labels);
  }
  for (const std::string& name : matching_.include) labels.set(name, std::string(one.get(name)));
  return labels;
}

Row VectorBinary::result_row(const Context& ctx, Row many, Row one) {
  if (results_.size() <= many) results_.resize(many + 1);
  std::vector<Pair>& known = results_[many];
  // Without labels from the one side, all its samples give the same result.
  const Row key = matching_.include.empty() ? 0 : one;
  for (const Pair& pair : known) {
    if (pair.one == key) return pair.result;
  }
  const Table& many_table = (many_left_ ? lhs_ : rhs_)->table();
  const Table& one_table = (many_left_ ? rhs_ : lhs_)->table();
  const bool marks = expr_.return_bool && ctx.options.delayed_name_removal;
  const bool keeps = is_comparison(expr_.op) ? !expr_.return_bool || marks : keeps_name(expr_.op, ctx.options);
  const Row row = table_.intern(result_labels(many_table.labels(many), one_table.labels(one), !keeps), marks);
  known.push_back({key, row});
  return row;
}

bool VectorBinary::index_one_side(Context& ctx, const Points& one) {
  one_side_.resize(groups_.size());
  for (const Point& point : one) {
    const Row group = many_left_ ? groups_.right(point.row) : groups_.left(point.row);
    Slot& slot = one_side_[group];
    if (slot.run == run_) {
      const Table& table = (many_left_ ? rhs_ : lhs_)->table();
      std::string first = in_braces(table.labels(point.row));
      std::string second = in_braces(table.labels(slot.point.row));
      if (ctx.newest() && second < first) std::swap(first, second);
      ctx.fail(
          format("found duplicate series for the match group {} on the {} hand-side of the operation: [{}, {}];"
                 "many-to-many matching not allowed: matching labels must be unique on one side",
                 in_braces(groups_.labels(group)), many_left_ ? "right" : "left", first, second));
      return false;
    }
    slot = {run_, point};
  }
  return true;
}

bool VectorBinary::check_one_match(Context& ctx, Row group) {
  if (matched_[group] == run_) {
    ctx.fail("multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)");
    return false;
  }
  matched_[group] = run_;
  return true;
}

bool VectorBinary::check_match(Context& ctx, Row group, Row result) {
  if (one_to_one() && !check_one_match(ctx, group)) return false;
  if (used_.size() <= result) used_.resize(table_.size());
  Use& use = used_[result];
  if (use.run == run_ && use.group == group && !one_to_one()) {
    ctx.fail("multiple matches for labels: grouping labels must ensure unique matches");
    return false;
  }
  if (use.run == run_ && !ctx.options.delayed_name_removal) {
    ctx.fail(std::string(kSameLabels));
    return false;
  }
  use = {run_, group};
  return true;
}

const Points& VectorBinary::eval(Context& ctx) {
  out_.clear();
  const Points& lhs = lhs_->eval(ctx);
  const Points& rhs = rhs_->eval(ctx);
  if (ctx.failed() || lhs.empty() || rhs.empty()) return out_;
  ++run_;
  groups_.extend(lhs_->table(), rhs_->table());
  matched_.resize(groups_.size());
  if (!index_one_side(ctx, many_left_ ? rhs : lhs)) return out_;
  for (const Point& many : many_left_ ? lhs : rhs) {
    const Row group = many_left_ ? groups_.left(many.row) : groups_.right(many.row);
    const Slot& slot = one_side_[group];
    if (slot.run != run_) continue;
    const double left = many_left_ ? many.value : slot.point.value;
    const double right = many_left_ ? slot.point.value : many.value;
    const bool filter = is_comparison(expr_.op) && !expr_.return_bool;
    const bool keep = !filter || compare(expr_.op, left, right);
    // Up to 3.8 what a comparison drops did not make a match ambiguous.
    if (!keep && (!ctx.newest() || !one_to_one())) continue;
    if (!keep) {
      if (!check_one_match(ctx, group)) return out_;
      continue;
    }
    const Row row = result_row(ctx, many.row, slot.point.row);
    if (!check_match(ctx, group, row)) return out_;
    out_.push_back({row, filter ? left : calculate(expr_.op, left, right)});
  }
  return out_;
}

const Points& TrimOfNumbers::eval(Context& ctx) {
  const bool left = !lhs_->eval(ctx).empty();
  const bool right = !rhs_->eval(ctx).empty();
  if (left && right) {
    const std::string_view op = to_string(expr_.op);
    ctx.inform(format("incompatible sample types encountered for binary operator \"{}\": float {} float", op, op),
               expr_);
  }
  return out_;
}

SetOperator::SetOperator(const Binary& expr, VectorPtr lhs, VectorPtr rhs)
    : op_(expr.op), lhs_(std::move(lhs)), rhs_(std::move(rhs)), groups_(*expr.matching) {}

void SetOperator::unite(Context& ctx) {
  label_set_.extend(table_, [&](Row row) { return label_sets_.intern(table_.labels(row)); });
  if (!label_set_.collides() || ctx.level.start == ctx.level.end) return;
  ctx.collided = true;
  first_.resize(label_sets_.size());
  for (Point& point : out_) {
    First& first = first_[label_set_[point.row]];
    if (first.run != ctx.range_run) first = {ctx.range_run, point.row};
    point.row = first.row;
  }
}

const Points& SetOperator::eval(Context& ctx) {
  out_.clear();
  const Points& lhs = lhs_->eval(ctx);
  const Points& rhs = rhs_->eval(ctx);
  groups_.extend(lhs_->table(), rhs_->table());
  const auto extend = [&](RowMap& map, const Table& in) {
    map.extend(in, [&](Row row) { return table_.intern(in.labels(row), in.drops_name(row)); });
  };
  extend(left_rows_, lhs_->table());
  present_.clear();
  if (op_ == BinaryOp::or_) {
    extend(right_rows_, rhs_->table());
    for (const Point& p : lhs) {
      present_.insert(groups_.left(p.row));
      out_.push_back({left_rows_[p.row], p.value});
    }
    for (const Point& p : rhs) {
      if (!present_.contains(groups_.right(p.row))) out_.push_back({right_rows_[p.row], p.value});
    }
    if (ctx.options.delayed_name_removal) unite(ctx);
    return out_;
  }
  for (const Point& p : rhs) present_.insert(groups_.right(p.row));
  for (const Point& p : lhs) {
    const bool present = present_.contains(groups_.left(p.row));
    if (present == (op_ == BinaryOp::and_)) out_.push_back({left_rows_[p.row], p.value});
  }
  return out_;
}

}  // namespace firedrill::promql
