// Methods that a template may call on a value: those of time.Time and time.Duration, which toTime and toDuration give.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "alerting/template/value.h"

namespace firedrill::alerting {

struct Method {
  GoType receiver;
  std::string_view name;
  bool takes_text;  // one string; else nothing
  Value (*call)(std::int64_t receiver, const std::string& argument);
};

// Null if the type has no such method.
const Method* find_method(GoType type, std::string_view name);

// time.Time.Format of a UTC time: "2006-01-02 15:04:05" and so on.
std::string go_format_time(std::int64_t milliseconds, std::string_view layout);

}  // namespace firedrill::alerting
