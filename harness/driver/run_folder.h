// The folder of a run: which names it may hold.
#pragma once

#include <string_view>

#include "base/output/output_folder.h"

namespace firedrill::driver {

// Of a drill: its transcript, which gives the record again.
inline constexpr std::string_view kDrillFile = "drill.json";

const output::FolderKind& run_folder();

}  // namespace firedrill::driver
