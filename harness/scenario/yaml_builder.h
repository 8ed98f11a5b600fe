// From yaml-cpp's events to a tree of nodes. Internal to the YAML layer.
#pragma once

#include <cstddef>

#include "scenario/yaml.h"

namespace firedrill::scenario {

// Parses the document's source from byte `begin` on into its nodes. False on an error that leaves no tree; errors are
// added to `diagnostics`.
bool build_document(Document& document, std::size_t begin, Dialect dialect, Diagnostics& diagnostics);

}  // namespace firedrill::scenario
