// What notifiers do with texts before they send them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill::notify {

// At most so many code points, the last of them … if some are left out (TruncateInRunes).
std::string cut_to_runes(std::string_view text, std::size_t most);
// At most so many bytes, with … at the end (TruncateInBytes).
std::string cut_to_bytes(std::string_view text, std::size_t most);

// The parts between commas that are not empty.
std::vector<std::string> split_list(std::string_view text);
std::string_view trim(std::string_view text);  // of ASCII spaces

using Parameters = std::vector<std::pair<std::string, std::string>>;
// Go's url.Values.Encode: by name, escaped.
std::string encode_form(Parameters parameters);

}  // namespace firedrill::notify
