// A file that the user names for one output: a report, an export, rules, test results.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/output/named_file.h"

namespace firedrill::driver {

struct NamedOutput {
  std::filesystem::path path;
  std::string_view content;
  // A report of this record's folder: there it may take the place of the same report, which the folder's list follows.
  std::filesystem::path record_folder{};
  std::string_view report_name{};  // as `run` calls the file: report.html
};

// As output::write_named_file. What a run wrote into its folder is replaced by the run's own report only, or by force.
output::Outcome<void> write_named_output(const NamedOutput& output, const output::NamedFileOptions& options);

// As output::check_named_file, of an output whose content is still to be made.
output::Outcome<void> check_named_output(const NamedOutput& output, const output::NamedFileOptions& options);

// Whether a file that begins so holds the results of tests: XML with the root <testsuites> or <testsuite>.
bool is_junit(std::string_view beginning);

}  // namespace firedrill::driver
