// Nodes as a file again: for who has to hand on what was put together from several.
#pragma once

#include <string>

#include "yaml/document.h"

namespace firedrill::yaml {

// In block style, a value a line. Who reads it finds the same nodes: what was plain is plain, any other text quoted.
std::string write(const Node& node);

}  // namespace firedrill::yaml
