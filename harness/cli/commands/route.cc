// firedrill route --config FILE [--at T] LABEL=VALUE...: who is told of an alert, how that comes, and what it says.
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bounds/activity.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "cli/bounds.h"
#include "cli/cli.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/reading.h"
#include "notify/config/form/scalars.h"
#include "notify/config/load.h"
#include "notify/payload/payload.h"
#include "notify/payload/sample.h"
#include "notify/payload/show.h"
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
  std::vector<std::string> annotations;
  std::optional<std::string> external_url;
  bool json = false;
  bool render = false;
  bool resolved = false;
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

std::expected<events::Annotations, std::string> read_annotations(const std::vector<std::string>& texts) {
  std::map<std::string, std::string> sorted;
  for (const std::string& text : texts) {
    const std::size_t equal = text.find('=');
    if (equal == std::string::npos || equal == 0) {
      return std::unexpected(format("'{}' is no annotation", printable(text)));
    }
    sorted.insert_or_assign(text.substr(0, equal), text.substr(equal + 1));
  }
  events::Annotations annotations;
  for (const auto& [name, value] : sorted) annotations.push_back({name, value});
  return annotations;
}

// What the alert's receivers would get, by receiver.
struct Rendered {
  std::string receiver;
  notify::Payload payload;
};

// Nothing if one cannot be rendered, which has been printed.
std::optional<std::vector<Rendered>> render(const notify::LoadedConfiguration& loaded,
                                            const notify::SampleAlert& sample, Options& options) {
  const notify::PayloadWorld world{.configuration = loaded.configuration,
                                   .templates = loaded.rendering,
                                   .external_url = options.external_url.value_or(""),
                                   .budget = &options.bounds.budget()};
  std::vector<Rendered> out;
  Diagnostics wrong;
  for (const notify::Notification& each : notify::sample_notifications(loaded.configuration, sample)) {
    auto payload = notify::payload_of(world, each);
    if (payload) {
      out.push_back({each.receiver, std::move(*payload)});
    } else {
      wrong.push_back(std::move(payload.error()));
    }
  }
  print_diagnostics(wrong);
  if (!wrong.empty()) return std::nullopt;
  return out;
}

void show_rendered(const notify::Configuration& configuration, const model::Labels& labels,
                   const std::vector<Rendered>& rendered, const Options& options) {
  if (options.json) {
    json::value out = notify::routes_json(configuration, labels, options.at);
    json::array payloads;
    for (const Rendered& each : rendered) {
      json::object payload{{"receiver", each.receiver}};
      for (const auto& [key, value] : notify::payload_json(each.payload)) payload[key] = value;
      payloads.push_back(std::move(payload));
    }
    out.as_object()["payloads"] = std::move(payloads);
    print_data(write_json(out, JsonStyle::pretty));
    return;
  }
  std::string text = notify::explain_routes(configuration, labels, options.at);
  for (const Rendered& each : rendered) {
    text += format("\n{} by {}", printable(each.receiver), notify::payload_text(each.payload));
  }
  if (rendered.empty()) text += "\nnothing is sent\n";
  print_out(text);
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

struct Contradiction {
  std::string what;
  std::string remedy;
};

// What would be left aside without a word: a drawing is of the whole tree, and some options are of what would arrive.
std::optional<Contradiction> contradiction(const Options& options) {
  using Option = std::pair<bool, std::string_view>;
  const bool draws = options.tree || options.svg;
  const std::string_view drawing = options.tree ? "--tree" : "--svg";
  for (const auto& [given, name] :
       {Option{options.render, "--render"}, Option{options.json, "--json"}, Option{options.at.has_value(), "--at"},
        Option{!options.labels.empty(), "a label"}}) {
    if (!draws || !given) continue;
    return Contradiction{format("{} draws the whole tree, and {} asks what becomes of one alert", drawing, name),
                         "leave one of them out"};
  }
  for (const auto& [given, name] :
       {Option{!options.annotations.empty(), "--annotation"}, Option{options.resolved, "--resolved"},
        Option{options.external_url.has_value(), "--external-url"}}) {
    if (options.render || !given) continue;
    return Contradiction{format("{} changes nothing of where an alert goes, only what arrives there", name),
                         "add --render to see that, or leave it out"};
  }
  return std::nullopt;
}

int route(Options& options) {
  if (const auto wrong = contradiction(options)) return usage(wrong->what, wrong->remedy);
  if (options.external_url) {
    const std::string fault = notify::fault_of_external_url(*options.external_url);
    if (!fault.empty()) {
      return usage(format("--external-url: '{}': {}", printable(*options.external_url), printable(fault)),
                   notify::kExternalUrlExpected);
    }
  }
  const auto labels = read_labels(options.labels);
  if (!labels) return usage(labels.error(), "labels are written as severity=critical team=shop");
  const auto annotations = read_annotations(options.annotations);
  if (!annotations) return usage(annotations.error(), "annotations are written as summary='the disk is full'");
  options.bounds.start();
  const Position file = named_file(options.config);
  const Activity activity(file);
  const notify::LoadOptions load{.version = notify::parse_version(options.version).value_or(notify::kNewest)};
  const auto loaded = notify::load_configuration(FirstFile::named(options.config, options.reads), load);
  if (options.bounds.exceeded()) return kBadInput;
  print_diagnostics(loaded ? loaded->warnings : loaded.error());
  if (!loaded) return kBadInput;
  if (options.render) {
    const notify::SampleAlert sample{.labels = *labels,
                                     .annotations = *annotations,
                                     .at = options.at.value_or(Time{}),
                                     .is_resolved = options.resolved};
    const auto rendered = render(*loaded, sample, options);
    if (options.bounds.exceeded() || !rendered) return kBadInput;
    show_rendered(loaded->configuration, *labels, *rendered, options);
  } else {
    show(loaded->configuration, *labels, options);
  }
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
  arguments.flag("--render", options->render, "show what each receiver would get");
  arguments.option("--annotation", options->annotations, "with --render: an annotation of the alert, as summary='full'")
      .one_at_a_time();
  arguments.flag("--resolved", options->resolved, "with --render: when the alert has resolved");
  arguments.option("--external-url", options->external_url,
                   format("with --render: Alertmanager's own address; {} without it", notify::kExternalUrl));
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
