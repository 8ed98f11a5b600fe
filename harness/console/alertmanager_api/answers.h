// Answers of Alertmanager's API: its JSON and its two shapes of errors, that of go-openapi and a text.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/text/json.h"
#include "base/time.h"
#include "console/request/form.h"
#include "http/message.h"
#include "notify/matcher/matcher.h"
#include "notify/silence/silences.h"

namespace firedrill::console {

http::Response am_data(const json::value& data);
http::Response am_empty(int status);
// "invalid silence: …": a text in JSON.
http::Response am_text(int status, std::string_view what);
// {"code":602,"message":…}
http::Response am_fault(int status, int code, std::string_view what);
http::Response am_deprecated();

// strfmt.DateTime: "2026-03-03T14:00:00.000Z".
std::string am_time(Time t);

// The filter parameters, all of which must hold; the error is Alertmanager's.
std::expected<notify::Matchers, std::string> parse_filters(const Form& form, std::string_view name = "filter");
// A parameter that is true unless it is given otherwise, as go-openapi reads truth values.
bool is_wanted(const Form& form, std::string_view name);

// What names a silence to the API, which wants a UUID.
std::string uuid_of(std::string_view silence_id);
bool is_uuid(std::string_view text);

}  // namespace firedrill::console
