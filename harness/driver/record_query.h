// What it takes to query a record: times as people name them, and the certainty that an empty answer means that there
// was nothing, and not that it was not kept.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/result.h"
#include "promql/parse/ast.h"
#include "record/record.h"
#include "tsdb/store.h"

namespace firedrill::driver {

// RFC 3339; Unix seconds (1772544600.5); or relative to the run: "+30m" and "-5m" count from the end of the warm-up,
// "start", "start+10m" from the run's beginning, "end", "end-5m" from its end.
std::expected<Time, std::string> parse_record_time(std::string_view text, const record::Record& record);
// A duration such as 30s, or a number of seconds, as the API's `step`. Never 0.
std::expected<Duration, std::string> parse_step(std::string_view text);

// An error for each selector that reaches series whose samples the record does not hold. `text` is the expression's.
Diagnostics series_left_out(const promql::Expr& expression, const SourcePtr& text, const tsdb::Store& series);

}  // namespace firedrill::driver
