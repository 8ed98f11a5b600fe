// What a text means as YAML, the way go-yaml v2 reads it into an interface {}: what stands behind a list or a mapping
// in brackets is not looked at, so that "[FIRING:1] Down" is a list.
#pragma once

#include <optional>
#include <string>

#include "notify/config/value.h"

namespace firedrill::notify {

// Nothing if it is no YAML, or a text.
std::optional<Value> yaml_value(const std::string& text);

}  // namespace firedrill::notify
