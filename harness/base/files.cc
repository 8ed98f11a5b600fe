#include "base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/format.h"

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

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::string too_large(std::size_t limit) {
  return format("the file is larger than {} MiB, which is more than any input of firedrill needs", limit >> 20);
}

}  // namespace

Result<SourcePtr> read_source(const std::filesystem::path& path, std::string name, std::size_t limit) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) {
    const bool missing = errno == ENOENT || errno == ENOTDIR;
    return failure(whole_file(std::move(name)), missing ? "no such file" : format("cannot be read: {}", reason()),
                   missing ? "check the path; relative paths count from the file that names them" : "");
  }
  struct stat status{};
  if (::fstat(file.get(), &status) != 0)
    return failure(whole_file(std::move(name)), format("cannot be read: {}", reason()));
  if (S_ISDIR(status.st_mode))
    return failure(whole_file(std::move(name)), "is a folder, not a file", "name a file in it");
  if (!S_ISREG(status.st_mode)) return failure(whole_file(std::move(name)), "is not a regular file");
  if (static_cast<std::size_t>(status.st_size) > limit) {
    return failure(whole_file(std::move(name)), too_large(limit), "split it, or remove what was generated into it");
  }
  std::string text;
  text.resize(static_cast<std::size_t>(status.st_size));
  std::size_t filled = 0;
  while (filled < text.size()) {
    const ssize_t got = ::read(file.get(), text.data() + filled, text.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure(whole_file(std::move(name)), format("cannot be read: {}", reason()));
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  text.resize(filled);
  return make_source(std::move(name), std::move(text));
}

Result<SourcePtr> read_source(const std::filesystem::path& path) {
  return read_source(path, path.string());
}

Result<void> write_file(const std::filesystem::path& path, std::string_view content) {
  std::error_code error;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
  if (error) return failure(whole_file(path.string()), format("cannot make its folder: {}", error.message()));
  std::string temporary = path.string() + ".XXXXXX";
  const Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (file.get() < 0) return failure(whole_file(path.string()), format("cannot be written: {}", reason()));
  // mkostemp makes the file private; a report is for everyone whom the folder lets in.
  const bool done = write_all(file.get(), content) && ::fchmod(file.get(), 0644) == 0 &&
                    ::rename(temporary.c_str(), path.c_str()) == 0;
  if (done) return {};
  const std::string why = reason();
  ::unlink(temporary.c_str());
  return failure(whole_file(path.string()), format("cannot be written: {}", why));
}

std::size_t first_invalid_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  for (std::size_t i = 0; i < text.size();) {
    const unsigned lead = byte(i);
    if (lead < 0x80) {
      ++i;
      continue;
    }
    const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || i + length > text.size()) return i;
    for (std::size_t k = 1; k < length; ++k) {
      if ((byte(i + k) & 0xc0) != 0x80) return i;
    }
    const unsigned second = byte(i + 1);
    const bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
    const bool surrogate = lead == 0xed && second >= 0xa0;
    if (overlong || surrogate || (lead == 0xf4 && second >= 0x90)) return i;
    i += length;
  }
  return std::string_view::npos;
}

}  // namespace firedrill
