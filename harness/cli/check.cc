// firedrill check PATH...: every kind of file, statically.
#include <CLI/CLI.hpp>

#include <memory>

#include "alerting/lint.h"
#include "base/format.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "scenario/check.h"

namespace firedrill::cli {
namespace {

struct Options {
  std::vector<std::string> paths;
  std::vector<std::string> disabled;
  int promql_version = 3;
  bool strict = false;
  bool ignore_unknown_fields = false;
};

int check(const Options& options) {
  scenario::CheckOptions check;
  check.promql.version = options.promql_version == 2 ? promql::Version::v2 : promql::Version::v3;
  check.ignore_unknown_fields = options.ignore_unknown_fields;
  check.disabled_lints.insert(options.disabled.begin(), options.disabled.end());
  Diagnostics all;
  for (const std::string& path : options.paths) {
    Diagnostics found = scenario::check_path(path, check);
    if (!has_errors(found)) print_out(format("{}: fine{}\n", path, found.empty() ? "" : ", with warnings"));
    all.insert(all.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
  }
  tidy(all);
  print_diagnostics(all);
  if (has_errors(all)) return kBadInput;
  return options.strict && !all.empty() ? kFailed : kPassed;
}

}  // namespace

std::function<int()> declare_check(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("path", options->paths, "scenario folders, topologies, rule files, SLO files")
      ->required()
      ->check(not_empty);
  std::vector<std::string> lints;
  for (const auto& lint : alerting::lints()) lints.emplace_back(lint.name);
  app.add_option("--disable", options->disabled, "lints not to run (firedrill list lints)")
      ->delimiter(',')
      ->check(CLI::IsMember(lints));
  app.add_flag("--strict", options->strict, "exit with 1 if there are warnings");
  app.add_flag("--ignore-unknown-fields", options->ignore_unknown_fields, "pass over unknown fields of rule files");
  app.add_option("--promql-version", options->promql_version, "rule files as Prometheus 2.x or 3.x reads them")
      ->check(CLI::IsMember({2, 3}));
  return [options] { return check(*options); };
}

}  // namespace firedrill::cli
