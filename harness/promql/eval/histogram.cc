#include "promql/eval/histogram.h"

#include <algorithm>
#include <limits>

#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "promql/eval/calls.h"
#include "promql/functions/floats.h"

namespace firedrill::promql {
namespace {

constexpr double kTolerance = 1e-12;

// util/almost: relative difference of two numbers of any size.
bool almost_equal(double a, double b) {
  constexpr double kMinNormal = std::numeric_limits<double>::min();
  if (a == b) return true;
  const double sum = magnitude(a) + magnitude(b);
  const double difference = magnitude(a - b);
  if (a == 0 || b == 0 || sum < kMinNormal) return difference < kTolerance * kMinNormal;
  return difference / std::min(sum, std::numeric_limits<double>::max()) < kTolerance;
}

void coalesce(std::vector<Bucket>& buckets) {
  std::size_t kept = 0;
  for (std::size_t i = 1; i < buckets.size(); ++i) {
    if (buckets[i].upper_bound == buckets[kept].upper_bound) {
      buckets[kept].count += buckets[i].count;
    } else {
      buckets[++kept] = buckets[i];
    }
  }
  buckets.resize(kept + 1);
}

std::optional<Mending> flatten(std::vector<Bucket>& buckets, bool v2) {
  std::optional<Mending> mended;
  double previous = buckets[0].count;
  for (std::size_t i = 1; i < buckets.size(); ++i) {
    const double current = buckets[i].count;
    if (current == previous) continue;
    if (!v2 && almost_equal(previous, current)) {
      buckets[i].count = previous;
    } else if (current < previous) {
      const double bound = buckets[i].upper_bound;
      if (!mended) mended = Mending{bound, bound, 0};
      mended->lowest = std::min(mended->lowest, bound);
      mended->highest = std::max(mended->highest, bound);
      mended->difference = std::max(mended->difference, previous - current);
      buckets[i].count = previous;
    } else if (!v2 || current > previous) {
      previous = current;
    }
  }
  return mended;
}

bool has_infinity(const std::vector<Bucket>& buckets) {
  return is_inf(buckets.back().upper_bound) && buckets.back().upper_bound > 0;
}

}  // namespace

double bucket_quantile(double q, std::vector<Bucket>& buckets, bool v2, std::optional<Mending>& mended) {
  if (is_nan(q)) return maths::nan();
  if (q < 0) return -maths::infinity();
  if (q > 1) return maths::infinity();
  if (!has_infinity(buckets)) return maths::nan();
  coalesce(buckets);
  mended = flatten(buckets, v2);
  if (buckets.size() < 2) return maths::nan();
  const double observations = buckets.back().count;
  if (observations == 0) return maths::nan();
  double rank = q * observations;
  // A binary search, since with NaN among the counts its path shows in the result.
  std::size_t low = 0;
  std::size_t high = buckets.size() - 1;
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (buckets[middle].count >= rank) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  const std::size_t b = low;
  if (b == buckets.size() - 1) return buckets[buckets.size() - 2].upper_bound;
  if (b == 0 && buckets[0].upper_bound <= 0) return buckets[0].upper_bound;
  double start = 0;
  const double end = buckets[b].upper_bound;
  double count = buckets[b].count;
  if (b > 0) {
    start = buckets[b - 1].upper_bound;
    count -= buckets[b - 1].count;
    rank -= buckets[b - 1].count;
  }
  return start + (end - start) * (rank / count);
}

double bucket_fraction(double lower, double upper, std::vector<Bucket>& buckets, bool from_zero) {
  if (!has_infinity(buckets)) return maths::nan();
  coalesce(buckets);
  const double count = buckets.back().count;
  if (count == 0 || is_nan(lower) || is_nan(upper)) return maths::nan();
  if (lower >= upper) return 0;
  // The rank of a bound: how many observations lie below it, interpolated within its bucket. Up to 3.7 a bound within a
  // bucket that begins at -Inf gives NaN.
  const auto rank_of = [&](double bound) {
    double rank = 0;
    double bucket_lower = from_zero && buckets.front().upper_bound > 0 ? 0 : -maths::infinity();
    for (const Bucket& bucket : buckets) {
      if (bucket_lower >= bound) return rank;
      if (bucket_lower < bound && bucket.upper_bound > bound) {
        if (from_zero && is_inf(bucket_lower)) return bucket.count;
        return rank + (bucket.count - rank) * (bound - bucket_lower) / (bucket.upper_bound - bucket_lower);
      }
      rank = bucket.count;
      bucket_lower = bucket.upper_bound;
    }
    return count;
  };
  const auto capped = [&](double rank) { return rank > count ? count : rank; };
  return (capped(rank_of(upper)) - capped(rank_of(lower))) / count;
}

HistogramCall::HistogramCall(const Call& call, VectorPtr input, std::vector<ScalarPtr> arguments)
    : call_(call), input_(std::move(input)), arguments_(std::move(arguments)), names_(false, false) {}

// Sorts each group's buckets by their bounds, once for all evaluations.
void HistogramCall::assign_slots() {
  std::vector<std::vector<Row>> rows(group_table_.size());
  for (std::size_t row = 0; row < places_.size(); ++row) {
    if (places_[row].group != kNoRow) rows[places_[row].group].push_back(static_cast<Row>(row));
  }
  groups_.assign(group_table_.size(), {});
  for (std::size_t group = 0; group < rows.size(); ++group) {
    std::ranges::stable_sort(rows[group], {}, [&](Row row) { return places_[row].upper_bound; });
    for (const Row row : rows[group]) {
      places_[row].slot = static_cast<std::uint32_t>(groups_[group].slots.size());
      groups_[group].slots.push_back({0, {places_[row].upper_bound, 0}});
    }
  }
}

void HistogramCall::extend(const Context& ctx) {
  const Table& in = input_->table();
  if (places_.size() == in.size()) return;
  const std::string le(model::kBucketLabel);
  while (places_.size() < in.size()) {
    const auto row = static_cast<Row>(places_.size());
    Place& place = places_.emplace_back();
    const auto bound = parse_float(in.labels(row).get(le));
    if (!bound) continue;
    model::Labels labels = in.labels(row);
    labels.remove(le);
    place.group = group_table_.intern(std::move(labels), in.drops_name(row));
    place.upper_bound = *bound;
  }
  assign_slots();
  names_.extend(ctx, group_table_, table_);
}

// The buckets of the group that have a sample now.
void HistogramCall::fill(Row group) {
  buckets_.clear();
  for (const Slot& slot : groups_[group].slots) {
    if (slot.run == run_) buckets_.push_back(slot.bucket);
  }
}

double HistogramCall::fraction(Context& ctx, Row group) {
  fill(group);
  return bucket_fraction(values_[0], values_[1], buckets_, ctx.newest());
}

double HistogramCall::quantile(Context& ctx, Row group, double q) {
  fill(group);
  std::optional<Mending> mended;
  const double result = bucket_quantile(q, buckets_, ctx.v2(), mended);
  if (!mended) return result;
  const std::string_view name = group_table_.labels(group).metric_name();
  const bool named = ctx.options.delayed_name_removal && !name.empty();
  std::string text =
      "input to histogram_quantile needed to be fixed for monotonicity (see "
      "https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)" +
      (named ? " for metric name " + model::quote(name) : "");
  const bool several = call_.function->special == Special::histogram_quantiles;
  const Expr& where = several ? *call_.arguments.front() : *call_.arguments.back();
  if (ctx.newest()) {
    ctx.inform_of_mending(std::move(text), *mended, where);
  } else {
    ctx.inform(std::move(text), where);
  }
  return result;
}

// The label replaces one of that name.
Row HistogramCall::labelled(Context& ctx, Row group, double q) {
  const auto [it, added] = labelled_.try_emplace({group, format_openmetrics(q)}, kNoRow);
  if (added) {
    const std::string& label = as<StringLiteral>(unwrap(*call_.arguments[1])).value;
    model::Labels labels = group_table_.labels(group);
    const bool delayed = ctx.options.delayed_name_removal;
    if (!delayed) labels.remove(model::kMetricName);
    labels.set(label, it->first.second);
    it->second = table_.intern(std::move(labels), delayed);
    ctx.hold_bytes(2 * sizeof(*it));
  }
  return it->second;
}

void HistogramCall::put_out_quantiles(Context& ctx) {
  RowSet used;
  for (const double q : values_) {
    for (const Row group : met_) {
      const double value = quantile(ctx, group, q);
      const Row row = labelled(ctx, group, q);
      if (!used.insert(row)) ctx.fail(std::string(kSameLabels));
      out_.push_back({row, value});
    }
  }
}

// The samples, each in its group's slot for its bound.
void HistogramCall::collect(Context& ctx) {
  const bool several = call_.function->special == Special::histogram_quantiles;
  const Expr& where = several ? *call_.arguments.front() : *call_.arguments.back();
  const Points& input = input_->eval(ctx);
  extend(ctx);
  names_.start(ctx);
  ++run_;
  for (const Point& point : input) {
    const Place& place = places_[point.row];
    if (place.group == kNoRow) {
      const model::Labels& labels = input_->table().labels(point.row);
      const std::string_view name = labels.metric_name();
      ctx.warn(format("bucket label \"le\" is missing or has a malformed value of {}",
                      model::quote(labels.get(model::kBucketLabel))) +
                   (name.empty() ? "" : " for metric name " + model::quote(name)),
               where);
      continue;
    }
    Group& group = groups_[place.group];
    if (group.run != run_) {
      group.run = run_;
      met_.push_back(place.group);
    }
    Slot& slot = group.slots[place.slot];
    slot.run = run_;
    slot.bucket.count = point.value;
  }
}

const Points& HistogramCall::eval(Context& ctx) {
  out_.clear();
  met_.clear();
  values_.clear();
  const bool several = call_.function->special == Special::histogram_quantiles;
  for (const ScalarPtr& argument : arguments_) values_.push_back(argument->eval(ctx));
  if (call_.function->special != Special::histogram_fraction) {
    for (std::size_t i = 0; i < values_.size(); ++i) {
      if (values_[i] >= 0 && values_[i] <= 1) continue;
      ctx.warn(quantile_warning(values_[i]), *call_.arguments[several ? i + 2 : 0]);
    }
  }
  collect(ctx);
  if (several) {
    put_out_quantiles(ctx);
    return out_;
  }
  const bool fractions = call_.function->special == Special::histogram_fraction;
  for (const Row row : met_) {
    const double value = fractions ? fraction(ctx, row) : quantile(ctx, row, values_[0]);
    out_.push_back({names_.row(ctx, row), value});
  }
  return out_;
}

}  // namespace firedrill::promql
