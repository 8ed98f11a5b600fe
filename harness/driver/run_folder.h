// The folder of a run: which names it may hold.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/output/output_folder.h"

namespace firedrill::driver {

// Of a drill: its transcript, which gives the record again.
inline constexpr std::string_view kDrillFile = "drill.json";

const output::FolderKind& run_folder();

// About so much record and reports take that are small, in bytes.
inline constexpr std::int64_t kRoomOfRun = std::int64_t{1} << 20;

}  // namespace firedrill::driver
