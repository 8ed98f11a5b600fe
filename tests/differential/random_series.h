// Random series in the shapes that production has: counters that reset, gauges, histogram buckets, info metrics; with
// gaps, stale markers, NaN, infinities, series that start late or end early.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "model/labels.h"
#include "promql/memory.h"

namespace firedrill::differential {

using LabelNames = std::set<std::string>;

enum class Shape { counter, exact_counter, gauge, whole_gauge, flag, odd, bucket };

// A metric that the series may hold: what an expression can be made of.
struct Metric {
  std::string name;
  LabelNames labels;
  Shape shape;
  bool counts() const { return shape == Shape::counter || shape == Shape::exact_counter || shape == Shape::bucket; }
};
const std::vector<Metric>& metrics();
// The values that a label takes in the series.
const std::vector<std::string>& label_values(const std::string& label);

struct RandomSample {
  bool present = false;
  double value = 0;  // a stale marker is the stale marker's NaN
};
struct RandomSeries {
  model::Labels labels;
  std::vector<RandomSample> samples;  // one each interval from time 0
};
struct SeriesSet {
  Duration interval{};
  std::vector<RandomSeries> series;
};

SeriesSet random_series(RandomStream& random);

// The samples in promtool's notation, "1 2 _ stale NaN", those after `end` left out.
std::string notation(const RandomSeries& series, Duration interval, Time end);
// A store with all samples up to `end`, as promtool loads them up to its last evaluation.
promql::MemoryStore load(const SeriesSet& set, Time end);

}  // namespace firedrill::differential
