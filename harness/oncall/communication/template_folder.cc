#include "oncall/communication/template_folder.h"

#include <algorithm>
#include <filesystem>

#include "base/report.h"
#include "base/text/format.h"

namespace firedrill::oncall {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kExtension = ".tmpl";
constexpr std::size_t kMostNames = 1000;

bool add(PostTemplates& templates, const SourcePtr& source, const std::string& name, Diagnostics& diagnostics) {
  if (!is_template_name(name)) {
    report(diagnostics, {.source = source}, format("there are no posts '{}'", name), template_names_remedy(name));
    return false;
  }
  const auto problem = templates.add(name, source->text);
  if (!problem) return true;
  Position where{.source = source};
  if (problem->line > 0) {
    where.line = problem->line;
    where.column = std::max<std::size_t>(problem->column, 1);
  }
  report(diagnostics, where, problem->what, problem->remedy);
  return false;
}

}  // namespace

std::vector<SourcePtr> read_post_templates(CommunicationPolicy& policy, const ReadScope& scope,
                                           Diagnostics& diagnostics) {
  std::vector<SourcePtr> read;
  const std::string& folder = policy.template_folder;
  const Position& named_at = policy.template_folder_at;
  if (folder.empty()) return read;
  const ReadScope::Place place = scope.place(folder);
  if (place == ReadScope::Place::outside) {
    report(diagnostics, named_at, format("'{}' {}", folder, scope.outside()), scope.outside_remedy());
    return read;
  }
  const std::string remedy =
      "name a folder with files such as external.tmpl and internal_P0.tmpl; its path counts "
      "from the on-call file's own folder";
  if (place != ReadScope::Place::inside) {
    report(diagnostics, named_at, format("there is no '{}'", folder), remedy);
    return read;
  }
  auto templates =
      std::make_shared<PostTemplates>(policy.templates != nullptr ? *policy.templates : PostTemplates::shipped());
  bool sound = true;
  for (const ReadScope::Entry& entry : scope.list(folder, kMostNames)) {
    const fs::path path = (fs::path(folder) / entry.name).lexically_normal();
    if (entry.kind == ReadScope::Entry::Kind::folder || path.extension() != kExtension) continue;
    const auto source = scope.read_mentioned(path);
    if (!source) {
      for (const Diagnostic& each : source.error()) diagnostics.push_back(each);
      sound = false;
      continue;
    }
    sound &= add(*templates, *source, path.stem().string(), diagnostics);
    read.push_back(*source);
  }
  if (read.empty() && sound) report(diagnostics, named_at, format("there is no template in '{}'", folder), remedy);
  if (sound) policy.templates = std::move(templates);
  return read;
}

}  // namespace firedrill::oncall
