// Telling what is wrong with an input: in one line of code, and no more of it than somebody reads.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/diagnostic.h"

namespace firedrill {

// Diagnostics that are shown of one input; the rest is counted.
inline constexpr std::size_t kMaxDiagnostics = 100;

void report(Diagnostics& diagnostics, Position where, std::string what, std::string remedy);
void warn(Diagnostics& diagnostics, Position where, std::string what, std::string remedy = {});

// As suggest(), but without a name once more has been found than will be shown: looking for the nearest takes long.
std::string suggest_one(std::string_view written, std::span<const std::string> names, const Diagnostics& diagnostics);
// Sorts, removes repetitions, and leaves as many as are shown, with a last one that counts the rest.
void tidy_and_limit(Diagnostics& diagnostics);

}  // namespace firedrill
