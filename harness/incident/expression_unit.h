// The unit of an expression's values, as far as the names of its metrics tell (Prometheus's naming: base units at the
// end), for charts.
#pragma once

#include "promql/parse/ast.h"

namespace firedrill::incident {

enum class ValueUnit { none, seconds, bytes, instant };

// http_request_duration_seconds and quantiles of its buckets are seconds, x_timestamp_seconds an instant, the
// difference of two instants seconds again. A rate or a ratio of anything has no unit here.
ValueUnit unit_of(const promql::Expr& expression);

}  // namespace firedrill::incident
