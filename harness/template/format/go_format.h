// Go's fmt package over template values: Sprintf, Sprint, Sprintln, with its own words for what is wrong.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "template/values/value.h"

namespace firedrill::templates {

std::string go_sprintf(std::string_view format, std::span<const Value> arguments);
std::string go_sprint(std::span<const Value> arguments);
std::string go_sprintln(std::span<const Value> arguments);

}  // namespace firedrill::templates
