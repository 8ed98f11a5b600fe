// The bytes of UTF-8.
#pragma once

#include <cstddef>
#include <string_view>

namespace firedrill {

// The first byte that is not valid UTF-8 (overlong forms and surrogates count as invalid), or npos.
std::size_t first_invalid_utf8(std::string_view text);

// How many bytes the character takes that begins with this byte, in valid UTF-8.
std::size_t utf8_length(char lead);

}  // namespace firedrill
