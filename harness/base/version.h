#pragma once

#include <string_view>

namespace firedrill {

// The project's version (CMakeLists.txt), as it stands in records.
extern const std::string_view kVersion;
// What the program was built from: a commit's first digits, "with changes" behind them where files differed from it.
// Empty of sources without their repository.
extern const std::string_view kCommit;

}  // namespace firedrill
