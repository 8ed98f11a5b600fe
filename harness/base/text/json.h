// JSON documents: Boost.JSON's values (objects keep the order in which keys were added), our own writing, because a
// record's bytes must not depend on a library's version and its numbers have 12 significant digits.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace firedrill {

namespace json = boost::json;

enum class JsonStyle {
  compact,  // one line
  pretty,   // two spaces; an array or object of scalars that fits 120 columns stays on one line, numbers fill lines
};
// NaN and infinities become the strings "NaN", "+Inf", "-Inf", as in Prometheus's API.
std::string write_json(const json::value& value, JsonStyle style);

// The error has the place and the reason. Nesting is bounded to 64; duplicate keys are errors.
Result<json::value> read_json(const SourcePtr& source);

// The escapes of a JSON string, without the quotes. Harmful characters (base/text/harmful.h) and what would begin a
// runner's command are written as \uXXXX, so that the text can be printed anywhere and read back as it was; a byte
// that is not UTF-8 becomes U+FFFD.
std::string escape_json(std::string_view text);
void append_json_text(std::string_view text, std::string& out);

}  // namespace firedrill
