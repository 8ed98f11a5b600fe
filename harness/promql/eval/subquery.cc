#include "promql/eval/subquery.h"

#include <algorithm>
#include <utility>

namespace firedrill::promql {
namespace {

// What the samples of a row cost besides themselves.
constexpr std::size_t kBytesOfRow = 256;

std::int64_t floor_to(std::int64_t t, std::int64_t step) {
  return (t / step - (t % step < 0 ? 1 : 0)) * step;
}

}  // namespace

SubqueryNode::SubqueryNode(const Subquery& expr, VectorPtr inner, std::vector<Selection*> selections,
                           std::vector<SubqueryNode*> within, std::vector<VectorNode*> fixed,
                           std::optional<Duration> lead)
    : expr_(expr),
      inner_(std::move(inner)),
      selections_(std::move(selections)),
      within_(std::move(within)),
      fixed_(std::move(fixed)),
      lead_(lead),
      seen_(selections_.size()) {}

std::int64_t SubqueryNode::first_step(const Context& ctx, std::int64_t after, std::int64_t step) const {
  const std::int64_t first = floor_to(after, step);
  return first < after || (first == after && !ctx.v2()) ? first + step : first;
}

Level SubqueryNode::level(const Context& ctx, std::int64_t step) const {
  const Level& outer = ctx.level;
  const bool fixed = expr_.modifiers.at != Modifiers::At::none;
  const std::int64_t offset = expr_.modifiers.offset.count();
  const std::int64_t end = shifted_time(expr_.modifiers, outer.start, ctx);
  Level inner;
  inner.start = first_step(ctx, end - expr_.range.count(), step);
  inner.end = end + (outer.end - outer.start);
  if (inner.start == outer.start) {
    // Of a fixed end, what it would be an offset from the start.
    inner.at_shift = fixed ? outer.start - (end - outer.at_shift) : outer.at_shift + offset;
  }
  if (fixed && moves_on_) {
    inner.seen_to = end - outer.at_shift;
  } else if (!fixed && outer.seen_to) {
    inner.seen_to = *outer.seen_to - offset;
  }
  return inner;
}

void SubqueryNode::begin(Context& ctx) {
  position_ = 0;
  ctx_ = &ctx;
  window_ = Window{};
  window_.end = shifted_time(expr_.modifiers, ctx.now, ctx);
  if (moves_on_) window_.end += ctx.now - ctx.level.start;
  window_.start = window_.end - expr_.range.count();
  window_.now = ctx.now;
  window_.v2 = ctx.v2();
  window_.newest = ctx.newest();
  const std::int64_t step = std::max<std::int64_t>(1, expr_.step.value_or(ctx.options.default_subquery_step).count());
  const std::int64_t first = first_step(ctx, window_.start, step);
  const std::int64_t last = floor_to(window_.end, step);
  if ((last - first) / step > ctx.options.max_held) return ctx.fail(std::string(kTooManyHeld));
  if (first > last && ctx.v2()) {
    for (SubqueryNode* each : within_) each->try_out(ctx, first, window_.end);
  }
  if (ctx.v2() && !fixed_.empty()) try_fixed(ctx, level(ctx, step));
  const bool keep = lead_ && ctx.annotations == nullptr && !moves_on_;
  if (!keep || !covered_ || first < first_ || last < last_ || first > last_ + step || !unchanged(ctx)) forget();
  if (covered_) drop_before(first);
  recount(ctx);
  const bool collided = ctx.collided;
  evaluate(ctx, covered_ ? last_ + step : first, last, step);
  if (covered_ && ctx.collided && !collided) {
    // Only now it shows that the steps have to be seen as a whole.
    forget();
    recount(ctx);
    evaluate(ctx, first, last, step);
  }
  if (ctx.failed()) {
    forget();
    return recount(ctx);
  }
  sort_rows();
  first_ = first;
  last_ = last;
  covered_ = keep && !ctx.collided;
  if (covered_) remember(ctx);
}

void SubqueryNode::evaluate(Context& ctx, std::int64_t first, std::int64_t last, std::int64_t step) {
  const std::int64_t now = ctx.now;
  const std::uint64_t run = ctx.range_run;
  const Level outer = ctx.level;
  ctx.level = level(ctx, step);
  ctx.range_run = ++ctx.last_run;
  for (ctx.now = first; ctx.now <= last && !ctx.failed(); ctx.now += step) {
    const Points& points = inner_->eval(ctx);
    if (samples_.size() < inner_->table().size()) {
      ctx.hold_bytes(kBytesOfRow * (inner_->table().size() - samples_.size()));
      samples_.resize(inner_->table().size());
    }
    for (const Point& point : points) {
      samples_[point.row].times.push_back(ctx.now);
      samples_[point.row].values.push_back(point.value);
    }
    ctx.read(points.size() + 1);
    held_ += static_cast<std::int64_t>(points.size());
    ctx.hold(static_cast<std::int64_t>(points.size()));
  }
  for (SubqueryNode* each : within_) each->try_rest(ctx, last);
  ctx.now = now;
  ctx.level = outer;
  ctx.range_run = run;
}

void SubqueryNode::try_fixed(Context& ctx, const Level& steps) {
  if (steps.start <= steps.end) return;
  const std::int64_t now = std::exchange(ctx.now, steps.start);
  const Level outer = std::exchange(ctx.level, {steps.start, steps.start, steps.at_shift, steps.seen_to});
  for (VectorNode* each : fixed_) each->eval(ctx);
  ctx.now = now;
  ctx.level = outer;
}

void SubqueryNode::try_rest(Context& ctx, std::int64_t last) {
  if (ctx.failed() || last < ctx.level.start) return;
  const std::int64_t step = std::max<std::int64_t>(1, expr_.step.value_or(ctx.options.default_subquery_step).count());
  const std::int64_t done = floor_to(shifted_time(expr_.modifiers, last, ctx), step);
  const std::int64_t rest = floor_to(level(ctx, step).end, step);
  if (rest <= done || expr_.modifiers.at != Modifiers::At::none) return;
  ctx.now = last;
  evaluate(ctx, done + step, rest, step);
  forget();
  recount(ctx);
}

void SubqueryNode::try_out(Context& ctx, std::int64_t from, std::int64_t to) {
  if (expr_.modifiers.at != Modifiers::At::none) return;
  const std::int64_t offset = expr_.modifiers.offset.count();
  const std::int64_t step = std::max<std::int64_t>(1, expr_.step.value_or(ctx.options.default_subquery_step).count());
  const std::int64_t first = first_step(ctx, from - offset - expr_.range.count(), step);
  if (first > to - offset) {
    for (SubqueryNode* each : within_) each->try_out(ctx, first, to - offset);
    return;
  }
  forget();
  evaluate(ctx, first, to - offset, step);
  forget();
  recount(ctx);
}

void SubqueryNode::forget() {
  for (Samples& samples : samples_) samples.times.clear(), samples.values.clear(), samples.head = 0;
  covered_ = false;
}

void SubqueryNode::recount(Context& ctx) {
  std::size_t held = 0;
  for (const Samples& samples : samples_) held += samples.times.size() - samples.head;
  ctx.hold(static_cast<std::int64_t>(held) - held_);
  held_ = static_cast<std::int64_t>(held);
}

void SubqueryNode::drop_before(std::int64_t first) {
  for (Samples& samples : samples_) {
    const std::size_t size = samples.times.size();
    while (samples.head < size && samples.times[samples.head] < first) ++samples.head;
    if (samples.head < 64 || samples.head < size / 2) continue;
    const auto count = static_cast<std::ptrdiff_t>(samples.head);
    samples.times.erase(samples.times.begin(), samples.times.begin() + count);
    samples.values.erase(samples.values.begin(), samples.values.begin() + count);
    samples.head = 0;
  }
}

bool SubqueryNode::unchanged(const Context& ctx) {
  for (std::size_t s = 0; s < selections_.size(); ++s) {
    selections_[s]->refresh(ctx);
    std::vector<Cursor>& seen = seen_[s];
    seen.resize(selections_[s]->table().size());
    for (const Selection::Entry& entry : selections_[s]->entries()) {
      const std::uint64_t before = seen[entry.row].at();
      const Columns columns = ctx.data->samples(entry.series);
      if (seen[entry.row].seek(columns, bound_) != std::max(before, columns.first)) return false;
    }
  }
  return true;
}

void SubqueryNode::remember(const Context& ctx) {
  bound_ = last_ + lead_->count();
  for (std::size_t s = 0; s < selections_.size(); ++s) {
    selections_[s]->refresh(ctx);
    seen_[s].resize(selections_[s]->table().size());
    for (const Selection::Entry& entry : selections_[s]->entries()) {
      seen_[s][entry.row].seek(ctx.data->samples(entry.series), bound_);
    }
  }
}

void SubqueryNode::sort_rows() {
  const std::size_t size = inner_->table().size();
  samples_.resize(size);
  if (order_.size() == size) return;
  const std::size_t known = order_.size();
  for (std::size_t row = known; row < size; ++row) order_.push_back(static_cast<Row>(row));
  const Table& table = inner_->table();
  std::ranges::stable_sort(order_, [&](Row a, Row b) { return table.labels(a) < table.labels(b); });
}

bool SubqueryNode::next(Row& row, Window& window) {
  while (position_ < order_.size()) {
    const Samples& samples = samples_[order_[position_]];
    if (samples.head == samples.times.size()) {
      ++position_;
      continue;
    }
    row = order_[position_++];
    window_.times = std::span(samples.times).subspan(samples.head);
    window_.values = std::span(samples.values).subspan(samples.head);
    ctx_->read(window_.values.size());
    window = window_;
    return true;
  }
  return false;
}

}  // namespace firedrill::promql
