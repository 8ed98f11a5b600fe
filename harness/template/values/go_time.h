// Go's time.Time and time.Duration: what they look like, and the methods that a template may call on them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "template/values/value.h"

namespace firedrill::templates {

// Go's zero time, the beginning of year 1, in milliseconds since 1970.
inline constexpr std::int64_t kZeroTime = -62'135'596'800'000;

// time.Time.String: "2026-03-03 13:30:00.25 +0000 UTC".
std::string go_time(const Instant& instant);
// time.Time.Format: "2006-01-02 15:04:05" and so on.
std::string go_format_time(const Instant& instant, std::string_view layout);
// time.Duration.String: "1h0m1.5s", "100ms", "0s".
std::string go_duration(std::int64_t nanoseconds);
// time.Time.Sub: the difference; like Go, the longest duration if it is longer.
std::int64_t nanoseconds_between(const Instant& begin, const Instant& end);

}  // namespace firedrill::templates
