// Go's literals, as templates write them.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "template/parse/nodes.h"

namespace firedrill::templates {

// A quoted or raw string with its quotes; nothing if an escape is wrong.
std::optional<std::string> unquote(std::string_view quoted);

// Fills in a number's node from its text ('a', 1_000, 0x1p-2). The error is Go's message.
std::expected<void, std::string> read_number(std::string_view text, bool character, Node& node);

}  // namespace firedrill::templates
