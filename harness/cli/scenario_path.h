// A scenario as users name it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "base/files/input_file.h"
#include "base/files/read_scope.h"

namespace firedrill::cli {

// The scenario of that path; else, of a name without a folder, the one of the library beneath the working directory;
// else the one of that path from a folder above, up to the top of the repository (a report names it from there, or
// where there is none from the folder above the scenario's); else, of a name without a folder, that of the installed
// library, whose scenarios share files: they may be read then.
std::string found_scenario(const std::string& given, ReadOptions& reads);

// The top of the repository that a folder is in; nothing if it is in none.
std::optional<std::filesystem::path> repository_of(const std::filesystem::path& folder);
// A scenario as a record names it, by no path of this machine: what `firedrill run` takes at the top of its repository
// or, without one, in the folder that holds the scenario's. A scenario that reads what lies beside it needs
// `--root .` for that; what counts then is the folder in which it was looked for, or the root that the user named, if
// both lie in one. What lies elsewhere still, no name without a path of this machine tells.
struct NamedScenario {
  std::string name;
  std::filesystem::path top;  // where the name counts from
  bool root = false;          // whether it needs `--root .` there
};
NamedScenario portable_scenario(const FirstFile& file, const std::filesystem::path& searched,
                                std::span<const std::string> roots, std::span<const InputFile> inputs);
// The command that runs a scenario, by that name: "firedrill run shop --seed 1 --root .".
std::string run_command(const std::filesystem::path& scenario, std::uint64_t seed, const ReadOptions& reads,
                        std::span<const InputFile> inputs);

}  // namespace firedrill::cli
