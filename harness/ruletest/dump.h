// All samples of a test, for --debug: what promtool's flag of that name shows (Prometheus: cmd/promtool/unittest.go).
#pragma once

#include <string>

#include "promql/options.h"
#include "promql/queryable.h"

namespace firedrill::ruletest {

// What `{__name__=~".+"}[d]` gives, with d the time from `start` to the whole second behind `last`. Its range is
// left-open with version 3: like promtool's, it misses a sample at `start`.
std::string dump_samples(const promql::Queryable& data, const promql::Options& options, Time start, Duration last);

}  // namespace firedrill::ruletest
