// Files below a folder that is held by its handle. Names in it are relative ("inputs/rules/a.yaml"), and no symbolic
// link is followed on the way to them: whatever strangers put into the folder, nothing outside it is read, replaced or
// removed. What is no regular file is never opened, since that may wait for ever.
#pragma once

#include <compare>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/output/outcome.h"

namespace firedrill::output {

enum class Kind { nothing, file, folder, link, other };
// "a folder", "a symbolic link", "a pipe, a socket or a device".
std::string_view describe(Kind kind);

// A handle of the system's, closed with its last holder.
class Handle {
 public:
  explicit Handle(int fd) : fd_(fd) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle();
  int get() const { return fd_; }

 private:
  int fd_;
};

// Which file it is, and in which state: as long as it is the same, its bytes are.
struct Stamp {
  std::uint64_t device = 0, inode = 0;
  std::int64_t size = 0, modified_s = 0, modified_ns = 0, changed_s = 0, changed_ns = 0;
  auto operator<=>(const Stamp&) const = default;
};
// The hashes of files that have been read, so that none is read twice unchanged.
using HashMemory = std::map<Stamp, std::string>;

class Tree {
 public:
  // Follows links to the folder itself, which is the user's own word.
  static Outcome<Tree> open(const std::filesystem::path& folder, std::shared_ptr<HashMemory> memory = nullptr);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path place(std::string_view name) const { return name.empty() ? path_ : path_ / name; }
  int handle() const { return root_->get(); }

  struct Entry {
    Kind kind = Kind::nothing;
    Stamp stamp;
  };
  // Refused: on the way to it stands something else than a folder, or another file system begins.
  Outcome<Entry> look(std::string_view name) const;
  // The names in a folder, sorted; "" is the tree's own.
  Outcome<std::vector<std::string>> list(std::string_view folder) const;

  // Of a regular file; the first `most` bytes.
  Outcome<std::string> read(std::string_view name, std::size_t most) const;
  // What stands there, and of a regular file the hash; none of one larger than any that firedrill writes.
  struct Seen {
    Kind kind = Kind::nothing;
    std::string sha256;
  };
  Outcome<Seen> see(std::string_view name) const;

  // A new file, with the mode that the umask leaves; `sha256`, if given, is its content's. It does not stay if it
  // cannot be written as a whole.
  Outcome<void> create(std::string_view name, std::string_view content, std::string sha256 = {}) const;
  Outcome<void> make_folder(std::string_view name) const;
  // Replaces what is at `to`, or (`replace` false) fails with EEXIST.
  Outcome<void> move(std::string_view from, std::string_view to, bool replace = true) const;
  // A file; that it is gone already is fine.
  Outcome<void> remove(std::string_view name) const;
  // Whether it was empty, and is gone.
  bool remove_folder(std::string_view name) const;
  // Whether files of this folder may be replaced; of one that is missing, yes.
  Outcome<void> check_writable(std::string_view folder) const;

 private:
  struct Spot;
  Tree(std::filesystem::path path, std::shared_ptr<const Handle> root, std::uint64_t device,
       std::shared_ptr<HashMemory> memory)
      : path_(std::move(path)), root_(std::move(root)), device_(device), memory_(std::move(memory)) {}

  // The folder that the name is in; without a handle if it is missing.
  Outcome<Spot> find(std::string_view name) const;
  Outcome<Spot> find_present(std::string_view name) const;
  Outcome<std::shared_ptr<const Handle>> open_file(std::string_view name) const;
  Outcome<std::string> hash(std::string_view name, const Entry& entry) const;

  std::filesystem::path path_;
  std::shared_ptr<const Handle> root_;
  std::uint64_t device_;
  std::shared_ptr<HashMemory> memory_;
};

}  // namespace firedrill::output
