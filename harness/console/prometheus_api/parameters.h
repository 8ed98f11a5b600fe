// Parameters of Prometheus's API: times, durations and limits in its forms, with its words for what is none
// (web/api/v1/api.go).
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "console/request/form.h"
#include "model/matcher.h"
#include "promql/options.h"
#include "promql/parse/ast.h"
#include "promql/parse/parse_error.h"

namespace firedrill::console {

// Unix seconds with a fraction, or RFC 3339. What Prometheus names its least and greatest time is our own farthest.
std::expected<Time, std::string> parse_api_time(std::string_view text);
// Seconds with a fraction, or as 1h30m; negative ones too.
std::expected<Duration, std::string> parse_api_duration(std::string_view text);
// A count of results; 0: no limit.
std::expected<std::size_t, std::string> parse_api_limit(const Form& form);
// Go's strconv.Atoi, its errors too.
std::expected<std::int64_t, std::string> parse_go_int(std::string_view text);

struct TimeRange {
  Time from = Time(-kFarthest);
  Time to = Time(kFarthest);
};
// start and end, both optional.
std::expected<TimeRange, std::string> parse_api_range(const Form& form);

// "1:4: parse error: unexpected end of input inside braces".
std::string parse_error_text(std::string_view expression, const promql::ParseError& error);

using MatcherSets = std::vector<std::vector<model::Matcher>>;
// match[]: a selector each. `prefix` stands before what is wrong with the text of one.
std::expected<MatcherSets, std::string> parse_matcher_sets(const std::vector<std::string>& texts,
                                                           const promql::ParseOptions& options,
                                                           std::string_view prefix = "");

}  // namespace firedrill::console
