#include <algorithm>

#include "base/maths.h"
#include "promql/functions/floats.h"
#include "promql/functions/implementations.h"

namespace firedrill::promql {

double quantile_of(double q, std::vector<double>& values) {
  if (values.empty() || is_nan(q)) return maths::nan();
  if (q < 0) return -maths::infinity();
  if (q > 1) return maths::infinity();
  // NaN before everything else.
  std::ranges::sort(values, [](double a, double b) { return is_nan(a) ? !is_nan(b) : a < b; });
  const auto n = static_cast<double>(values.size());
  const double rank = q * (n - 1);
  const double lower = std::max(0.0, maths::floor(rank));
  const double upper = std::min(n - 1, lower + 1);
  const double weight = rank - maths::floor(rank);
  return values[static_cast<std::size_t>(lower)] * (1 - weight) + values[static_cast<std::size_t>(upper)] * weight;
}

}  // namespace firedrill::promql
