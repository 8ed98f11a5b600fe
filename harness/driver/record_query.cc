#include "driver/record_query.h"

#include <algorithm>

#include "base/duration.h"
#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "promql/parse/printer.h"
#include "tsdb/series_file.h"

namespace firedrill::driver {
namespace {

constexpr std::string_view kForms = "expected RFC 3339, Unix seconds, or a time of the run: +30m, -5m, start, end-10m";

// "+30m", "-5m" or nothing.
std::expected<Duration, std::string> parse_offset(std::string_view text) {
  if (text.empty()) return Duration(0);
  const bool negative = text[0] == '-';
  if (!negative && text[0] != '+') return std::unexpected(std::string(kForms));
  const auto duration = parse_duration(text.substr(1));
  if (!duration) return std::unexpected(duration.error());
  return negative ? -*duration : *duration;
}

}  // namespace

std::expected<Time, std::string> parse_record_time(std::string_view text, const record::Record& record) {
  if (const auto instant = parse_instant(text)) return *instant;
  Time from = record.judged_from;
  std::string_view offset = text;
  if (text.starts_with("start")) {
    from = record.started;
    offset.remove_prefix(5);
  } else if (text.starts_with("end")) {
    from = record.judged_to;
    offset.remove_prefix(3);
  } else if (const auto seconds = parse_float(text); seconds && text[0] != '+' && text[0] != '-') {
    if (!maths::is_finite(*seconds) || *seconds > 1e11) return std::unexpected(std::string(kForms));
    return Time(from_seconds(*seconds));
  } else if (text.empty()) {
    return std::unexpected(std::string(kForms));
  }
  const auto since = parse_offset(offset);
  if (!since) return std::unexpected(since.error());
  return from + *since;
}

std::expected<Duration, std::string> parse_step(std::string_view text) {
  const auto seconds = parse_float(text);
  if (seconds && !maths::is_finite(*seconds)) return std::unexpected("a step is a number of seconds");
  const auto step = seconds ? std::expected<Duration, std::string>(from_seconds(*seconds)) : parse_duration(text);
  if (!step) return step;
  if (*step <= Duration(0)) {
    return std::unexpected("zero or negative query resolution step widths are not accepted. Try a positive integer");
  }
  return step;
}

Diagnostics series_left_out(const promql::Expr& expression, const SourcePtr& text, const tsdb::Store& series) {
  Diagnostics found;
  for (const promql::VectorSelector* selector : promql::selectors(expression)) {
    const auto selected = series.select(selector->matchers);
    const auto missing =
        std::ranges::count_if(selected, [&](tsdb::SeriesRef ref) { return !tsdb::has_samples(series, ref); });
    if (missing == 0) continue;
    const std::size_t length = selector->where.end - selector->where.begin;
    found.push_back({Severity::error, position_at(text, selector->where.begin, length),
                     format("the samples of {} of the {} series that {} selects were not kept", missing,
                            selected.size(), promql::print(*selector)),
                     "the record holds what its rules, expectations and charts read; run the scenario again with "
                     "--keep all"});
  }
  return found;
}

}  // namespace firedrill::driver
