#include "scenario/check.h"

#include <algorithm>
#include <array>
#include <set>

#include "alerting/lint.h"
#include "base/files.h"
#include "base/format.h"
#include "scenario/inputs.h"
#include "scenario/load.h"
#include "scenario/metric_inventory.h"
#include "scenario/prometheus_file.h"
#include "scenario/rules_yaml.h"
#include "scenario/slos_yaml.h"
#include "scenario/topology_file.h"
#include "scenario/unit_test_file.h"

namespace firedrill::scenario {
namespace {

namespace fs = std::filesystem;

// Folders below a folder that is checked; more is a mistake (a home folder, a file system's root).
constexpr std::size_t kMaxFiles = 10'000;
constexpr int kMaxFolderDepth = 16;
constexpr std::string_view kScenarioName = "scenario.yaml";

// What a file holds, as its top-level keys tell.
enum class FileKind { scenario, topology, rules, unit_test, slos, configuration, unknown };

struct KeyOfKind {
  std::string_view key;
  FileKind kind;
};
constexpr std::array<KeyOfKind, 19> kKeys = {{{"faults", FileKind::scenario},
                                              {"expectations", FileKind::scenario},
                                              {"topology", FileKind::scenario},
                                              {"incidents", FileKind::scenario},
                                              {"warmup", FileKind::scenario},
                                              {"overrides", FileKind::scenario},
                                              {"summary", FileKind::scenario},
                                              {"services", FileKind::topology},
                                              {"groups", FileKind::rules},
                                              {"apiVersion", FileKind::rules},
                                              {"tests", FileKind::unit_test},
                                              {"group_eval_order", FileKind::unit_test},
                                              {"evaluation_interval", FileKind::unit_test},
                                              {"slos", FileKind::slos},
                                              {"queries", FileKind::slos},
                                              {"global", FileKind::configuration},
                                              {"scrape_configs", FileKind::configuration},
                                              {"alerting", FileKind::configuration},
                                              {"rule_files", FileKind::configuration}}};

FileKind kind_of(const Node& root) {
  for (const KeyOfKind& known : kKeys) {
    if (root.entry(known.key) != nullptr) return known.kind;
  }
  return FileKind::unknown;
}

std::string folder_name(const fs::path& file) {
  const std::string folder = file.parent_path().lexically_normal().generic_string();
  return folder.empty() ? "." : folder;
}

void append(Diagnostics& to, Diagnostics from) {
  for (Diagnostic& diagnostic : from) to.push_back(std::move(diagnostic));
}

void check_scenario(const fs::path& path, const CheckOptions& options, Diagnostics& diagnostics) {
  auto loaded = load_scenario(path, options.promql.version);
  append(diagnostics, loaded ? std::move(loaded->warnings) : std::move(loaded.error()));
  if (!loaded) return;
  const alerting::MetricInventory inventory = metric_inventory(*loaded);
  append(diagnostics,
         alerting::lint(loaded->rule_files, {.disabled = options.disabled_lints,
                                             .evaluation_interval = loaded->scenario.prometheus.evaluation_interval,
                                             .inventory = &inventory}));
}

void check_rules(const Document& document, const CheckOptions& options, Diagnostics& diagnostics) {
  const alerting::RuleFile file =
      decode_rule_file(document, {options.promql, options.ignore_unknown_fields}, diagnostics);
  if (has_errors(diagnostics)) return;
  append(diagnostics, alerting::lint(std::span(&file, 1), {.disabled = options.disabled_lints}));
}

// As `promtool check config` does: rule files that are named have to be there and are checked, and a pattern may match
// nothing, for there may be files tomorrow. That is worth a warning, since today nothing is evaluated.
void check_configuration(const fs::path& path, const Document& document, const CheckOptions& options,
                         Diagnostics& diagnostics) {
  const PrometheusFile file = decode_prometheus_file(document.root(), options.promql.version, diagnostics);
  if (has_errors(diagnostics)) return;
  Inputs inputs(path.parent_path());
  for (std::size_t i = 0; i < file.settings.rule_files.size(); ++i) {
    const std::string& named = file.settings.rule_files[i];
    const Position where = i < file.rule_files.size() ? file.rule_files[i] : Position{};
    const std::vector<std::string> paths = is_pattern(named) ? inputs.glob(named) : std::vector{named};
    if (paths.empty()) {
      warn(diagnostics, where, format("no rule file matches '{}'", named),
           format("paths count from '{}', the configuration's folder", folder_name(path)));
    }
    for (const std::string& rules : paths) {
      Diagnostics found;
      const Document* read = inputs.read(rules, where, "rule file", Dialect::prometheus, found);
      if (read != nullptr) check_rules(*read, options, found);
      append(diagnostics, std::move(found));
    }
  }
}

void report_unknown_kind(const Node& root, Diagnostics& diagnostics) {
  constexpr std::string_view kWhat = "it is not clear what kind of file this is";
  std::vector<std::string> known;
  for (const KeyOfKind& key : kKeys) known.emplace_back(key.key);
  for (const Node::Entry& entry : root.entries) {
    if (const std::string near = nearest(entry.key, known); !near.empty()) {
      report(diagnostics, entry.key_node->where(), std::string(kWhat), format("did you mean '{}'?", near));
      return;
    }
  }
  report(
      diagnostics, root.where(), std::string(kWhat),
      "expected a scenario (`topology:`), a topology (`services:`), a rule file (`groups:`), a unit test (`tests:`), "
      "a Prometheus configuration (`scrape_configs:`) or an SLO file (`slos:`)");
}

void check_document(const fs::path& path, const SourcePtr& source, const CheckOptions& options,
                    Diagnostics& diagnostics) {
  Diagnostics found;
  const auto document = Document::parse(source, found, Dialect::prometheus);
  if (document == nullptr) {
    append(diagnostics, std::move(found));
    return;
  }
  // promtool takes one for a rule file, and people comment out what a file holds.
  if (document->root().is_null()) {
    warn(found, document->root().where(), "there is nothing in the file");
    append(diagnostics, std::move(found));
    return;
  }
  switch (kind_of(document->root())) {
    case FileKind::scenario:
      check_scenario(path, options, diagnostics);
      return;
    case FileKind::topology:
      decode_topology(document->root(), found);
      break;
    case FileKind::rules:
      check_rules(*document, options, found);
      break;
    case FileKind::unit_test:
      append(diagnostics, check_unit_test(path, {options.promql, options.ignore_unknown_fields}));
      return;
    case FileKind::slos:
      decode_slo_file(*document, {.version = options.promql.version}, found);
      break;
    case FileKind::configuration:
      check_configuration(path, *document, options, found);
      break;
    case FileKind::unknown:
      report_unknown_kind(document->root(), found);
  }
  append(diagnostics, std::move(found));
}

void check_file(const fs::path& path, const CheckOptions& options, Diagnostics& diagnostics) {
  if (path.filename() == kScenarioName) return check_scenario(path, options, diagnostics);
  auto source = read_source(path, path.lexically_normal().generic_string());
  if (!source) {
    append(diagnostics, std::move(source.error()));
    return;
  }
  check_document(path, *source, options, diagnostics);
}

bool is_yaml(const fs::path& path) {
  return path.extension() == ".yaml" || path.extension() == ".yml";
}

// The scenarios and the other YAML files below a folder, each once, in order of their paths. What stands inside a
// scenario's folder belongs to the scenario.
void collect(const fs::path& folder, int depth, std::set<fs::path>& files) {
  std::error_code error;
  if (fs::exists(folder / kScenarioName, error)) {
    files.insert(folder / kScenarioName);
    return;
  }
  if (depth > kMaxFolderDepth) return;
  for (fs::directory_iterator it(folder, error), end; !error && it != end && files.size() < kMaxFiles;
       it.increment(error)) {
    std::error_code ignored;
    const std::string name = it->path().filename().string();
    if (name.starts_with('.')) continue;
    if (it->is_directory(ignored) && !it->is_symlink(ignored)) {
      collect(it->path(), depth + 1, files);
    } else if (is_yaml(it->path())) {
      files.insert(it->path());
    }
  }
}

// The folder's own scenario.yaml, or nothing.
void find_scenario(const fs::path& folder, std::vector<FoundScenario>& found) {
  std::error_code error;
  if (!fs::exists(folder / kScenarioName, error)) return;
  FoundScenario scenario{folder.generic_string(), {}};
  Diagnostics ignored;
  if (const auto source = read_source(folder / kScenarioName)) {
    const auto document = Document::parse(*source, ignored);
    const Node* summary = document == nullptr ? nullptr : document->root().find("summary");
    if (summary != nullptr) scenario.summary = summary->text;
  }
  found.push_back(std::move(scenario));
}

// The folders in a folder that are not hidden, sorted.
std::vector<fs::path> folders_in(const fs::path& folder) {
  std::vector<fs::path> folders;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::error_code ignored;
    if (it->is_directory(ignored) && !it->path().filename().string().starts_with('.')) folders.push_back(it->path());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

void check_folder(const fs::path& folder, const CheckOptions& options, Diagnostics& diagnostics) {
  std::set<fs::path> files;
  collect(folder, 0, files);
  if (files.empty()) {
    Position where;
    where.source = make_source(folder.generic_string(), {});
    report(diagnostics, where, "there is nothing to check in this folder",
           "expected a scenario.yaml, or other .yaml or .yml files");
  }
  for (const fs::path& file : files) check_file(file, options, diagnostics);
}

}  // namespace

std::vector<FoundScenario> find_scenarios(const std::filesystem::path& folder) {
  std::vector<FoundScenario> found;
  find_scenario(folder, found);
  for (const fs::path& first : folders_in(folder)) {
    find_scenario(first, found);
    for (const fs::path& second : folders_in(first)) find_scenario(second, found);
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return found;
}

Diagnostics check_path(const fs::path& path, const CheckOptions& options) {
  Diagnostics diagnostics;
  std::error_code error;
  if (fs::is_directory(path, error)) {
    check_folder(path, options, diagnostics);
  } else {
    check_file(path, options, diagnostics);
  }
  tidy_and_limit(diagnostics);
  return diagnostics;
}

}  // namespace firedrill::scenario
