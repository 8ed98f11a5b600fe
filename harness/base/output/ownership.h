// Whose a folder of outputs is, and whose each file in it.
#pragma once

#include "base/output/manifest.h"
#include "base/output/tree.h"

namespace firedrill::output {

// Reads a list. Refused: it is no file, or none that firedrill wrote.
Outcome<Manifest> load_manifest(const Tree& tree, std::string_view name, const FolderKind& kind);

// The refusals of what stands in an output's place.
std::unexpected<Error> changed(const Tree& tree, std::string_view name);
std::unexpected<Error> not_ours(const Tree& tree, std::string_view name);
std::unexpected<Error> no_file(const Tree& tree, std::string_view name, Kind kind);

}  // namespace firedrill::output
