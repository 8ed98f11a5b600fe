#include "promql/eval/calls.h"

#include <algorithm>

#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "promql/eval/natural.h"
#include "promql/functions/extremes.h"
#include "promql/functions/implementations.h"

namespace firedrill::promql {
namespace {

void evaluate(Context& ctx, const std::vector<ScalarPtr>& scalars, std::vector<double>& values) {
  values.clear();
  for (const ScalarPtr& scalar : scalars) values.push_back(scalar->eval(ctx));
}

bool is_counter_name(std::string_view name) {
  return name.ends_with("_total") || name.ends_with("_sum") || name.ends_with("_count") || name.ends_with("_bucket");
}

}  // namespace

std::string quantile_warning(double q) {
  return format("quantile value should be between 0 and 1, got {}", format_go_g(q));
}

RangeCall::RangeCall(const Call& call, RangePtr range, std::vector<ScalarPtr> arguments)
    : call_(call),
      range_(std::move(range)),
      arguments_(std::move(arguments)),
      names_(call.function->over_range == last_over_time || call.function->over_range == first_over_time, true) {
  const RangeFunction function = call.function->over_range;
  if (function == rate || function == increase || function == resets) range_->track_falls();
  if (function == sum_over_time || function == avg_over_time || function == min_over_time ||
      function == max_over_time) {
    range_->track_blocks();
  }
}

void doubt_counter(Context& ctx, const Call& call, const model::Labels& labels) {
  if (call.function->over_range != rate && call.function->over_range != increase) return;
  const std::string_view name = labels.metric_name();
  if (name.empty() || is_counter_name(name)) return;
  ctx.inform(
      format("metric might not be a counter, name does not end in _total/_sum/_count/_bucket: {}", model::quote(name)),
      *call.arguments[0], unwrap(*call.arguments[0]).kind == Kind::subquery);
}

const Points& RangeCall::eval(Context& ctx) {
  out_.clear();
  evaluate(ctx, arguments_, values_);
  range_->begin(ctx);
  names_.extend(ctx, range_->table(), table_);
  names_.start(ctx);
  if (call_.function->over_range == quantile_over_time && !(values_[0] >= 0 && values_[0] <= 1)) {
    ctx.warn(quantile_warning(values_[0]), *call_.arguments[0]);
  }
  std::string error;
  Row row = 0;
  Window window;
  while (!ctx.failed() && range_->next(row, window)) {
    window.arguments = values_;
    window.error = &error;
    const std::optional<double> value = call_.function->over_range(window);
    if (!error.empty()) ctx.fail(error);
    if (!value) continue;
    if (ctx.annotations != nullptr) doubt_counter(ctx, call_, range_->table().labels(row));
    out_.push_back({names_.row(ctx, row), *value});
  }
  return out_;
}

model::Labels absent_labels(const Expr& argument) {
  const VectorSelector* selector = nullptr;
  if (argument.kind == Kind::vector_selector) selector = &as<VectorSelector>(argument);
  if (argument.kind == Kind::matrix_selector) selector = as<MatrixSelector>(argument).vector.get();
  model::Labels labels;
  if (selector == nullptr) return labels;
  std::vector<std::string_view> met;
  for (const model::Matcher& matcher : selector->matchers) {
    if (matcher.name() == model::kMetricName) continue;
    if (matcher.op() == model::MatchOp::equal && std::ranges::find(met, matcher.name()) == met.end()) {
      labels.set(matcher.name(), matcher.value());
      met.push_back(matcher.name());
    } else {
      labels.remove(matcher.name());
    }
  }
  return labels;
}

AbsentOverTime::AbsentOverTime(const Call& call, RangePtr range) : range_(std::move(range)) {
  table_.intern(absent_labels(*call.arguments[0]));
}

const Points& AbsentOverTime::eval(Context& ctx) {
  out_.clear();
  range_->begin(ctx);
  Row row = 0;
  Window window;
  if (!ctx.failed() && !range_->next(row, window)) out_.push_back({0, 1});
  return out_;
}

Absent::Absent(const Call& call, VectorPtr input) : input_(std::move(input)) {
  table_.intern(absent_labels(*call.arguments[0]));
}

const Points& Absent::eval(Context& ctx) {
  out_.clear();
  if (input_->eval(ctx).empty()) out_.push_back({0, 1});
  return out_;
}

MapCall::MapCall(const Call& call, VectorPtr input, std::vector<ScalarPtr> arguments)
    : call_(call),
      is_clamp_(call.function->name == "clamp"),
      input_(std::move(input)),
      arguments_(std::move(arguments)),
      names_(false, false) {}

const Points& MapCall::eval(Context& ctx) {
  out_.clear();
  const Points& input = input_->eval(ctx);
  evaluate(ctx, arguments_, values_);
  if (is_clamp_ && values_[1] < values_[0]) return out_;
  names_.extend(ctx, input_->table(), table_);
  names_.start(ctx);
  for (const Point& point : input) {
    out_.push_back({names_.row(ctx, point.row), call_.function->over_value(point.value, values_)});
  }
  return out_;
}

TimestampCall::TimestampCall(VectorPtr input, bool selector)
    : input_(std::move(input)), selector_(selector), names_(false, false) {}

const Points& TimestampCall::eval(Context& ctx) {
  out_.clear();
  const Points& input = input_->eval(ctx);
  names_.extend(ctx, input_->table(), table_);
  names_.start(ctx);
  const double now = static_cast<double>(ctx.now) / 1000;
  for (const Point& point : input) out_.push_back({names_.row(ctx, point.row), selector_ ? point.value : now});
  return out_;
}

CalendarNow::CalendarNow(ValueFunction function) : function_(function) {
  table_.intern({});
}

const Points& CalendarNow::eval(Context& ctx) {
  out_.assign(1, {0, function_(static_cast<double>(ctx.now / 1000), {})});
  return out_;
}

VectorOf::VectorOf(ScalarPtr scalar) : scalar_(std::move(scalar)) {
  table_.intern({});
}

const Points& VectorOf::eval(Context& ctx) {
  out_.assign(1, {0, scalar_->eval(ctx)});
  return out_;
}

Negation::Negation(VectorPtr input) : input_(std::move(input)), names_(false, true) {}

const Points& Negation::eval(Context& ctx) {
  out_.clear();
  const Points& input = input_->eval(ctx);
  names_.extend(ctx, input_->table(), table_);
  names_.start(ctx);
  for (const Point& point : input) out_.push_back({names_.row(ctx, point.row), -point.value});
  return out_;
}

void warn_of_sorting(Context& ctx, const Call& call) {
  if (!ctx.newest() || ctx.level.start == ctx.level.end) return;
  ctx.warn("sort is ineffective for range queries since results are always ordered by labels", call);
}

const Points& SortCall::eval(Context& ctx) {
  warn_of_sorting(ctx, call_);
  out_ = input_->eval(ctx);
  std::ranges::stable_sort(out_, [&](const Point& a, const Point& b) {
    if (is_nan(a.value) || is_nan(b.value)) return !is_nan(a.value) && is_nan(b.value);
    return descending_ ? a.value > b.value : a.value < b.value;
  });
  return out_;
}

const Points& SortByLabelCall::eval(Context& ctx) {
  warn_of_sorting(ctx, call_);
  out_ = input_->eval(ctx);
  const Table& table = input_->table();
  std::ranges::stable_sort(out_, [&](const Point& x, const Point& y) {
    const model::Labels& a = table.labels(descending_ ? y.row : x.row);
    const model::Labels& b = table.labels(descending_ ? x.row : y.row);
    for (const std::string& label : labels_) {
      const std::string_view left = a.get(label);
      const std::string_view right = b.get(label);
      if (left != right) return natural_less(left, right);
    }
    return a < b;
  });
  return out_;
}

double QueryTimeCall::eval(Context& ctx) {
  const auto seconds = [](std::int64_t ms) { return static_cast<double>(ms) / 1000; };
  switch (which_) {
    case Special::query_start:
      return seconds(ctx.start);
    case Special::query_end:
      return seconds(ctx.end);
    case Special::query_range:
      return seconds(ctx.end - ctx.start);
    default:
      return seconds(ctx.step);
  }
}

double ExtremeCall::eval(Context& ctx) {
  const double a = a_->eval(ctx);
  const double b = b_->eval(ctx);
  return smallest_ ? least(a, b) : greatest(a, b);
}

double ScalarOf::eval(Context& ctx) {
  const Points& input = input_->eval(ctx);
  return input.size() == 1 ? input[0].value : maths::nan();
}

}  // namespace firedrill::promql
