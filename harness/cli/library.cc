#include "cli/library.h"

#include <system_error>

namespace firedrill::cli {

namespace fs = std::filesystem;

fs::path installed_library() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) return {};
  const fs::path library = program.parent_path().parent_path() / "share" / "firedrill" / kLibrary;
  return fs::is_directory(library, error) ? library : fs::path();
}

}  // namespace firedrill::cli
