#include "base/output/kept.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <set>
#include <string>
#include <system_error>
#include <vector>

#include "base/files/descriptor.h"
#include "base/output/tree.h"

namespace firedrill::output {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> places_to_keep() {
  std::vector<fs::path> out;
  const char* const given = std::getenv("TMPDIR");
  // What counts from the working directory may be anybody's.
  if (given != nullptr && fs::path(given).is_absolute()) out.emplace_back(given);
  for (const char* each : {"/tmp", "/var/tmp", "/dev/shm"}) out.emplace_back(each);
  return out;
}

Outcome<void> write_files(const Tree& tree, std::span<const File> files) {
  std::set<std::string> made;
  for (const File& file : files) {
    for (std::size_t at = file.name.find('/'); at != std::string::npos; at = file.name.find('/', at + 1)) {
      const std::string folder = file.name.substr(0, at);
      if (!made.insert(folder).second) continue;
      if (auto there = tree.make_folder(folder); !there) return there;
    }
    if (auto written = tree.create(file.name, *file.content); !written) return written;
  }
  return {};
}

}  // namespace

Outcome<void> check_room(const fs::path& folder, std::int64_t bytes) {
  std::error_code error;
  fs::path there = fs::absolute(folder, error);
  struct stat status{};
  while (::stat(there.c_str(), &status) != 0 && there.has_relative_path()) there = there.parent_path();
  std::string name = (there / ".firedrill-XXXXXX").string();
  const Descriptor trial(::mkostemp(name.data(), O_CLOEXEC));
  if (!trial) return failed(folder, "cannot be written to", errno);
  ::unlink(name.c_str());
  const int number = ::posix_fallocate(trial.get(), 0, bytes);
  const bool knows_none = number == EINVAL || number == EOPNOTSUPP;
  if (number == 0 || knows_none) return {};
  return failed(folder, "has no room for what is to be written", number);
}

std::optional<fs::path> keep_elsewhere(std::span<const File> files) {
  for (const fs::path& place : places_to_keep()) {
    std::string name = (place / "firedrill-kept-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) continue;
    const fs::path folder = name;
    const auto tree = Tree::open(folder);
    if (tree && write_files(*tree, files)) return folder;
    std::error_code error;
    fs::remove_all(folder, error);
  }
  return std::nullopt;
}

}  // namespace firedrill::output
