#pragma once

#include <string_view>

namespace firedrill {

// The project's version (CMakeLists.txt), as it stands in records.
extern const std::string_view kVersion;

}  // namespace firedrill
