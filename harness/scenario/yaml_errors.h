// yaml-cpp's syntax errors in words that help. Internal to the YAML layer.
#pragma once

#include <cstddef>

#include "scenario/yaml.h"

namespace YAML {
class Exception;
}

namespace firedrill::scenario {

Diagnostic explain_yaml_error(const Document& document, std::size_t begin, const YAML::Exception& error);

}  // namespace firedrill::scenario
