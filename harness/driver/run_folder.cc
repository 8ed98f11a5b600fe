#include "driver/run_folder.h"

#include "record/logs.h"
#include "reports/format.h"

namespace firedrill::driver {
namespace {

// What people have written into a postmortem's draft is theirs.
output::NameUse use_of(std::string_view name) {
  if (name == "series" || name == record::kLogsFile || name == "run.json" || name == kDrillFile ||
      name.starts_with("inputs/"))
    return output::NameUse::output;
  for (const reports::Format& format : reports::formats()) {
    if (format.file_name.empty()) continue;
    if (format.name == "postmortem") {
      if (output::is_draft_of(name, format.file_name)) return output::NameUse::draft;
    } else if (name == format.file_name) {
      return output::NameUse::output;
    }
  }
  return output::NameUse::foreign;
}

}  // namespace

const output::FolderKind& run_folder() {
  static constexpr output::FolderKind kRun{"run", use_of};
  return kRun;
}

}  // namespace firedrill::driver
