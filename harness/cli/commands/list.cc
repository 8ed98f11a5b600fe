// firedrill list WHAT: what there is to choose from, from the tables that also decode it.
#include <array>
#include <filesystem>
#include <memory>

#include "base/bounds/budget.h"
#include "base/duration.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "base/text/json.h"
#include "base/text/numbers.h"
#include "cli/bounds.h"
#include "cli/cli.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/library.h"
#include "driver/export/exports.h"
#include "fake_services/actions/action_table.h"
#include "fake_services/exporters/exporter_table.h"
#include "fake_services/exporters/states.h"
#include "fake_services/faults/fault_table.h"
#include "fake_services/faults/live_forms.h"
#include "fake_services/telemetry/metric_spec.h"
#include "incident/expectations/expectation_table.h"
#include "promql/functions/functions.h"
#include "reports/format.h"
#include "scenario/check.h"
#include "scenario/scenario_lints.h"

namespace firedrill::cli {
namespace {

struct Field {
  std::string name;
  std::string type;
  std::string doc;
  bool required = false;
  std::string fallback;
};

// One thing that can be named in a file or on the command line.
struct Entry {
  std::string name;
  std::string summary;    // one line
  std::string paragraph;  // with -v
  std::vector<Field> fields;
  std::string instead{};  // with -v: what to write instead, of what is wrong
  std::string why{};      // and why whoever reads the file behaves so
};

struct Options {
  Bounds bounds;
  std::string what;
  std::string folder = kLibrary;
  bool verbose = false;
  bool json = false;
};

std::vector<Field> described(std::span<const FieldSpec> specs) {
  std::vector<Field> fields;
  for (const FieldSpec& spec : specs) {
    fields.push_back({std::string(spec.name), std::string(to_string(spec.type)), std::string(spec.doc), spec.required,
                      std::string(spec.default_text)});
  }
  return fields;
}

// The first sentence of a paragraph, which may be all of it.
std::string first_sentence(std::string_view text) {
  const std::size_t end = text.find(". ");
  return std::string(end == std::string_view::npos ? text : text.substr(0, end + 1));
}

std::string with_article(std::string_view noun) {
  return format("{} {}", noun.starts_with('a') ? "an" : "a", noun);
}

std::string_view described(fake_services::Watches watches) {
  switch (watches) {
    case fake_services::Watches::replica:
      return "each replica of its service";
    case fake_services::Watches::service:
      return "its service";
    case fake_services::Watches::node:
      return "each node";
    case fake_services::Watches::cluster:
      return "the cluster";
  }
  return {};
}

std::vector<Entry> faults(const Options&) {
  std::vector<Entry> entries;
  for (const auto& kind : fake_services::fault_table()) {
    entries.push_back({std::string(kind.name), std::string(kind.summary), std::string(kind.doc),
                       described(fake_services::further_fault_fields(kind))});
    std::string written;
    for (const auto& line : kind.lines) written += format("{}\"{}\"", written.empty() ? "" : ", ", line.message);
    entries.back().paragraph += " In the logs: " + (written.empty() ? std::string(kind.no_lines) : written + ".");
    const fake_services::LiveFormRow& live = fake_services::live_form(kind.name);
    entries.back().paragraph += live.form == fake_services::LiveForm::none
                                    ? format(" Live: it has no form, since {}.", live.what)
                                    : format(" Live, {}: {}.", to_string(live.form), live.what);
    const std::string_view missing = fake_services::not_simulated(kind);
    if (!missing.empty())
      entries.back().paragraph += format(" Live alone, and refused in the simulated world: {}.", missing);
  }
  return entries;
}

// What it is done to, before what else it is given.
std::vector<Entry> actions(const Options&) {
  std::vector<Entry> entries;
  for (const auto& action : fake_services::action_table()) {
    Entry& entry = entries.emplace_back();
    entry.name = action.name;
    entry.summary = action.summary;
    entry.paragraph = action.doc;
    if (action.target != fake_services::ActionTarget::severity) {
      entry.paragraph = format("Done to {}. {}", with_article(to_string(action.target)), action.doc);
    }
    std::string cures;
    for (const std::string_view fault : action.cures) cures += format("{}{}", cures.empty() ? "" : ", ", fault);
    if (!cures.empty()) entry.paragraph += format(" Removes the cause of: {}.", cures);
    if (action.symptom != nullptr) {
      entry.paragraph +=
          format(" What has not shown {} after it took effect has not helped.", describe_duration(action.shows_within));
    }
    if (action.live) entry.paragraph += " It can be done in the live world, too.";
    entry.fields = described(action.fields);
  }
  return entries;
}

std::vector<Entry> expectations(const Options&) {
  std::vector<Entry> entries;
  for (const auto& kind : incident::expectation_kinds()) {
    entries.push_back({std::string(kind.name), first_sentence(kind.doc), std::string(kind.doc),
                       described(incident::fields_of(kind))});
  }
  return entries;
}

// What is not as it is for most functions.
std::string standing_of(const promql::Function& function) {
  using promql::Standing;
  if (function.in_v3 == Standing::unknown) return ", up to 2.x";
  std::string text = function.in_v3 == Standing::experimental ? ", experimental" : "";
  if (function.in_v3_5 == Standing::unknown) {
    text += ", not in 3.5";
  } else if (function.in_v2 == Standing::unknown) {
    text += ", not in 2.x";
  }
  return text;
}

std::vector<Entry> functions(const Options&) {
  std::vector<Entry> entries;
  for (const auto& function : promql::functions()) {
    std::string signature;
    for (const auto type : function.arguments) {
      signature += (signature.empty() ? "" : ", ") + std::string(promql::to_string(type));
    }
    if (function.variadic != 0 && !signature.empty()) signature += ", …";
    entries.push_back(
        {std::string(function.name),
         std::string(function.doc),
         format("{}({}) → {}{}", function.name, signature, promql::to_string(function.result), standing_of(function)),
         {}});
  }
  return entries;
}

std::vector<Entry> report_formats(const Options&) {
  std::vector<Entry> entries;
  for (const auto& kind : reports::formats()) {
    entries.push_back({std::string(kind.name),
                       std::string(kind.doc),
                       kind.file_name.empty() ? "" : format("Written by `run` as {}.", kind.file_name),
                       {}});
  }
  return entries;
}

std::vector<Entry> lints(const Options&) {
  std::vector<Entry> entries;
  for (const auto& each : scenario::all_lints()) {
    Entry& entry = entries.emplace_back();
    entry.name = each.name;
    entry.summary = each.summary;
    entry.paragraph = each.doc;
    entry.instead = each.instead;
    entry.why = each.why;
  }
  return entries;
}

std::vector<Entry> exports(const Options&) {
  std::vector<Entry> entries;
  for (const auto& kind : driver::export_kinds())
    entries.push_back({std::string(kind.name), std::string(kind.doc), "", {}});
  return entries;
}

std::vector<Entry> signals(const Options&) {
  std::vector<Entry> entries;
  for (const auto& signal : fake_services::metric_signals()) {
    entries.push_back({std::string(signal.name), format("{} ({})", signal.doc, model::to_string(signal.type)), "", {}});
  }
  return entries;
}

// With -v: each metric, and where its values come from.
std::vector<Entry> exporters(const Options&) {
  std::vector<Entry> entries;
  for (const std::string_view name : fake_services::exporter_names()) {
    const auto exporter = fake_services::find_exporter(name);
    Entry& entry = entries.emplace_back();
    entry.name = name;
    entry.summary = exporter->summary;
    entry.paragraph = format("{}. Names, types and labels of version {}; watches {}, job `{}`.", exporter->summary,
                             exporter->version, described(exporter->watches), exporter->job);
    if (!exporter->needs.empty()) entry.paragraph += format(" The service needs a `{}`.", exporter->needs.front());
    for (const auto& metric : exporter->metrics) {
      std::string from;
      for (const std::string_view source : metric.sources()) from += format("{}{}", from.empty() ? "" : ", ", source);
      std::string labels;
      for (const std::string& label : metric.label_names()) labels += format("{}{}", labels.empty() ? "" : ", ", label);
      entry.fields.push_back({.name = labels.empty() ? metric.name : format("{}{{{}}}", metric.name, labels),
                              .type = std::string(model::to_string(metric.type)),
                              .doc = format("{} From: {}.", metric.help, from.empty() ? "a healthy constant" : from),
                              .fallback = {}});
    }
  }
  return entries;
}

std::vector<Entry> states(const Options&) {
  std::vector<Entry> entries;
  for (const auto& state : fake_services::state_table()) {
    const auto moved = fake_services::moved_by(state.name);
    entries.push_back({std::string(state.name),
                       format("{} ({}, healthy {:g}, raised to {:g} by {})", state.doc, state.unit, state.healthy,
                              state.bad, moved.empty() ? "nothing" : moved.front().fault),
                       "",
                       {}});
  }
  return entries;
}

std::vector<Entry> limits(const Options&) {
  std::vector<Entry> entries;
  for (const BoundInfo& info : bound_table()) {
    const std::string most = describe_count(static_cast<double>(info.most));
    entries.push_back(
        {std::string(info.name),
         std::string(info.doc),
         format("{} A whole command may have {}; --limit {}=N sets another bound, 0 none.", info.doc, most, info.name),
         {}});
  }
  return entries;
}

std::vector<Entry> scenarios(const Options& options) {
  std::vector<Entry> entries;
  std::error_code error;
  const bool usual = options.folder == kLibrary && !std::filesystem::exists(kLibrary, error);
  const std::filesystem::path folder = usual ? own_library() : std::filesystem::path(options.folder);
  if (folder.empty()) return entries;
  for (const auto& found : scenario::find_scenarios(folder)) {
    entries.push_back({found.path, found.summary, "", {}});
  }
  return entries;
}

struct Listing {
  std::string_view name;
  std::vector<Entry> (*entries)(const Options&);
};
constexpr std::array kListings{
    Listing{"faults", faults},       Listing{"actions", actions},        Listing{"expectations", expectations},
    Listing{"exporters", exporters}, Listing{"states", states},          Listing{"functions", functions},
    Listing{"signals", signals},     Listing{"formats", report_formats}, Listing{"lints", lints},
    Listing{"exports", exports},     Listing{"limits", limits},          Listing{"scenarios", scenarios},
};

std::vector<std::string> listing_names() {
  std::vector<std::string> names;
  for (const Listing& listing : kListings) names.emplace_back(listing.name);
  return names;
}

json::value to_json(const std::vector<Entry>& entries) {
  json::array list;
  for (const Entry& entry : entries) {
    json::object item{{"name", entry.name}, {"summary", entry.summary}};
    if (!entry.paragraph.empty()) item["doc"] = entry.paragraph;
    if (!entry.instead.empty()) item["instead"] = entry.instead;
    if (!entry.why.empty()) item["why"] = entry.why;
    json::array fields;
    for (const Field& field : entry.fields) {
      json::object described{
          {"name", field.name}, {"type", field.type}, {"required", field.required}, {"doc", field.doc}};
      if (!field.fallback.empty()) described["default"] = field.fallback;
      fields.push_back(std::move(described));
    }
    if (!fields.empty()) item["fields"] = std::move(fields);
    list.push_back(std::move(item));
  }
  return list;
}

// Breaks a paragraph into lines of at most 100 columns, indented.
std::string wrapped(std::string_view text, std::string_view indent) {
  std::string out(indent), word;
  std::size_t column = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] != ' ' && text[i] != '\n') {
      word += text[i];
      continue;
    }
    const std::size_t width = display_width(word);
    if (column > 0 && column + 1 + width > 100 - indent.size()) {
      out += "\n" + std::string(indent);
      column = 0;
    }
    if (column > 0) out += ' ', ++column;
    out += word;
    column += width;
    word.clear();
  }
  return out + "\n";
}

