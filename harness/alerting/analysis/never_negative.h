// Series that by their name are counters.
#pragma once

#include "promql/parse/ast.h"

namespace firedrill::alerting {

// Whether the selector's values are at least 0 by the convention on names: requests_total, latency_bucket and
// latency_count, and what Prometheus itself writes. Only of those is the increase never below 0: a fall of a gauge is
// taken for a counter's reset, and what it fell to, which may be negative, is added.
bool never_negative(const promql::VectorSelector& selector);

}  // namespace firedrill::alerting
