// From yaml-cpp's events to a tree of nodes. Internal to the room.
#pragma once

#include <cstddef>

#include "yaml/document.h"

namespace firedrill::yaml {

// Parses the document's source from byte `begin` on into its nodes. False on an error that leaves no tree; errors are
// added to `diagnostics`.
bool build_document(Document& document, std::size_t begin, Dialect dialect, Diagnostics& diagnostics);

// Every document of the source, each with a root, until one is wrong.
void build_documents(const SourcePtr& source, std::size_t begin, std::vector<std::unique_ptr<Document>>& documents,
                     Diagnostics& diagnostics);

}  // namespace firedrill::yaml
