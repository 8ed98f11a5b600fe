// Why an output was not written.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace firedrill::output {

enum class Reason {
  refused,      // what stands there is not ours to replace, or is no place for a file: the user names another
  failed,       // the system did not let us: a full disk, missing rights
  interrupted,  // before anything was put in its place
};

struct Error {
  Reason reason;
  Diagnostics diagnostics;  // empty of what was interrupted
};

template <typename T>
using Outcome = std::expected<T, Error>;

// What a command does while an output is written; both may be null.
struct Hooks {
  // Whether the user wants an end; asked until everything new is written beside the old.
  bool (*interrupted)() = nullptr;
  // Called once if another program has the folder in use for more than a second.
  void (*waiting)(const std::filesystem::path& folder) = nullptr;

  bool stop() const { return interrupted != nullptr && interrupted(); }
};

std::unexpected<Error> refused(const std::filesystem::path& where, std::string what, std::string remedy);
// With the system's reason, an errno, and what to do about it.
std::unexpected<Error> failed(const std::filesystem::path& where, std::string_view what, int error);
std::unexpected<Error> interrupted();

}  // namespace firedrill::output
