// How a run lands whole. New files are written into a subfolder of their own, under plain numbers; then the list of
// them is put beside them by one rename, and from then on the new run is what the folder holds. Its files are moved to
// their places, the list last of all. The next run after an interruption goes on from there: without the list it
// sweeps the subfolder, with it it completes the moves; whoever only reads is led to where the files are. So a folder
// is the old run or the new one, whenever a program dies.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/output/manifest.h"
#include "base/output/own_names.h"
#include "base/output/tree.h"

namespace firedrill::output {

// All of it under the folder's lock.
class Staging {
 public:
  Staging(const Tree& tree, const FolderKind& kind) : tree_(tree), kind_(kind) {}

  enum class State { none, uncommitted, committed };
  // What is left of a writing that was interrupted. Refused: what stands there is not ours.
  Outcome<State> state() const;
  // The list that has been committed.
  Outcome<Manifest> committed() const;
  // The place of a committed file that has not been moved yet; empty: it is in its own place.
  std::string where_is(const Manifest& committed, std::string_view name) const;

  // Removes what was never committed, unless something there is not ours.
  Outcome<void> sweep() const;
  // Moves what was committed to its places.
  Outcome<void> complete(const Manifest& old) const;

  // The new files, which are some or all of the list. If it fails everything is as before, unless the error says that
  // the new files are whole and could not all be moved.
  Outcome<void> write(const Manifest& old, const Manifest& now, std::span<const File> files, const Hooks& hooks) const;

 private:
  Outcome<bool> is_begun(const Manifest& now) const;
  Outcome<void> stage(const Manifest& now, std::span<const File> files, const Hooks& hooks) const;
  Outcome<void> take_back(Error error, const std::vector<std::string>& made_folders) const;
  Outcome<void> check_places(const Manifest& old, const Manifest& now) const;
  Outcome<void> check_place(const Manifest& old, const Manifest::Entry& entry, const std::string& staged) const;
  Outcome<void> make_folders(const Manifest& now, std::vector<std::string>& made) const;
  Outcome<void> put_in_place(const Manifest& old, const Manifest& now) const;
  Outcome<void> place(const Manifest& old, const Manifest::Entry& entry, const std::string& staged) const;
  Outcome<void> remove_old(const Manifest& old, const Manifest& now) const;

  const Tree& tree_;
  const FolderKind& kind_;
};

// What the folder's list says, once what an interrupted run left there has been completed or swept; empty of an empty
// folder. Refused: it holds something and no list of ours. Under the folder's lock.
Outcome<Manifest> settle(const Tree& tree, const FolderKind& kind);

}  // namespace firedrill::output
