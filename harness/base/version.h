#pragma once

#include <string_view>

namespace firedrill {

// The project's version (CMakeLists.txt), as it stands in records.
inline constexpr std::string_view kVersion = FIREDRILL_VERSION;

}  // namespace firedrill
