#include "alerting/analysis/threshold.h"

#include "base/text/format.h"
#include "base/text/numbers.h"

namespace firedrill::alerting {

using promql::BinaryOp;

bool holds(double value, BinaryOp op, double threshold) {
  switch (op) {
    case BinaryOp::gt:
      return value > threshold;
    case BinaryOp::ge:
      return value >= threshold;
    case BinaryOp::lt:
      return value < threshold;
    case BinaryOp::le:
      return value <= threshold;
    case BinaryOp::eq:
      return value == threshold;
    default:
      return value != threshold;
  }
}

double distance(double a, double b) {
  return a < b ? b - a : a - b;
}

double margin(double value, BinaryOp op, double threshold) {
  switch (op) {
    case BinaryOp::gt:
    case BinaryOp::ge:
      return value - threshold;
    case BinaryOp::lt:
    case BinaryOp::le:
      return threshold - value;
    case BinaryOp::eq:
      return -distance(value, threshold);
    default:
      return distance(value, threshold);
  }
}

std::string in_digits(double value) {
  if (value == 0) return "0";                           // of either sign
  if (value - value != 0) return format_number(value);  // an infinity, or NaN
  const bool large = distance(value, 0) >= 1e4 && distance(value, 0) < 1e15;
  return large ? format("{:.0f}", value) : format("{:.4g}", value);
}

}  // namespace firedrill::alerting
