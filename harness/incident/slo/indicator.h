// What an SLO counts, as PromQL: the queries of OpenSLO and Sloth files, and those that are made for SLO files of our
// own. Where a range stands they hold `{{.window}}`, as Sloth's do, so that one query serves every window.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "promql/options.h"
#include "record/slo.h"
#include "yaml/document.h"

namespace firedrill::incident {

inline constexpr std::string_view kWindowTemplate = "{{.window}}";

// One of: `bad` and `total`; `good` and `total`; `error_ratio`.
struct Indicator {
  std::string bad;
  std::string good;
  std::string total;
  std::string error_ratio;        // 0 to 1
  std::string events = "events";  // what they count, for people: "requests", "time slices"
  std::string failures;  // the number of bad events of a window, where it is not to be derived from `bad` and `good`

  bool empty() const { return total.empty() && error_ratio.empty(); }
};

// Whether the text has the template, and the text with a window in its place. Blanks inside the braces are Go's to
// allow.
bool has_window(std::string_view query);
std::string over_window(std::string_view query, std::string_view window);

// A query of a file, so that more may stand behind it: a comment in its last line ends there.
std::string whole_query(std::string_view query);

// The share of bad events over a window, as PromQL.
std::string error_ratio(const Indicator& indicator, std::string_view window);
// How many events of a window were bad, as PromQL. Nothing if the queries do not count events: gauges, ratios.
std::optional<std::string> failures_over(const Indicator& indicator, std::string_view window);

// A query of a file, read as PromQL with some window in its place. False, and told where it stands, if it is none.
bool check_query(const yaml::Node& query, const promql::ParseOptions& options, Diagnostics& diagnostics);

// What the simulated world counts of an indicator: requests that failed (code 5xx) or were slower than a time, of all.
struct Counted {
  record::SliKind kind = record::SliKind::success_rate;
  Duration threshold{};
  std::string differs;  // what is counted otherwise than the file says; may be empty
};
// The error is the reason why it counts nothing like it.
std::expected<Counted, std::string> counted_by(const Indicator& indicator);

}  // namespace firedrill::incident
