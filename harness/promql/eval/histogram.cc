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

bool flatten(std::vector<Bucket>& buckets, bool v2) {
  bool forced = false;
  double previous = buckets[0].count;
  for (std::size_t i = 1; i < buckets.size(); ++i) {
    const double current = buckets[i].count;
    if (current == previous) continue;
    if (!v2 && almost_equal(previous, current)) {
      buckets[i].count = previous;
    } else if (current < previous) {
      buckets[i].count = previous;
      forced = true;
    } else if (!v2 || current > previous) {
      previous = current;
    }
  }
  return forced;
}

bool has_infinity(const std::vector<Bucket>& buckets) {
  return is_inf(buckets.back().upper_bound) && buckets.back().upper_bound > 0;
}

}  // namespace

double bucket_quantile(double q, std::vector<Bucket>& buckets, bool v2, bool& forced_monotonic) {
  if (is_nan(q)) return maths::nan();
  if (q < 0) return -maths::infinity();
  if (q > 1) return maths::infinity();
  if (!has_infinity(buckets)) return maths::nan();
  coalesce(buckets);
  forced_monotonic = flatten(buckets, v2);
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

double bucket_fraction(double lower, double upper, std::vector<Bucket>& buckets) {
  if (!has_infinity(buckets)) return maths::nan();
  coalesce(buckets);
  const double count = buckets.back().count;
  if (count == 0 || is_nan(lower) || is_nan(upper)) return maths::nan();
  if (lower >= upper) return 0;
  // The rank of a bound: how many observations lie below it, interpolated within its bucket. The first bucket begins at
  // -Inf, so that a bound within it gives NaN.
  const auto rank_of = [&](double bound) {
    double rank = 0;
    double bucket_lower = -maths::infinity();
    for (const Bucket& bucket : buckets) {
      if (bucket_lower >= bound) return rank;
      if (bucket_lower < bound && bucket.upper_bound > bound) {
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

double HistogramCall::evaluate(Context& ctx, Row row) {
  buckets_.clear();
  for (const Slot& slot : groups_[row].slots) {
    if (slot.run == run_) buckets_.push_back(slot.bucket);
  }
  if (values_.size() == 2) return bucket_fraction(values_[0], values_[1], buckets_);
  bool forced = false;
  const double result = bucket_quantile(values_[0], buckets_, ctx.v2(), forced);
  if (forced) {
    const std::string_view name = group_table_.labels(row).metric_name();
    const bool named = ctx.options.delayed_name_removal && !name.empty();
    ctx.inform(
        "input to histogram_quantile needed to be fixed for monotonicity (see "
        "https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)" +
            (named ? " for metric name " + model::quote(name) : ""),
        *call_.arguments.back());
  }
  return result;
}

const Points& HistogramCall::eval(Context& ctx) {
  out_.clear();
  met_.clear();
  values_.clear();
  for (const ScalarPtr& argument : arguments_) values_.push_back(argument->eval(ctx));
  if (values_.size() == 1 && !(values_[0] >= 0 && values_[0] <= 1))
    ctx.warn(quantile_warning(values_[0]), *call_.arguments[0]);
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
               *call_.arguments.back());
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
  for (const Row row : met_) {
    const double value = evaluate(ctx, row);
    out_.push_back({names_.row(ctx, row), value});
  }
  return out_;
}

}  // namespace firedrill::promql
