// yaml-cpp's syntax errors in words that help. Internal to the room.
#pragma once

#include <cstddef>

#include "yaml/document.h"

namespace YAML {
class Exception;
}

namespace firedrill::yaml {

Diagnostic explain_yaml_error(const Document& document, std::size_t begin, const YAML::Exception& error);

}  // namespace firedrill::yaml
