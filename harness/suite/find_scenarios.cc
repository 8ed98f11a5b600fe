#include "suite/find_scenarios.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/report.h"
#include "base/text/format.h"

namespace firedrill::suite {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kScenarioName = "scenario.yaml";
constexpr int kMaxFolderDepth = 16;
constexpr std::size_t kMaxNames = 100'000;  // looked at
constexpr std::size_t kMaxScenarios = 2'000;

Position whole(const fs::path& path) {
  return {make_source(path.generic_string(), {}), 0, 0};
}

fs::path whole_path(const fs::path& path) {
  std::error_code error;
  return fs::absolute(path.empty() ? "." : path, error).lexically_normal();
}

class Finder {
 public:
  explicit Finder(const ReadOptions& reads) : reads_(reads) {}

  Result<std::vector<ScenarioFile>> find(std::span<const std::string> paths) {
    for (const std::string& path : paths) add_path(path);
    std::ranges::sort(found_, {}, &ScenarioFile::name);
    refuse_repeated_names();
    tidy_and_limit(diagnostics_);
    if (has_errors(diagnostics_)) return failure(std::move(diagnostics_));
    return std::move(found_);
  }

 private:
  void add_path(const fs::path& path) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      FirstFile file = FirstFile::named(path, reads_);
      // Whether it can be read is said by its run, but for one that is not there, which may be a slip in a folder's
      // name.
      if (fs::exists(fs::symlink_status(path, error))) return add(std::move(file), whole_path(path), {});
      report(diagnostics_, whole(path), "there is no such file or folder",
             "name a scenario's folder, or a folder of scenarios");
      return;
    }
    const ReadScope scope(path, reads_);
    const std::size_t before = known_.size();
    const std::size_t repeated = repeated_;
    walk(scope, {}, 0);
    if (found_.size() > kMaxScenarios || names_ >= kMaxNames) {
      report(diagnostics_, whole(path), "there is more below this folder than is looked through",
             format("at most {} scenarios are run, and at most {} names looked at; name folders in it", kMaxScenarios,
                    kMaxNames));
    } else if (known_.size() == before && repeated_ == repeated) {
      report(diagnostics_, whole(path), "there is no scenario.yaml in this folder, or in one below it",
             "name a scenario's folder, or a folder of scenarios");
    }
  }

  void walk(const ReadScope& scope, const fs::path& folder, int depth) {
    if (depth > kMaxFolderDepth || names_ >= kMaxNames || found_.size() > kMaxScenarios) return;
    const std::vector<ReadScope::Entry> entries = scope.list(folder, kMaxNames - names_);
    names_ += entries.size();
    if (std::ranges::find(entries, kScenarioName, &ReadScope::Entry::name) != entries.end()) {
      return add({folder.empty() ? scope : scope.from(folder), std::string(kScenarioName), false},
                 whole_path(scope.folder() / folder / kScenarioName),
                 folder.empty() ? fs::path() : scope.folder() / ".");
    }
    for (const ReadScope::Entry& entry : entries) {
      const bool hidden = entry.name.starts_with('.');
      if (entry.kind == ReadScope::Entry::Kind::folder && !hidden) walk(scope, folder / entry.name, depth + 1);
    }
  }

  void add(FirstFile file, const fs::path& place, const fs::path& searched) {
    if (known_.insert(place.string()).second) {
      found_.push_back({place.parent_path().filename().string(), std::move(file), searched});
    } else {
      ++repeated_;
    }
  }

  void refuse_repeated_names() {
    for (std::size_t i = 1; i < found_.size(); ++i) {
      if (found_[i].name != found_[i - 1].name) continue;
      report(diagnostics_, whole(found_[i].file.shown()),
             format("another scenario is called '{}' too: {}", found_[i].name, found_[i - 1].file.shown()),
             "rename one of the folders: reports and the baseline know a scenario by its name");
    }
  }

  const ReadOptions& reads_;
  std::vector<ScenarioFile> found_;
  std::set<std::string> known_;
  std::size_t repeated_ = 0;
  std::size_t names_ = 0;
  Diagnostics diagnostics_;
};

}  // namespace

Result<std::vector<ScenarioFile>> find_scenarios(std::span<const std::string> paths, const ReadOptions& reads) {
  return Finder(reads).find(paths);
}

}  // namespace firedrill::suite
