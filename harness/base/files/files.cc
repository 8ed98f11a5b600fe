#include "base/files/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/files/descriptor.h"
#include "base/output/named_file.h"
#include "base/text/format.h"

namespace firedrill {
namespace {

Position whole_file(std::string name) {
  Position position;
  position.source = make_source(std::move(name), {});
  return position;
}

std::string reason() {
  return std::strerror(errno);
}

std::string too_large(std::size_t limit) {
  return format("the file is larger than {} MiB, which is more than any input of firedrill needs", limit >> 20);
}

}  // namespace

Diagnostics opening_failed(std::string name, int error) {
  const bool missing = error == ENOENT || error == ENOTDIR;
  return {{Severity::error, whole_file(std::move(name)),
           missing ? "no such file" : format("cannot be read: {}", std::strerror(error)),
           missing ? "check the path; relative paths count from the file that names them"
                   : "see to it that you may read it"}};
}

Result<SourcePtr> read_source(const std::filesystem::path& path, std::string name, std::size_t limit) {
  constexpr int kFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;
  const Descriptor itself(::open(path.c_str(), kFlags | O_NOFOLLOW));
  if (itself) return read_open_file(itself.get(), std::move(name), limit, Quoting::full);
  const Descriptor target(errno == ELOOP ? ::open(path.c_str(), kFlags) : -1);
  if (target) return read_open_file(target.get(), std::move(name), limit, Quoting::guarded);
  return failure(opening_failed(std::move(name), errno));
}

Result<SourcePtr> read_open_file(int descriptor, std::string name, std::size_t limit, Quoting quoting) {
  struct stat status{};
  if (::fstat(descriptor, &status) != 0)
    return failure(whole_file(std::move(name)), format("cannot be read: {}", reason()), "see whether its disk is well");
  if (S_ISDIR(status.st_mode))
    return failure(whole_file(std::move(name)), "is a folder, not a file", "name a file in it");
  if (!S_ISREG(status.st_mode)) {
    return failure(whole_file(std::move(name)), "is not a regular file",
                   "copy what it gives into a file first; devices and pipes are not read");
  }
  if (static_cast<std::size_t>(status.st_size) > limit) {
    return failure(whole_file(std::move(name)), too_large(limit), "split it, or remove what was generated into it");
  }
  std::string text;
  text.resize(static_cast<std::size_t>(status.st_size));
  std::size_t filled = 0;
  while (filled < text.size()) {
    const ssize_t got = ::read(descriptor, text.data() + filled, text.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return failure(whole_file(std::move(name)), format("cannot be read: {}", reason()),
                     "see whether its disk is well");
    }
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  text.resize(filled);
  return make_source(std::move(name), std::move(text), quoting);
}

Result<SourcePtr> read_source(const std::filesystem::path& path) {
  return read_source(path, path.string());
}

Result<void> write_file(const std::filesystem::path& path, std::string_view content) {
  if (auto written = output::write_named_file(path, content, {.force = true}); !written) {
    return failure(std::move(written.error().diagnostics));
  }
  return {};
}

}  // namespace firedrill
