// JSON as Go's encoding/json writes it.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/text/json.h"
#include "template/values/value.h"

namespace firedrill::notify {

// A template's value as JSON has it: structures by the names of their fields there, maps by key. The error is Go's:
// "json: unsupported value: NaN".
std::expected<json::value, std::string> to_json_value(const templates::Value& value);

// In one line, without an end. <, > and & are written as \u003c and so on; what is not UTF-8 as \ufffd.
std::string go_json(const json::value& value);

}  // namespace firedrill::notify
