// firedrill drill --suite DIR --agent COMMAND: a program works many drills, and one table comes of it.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "cli/exit_code.h"
#include "console/agent/suite.h"

namespace firedrill::cli {

std::string suite_table(std::span<const console::SuiteRow> rows);
std::string suite_json(std::span<const console::SuiteRow> rows);

// A transcript of each into this folder; those that cannot be written are kept elsewhere. Empty: nobody wants any.
ExitCode write_transcripts(const std::filesystem::path& folder, bool force, std::span<const console::SuiteRow> rows);

}  // namespace firedrill::cli
