#include "base/output/append.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/files/descriptor.h"
#include "base/text/format.h"

namespace firedrill::output {

Outcome<void> check_append_to_file(const std::filesystem::path& path) {
  struct stat about{};
  if (::stat(path.c_str(), &about) == 0 && !S_ISREG(about.st_mode)) {
    return refused(path, "is no regular file, and is not written to", "name another file");
  }
  return {};
}

Outcome<void> append_to_file(const std::filesystem::path& path, std::string_view text, std::size_t most) {
  constexpr mode_t kMode = 0666;  // less the umask
  if (auto free = check_append_to_file(path); !free) return free;
  // What has come there since may be a pipe: one that nobody reads must not make it wait.
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, kMode));
  if (!file) return failed(path, "cannot be written to", errno);
  struct stat about{};
  if (::fstat(file.get(), &about) != 0) return failed(path, "cannot be written to", errno);
  if (!S_ISREG(about.st_mode)) return refused(path, "is no regular file", "name another file");
  const auto there = static_cast<std::size_t>(about.st_size);
  if (there > most || text.size() > most - there) {
    return refused(path, format("would hold more than {} bytes, of which {} are there already", most, there),
                   "leave more room in it");
  }
  while (!text.empty()) {
    const ssize_t count = ::write(file.get(), text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed(path, "cannot be written to", errno);
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

}  // namespace firedrill::output
