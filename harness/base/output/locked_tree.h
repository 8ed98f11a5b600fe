// A folder of outputs that nobody else reads or writes meanwhile, as far as they are firedrill.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "base/output/outcome.h"
#include "base/output/tree.h"

namespace firedrill::output {

// Folders on the way to an output that were made for it, outermost first; they go again if it could not be written.
class MadeFolders {
 public:
  Outcome<void> make(const std::filesystem::path& folder);
  void remove();

 private:
  std::vector<std::filesystem::path> made_;
};

enum class Sharing { readers, alone };

// The folder with its lock, which lasts as long as a copy of the tree. Waits for others, for thirty seconds at most.
// A file system without locks gives none.
Outcome<Tree> open_locked(const std::filesystem::path& folder, Sharing sharing, const Hooks& hooks,
                          std::shared_ptr<HashMemory> memory = nullptr);
// The same of a folder that is made if it is missing.
Outcome<Tree> make_locked(const std::filesystem::path& folder, MadeFolders& made, const Hooks& hooks,
                          std::shared_ptr<HashMemory> memory = nullptr);
}  // namespace firedrill::output
