#include "driver/export/series_notation.h"

#include <bit>
#include <cstdint>

#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"

namespace firedrill::driver {
namespace {

// Whole numbers up to here add up without rounding.
constexpr double kExact = 9007199254740992.0;

bool whole(double value) {
  return maths::is_finite(value) && value <= kExact && value >= -kExact && value == maths::floor(value);
}

bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

std::string value_text(double value) {
  if (is_stale(value)) return "stale";
  if (maths::is_nan(value)) return "NaN";
  if (maths::is_inf(value)) return value > 0 ? "Inf" : "-Inf";
  return format_go_f(value);
}

// How many samples from `first` on, without a gap, follow each other by the same step.
std::size_t run_length(std::span<const model::Sample> samples, std::size_t first, Duration interval, double step) {
  std::size_t count = 1;
  while (first + count < samples.size()) {
    const model::Sample& last = samples[first + count - 1];
    const model::Sample& next = samples[first + count];
    if (next.t - last.t != interval || !same_bits(next.value, last.value + step)) break;
    if (step != 0 && (!whole(next.value) || !whole(last.value))) break;
    ++count;
  }
  return count;
}

}  // namespace

std::string series_notation(std::span<const model::Sample> samples, Time start, Duration interval) {
  std::string out;
  const auto add = [&](const std::string& token) {
    if (!out.empty()) out += ' ';
    out += token;
  };
  Time expected = start;
  for (std::size_t i = 0; i < samples.size();) {
    const model::Sample& sample = samples[i];
    const auto gap = (sample.t - expected) / interval;
    if (gap > 0) add(gap == 1 ? "_" : format("_x{}", gap));
    std::size_t count = 1;
    double step = 0;
    if (maths::is_finite(sample.value) && i + 1 < samples.size()) {
      step = samples[i + 1].value - sample.value;
      if (maths::is_finite(step) && (step == 0 || (whole(step) && whole(sample.value)))) {
        count = run_length(samples, i, interval, step);
      }
    }
    if (count < 3) {
      count = 1;
      add(value_text(sample.value));
    } else {
      const std::string size = format_go_f(step < 0 ? -step : step);
      add(format("{}{}{}x{}", value_text(sample.value), step < 0 ? "-" : "+", size, count - 1));
    }
    expected = samples[i + count - 1].t + interval;
    i += count;
  }
  return out;
}

}  // namespace firedrill::driver
