#include "promql/engine.h"

#include <algorithm>

#include "promql/eval/plan.h"
#include "promql/parse/resolve.h"

namespace firedrill::promql {
namespace {

constexpr std::uint64_t kMaxRangeSteps = 20'000'000;

// How far it is, 64 bits and more of milliseconds too; 0 if `to` is not later.
std::uint64_t distance(Time from, Time to) {
  if (to <= from) return 0;
  return static_cast<std::uint64_t>(to.time_since_epoch().count()) -
         static_cast<std::uint64_t>(from.time_since_epoch().count());
}

// The samples of a result, which are in memory like those of subqueries until the caller has them.
class HeldResult {
 public:
  explicit HeldResult(Context& ctx) : ctx_(ctx) {}
  ~HeldResult() { ctx_.hold(-held_); }
  HeldResult(const HeldResult&) = delete;
  HeldResult& operator=(const HeldResult&) = delete;
  void add(std::size_t samples) {
    held_ += static_cast<std::int64_t>(samples);
    ctx_.hold(static_cast<std::int64_t>(samples));
  }

 private:
  Context& ctx_;
  std::int64_t held_ = 0;
};

}  // namespace

struct Query::Impl {
  Impl(std::shared_ptr<const Expr> e, const Queryable& data, const Options& options)
      : Impl(e, e, QueryTimes{}, data, options) {
    if (const auto resolved = resolve_durations(written, times); !resolved) wrong = resolved.error();
  }

  // `resolved`: with the durations of a query of those times.
  Impl(std::shared_ptr<const Expr> e, std::shared_ptr<const Expr> resolved, const QueryTimes& of, const Queryable& data,
       const Options& options)
      : written(std::move(e)),
        expr(std::move(resolved)),
        times(of),
        query_decides(depends_on_query(*written)),
        ctx(data, options),
        plan(make_plan(*expr, options, ctx)) {
    scalar_row = scalars.intern({});
    given.count_in(ctx);
  }

  // The rows of a fresh plan come in the order in which it meets their labels, which need not be the other's.
  Impl(const Impl& other, const Queryable& data) : Impl(other.written, data, other.ctx.options) {
    translates = true;
    for (Row row = 0; row < other.table().size(); ++row) given.intern(other.table().labels(row));
  }

  std::shared_ptr<const Expr> written;
  std::shared_ptr<const Expr> expr;
  QueryTimes times;
  bool query_decides;  // there is a step() or range() in a duration
  std::string wrong;   // why a duration has no value at those times
  Context ctx;
  Plan plan;
  Table scalars;
  Row scalar_row = 0;
  // The caller sees other rows than the plan's: names gone with delayed name removal, or those of a copy's original.
  bool translates = ctx.options.delayed_name_removal;
  Table given;
  RowMap given_rows;
  RowSet met;
  Points points;

  const Table& table() const {
    if (plan.vector == nullptr) return scalars;
    return translates ? given : plan.vector->table();
  }

  void prepare(Time from, Time to, Duration step, Annotations* annotations) {
    ctx.start = from.time_since_epoch().count();
    ctx.end = to.time_since_epoch().count();
    ctx.step = step.count();
    ctx.level = {ctx.start, ctx.end, 0, std::nullopt};
    see(plan.seen);
    ctx.range_run = ++ctx.last_run;
    ctx.annotations = annotations;
    ctx.error.clear();
    ctx.begin_reading();
  }

  void see(const std::vector<SeenRange>& ranges) {
    ctx.seen_from = ctx.seen_to = 0;
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      const std::int64_t from = shifted_time(ranges[i].origin, ctx.start, ctx) - ranges[i].back;
      const std::int64_t to = shifted_time(ranges[i].origin, ctx.end, ctx) + ranges[i].ahead;
      ctx.seen_from = i == 0 ? from : std::min(ctx.seen_from, from);
      ctx.seen_to = i == 0 ? to : std::max(ctx.seen_to, to);
    }
  }

  // At ctx.now: a scalar as one point, or the vector.
  const Points& evaluate() {
    if (plan.scalar) {
      points.assign(1, {scalar_row, plan.scalar->eval(ctx)});
      return points;
    }
    const Points& result = plan.vector->eval(ctx);
    return translates ? translate(result) : result;
  }

  const Points& translate(const Points& result) {
    given_rows.extend(plan.vector->table(), [&](Row row) {
      const model::Labels& labels = plan.vector->table().labels(row);
      return given.intern(plan.vector->table().drops_name(row) ? labels.without_name() : labels);
    });
    points.clear();
    met.clear();
    for (const Point& point : result) {
      const Row row = given_rows[point.row];
      if (!met.insert(row)) ctx.fail(std::string(kSameLabels));
      points.push_back({row, point.value});
    }
    return points;
  }

  Matrix matrix() {
    Matrix result;
    HeldResult held(ctx);
    plan.range->begin(ctx);
    Row row = 0;
    Window window;
    while (!ctx.failed() && plan.range->next(row, window)) {
      held.add(window.times.size());
      if (ctx.failed()) break;
      Series& series = result.emplace_back();
      series.labels = plan.range->table().labels(row);
      if (plan.range->table().drops_name(row)) series.labels.remove(model::kMetricName);
      for (std::size_t i = 0; i < window.times.size(); ++i) {
        series.samples.push_back({Time(Duration(window.times[i])), window.values[i]});
      }
    }
    return result;
  }
};

