// fmt, under our own name: firedrill::format("{} of {}", a, b).
#pragma once

#include <fmt/format.h>

namespace firedrill {

using fmt::format;

}  // namespace firedrill
