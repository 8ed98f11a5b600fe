#include "random_series.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>

#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"

namespace firedrill::differential {
namespace {

using std::numeric_limits;

bool chance(RandomStream& random, double probability) {
  return random.uniform() < probability;
}

double round_to(double value, double unit) {
  return maths::floor(value / unit + 0.5) * unit;
}

double odd_value(RandomStream& random) {
  switch (random.below(12)) {
    case 0:
      return numeric_limits<double>::quiet_NaN();
    case 1:
      return numeric_limits<double>::infinity();
    case 2:
      return -numeric_limits<double>::infinity();
    case 3:
      return 0;
    case 4:
      return -0.0;
    case 5:
      return 1e300;
    case 6:
      return -1e300;
    case 7:
      return 1e-300;
    case 8:
      return 1e16;
    default:
      return round_to(random.normal() * 10, 0.5);
  }
}

// One series' values, before gaps.
std::vector<double> values(Shape shape, std::size_t count, RandomStream& random) {
  std::vector<double> result;
  const double start = static_cast<double>(random.below(200));
  const double speed = chance(random, 0.15) ? 0 : random.uniform() * 20;
  const bool resets = chance(random, 0.4);
  const std::uint64_t grain = random.below(3);
  double value = shape == Shape::flag ? 1 : start;
  for (std::size_t i = 0; i < count; ++i) {
    switch (shape) {
      case Shape::exact_counter:
      case Shape::bucket:
        value += static_cast<double>(random.poisson(speed));
        break;
      case Shape::counter:
        value += round_to(random.exponential(speed), 0.01);
        break;
      case Shape::gauge: {
        const double raw = start - 100 + random.normal() * speed;
        value = grain == 0 ? raw : grain == 1 ? round_to(raw, 0.01) : round_to(raw, 0.25);
        break;
      }
      case Shape::whole_gauge:
        value = static_cast<double>(random.below(6));
        break;
      case Shape::flag:
        value = chance(random, 0.15) ? 0 : 1;
        break;
      case Shape::odd:
        value = odd_value(random);
        break;
    }
    const bool counter = shape == Shape::exact_counter || shape == Shape::counter;
    if (counter && resets && chance(random, 0.08)) value = chance(random, 0.5) ? 0 : maths::floor(value / 3);
    result.push_back(value);
  }
  return result;
}

// Gaps of one or several samples, stale markers, a late start, an early end.
std::vector<RandomSample> with_gaps(const std::vector<double>& all, RandomStream& random) {
  std::vector<RandomSample> result;
  const std::size_t begin = chance(random, 0.15) ? random.below(all.size()) : 0;
  const std::size_t end = chance(random, 0.15) ? random.below(all.size()) : all.size();
  const bool gaps = chance(random, 0.4);
  const bool stale = chance(random, 0.25);
  std::size_t hole = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (hole > 0) --hole;
    if (gaps && hole == 0 && chance(random, 0.07)) hole = 1 + random.below(chance(random, 0.2) ? 25 : 3);
    const bool present = i >= begin && i < end && hole == 0;
    result.push_back({present, all[i]});
    if (stale && chance(random, 0.05)) result.back() = {true, stale_marker()};
  }
  return result;
}

const std::map<std::string, std::vector<std::string>>& values_by_label() {
  static const std::map<std::string, std::vector<std::string>> table = {
      {"job", {"api", "db"}},
      {"instance", {"a:80", "b:80"}},
      {"method", {"GET", "POST"}},
      {"code", {"200", "503"}},
      {"zone", {"eu-1", "eu 2 \"ü\""}},
      {"version", {"1.2", "1.10"}},
      {"data", {"x", "y"}},
      {"le", {"0.1", "0.5", "1", "2.5", "+Inf"}},
  };
  return table;
}

// Every combination of the metric's labels' values; info-like labels get one value, so that they stay unique.
std::vector<model::Labels> combinations(const Metric& metric, RandomStream& random) {
  std::vector<model::Labels> result{{{"__name__", metric.name}}};
  for (const std::string& label : metric.labels) {
    const auto& choices = label_values(label);
    std::vector<model::Labels> next;
    for (const model::Labels& labels : result) {
      const bool single = label == "version" || label == "data";
      const std::size_t only = random.below(choices.size());
      for (std::size_t i = 0; i < choices.size(); ++i) {
        if (single && i != only) continue;
        next.push_back(labels);
        next.back().set(label, choices[i]);
      }
    }
    result = std::move(next);
  }
  return result;
}

// Cumulative over the buckets of one histogram, most of the time.
void accumulate_buckets(std::vector<RandomSeries>& buckets, RandomStream& random) {
  if (chance(random, 0.1)) return;
  std::map<model::Labels, std::map<double, RandomSeries*>> histograms;
  static const std::vector<std::string> le = {"le"};
  for (RandomSeries& series : buckets)
    histograms[series.labels.without(le)][*parse_float(series.labels.get("le"))] = &series;
  for (auto& [labels, by_bound] : histograms) {
    const RandomSeries* below = nullptr;
    for (auto& [bound, series] : by_bound) {
      if (below != nullptr) {
        for (std::size_t i = 0; i < series->samples.size(); ++i) {
          if (!is_stale(series->samples[i].value) && !is_stale(below->samples[i].value))
            series->samples[i].value += below->samples[i].value;
        }
      }
      below = series;
    }
  }
}

}  // namespace