void print_entry(const Entry& entry, std::size_t width, bool verbose) {
  if (!verbose) {
    print_out(format("{}  {}\n", padded(printable(entry.name), width), printable(entry.summary)));
    return;
  }
  print_out({{printable(entry.name), Colour::bold}, {"\n"}});
  print_out(wrapped(printable(entry.paragraph.empty() ? entry.summary : entry.paragraph), "  "));
  if (!entry.instead.empty()) print_out(wrapped(printable("Instead: " + entry.instead), "  "));
  if (!entry.why.empty()) print_out(wrapped(printable("Why: " + entry.why), "  "));
  for (const Field& field : entry.fields) {
    const std::string note = field.required           ? ", required"
                             : field.fallback.empty() ? ""
                                                      : ", default " + field.fallback;
    print_out(format("    {}  {} ({}{})\n", padded(field.name, 16), field.doc, field.type, note));
  }
  print_out("\n");
}

int list(Options& options) {
  options.bounds.start();
  const auto listing = std::ranges::find(kListings, std::string_view(options.what), &Listing::name);
  const std::vector<Entry> entries = listing->entries(options);
  if (options.json) {
    print_data(write_json(to_json(entries), JsonStyle::pretty));
    return kPassed;
  }
  std::size_t width = 0;
  for (const Entry& entry : entries) width = std::max(width, display_width(printable(entry.name)));
  for (const Entry& entry : entries) print_entry(entry, width, options.verbose);
  return kPassed;
}

void declare(Arguments arguments) {
  auto options = std::make_shared<Options>();
  arguments
      .option("what", options->what,
              "faults, actions, expectations, exporters, states, functions, signals, formats, lints, exports, limits "
              "or scenarios")
      .required()
      .one_of(listing_names());
  arguments.option("--in", options->folder, "folder to look for scenarios in").shows_default();
  arguments.flag("-v,--verbose", options->verbose, "with their paragraphs and fields");
  arguments.flag("--json", options->json, "as JSON");
  options->bounds.declare(arguments);
  arguments.runs([options] { return list(*options); });
}

}  // namespace

Command list_command() {
  return {.name = "list",
          .summary = "list what there is: faults, actions, expectations, functions, formats, scenarios",
          .declare = declare};
}

}  // namespace firedrill::cli
