// firedrill check PATH...: every kind of file, statically.
#include <CLI/CLI.hpp>

#include <memory>

#include "base/format.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "scenario/check.h"

namespace firedrill::cli {
namespace {

struct Options {
  std::vector<std::string> paths;
};

int check(const Options& options) {
  Diagnostics all;
  for (const std::string& path : options.paths) {
    Diagnostics found = scenario::check_path(path);
    if (!has_errors(found)) print_out(format("{}: fine{}\n", path, found.empty() ? "" : ", with warnings"));
    all.insert(all.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
  }
  tidy(all);
  print_diagnostics(all);
  return has_errors(all) ? kBadInput : kPassed;
}

}  // namespace

std::function<int()> declare_check(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("path", options->paths, "scenario folders, topologies, rule files, SLO files")
      ->required()
      ->check(not_empty);
  return [options] { return check(*options); };
}

}  // namespace firedrill::cli
