// How commands write files: what is said, and what they exit with.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string_view>

#include "base/output/manifest.h"
#include "base/output/outcome.h"
#include "cli/exit_code.h"
#include "driver/named_output.h"

namespace firedrill::cli {

// For whatever reads or writes a folder that others may have in use.
output::Hooks output_hooks();

// As `hooks.interrupted` of write_output: the file is written though the user has asked for an end.
bool write_though_interrupted();

// Prints what is wrong, and gives the exit code.
ExitCode tell(const output::Error& error);

// What could not be written where it was to go, and cannot be made again, is kept in a private folder elsewhere
// (base/output/kept.h), and it is said where. `first`: the file that is kept alone where there is no room for all of
// them; empty: none is. Where it is kept, and whether as a whole; nothing: there is no room anywhere.
struct KeptElsewhere {
  std::filesystem::path folder;
  bool whole = true;
};
std::optional<KeptElsewhere> keep_elsewhere(std::span<const output::File> files, std::string_view first = {});

inline constexpr const char* kOutHelp = "file to write (default: standard output)";
inline constexpr const char* kForceHelp = "replace the file if it is there and holds something else";
inline constexpr const char* kPrintedWithoutOut = "leave --out away, then it is printed to standard output";

// Before the work, so that nobody waits for it in vain: kPassed if nothing is in the way of the file that the user
// named, as far as can be told without its content.
ExitCode check_output(const driver::NamedOutput& output, output::NamedFileOptions options);
// Writes the file that the user named. kPassed: it holds the content now.
ExitCode write_output(const driver::NamedOutput& output, output::NamedFileOptions options);
// The same of what somebody has worked for: where it cannot be written it is kept elsewhere.
ExitCode write_or_keep(const driver::NamedOutput& output, const output::NamedFileOptions& options);

}  // namespace firedrill::cli
