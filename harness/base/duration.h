// Durations as Prometheus writes them (prometheus/common: model/time.go): "1h30m", "15s", "0"; units ms s m h d w y in
// falling order, each at most once, d = 24 h, w = 7 d, y = 365 d.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace firedrill {

// Never negative. The error says what is wrong with the text, in Prometheus's wording where it has one.
std::expected<Duration, std::string> parse_duration(std::string_view text);

// Prometheus's own form, the inverse of parse_duration: "1h30m", "0s", "5m", "2w".
std::string format_duration(Duration d);

// For people: two leading units, rounded, "12 m 30 s", "1 h 5 m", "250 ms", "−30 s" when negative.
std::string describe_duration(Duration d);
// The same, cut: of what took at least so long, which a rounded figure would overstate.
std::string describe_at_least(Duration d);

}  // namespace firedrill
