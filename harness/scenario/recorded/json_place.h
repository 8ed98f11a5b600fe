// Where in a JSON text a value stands. Documents that are read by Boost.JSON do not know it; only who has to name a
// place in an error looks for it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace firedrill::scenario {

// A key of an object, or an index into an array.
using JsonStep = std::variant<std::string, std::size_t>;

// The byte at which the value begins that the steps lead to, as far as they lead anywhere. The text must be valid JSON.
std::size_t json_place(std::string_view text, std::span<const JsonStep> path);

}  // namespace firedrill::scenario