Query::Query(std::shared_ptr<const Expr> expression, const Queryable& data, const Options& options)
    : impl_(std::make_unique<Impl>(std::move(expression), data, options)) {}
Query::Query(const Query& other, const Queryable& data) : impl_(std::make_unique<Impl>(*other.impl_, data)) {}
Query::Query(Query&&) noexcept = default;
Query& Query::operator=(Query&&) noexcept = default;
Query::~Query() = default;

std::string Query::settle(Duration step, Duration range) {
  Impl& q = *impl_;
  const QueryTimes times{step, range};
  if (!q.query_decides || q.times == times) return q.wrong;
  auto resolved = resolve_durations(q.written, times);
  if (!resolved) return resolved.error();
  impl_ = std::make_unique<Impl>(q.written, *std::move(resolved), times, *q.ctx.data, q.ctx.options);
  return {};
}

std::expected<Value, std::string> Query::at(Time t, Annotations* annotations) {
  if (std::string error = settle({}, {}); !error.empty()) return std::unexpected(std::move(error));
  Impl& q = *impl_;
  q.prepare(t, t, Duration::zero(), annotations);
  q.ctx.now = q.ctx.start;
  if (q.plan.text != nullptr) return String{*q.plan.text};
  Value value;
  if (q.plan.range) {
    value = q.matrix();
  } else if (q.plan.scalar) {
    value = Scalar{q.plan.scalar->eval(q.ctx)};
  } else {
    Vector vector;
    for (const Point& point : q.evaluate()) vector.push_back({q.table().labels(point.row), point.value});
    value = std::move(vector);
  }
  if (q.ctx.failed()) return std::unexpected(q.ctx.error);
  return value;
}

std::expected<std::span<const RowSample>, std::string> Query::rows_at(Time t, Annotations* annotations) {
  if (std::string error = settle({}, {}); !error.empty()) return std::unexpected(std::move(error));
  Impl& q = *impl_;
  if (!q.plan.vector && !q.plan.scalar) return std::unexpected("rule result is not a vector or scalar");
  q.prepare(t, t, Duration::zero(), annotations);
  q.ctx.now = q.ctx.start;
  const Points& points = q.evaluate();
  if (q.ctx.failed()) return std::unexpected(q.ctx.error);
  return std::span<const RowSample>(points);
}

const model::Labels& Query::row_labels(std::uint32_t row) const {
  return impl_->table().labels(row);
}

std::int64_t Query::samples_read() const {
  return impl_->ctx.work - impl_->ctx.work_from;
}

std::expected<Matrix, std::string> Query::range(Time from, Time to, Duration step, Annotations* annotations) {
  if (!impl_->plan.vector && !impl_->plan.scalar) {
    const std::string_view type = to_string(impl_->expr->type);
    return std::unexpected("invalid expression type \"" + std::string(type) +
                           "\" for range query, must be Scalar or instant Vector");
  }
  if (step <= Duration::zero())
    return std::unexpected("zero or negative query resolution step widths are not accepted");
  const Duration length{static_cast<std::int64_t>(std::min<std::uint64_t>(distance(from, to), kFarthest.count()))};
  if (std::string error = settle(step, length); !error.empty()) return std::unexpected(std::move(error));
  Impl& q = *impl_;
  // Of the whole range of time as of a subquery's.
  const std::uint64_t steps = distance(from, to) / static_cast<std::uint64_t>(step.count());
  if (steps > kMaxRangeSteps) return std::unexpected(std::string(kTooManySteps));
  if (least_read(*q.expr, q.ctx.options) > q.ctx.options.max_read / (static_cast<std::int64_t>(steps) + 1)) {
    return std::unexpected(std::string(kTooManyRead));
  }
  q.prepare(from, to, step, annotations);
  std::vector<Series> by_row;
  HeldResult result(q.ctx);
  for (Time t = from; t <= to && !q.ctx.failed(); t += step) {
    q.ctx.now = t.time_since_epoch().count();
    const Points& points = q.evaluate();
    if (q.ctx.failed()) break;
    for (const Point& point : points) {
      if (by_row.size() <= point.row) by_row.resize(q.table().size());
      by_row[point.row].samples.push_back({t, point.value});
    }
    result.add(points.size());
    q.ctx.read(1);
    if (to - t < step) break;
  }
  if (q.ctx.failed()) return std::unexpected(q.ctx.error);
  for (std::size_t row = 0; row < by_row.size(); ++row) {
    if (!by_row[row].samples.empty()) by_row[row].labels = q.table().labels(static_cast<Row>(row));
  }
  std::erase_if(by_row, [](const Series& series) { return series.samples.empty(); });
  std::ranges::stable_sort(by_row, {}, &Series::labels);
  return by_row;
}

std::vector<Query::SelectorCoverage> Query::coverage() {
  std::vector<SelectorCoverage> result;
  for (const auto& selection : impl_->plan.selections) {
    selection->refresh(impl_->ctx);
    result.push_back({&selection->selector(), selection->entries().size()});
  }
  return result;
}

std::optional<Duration> Query::reach(const Expr& expression, const Options& options) {
  const auto reach = look_back(expression, options);
  if (!reach) return std::nullopt;
  return std::max(*reach, Duration::zero());
}

}  // namespace firedrill::promql
