// The options of commands that read files which other files name.
#pragma once

#include "base/files/read_scope.h"
#include "cli/arguments.h"

namespace firedrill::cli {

// --root and --allow-outside. `options` must live until the command has run.
void declare_reading(Arguments arguments, ReadOptions& options);

}  // namespace firedrill::cli
