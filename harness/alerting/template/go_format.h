// Go's fmt package over template values: Sprintf, Sprint, Sprintln, with its own words for what is wrong.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "alerting/template/value.h"

namespace firedrill::alerting {

std::string go_sprintf(std::string_view format, std::span<const Value> arguments);
std::string go_sprint(std::span<const Value> arguments);
std::string go_sprintln(std::span<const Value> arguments);

// strconv.FormatFloat(value, verb, precision, 64); a negative precision is the shortest that reads back.
std::string go_float(double value, char verb, int precision);
// Its text with the flag '#': with a decimal point always, and with all digits of the precision (6 if it is -1).
std::string go_sharp_float(std::string text, char verb, int precision);
// strconv.Quote, or QuoteToASCII.
std::string go_quote(std::string_view text, bool ascii = false);
// time.Time.String of a UTC time.
std::string go_time(std::int64_t milliseconds);
// What a verb that is not for texts prints of it: Go's own fields.
std::string go_time_fields(std::int64_t milliseconds, char32_t verb);
// time.Duration.String: "1h0m1.5s", "100ms", "0s".
std::string go_duration(std::int64_t nanoseconds);

}  // namespace firedrill::alerting
