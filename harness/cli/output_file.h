// How commands write files: what is said, and what they exit with.
#pragma once

#include "base/output/outcome.h"
#include "cli/exit_code.h"
#include "driver/named_output.h"

namespace firedrill::cli {

// For whatever reads or writes a folder that others may have in use.
output::Hooks output_hooks();

// Prints what is wrong, and gives the exit code.
// As `hooks.interrupted` of write_output: the file is written though the user has asked for an end.
bool write_though_interrupted();

ExitCode tell(const output::Error& error);

inline constexpr const char* kOutHelp = "file to write (default: standard output)";
inline constexpr const char* kForceHelp = "replace the file if it is there and holds something else";
inline constexpr const char* kPrintedWithoutOut = "leave --out away, then it is printed to standard output";

// Before the work, so that nobody waits for it in vain: kPassed if nothing is in the way of the file that the user
// named, as far as can be told without its content.
ExitCode check_output(const driver::NamedOutput& output, output::NamedFileOptions options);
// Writes the file that the user named. kPassed: it holds the content now.
ExitCode write_output(const driver::NamedOutput& output, output::NamedFileOptions options);

}  // namespace firedrill::cli
