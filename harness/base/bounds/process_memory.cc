#include "base/bounds/process_memory.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace firedrill {
namespace {

namespace fs = std::filesystem;

using Limit = std::optional<std::uint64_t>;

Limit narrower(Limit a, Limit b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

Limit read_number(const fs::path& path) {
  std::ifstream file(path);
  std::string word;
  if (!(file >> word)) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  // "max" is no limit, and neither is version 1's largest number.
  if (error != std::errc() || end != word.data() + word.size() || value > (std::uint64_t{1} << 60)) return std::nullopt;
  return value;
}

// Of a group and those above it, up to where the hierarchy is mounted.
Limit limit_of_groups(const fs::path& mount, std::string_view group, const char* file) {
  Limit limit = read_number(mount / file);
  fs::path folder = mount;
  for (const fs::path& part : fs::path(group).relative_path()) {
    folder /= part;
    limit = narrower(limit, read_number(folder / file));
  }
  return limit;
}

// Lines "0::/a/b" (version 2) and "4:memory:/a/b" (version 1).
Limit limit_of_control_groups() {
  std::ifstream groups("/proc/self/cgroup");
  Limit limit;
  for (std::string line; std::getline(groups, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    const std::string_view group = std::string_view(line).substr(second + 1);
    if (controllers == ",,") {
      limit = narrower(limit, limit_of_groups("/sys/fs/cgroup", group, "memory.max"));
    } else if (controllers.contains(",memory,")) {
      limit = narrower(limit, limit_of_groups("/sys/fs/cgroup/memory", group, "memory.limit_in_bytes"));
    }
  }
  return limit;
}

Limit limit_of_process(__rlimit_resource resource) {
  rlimit limit{};
  if (::getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return std::nullopt;
  return limit.rlim_cur;
}

Limit memory_of_machine() {
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long page = ::sysconf(_SC_PAGESIZE);
  if (pages <= 0 || page <= 0) return std::nullopt;
  return static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page);
}

}  // namespace

ResidentSize::ResidentSize()
    : file_(::open("/proc/self/statm", O_RDONLY | O_CLOEXEC)),
      page_(static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))) {}

ResidentSize::~ResidentSize() {
  if (file_ >= 0) ::close(file_);
}

std::optional<std::uint64_t> ResidentSize::now() const {
  std::array<char, 128> text{};
  const ssize_t size = file_ < 0 ? -1 : ::pread(file_, text.data(), text.size(), 0);
  if (size <= 0) return std::nullopt;
  const std::string_view line(text.data(), static_cast<std::size_t>(size));
  const std::size_t second = line.find(' ');  // the first number is the virtual size
  if (second == std::string_view::npos) return std::nullopt;
  std::uint64_t pages = 0;
  const auto read = std::from_chars(line.data() + second + 1, line.data() + line.size(), pages);
  if (read.ec != std::errc()) return std::nullopt;
  return pages * page_;
}

std::optional<std::uint64_t> memory_limit() {
  Limit limit = narrower(limit_of_process(RLIMIT_AS), limit_of_process(RLIMIT_DATA));
  limit = narrower(limit, limit_of_control_groups());
  return narrower(limit, memory_of_machine());
}

}  // namespace firedrill
