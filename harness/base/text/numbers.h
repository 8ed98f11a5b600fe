// Reading and writing numbers so that the same value always gives the same text, on every machine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace firedrill {

// The stale marker of Prometheus (model/value/value.go): one bit pattern of NaN. Any other NaN is an ordinary value.
inline constexpr std::uint64_t kStaleBits = 0x7ff0000000000002;
double stale_marker();
bool is_stale(double value);

// A number of the record: 12 significant digits, shortest form that keeps them ("0.02", "1e+20", "NaN", "+Inf").
std::string format_number(double value);
// The value that format_number's text reads back as.
double round_to_record(double value);

// Go's strconv.FormatFloat(v, 'f', -1, 64): Prometheus's form for sample values in text and JSON, with "NaN", "+Inf".
std::string format_go_f(double value);
// Go's %g with shortest digits (exponent below -4 or from 6 on): %v of a float, as Go templates print it.
std::string format_go_g(double value);

// OpenMetrics' canonical number, to which Prometheus 3 brings `le` and `quantile` on ingest: "1.0", "0.005", "+Inf".
std::string format_openmetrics(double value);

// A decimal, hexadecimal, Inf or NaN number as Go's strconv.ParseFloat takes it, without underscores. Overflow gives an
// infinity, as there. Nothing if any of the text is left over.
std::optional<double> parse_float(std::string_view text);
std::optional<std::int64_t> parse_int(std::string_view text);

// "1 234 567" reads badly in a terminal; "1.23 M" does not. For people only.
std::string describe_count(double value);
// 0.0131 → "1.31 %". For people only.
std::string describe_ratio(double value);
// "99.872 %": a share near one, told apart from one and from its objective. For people only.
std::string describe_share(double share);

}  // namespace firedrill
