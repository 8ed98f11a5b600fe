// The replacements of Go's html/template, each for one kind of place.
#pragma once

#include <string>
#include <string_view>

#include "template/values/function.h"

namespace firedrill::templates::html {

// What stands in place of a value that might do harm.
inline constexpr std::string_view kFailsafe = "ZgotmplZ";

enum class Quotes { quoted, unquoted };
// Characters that are markup become references; `normalizes` leaves those of existing ones (&).
std::string replace_markup(std::string_view text, Quotes quotes, bool normalizes);
// Percent-encodes what an address cannot hold; `normalizes` leaves what has a meaning in one.
std::string encode_url(std::string_view text, bool normalizes);
// As it is, or "#ZgotmplZ" if its scheme is none of http, https, mailto.
std::string filter_url(std::string_view text);
// As it is, or "ZgotmplZ" if it could be more than one value of a style.
std::string filter_css(std::string_view text, GoVersion go);
std::string strip_tags(std::string_view text);

}  // namespace firedrill::templates::html
