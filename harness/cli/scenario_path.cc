#include "cli/scenario_path.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "base/text/escape.h"
#include "base/text/format.h"
#include "cli/library.h"

namespace firedrill::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kMostLevels = 40;

// A report names a scenario from the top of its repository, or where it has none from the folder that holds the
// scenario's. Whoever stands below that means the same one: the folders above are tried, up to the repository's, and
// the one above where there is no repository. Empty if it is in none of them.
fs::path from_above(const fs::path& given) {
  std::error_code error;
  const fs::path here = fs::current_path(error);
  if (error || given.is_absolute()) return {};
  const auto is_top = [&](const fs::path& folder) { return fs::exists(folder / ".git", error); };
  fs::path up;
  fs::path nearest, found;
  fs::path at = here;
  for (int level = 0; level < kMostLevels; ++level) {
    if (level > 0 && found.empty() && fs::exists(at / given, error)) found = up / given;
    if (level == 1) nearest = found;
    if (is_top(at)) return found;
    if (at == at.parent_path()) break;
    at = at.parent_path();
    up /= "..";
  }
  return nearest;
}

}  // namespace

std::optional<fs::path> repository_of(const fs::path& folder) {
  std::error_code error;
  fs::path at = fs::canonical(folder.empty() ? fs::path(".") : folder, error);
  if (error) return std::nullopt;
  while (!fs::exists(at / ".git", error)) {
    if (at == at.parent_path()) return std::nullopt;
    at = at.parent_path();
  }
  return at;
}

namespace {

bool lies_in(const fs::path& path, const fs::path& outer) {
  return !outer.empty() && path != outer && (path.string() + "/").starts_with((outer / "").string());
}

// Whether the scenario of a folder reads a file that lies beside the folder and in `top`.
bool reads_beside(std::span<const InputFile> inputs, const fs::path& folder, const fs::path& top) {
  return std::ranges::any_of(inputs, [&](const InputFile& input) {
    std::error_code error;
    const fs::path path = fs::weakly_canonical(folder / input.name, error);
    return !error && !lies_in(path, folder) && lies_in(path, top);
  });
}

// As a command takes it for no option.
std::string as_word(std::string name) {
  return name.starts_with('-') ? "./" + name : name;
}

}  // namespace

NamedScenario portable_scenario(const FirstFile& file, const fs::path& searched, std::span<const std::string> roots,
                                std::span<const InputFile> inputs) {
  std::error_code error;
  const auto real = [&](const fs::path& path) { return fs::canonical(path.empty() ? fs::path(".") : path, error); };
  const fs::path folder = real(file.scope.folder());
  const std::string behind = file.name == "scenario.yaml" ? "" : "/" + file.name;
  NamedScenario named{.name = as_word(file.scope.portable_name() + behind), .top = folder.parent_path(), .root = false};
  const fs::path library = installed_library();
  if (const auto repository = repository_of(folder)) {
    named.top = *repository;
    return named;
  }
  if (!library.empty() && lies_in(folder, real(library))) {
    named.top = fs::current_path(error);  // they are found from anywhere
    return named;
  }
  std::vector<fs::path> outer;
  if (!searched.empty()) outer.push_back(real(searched));
  for (const std::string& root : roots) outer.push_back(real(root));
  for (const fs::path& each : outer) {
    if (!lies_in(folder, each) || named.top == each || !reads_beside(inputs, folder, each)) continue;
    named = {as_word(folder.lexically_relative(each).generic_string() + behind), each, true};
    return named;
  }
  named.root = reads_beside(inputs, folder, named.top);
  return named;
}

std::string found_scenario(const std::string& given, ReadOptions& reads) {
  const bool bare = given.find('/') == std::string::npos;
  std::error_code error;
  if (given.empty() || fs::exists(given, error)) return given;
  const auto holds = [&](const fs::path& library) {
    return !library.empty() && fs::exists(library / given / "scenario.yaml", error);
  };
  if (bare && holds(kLibrary)) return (fs::path(kLibrary) / given).string();
  if (const fs::path above = from_above(given); !above.empty()) return above.string();
  if (!bare) return given;
  const fs::path own = own_library();
  if (!holds(own)) return given;
  reads.roots.push_back(own.string());
  return (own / given).string();
}

std::string run_command(const std::filesystem::path& scenario, std::uint64_t seed, const ReadOptions& reads,
                        std::span<const InputFile> inputs) {
  std::error_code error;
  const bool folder = std::filesystem::is_directory(scenario, error);
  const FirstFile file = FirstFile::named(folder ? scenario / "scenario.yaml" : scenario, reads);
  const NamedScenario named = portable_scenario(file, {}, reads.roots, inputs);
  return format("firedrill run {} --seed {}{}", shell_word(named.name), seed, named.root ? " --root ." : "");
}

}  // namespace firedrill::cli
