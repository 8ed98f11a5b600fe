#include "driver/named_output.h"

#include "base/output/output_folder.h"
#include "driver/run_folder.h"

namespace firedrill::driver {
namespace {

namespace fs = std::filesystem;

// Another report of the record in the same folder would say that the run wrote it.
bool is_own_report(const NamedOutput& output, const fs::path& folder, std::string_view name) {
  std::error_code error;
  const bool same_report =
      name == output.report_name || (run_folder().use_of(output.report_name) == output::NameUse::draft &&
                                     output::is_draft_of(name, output.report_name));
  const fs::path record = output.record_folder.empty() ? fs::path(".") : output.record_folder;
  return !output.report_name.empty() && same_report && fs::equivalent(folder, record, error);
}

// What stands before the root element: blanks, the declaration, comments.
std::string_view without_prologue(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    const std::string_view end = text.starts_with("<?") ? "?>" : text.starts_with("<!--") ? "-->" : "";
    const std::size_t at = end.empty() ? std::string_view::npos : text.find(end);
    if (at == std::string_view::npos) return text;
    text.remove_prefix(at + end.size());
  }
}

}  // namespace

bool is_junit(std::string_view beginning) {
  std::string_view root = without_prologue(beginning);
  if (!root.starts_with("<testsuite")) return false;
  root.remove_prefix(std::string_view("<testsuite").size());
  if (root.starts_with('s')) root.remove_prefix(1);
  return !root.empty() && std::string_view(" \t\r\n/>").find(root.front()) != std::string_view::npos;
}

output::Outcome<void> write_named_output(const NamedOutput& output, const output::NamedFileOptions& options) {
  const fs::path folder = output.path.has_parent_path() ? output.path.parent_path() : fs::path(".");
  const std::string name = output.path.filename().string();
  const output::OutputFolder of_run(folder, run_folder(), options.hooks);
  if (!of_run.lists(name)) return output::write_named_file(output.path, output.content, options);
  if (is_own_report(output, folder, name)) return of_run.replace({name, std::string(output.content)}, options.force);
  output::NamedFileOptions careful = options;
  careful.replaceable = nullptr;
  return output::write_named_file(output.path, output.content, careful);
}

output::Outcome<void> check_named_output(const NamedOutput& output, const output::NamedFileOptions& options) {
  const fs::path folder = output.path.has_parent_path() ? output.path.parent_path() : fs::path(".");
  const std::string name = output.path.filename().string();
  output::NamedFileOptions careful = options;
  if (output::OutputFolder(folder, run_folder(), options.hooks).lists(name)) {
    if (is_own_report(output, folder, name)) return {};
    // Results of other tests are never those of a run.
    if (careful.replaceable != nullptr) careful.replaceable = [](std::string_view) { return false; };
  }
  return output::check_named_file(output.path, careful);
}

}  // namespace firedrill::driver
