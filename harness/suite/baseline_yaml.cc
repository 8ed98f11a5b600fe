// The baseline's file: lists of one-line entries, each of which says by itself what it is about.
#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "base/duration.h"
#include "base/report.h"
#include "base/text/format.h"
#include "base/text/yaml_text.h"
#include "scenario/schema.h"
#include "suite/baseline.h"
#include "yaml/decode.h"

namespace firedrill::suite {
namespace {

using record::Verdict;
using yaml::Block;
using yaml::ChildBlock;
using yaml::Node;
using yaml::Nulls;
using yaml::Shape;
using enum FieldType;

constexpr std::int64_t kVersion = 1;
constexpr std::size_t kMostEntries = 100'000;  // of a list
constexpr std::array<std::string_view, 3> kVerdicts{"pass", "fail", "invalid"};

constexpr FieldSpec kScenarioField{.name = "scenario", .type = text, .required = true, .doc = "the scenario's name"};
constexpr FieldSpec kSeedField{
    .name = "seed", .type = text, .doc = "the seed of the run, a whole number", .default_text = "1"};

constexpr FieldSpec kFile[] = {
    {.name = "version", .type = integer, .required = true, .doc = "version of the file's form, 1"},
    {.name = "slower_by",
     .type = duration,
     .doc = "by how much a detection may slow before the suite fails; --slower-by says it for one call",
     .default_text = "1m"},
};
constexpr FieldSpec kScenarios[] = {
    kScenarioField,
    kSeedField,
    {.name = "verdict", .type = text, .required = true, .doc = "how the run ended", .choices = kVerdicts},
    {.name = "file",
     .type = text,
     .doc =
         "the scenario's file, from the baseline's folder: when it is gone, so are its lines with --update-baseline"},
};
constexpr FieldSpec kDetections[] = {
    kScenarioField,
    kSeedField,
    {.name = "incident", .type = text, .required = true, .doc = "the incident's id"},
    {.name = "detected", .type = boolean, .doc = "whether it was detected", .default_text = "true"},
    {.name = "detected_after",
     .type = duration,
     .doc =
         "from the injection of its fault until the first alert that pages somebody; of an incident that was detected"},
    {.name = "alert", .type = text, .doc = "the alert that it was detected by"},
};
constexpr FieldSpec kPages[] = {
    kScenarioField,
    kSeedField,
    {.name = "alert", .type = text, .required = true, .doc = "the alert's name, as its rule has it"},
    {.name = "incident", .type = text, .doc = "the incident that its pages belong to; left out: they belong to none"},
    {.name = "times", .type = integer, .doc = "how often it paged", .default_text = "1", .min = 1, .max = 1e9},
};

std::span<const FieldSpec> file_fields() {
  return kFile;
}
std::span<const FieldSpec> scenario_fields() {
  return kScenarios;
}
std::span<const FieldSpec> detection_fields() {
  return kDetections;
}
std::span<const FieldSpec> page_fields() {
  return kPages;
}

constexpr Block kScenarioBlock{"scenario", "one run", scenario_fields};
constexpr Block kDetectionBlock{"detection", "one incident of a run", detection_fields};
constexpr Block kPageBlock{"page", "the pages of one alert for one incident of a run", page_fields};
constexpr ChildBlock kLists[] = {
    {"scenarios", Shape::list, &kScenarioBlock, true, "the runs, one for each scenario and seed"},
    {"detections", Shape::list, &kDetectionBlock, false, "their incidents, and when each was detected"},
    {"pages", Shape::list, &kPageBlock, false, "what paged in them"},
};
constexpr std::string_view kListNames[] = {"scenarios", "detections", "pages", yaml::kSchemaKey};
constexpr Block kBaselineBlock{"baseline", "what a suite of scenarios is held against", file_fields, kLists};
constexpr std::string_view kKeys[] = {"scenarios", "detections", "pages", "slower_by"};

std::string run_text(std::string_view scenario, std::uint64_t seed) {
  return format("the run of '{}' with the seed {}", scenario, seed);
}

class Decoder {
 public:
  explicit Decoder(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  Baseline decode(const Node& root) {
    if (root.is_null()) {
      report(diagnostics_, root.where(), "the baseline is empty",
             "`firedrill test scenarios … --baseline FILE --update-baseline` writes one");
      return {};
    }
    // Of another version the keys may be others too.
    const Node* version = root.find("version");
    const auto number = version == nullptr ? std::nullopt : yaml::scalar_integer(*version);
    if (number && *number != kVersion) {
      report(diagnostics_, version->where(),
             format("a baseline of version {}, which this firedrill does not read", *number),
             format("expected version {}; a newer firedrill reads later ones", kVersion));
      return {};
    }
    const Fields fields = yaml::decode_fields(root, kFile, {kListNames}, "the baseline", Nulls::strict, diagnostics_);
    baseline_.slower_by = fields.duration("slower_by", baseline_.slower_by);
    if (root.is_mapping() && root.find("scenarios") == nullptr) {
      report(diagnostics_, root.where(), "the baseline lacks 'scenarios'", "list the runs that it is of, one a line");
    }
    each(root.find("scenarios"), "scenarios", kScenarios, [this](const Fields& f, const Node& n) { add_run(f, n); });
    each(root.find("detections"), "detections", kDetections,
         [this](const Fields& f, const Node& n) { add_detection(f, n); });
    each(root.find("pages"), "pages", kPages, [this](const Fields& f, const Node& n) { add_page(f, n); });
    return std::move(baseline_);
  }

 private:
  template <typename Add>
  void each(const Node* list, std::string_view name, std::span<const FieldSpec> table, const Add& add) {
    const std::string quoted = format("'{}'", name);
    if (list == nullptr || list->is_null() || !yaml::expect_sequence(*list, quoted, diagnostics_)) return;
    if (list->items.size() > kMostEntries) {
      report(diagnostics_, list->where(), format("{} has {} entries", quoted, list->items.size()),
             format("at most {} are read", kMostEntries));
      return;
    }
    for (std::size_t i = 0; i < list->items.size(); ++i) {
      const Node& item = *list->items[i];
      const std::size_t before = diagnostics_.size();
      const Fields fields =
          yaml::decode_fields(item, table, {}, format("entry {} of {}", i + 1, quoted), Nulls::strict, diagnostics_);
      if (diagnostics_.size() == before) add(fields, item);
    }
  }

  // Nothing if it is no seed, which is told.
  std::optional<std::uint64_t> seed_of(const Fields& fields) {
    const std::string text = fields.text("seed");
    std::uint64_t seed = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
    if (error == std::errc() && end == text.data() + text.size()) return seed;
    report(diagnostics_, fields.where("seed"), format("'{}' is no seed", text),
           format("expected a whole number from 0 to {}", UINT64_MAX));
    return std::nullopt;
  }

  // Whether no other line says it.
  bool is_new(const Node& node, const std::string& what) {
    if (known_.insert(what).second) return true;
    report(diagnostics_, node.where(), format("{} is there twice", what), "remove one of the two lines");
    return false;
  }

  // Whether the run that a line is about is one of the file's.
  bool has_run(const Fields& fields, const std::string& scenario, std::uint64_t seed) {
    if (known_.contains(run_text(scenario, seed))) return true;
    report(diagnostics_, fields.where("scenario"),
           format("'scenarios' has no run of '{}' with the seed {}", scenario, seed),
           "add its line there, or remove this one");
    return false;
  }

  void add_run(const Fields& fields, const Node& node) {
    const auto seed = seed_of(fields);
    if (!seed) return;
    const std::string name = fields.text("scenario");
    if (!is_new(node, run_text(name, *seed))) return;
    const std::string verdict = fields.text("verdict");
    baseline_.scenarios.push_back({name, *seed,
                                   verdict == "pass"   ? Verdict::pass
                                   : verdict == "fail" ? Verdict::fail
                                                       : Verdict::invalid,
                                   fields.text("file")});
  }

  void add_detection(const Fields& fields, const Node& node) {
    const auto seed = seed_of(fields);
    if (!seed) return;
    Baseline::Detection entry{fields.text("scenario"), *seed, fields.text("incident"), {}, fields.text("alert")};
    const std::string what =
        format("the incident '{}' of '{}' with the seed {}", entry.incident, entry.scenario, *seed);
    const bool detected = fields.boolean("detected", true);
    if (detected != fields.has("detected_after")) {
      report(diagnostics_, detected ? node.where() : fields.where("detected_after"),
             detected ? format("{} lacks 'detected_after'", what)
                      : format("{} has 'detected_after' and `detected: false`", what),
             "write `detected_after: 2m30s`, or `detected: false` of an incident that was not");
      return;
    }
    if (!is_new(node, what) || !has_run(fields, entry.scenario, *seed)) return;
    if (detected) entry.detected_after = fields.duration("detected_after");
    baseline_.detections.push_back(std::move(entry));
  }

  void add_page(const Fields& fields, const Node& node) {
    const auto seed = seed_of(fields);
    if (!seed) return;
    Baseline::Page entry{fields.text("scenario"), *seed, fields.text("alert"), fields.text("incident"),
                         fields.integer("times", 1)};
    const std::string what =
        format("the page of '{}' for {} in '{}' with the seed {}", entry.alert,
               entry.incident.empty() ? "no incident" : format("'{}'", entry.incident), entry.scenario, *seed);
    if (!is_new(node, what) || !has_run(fields, entry.scenario, *seed)) return;
    baseline_.pages.push_back(std::move(entry));
  }

  Diagnostics& diagnostics_;
  Baseline baseline_;
  std::set<std::string, std::less<>> known_;
};

// A text in a flow mapping, where a comma or a bracket would end a plain one.
std::string flow_text(std::string_view text) {
  std::string scalar = yaml_scalar(text);
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_./ ").contains(c) || static_cast<unsigned char>(c) >= 0x80;
  };
  if (scalar.starts_with('\'') || scalar.starts_with('"') || std::ranges::all_of(scalar, plain)) return scalar;
  std::string quoted = "'";
  for (const char c : scalar) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return quoted + "'";
}

std::string head(std::string_view scenario, std::uint64_t seed) {
  return format("  - {{scenario: {}, seed: {}", flow_text(scenario), seed);
}

}  // namespace

constinit const yaml::FileForm kBaselineForm = {
    "baseline", kKeys, "expected `scenarios:`, `detections:` and `pages:`, as --update-baseline writes them"};

json::value baseline_schema() {
  return scenario::block_file_schema("firedrill baseline", kBaselineBlock);
}

Baseline decode_baseline(const yaml::Document& document, Diagnostics& diagnostics) {
  return Decoder(diagnostics).decode(document.root());
}

Result<Baseline> read_baseline(const SourcePtr& source) {
  Diagnostics diagnostics;
  const auto document = parse_as(kBaselineForm, source, yaml::Dialect::strict, diagnostics);
  Baseline baseline;
  if (document != nullptr) baseline = decode_baseline(*document, diagnostics);
  tidy_and_limit(diagnostics);
  if (has_errors(diagnostics)) return failure(std::move(diagnostics));
  return baseline;
}

std::string write_baseline(const Baseline& baseline) {
  std::string out =
      "# What `firedrill test scenarios` is held against; --update-baseline writes it anew. docs/suite.md of "
      "firedrill\n"
      "# says what each line means.\n";
  out += format("version: 1\nslower_by: {}\n", format_duration(baseline.slower_by));
  out += "scenarios:\n";
  for (const Baseline::Scenario& each : baseline.scenarios) {
    out += head(each.scenario, each.seed) + format(", verdict: {}", record::to_string(each.verdict));
    if (!each.file.empty()) out += format(", file: {}", flow_text(each.file));
    out += "}\n";
  }
  if (!baseline.detections.empty()) out += "detections:\n";
  for (const Baseline::Detection& each : baseline.detections) {
    out += head(each.scenario, each.seed) + format(", incident: {}", flow_text(each.incident));
    out += each.detected_after ? format(", detected_after: {}", format_duration(*each.detected_after))
                               : ", detected: false";
    if (!each.alert.empty()) out += format(", alert: {}", flow_text(each.alert));
    out += "}\n";
  }
  if (!baseline.pages.empty()) out += "pages:\n";
  for (const Baseline::Page& each : baseline.pages) {
    out += head(each.scenario, each.seed) + format(", alert: {}", flow_text(each.alert));
    if (!each.incident.empty()) out += format(", incident: {}", flow_text(each.incident));
    out += format(", times: {}}}\n", each.times);
  }
  return out;
}

}  // namespace firedrill::suite
