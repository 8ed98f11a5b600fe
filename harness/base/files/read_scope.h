// Which files may be read for a command. A user names a file; that file names others, folders hold others and links
// lead to others, and those a stranger may have written. They are read only below the repository of what the user
// named.
//
// A path is followed step by step, links included, and is given up at the first step out of the scope, before anything
// there is touched: whether a file outside exists cannot be told from an answer. What is opened afterwards is opened
// without following a link, so that nothing which changes meanwhile leads elsewhere.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/files/files.h"
#include "base/result.h"

namespace firedrill {

// What the user says of it.
struct ReadOptions {
  std::vector<std::string> roots;  // folders whose files may be read too
  bool allow_outside = false;      // any file may be read
};

class ReadScope {
 public:
  // The scope of a folder that the user named, or that holds a file that the user named: its git top level (the next
  // folder from it upwards that holds `.git`), else the folder; and the roots of the options. Paths count from the
  // folder.
  explicit ReadScope(const std::filesystem::path& folder, const ReadOptions& options = {});
  // That folder alone, whatever it is part of.
  static ReadScope within(const std::filesystem::path& folder);
  // The same scope, paths counted from a folder inside it.
  ReadScope from(const std::filesystem::path& below) const;

  // The same scope, in which whatever is read says something else: what `rewrite` makes of the text of the file of that
  // name (name_of). Its folder is called by another name, where names of folders matter.
  using Rewrite = std::function<std::string(const std::string& name, const std::string& text)>;
  ReadScope rewritten(Rewrite rewrite, std::string called) const;
  // Empty: the folder has the name that it has.
  const std::string& called() const { return called_; }

  // As the user would name it.
  const std::filesystem::path& folder() const { return folder_; }
  // The folder's path from the top of its repository; where there is none, from the folder that holds it. The same
  // wherever the repository lies and from wherever the folder was named.
  std::string portable_name() const;
  // A path as the user would name it.
  std::string name_of(const std::filesystem::path& path) const;

  enum class Place { inside, missing, outside, unreadable };
  // What the path leads to. `missing` is inside, and not there.
  Place place(const std::filesystem::path& path) const;
  // The same of the name itself, where the path is that of a link.
  Place place_of_name(const std::filesystem::path& path) const;

  // A file that stands in a folder which the user named. Guarded if a link is on the way.
  Result<SourcePtr> read_found(const std::filesystem::path& path, std::size_t limit = kMaxInputBytes) const;
  // A file that another file names: guarded.
  Result<SourcePtr> read_mentioned(const std::filesystem::path& path, std::size_t limit = kMaxInputBytes) const;

  struct Entry {
    enum class Kind { file, folder, link };
    std::string name;
    Kind kind = Kind::file;
  };
  // What is in a folder, sorted by name, hidden files too; of more than `most` entries any `most`. Nothing of a folder
  // that is outside, missing or unreadable.
  std::vector<Entry> list(const std::filesystem::path& path, std::size_t most) const;

  // "leads outside of the repository '.'", and what to do about it.
  std::string outside() const;
  std::string outside_remedy() const;

 private:
  struct Root {
    std::string real;             // "" is the folder of all folders
    std::filesystem::path named;  // as the user did; empty of the first one, whose name follows from the folder's
  };
  struct Found {
    Place place = Place::inside;
    std::string real;
    bool by_link = false;
    int error = 0;
  };
  class Walk;

  ReadScope() = default;
  Found find(const std::filesystem::path& path) const;
  Result<SourcePtr> read(const std::filesystem::path& path, std::size_t limit, bool mentioned) const;
  Result<SourcePtr> read_as_it_is(const std::filesystem::path& path, std::size_t limit, bool mentioned) const;
  bool holds(std::string_view real) const;
  std::string root_name(const Root& root) const;

  std::filesystem::path folder_;
  std::string real_;
  std::vector<Root> roots_;
  bool repository_ = false;  // is what the first root is
  bool anywhere_ = false;
  bool alone_ = false;
  std::shared_ptr<const Rewrite> rewrite_;  // null: nothing is rewritten
  std::string called_;
};

// The file that a command begins with.
struct FirstFile {
  ReadScope scope;      // of its folder
  std::string name;     // in that folder
  bool by_user = true;  // named; otherwise it stands in a folder that the user named

  static FirstFile named(const std::filesystem::path& path, const ReadOptions& options);

  std::string shown() const { return scope.name_of(name); }
  Result<SourcePtr> read(std::size_t limit = kMaxInputBytes) const;
};

}  // namespace firedrill
