// Instants and durations. Everything that firedrill computes with is in whole milliseconds since the Unix epoch, UTC,
// as in Prometheus; no leaf code ever asks what time it is (base/clock.h).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace firedrill {

using Duration = std::chrono::milliseconds;
using Time = std::chrono::sys_time<Duration>;

using namespace std::chrono_literals;

// Seconds as a floating-point number, the unit of PromQL and of all metrics.
double to_seconds(Duration d);
double to_seconds(Time t);
// The longest duration that an input gives, and, from 1970 on, the farthest instant, either way: 36 million years.
// Several of them may be added up without leaving 64 bits.
inline constexpr Duration kFarthest{std::int64_t{1} << 60};
// Rounds to the nearest millisecond; what lies beyond kFarthest saturates there, what is no number too.
Duration from_seconds(double seconds);
// Whether from_seconds gives what it is asked for.
bool is_within_reach(double seconds);

// RFC 3339 in UTC with milliseconds: "2026-03-03T13:30:00.000Z". The form of every instant in a record. Outside the
// years 0000 to 9999, which have no such form, the Unix seconds.
std::string format_instant(Time t);
// "13:30:05", for people, where the day is clear from context.
std::string format_clock(Time t);
// Reads RFC 3339 with any offset and up to nine digits of a second's fraction (truncated to milliseconds); nothing if
// the text is not one, or lies outside the years 0001 to 9999.
std::optional<Time> parse_instant(std::string_view text);

}  // namespace firedrill
