// Where the library of scenarios is: beneath the working directory in a checkout, else beside the installed program.
#pragma once

#include <filesystem>

namespace firedrill::cli {

inline constexpr const char* kLibrary = "scenarios";

// <prefix>/share/firedrill/scenarios of a program in <prefix>/bin; empty if it is not there.
std::filesystem::path installed_library();
// That, or scenarios/ of the checkout that the program was built in, as build/<preset>/firedrill: a link to the
// checkout's `firedrill` works from any folder. Empty if there is neither.
std::filesystem::path own_library();

}  // namespace firedrill::cli
