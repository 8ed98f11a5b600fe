#include "model/sample.h"

namespace firedrill::model {

std::string_view to_string(MetricType type) {
  switch (type) {
    case MetricType::unknown:
      return "unknown";
    case MetricType::counter:
      return "counter";
    case MetricType::gauge:
      return "gauge";
    case MetricType::histogram:
      return "histogram";
    case MetricType::summary:
      return "summary";
  }
  return "";
}

}  // namespace firedrill::model
