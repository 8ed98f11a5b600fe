// firedrill route --config FILE [--at T] LABEL=VALUE...: who is told of an alert, and how that comes.
#include <memory>

#include "base/bounds/activity.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "cli/bounds.h"
#include "cli/cli.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/reading.h"
#include "notify/config/load.h"
#include "notify/route/explain.h"

namespace firedrill::cli {
namespace {

constexpr std::string_view kVersions[] = {"0.25", "0.33"};

struct Options {
  Bounds bounds;
  ReadOptions reads;
  std::string config;
  std::vector<std::string> labels;
  std::string version = "0.33";
  std::optional<Time> at;
  bool json = false;
  bool tree = false;
  bool svg = false;
};

int usage(std::string_view what, std::string_view remedy) {
  print_err(format("firedrill: error: {}\n      = help: {}\n", what, remedy));
  return kBadInput;
}

// As amtool reads them: matchers, all of them with `=`.
std::expected<model::Labels, std::string> read_labels(const std::vector<std::string>& texts) {
  model::Labels labels;
  for (const std::string& text : texts) {
    const auto parsed = notify::parse_matchers(text);
    if (!parsed) return std::unexpected(format("'{}': {}", printable(text), printable(parsed.error().what)));
    for (const notify::Matcher& matcher : parsed->matchers) {
      if (matcher.op() != notify::MatchOp::equal) return std::unexpected(format("'{}' is no label", printable(text)));
      labels.set(matcher.name(), matcher.value());
    }
  }
  return labels;
}

void show(const notify::Configuration& configuration, const model::Labels& labels, const Options& options) {
  if (options.svg) {
    print_data(notify::tree_svg(configuration));
  } else if (options.tree) {
    print_out(notify::tree_text(configuration));
  } else if (options.json) {
    print_data(write_json(notify::routes_json(configuration, labels, options.at), JsonStyle::pretty));
  } else {
    print_out(notify::explain_routes(configuration, labels, options.at));
  }
}

int route(Options& options) {
  const auto labels = read_labels(options.labels);
  if (!labels) return usage(labels.error(), "labels are written as severity=critical team=shop");
  options.bounds.start();
  const Position file = named_file(options.config);
  const Activity activity(file);
  const notify::LoadOptions load{.version = notify::parse_version(options.version).value_or(notify::kNewest)};
  const auto loaded = notify::load_configuration(FirstFile::named(options.config, options.reads), load);
  if (options.bounds.exceeded()) return kBadInput;
  print_diagnostics(loaded ? loaded->warnings : loaded.error());
  if (!loaded) return kBadInput;
  show(loaded->configuration, *labels, options);
  return options.bounds.exceeded() ? kBadInput : kPassed;
}

std::string read_instant(const std::string& text, std::optional<Time>& at) {
  at = parse_instant(text);
  return at ? "" : "expected an instant such as 2026-03-03T02:00:00Z";
}

void declare(Arguments arguments) {
  auto options = std::make_shared<Options>();
  arguments.option("--config", options->config, "the Alertmanager configuration").required().not_empty();
  arguments.option("label", options->labels, "labels of the alert, as severity=critical");
  arguments.option_read_by(
      "--at", [options](const std::string& text) { return read_instant(text, options->at); },
      "look at time intervals at this instant, as 2026-03-03T02:00:00Z");
  arguments.flag("--json", options->json, "print the answer for programs");
  arguments.flag("--tree", options->tree, "draw the routing tree instead");
  arguments.flag("--svg", options->svg, "draw it as SVG, on standard output");
  arguments.option("--alertmanager-version", options->version, "as which Alertmanager reads it")
      .one_of(std::span<const std::string_view>(kVersions))
      .shows_default();
  declare_reading(arguments, options->reads);
  options->bounds.declare(arguments);
  arguments.runs([options] { return route(*options); });
}

}  // namespace

Command route_command() {
  return {.name = "route",
          .summary = "say who is told of an alert, by the routes of an Alertmanager configuration",
          .declare = declare};
}

}  // namespace firedrill::cli
