#include "cli/library.h"

#include <system_error>

namespace firedrill::cli {

namespace fs = std::filesystem;

namespace {

// The folder of the program that runs; empty: the system does not say.
fs::path program_folder() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return error ? fs::path() : program.parent_path();
}

}  // namespace

fs::path installed_library() {
  std::error_code error;
  const fs::path library = program_folder().parent_path() / "share" / "firedrill" / kLibrary;
  return fs::is_directory(library, error) ? library : fs::path();
}

fs::path own_library() {
  if (fs::path installed = installed_library(); !installed.empty()) return installed;
  std::error_code error;
  const fs::path build = program_folder().parent_path();
  const fs::path top = build.parent_path();
  const bool checkout = build.filename() == "build" && fs::exists(top / "CMakeLists.txt", error);
  return checkout && fs::is_directory(top / kLibrary, error) ? top / kLibrary : fs::path();
}

}  // namespace firedrill::cli
