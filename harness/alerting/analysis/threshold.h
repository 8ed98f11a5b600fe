// Values against thresholds, for what is said of alerts.
#pragma once

#include <string>

#include "promql/parse/ast.h"

namespace firedrill::alerting {

bool holds(double value, promql::BinaryOp op, double threshold);

// How far a value is on the right side of the threshold: the larger the better.
double margin(double value, promql::BinaryOp op, double threshold);

double distance(double a, double b);

// 0.0131, 604800: never 6.048e+05, which does not tell two large values apart.
std::string in_digits(double value);

}  // namespace firedrill::alerting
