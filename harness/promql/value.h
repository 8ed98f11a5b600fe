// What an expression evaluates to.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "model/labels.h"
#include "model/sample.h"

namespace firedrill::promql {

struct VectorSample {
  model::Labels labels;
  double value = 0;
};
using Vector = std::vector<VectorSample>;
struct Series {
  model::Labels labels;
  std::vector<model::Sample> samples;
};
using Matrix = std::vector<Series>;
struct Scalar {
  double value = 0;
};
struct String {
  std::string value;
};
// Matrix only for an expression that is itself a range selector or subquery.
using Value = std::variant<Scalar, Vector, Matrix, String>;

struct RowSample {
  std::uint32_t row;
  double value;
};

// Prometheus's annotations: results that are valid but suspect ("info"/"warning" texts).
struct Annotations {
  std::vector<std::string> warnings;
  std::vector<std::string> infos;

  // Buckets of classic histograms that had to be made to rise: of all samples about which the same is to be said.
  struct Mended {
    std::string about;     // the text's beginning
    std::string where;     // its end
    std::size_t info = 0;  // which of the infos says it
    double lowest = 0;     // the upper bounds
    double highest = 0;
    double difference = 0;
    std::int64_t from = 0;  // Unix milliseconds
    std::int64_t to = 0;
    std::size_t samples = 0;
  };
  std::vector<Mended> mended;
};

}  // namespace firedrill::promql
