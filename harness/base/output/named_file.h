// A file whose path the user names: `--out`, `--junit`. What stands there already is somebody's.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/output/outcome.h"

namespace firedrill::output {

struct NamedFileOptions {
  // Replaces whatever regular file stands there.
  bool force = false;
  // Whether a file that begins so may be replaced without that, since it is one of the same kind; null: none.
  bool (*replaceable)(std::string_view beginning) = nullptr;
  // Where the output goes if no file is named: "leave --out away, …"; empty: nowhere.
  std::string otherwise{};
  Hooks hooks{};
};

// Written beside its place and renamed into it, so that a reader sees the old file or the new one. Nothing to do if it
// holds the same already. Makes the folders above; if writing fails, removes those it made. Refused: another regular
// file stands there, or what is none (its last part is followed by no link).
Outcome<void> write_named_file(const std::filesystem::path& path, std::string_view content,
                               const NamedFileOptions& options);

// The error that write_named_file() would meet, as far as can be told without the content, so that nobody waits for it
// in vain. What may turn out to hold the same already is no error yet.
Outcome<void> check_named_file(const std::filesystem::path& path, const NamedFileOptions& options);

}  // namespace firedrill::output