const std::vector<Metric>& metrics() {
  static const std::vector<Metric> table = {
      {"requests_total", {"job", "instance", "method", "code"}, Shape::exact_counter},
      {"errors_total", {"job", "instance", "method", "code"}, Shape::exact_counter},
      {"busy_seconds_total", {"job", "instance"}, Shape::counter},
      {"temperature", {"job", "instance"}, Shape::gauge},
      {"pressure", {"job", "instance"}, Shape::gauge},
      {"queue_length", {"job", "instance", "zone"}, Shape::whole_gauge},
      {"up", {"job", "instance"}, Shape::flag},
      {"odd", {"job", "instance"}, Shape::odd},
      {"build_info", {"job", "instance", "version"}, Shape::flag},
      {"target_info", {"job", "instance", "data"}, Shape::flag},
      {"latency_seconds_bucket", {"job", "instance", "le"}, Shape::bucket},
      {"load", {"job"}, Shape::gauge},
      {"lonely", {}, Shape::gauge},
  };
  return table;
}

const std::vector<std::string>& label_values(const std::string& label) {
  return values_by_label().at(label);
}

SeriesSet random_series(RandomStream& random) {
  static constexpr Duration kIntervals[] = {15s, 30s, 60s};
  SeriesSet set;
  set.interval = kIntervals[random.below(3)];
  const std::size_t count = 16 + random.below(30);
  for (const Metric& metric : metrics()) {
    const double missing = chance(random, 0.5) ? 0 : 0.2;
    std::vector<RandomSeries> of_metric;
    for (model::Labels& labels : combinations(metric, random)) {
      if (chance(random, missing)) continue;
      of_metric.push_back({std::move(labels), with_gaps(values(metric.shape, count, random), random)});
    }
    if (metric.shape == Shape::bucket) accumulate_buckets(of_metric, random);
    std::ranges::move(of_metric, std::back_inserter(set.series));
  }
  return set;
}

std::string notation(const RandomSeries& series, Duration interval, Time end) {
  std::string result;
  for (std::size_t i = 0; i < series.samples.size() && Time{} + interval * static_cast<int>(i) <= end; ++i) {
    const RandomSample& sample = series.samples[i];
    if (i > 0) result += ' ';
    if (!sample.present) {
      result += '_';
    } else if (is_stale(sample.value)) {
      result += "stale";
    } else if (maths::is_nan(sample.value)) {
      result += "NaN";
    } else if (maths::is_inf(sample.value)) {
      result += sample.value > 0 ? "Inf" : "-Inf";
    } else {
      result += format("{}", sample.value);
    }
  }
  return result;
}

promql::MemoryStore load(const SeriesSet& set, Time end) {
  promql::MemoryStore store;
  for (const RandomSeries& series : set.series) {
    std::optional<promql::SeriesRef> ref;
    for (std::size_t i = 0; i < series.samples.size(); ++i) {
      const Time t = Time{} + set.interval * static_cast<int>(i);
      if (t > end || !series.samples[i].present) continue;
      if (!ref) ref = store.series(series.labels);
      store.append(*ref, t, series.samples[i].value);
    }
  }
  return store;
}

}  // namespace firedrill::differential
