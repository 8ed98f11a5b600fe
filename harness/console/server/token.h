// A token made for one drill, and whether a request bears it.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "http/message.h"

namespace firedrill::console {

// 256 bits of the system's chance as 64 hexadecimal digits. No seed gives it, so that nobody can know it. The error
// says that the system has none to give.
std::expected<std::string, std::string> make_token();

// `Authorization: Bearer TOKEN`, or Basic with the token as the password of any user. How long it takes tells nothing
// of the token.
bool bears(const http::Request& request, std::string_view token);

// Whether they are equal; how long it takes tells nothing of the token.
bool is_token(std::string_view given, std::string_view token);

}  // namespace firedrill::console
