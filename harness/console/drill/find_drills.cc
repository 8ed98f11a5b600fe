#include "console/drill/find_drills.h"

#include <algorithm>
#include <utility>

#include "base/report.h"
#include "base/text/format.h"
#include "console/drill/drill_yaml.h"

namespace firedrill::console {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDrillName = "drill.yaml";
constexpr std::string_view kScenarioName = "scenario.yaml";
constexpr int kMaxFolderDepth = 16;
constexpr std::size_t kMaxNames = 100'000;  // looked at
constexpr std::size_t kMaxDrills = 2'000;

class Finder {
 public:
  explicit Finder(const ReadOptions& reads) : reads_(reads) {}

  Result<std::vector<DrillFile>> find(std::span<const std::string> paths) {
    for (const std::string& path : paths) {
      const std::size_t before = found_.size();
      walk(ReadScope(path, reads_), {}, 0);
      if (found_.size() == before && !has_errors(diagnostics_)) {
        report(diagnostics_, {make_source(path, {}), 0, 0}, "there is no drill.yaml in this folder, or in one below it",
               "name a folder of drills");
      }
    }
    std::ranges::stable_sort(found_, {}, [](const DrillFile& file) -> const std::string& { return file.drill.name; });
    for (std::size_t i = 1; i < found_.size(); ++i) {
      if (found_[i].drill.name != found_[i - 1].drill.name) continue;
      report(diagnostics_, found_[i].drill.where, format("another drill is called '{}', too", found_[i].drill.name),
             "rename one of them");
    }
    if (has_errors(diagnostics_)) return failure(std::move(diagnostics_));
    return std::move(found_);
  }

 private:
  void walk(const ReadScope& scope, const fs::path& folder, int depth) {
    if (depth > kMaxFolderDepth || names_ >= kMaxNames || found_.size() >= kMaxDrills) return;
    const auto entries = scope.list(folder, kMaxNames - names_);
    names_ += entries.size();
    const auto has = [&](std::string_view name) {
      return std::ranges::find(entries, name, &ReadScope::Entry::name) != entries.end();
    };
    if (has(kScenarioName)) {
      if (has(kDrillName)) add(folder.empty() ? scope : scope.from(folder));
      return;
    }
    for (const ReadScope::Entry& entry : entries) {
      const bool hidden = entry.name.starts_with('.');
      if (entry.kind == ReadScope::Entry::Kind::folder && !hidden) walk(scope, folder / entry.name, depth + 1);
    }
  }

  void add(const ReadScope& scope) {
    const auto source = scope.read_found(kDrillName);
    auto drill = source ? read_drill(*source) : Result<Drill>(std::unexpected(source.error()));
    if (!drill) {
      std::ranges::move(drill.error(), std::back_inserter(diagnostics_));
      return;
    }
    std::error_code error;
    const fs::path absolute = fs::absolute(scope.folder().empty() ? "." : scope.folder(), error).lexically_normal();
    const std::string name =
        absolute.has_filename() ? absolute.filename().string() : absolute.parent_path().filename().string();
    found_.push_back({*std::move(drill), {scope, std::string(kScenarioName), false}, name});
  }

  const ReadOptions& reads_;
  std::vector<DrillFile> found_;
  Diagnostics diagnostics_;
  std::size_t names_ = 0;
};

}  // namespace

Result<std::vector<DrillFile>> find_drills(std::span<const std::string> paths, const ReadOptions& reads) {
  return Finder(reads).find(paths);
}

}  // namespace firedrill::console
