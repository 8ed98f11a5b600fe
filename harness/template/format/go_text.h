// Go's strconv and net/url: numbers and texts as Go writes them.
#pragma once

#include <string>
#include <string_view>

namespace firedrill::templates {

// strconv.FormatFloat(value, verb, precision, 64); a negative precision is the shortest that reads back.
std::string go_float(double value, char verb, int precision);
// Its text with the flag '#': with a decimal point always, and with all digits of the precision (6 if it is -1).
std::string go_sharp_float(std::string text, char verb, int precision);
// strconv.Quote, or QuoteToASCII.
std::string go_quote(std::string_view text, bool ascii = false);
// net/url.QueryEscape.
std::string go_query_escape(std::string_view text);

}  // namespace firedrill::templates
