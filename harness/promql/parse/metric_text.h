// A metric as a text names it, with its labels: up{job="web"}.
#pragma once

#include <cstddef>
#include <string>

#include "model/labels.h"

namespace firedrill::promql {

// "job:foo" or foo{a="b"}: a metric as the series notation of tests writes it; names in quotes came with Prometheus 3.
// The bytes read, or an error.
struct MetricText {
  model::Labels labels;
  std::size_t length = 0;
  // A label that is there twice: Prometheus's storage takes no such series.
  std::string repeated{};
  // A label that is there without a value, which a series of the storage loses and an expected sample keeps, so that no
  // sample equals it.
  std::string empty{};
};

}  // namespace firedrill::promql
