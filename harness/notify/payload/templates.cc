#include "notify/payload/templates.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <utility>

#include "base/report.h"
#include "base/text/format.h"
#include "notify/payload/data/functions.h"
#include "notify/payload/defaults/defaults.h"

namespace firedrill::notify {
namespace {

using templates::TemplateSet;

TemplateSet with_defaults(Version version) {
  const bool old = version < Version::v0_33;
  TemplateSet set({old ? templates::GoVersion::go1_19 : templates::GoVersion::go1_24, alertmanager_functions(version)});
  // They are ours, and do parse.
  set.add("<default templates>", default_templates(version));
  return set;
}

// Parsed once a version.
const TemplateSet& defaults(Version version) {
  static const TemplateSet old = with_defaults(Version::v0_25);
  static const TemplateSet newest = with_defaults(kNewest);
  return version < Version::v0_33 ? old : newest;
}

std::string base_name(const SourcePtr& source) {
  return std::filesystem::path(source->name).filename().string();
}

// Takes ":12" off the front; 0 if there is none.
std::size_t take_number(std::string_view& text) {
  if (!text.starts_with(':')) return 0;
  std::size_t number = 0;
  const auto [end, fault] = std::from_chars(text.data() + 1, text.data() + text.size(), number);
  if (fault != std::errc()) return 0;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

}  // namespace

PayloadTemplates::PayloadTemplates(Version version) : version_(version), set_(defaults(version)) {}

PayloadTemplates PayloadTemplates::parse(Version version, std::span<const SourcePtr> files, Diagnostics& diagnostics) {
  PayloadTemplates out(version);
  for (const SourcePtr& file : files) {
    out.files_.push_back(file);
    const auto added = out.set_.add(base_name(file), file->text);
    if (added) continue;
    const Position where = out.place_of(added.error());
    report(diagnostics, where.source == nullptr ? Position{.source = file} : where, added.error(),
           "Alertmanager refuses a configuration with such a file");
  }
  return out;
}

Position PayloadTemplates::place_of(std::string_view error) const {
  // "template: NAME:LINE:COLUMN: …", "html/template:NAME:LINE:COLUMN: …"
  constexpr std::string_view kOfHtml = "html/template:";
  const std::size_t colon = error.starts_with(kOfHtml) ? kOfHtml.size() - 2 : error.find(": ");
  if (colon == std::string_view::npos) return {};
  // Of two files with one name the later one counts.
  for (auto file = files_.rbegin(); file != files_.rend(); ++file) {
    std::string_view rest = error.substr(colon + 2);
    const std::string name = base_name(*file);
    if (!rest.starts_with(name)) continue;
    rest.remove_prefix(name.size());
    const std::size_t line = take_number(rest);
    if (line == 0) continue;
    const std::size_t column = take_number(rest);
    return {.source = *file, .line = line, .column = column + 1};
  }
  return {};
}

}  // namespace firedrill::notify
