// The folder of a run: which names it may hold.
#pragma once

#include "base/output/output_folder.h"

namespace firedrill::driver {

const output::FolderKind& run_folder();

}  // namespace firedrill::driver
