#include "scenario/check.h"

#include <algorithm>
#include <set>

#include "alerting/rules_yaml.h"
#include "base/report.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "fake_services/exporters/exporter_table.h"
#include "fake_services/exporters/exporter_yaml.h"
#include "fake_services/topology/topology_yaml.h"
#include "incident/slo/foreign_slo.h"
#include "incident/slo/slos_yaml.h"
#include "lint/causes.h"
#include "lint/rule_lints.h"
#include "notify/config/load.h"
#include "notify/lints/config_lints.h"
#include "notify/lints/matrix.h"
#include "notify/payload/check.h"
#include "notify/testfile/load.h"
#include "notify/testfile/test_file_yaml.h"
#include "oncall/communication/template_folder.h"
#include "oncall/roster_lints.h"
#include "oncall/roster_yaml.h"
#include "ruletest/load_unit_test.h"
#include "ruletest/unit_test_yaml.h"
#include "scenario/file_form.h"
#include "scenario/load.h"
#include "scenario/metric_inventory.h"
#include "scenario/playbooks.h"
#include "scenario/prometheus/prometheus_yaml.h"
#include "scenario/scenario_lints.h"
#include "scenario/simulated_form.h"
#include "scenario/steady_state.h"
#include "yaml/inputs.h"
#include "yaml/secrets.h"

namespace firedrill::scenario {
namespace {

using yaml::Dialect;
using yaml::Document;
using yaml::FileForm;
using yaml::Inputs;
using yaml::Node;

namespace fs = std::filesystem;

// More below a folder that is checked is a mistake (a home folder, a file system's root).
constexpr std::size_t kMaxFiles = 10'000;
constexpr std::size_t kMaxNames = 100'000;
constexpr int kMaxFolderDepth = 16;
constexpr std::string_view kScenarioName = "scenario.yaml";

std::string shown_folder(const ReadScope& scope) {
  const std::string folder = scope.folder().lexically_normal().generic_string();
  return folder.empty() ? "." : folder;
}

void append(Diagnostics& to, Diagnostics from) {
  for (Diagnostic& diagnostic : from) to.push_back(std::move(diagnostic));
}

// What a monitor's settings say to the lints of its rules.
lint::RuleLintOptions lint_options(const PrometheusSettings& settings, const CheckOptions& options) {
  lint::RuleLintOptions lints{.disabled = options.disabled_lints,
                              .evaluation_interval = settings.evaluation_interval,
                              .scrape_interval = settings.scrape_interval,
                              .own_series = true,
                              .version = options.promql.version};
  for (const ScrapeJob& job : settings.jobs) {
    lints.scrape_interval = std::min(*lints.scrape_interval, job.scrape_interval);
  }
  Duration of_any = Duration::max();
  for (const ScrapeJob& job : settings.jobs) {
    if (job.gives_other_names) of_any = std::min(of_any, job.scrape_interval);
  }
  for (const ScrapeJob& job : settings.jobs) lints.job_intervals[job.name] = std::min(job.scrape_interval, of_any);
  for (const model::Label& label : settings.external_labels) lints.external_labels.insert(label.name);
  return lints;
}

// Puts what of it may be looked at together with other files to them.
void keep_of_scenario(LoadedScenario& loaded, CheckedFiles& counts) {
  std::ranges::move(loaded.rule_files, std::back_inserter(counts.rule_files_of_scenarios));
  std::ranges::move(loaded.playbooks, std::back_inserter(counts.playbooks_of_scenarios));
}

void check_scenario(const FirstFile& file, const CheckOptions& options, CheckedFiles& counts,
                    Diagnostics& diagnostics) {
  auto loaded = load_scenario(file, options.promql.version);
  append(diagnostics, loaded ? std::move(loaded->warnings) : std::move(loaded.error()));
  if (!loaded) return;
  // It may be meant for the live world.
  for (Diagnostic& each : simulated_misfits(*loaded)) {
    each.severity = Severity::warning;
    diagnostics.push_back(std::move(each));
  }
  append(diagnostics, unsteady_services(*loaded, options.budget));
  append(diagnostics, std::move(loaded->lints));
  append(diagnostics, unknown_lints(loaded->scenario.duration_at.source));
  const lint::MetricInventory inventory = metric_inventory(exposing_of(*loaded));
  lint::RuleLintOptions lints = lint_options(loaded->scenario.prometheus, options);
  lints.inventory = &inventory;
  append(diagnostics, lint::lint_rules(loaded->rule_files, lints));
  if (loaded->alertmanager) {
    append(diagnostics, notify::lint_configuration(*loaded->alertmanager->configuration,
                                                   notify::alert_shapes(loaded->rule_files), options.disabled_lints));
  }
  keep_of_scenario(*loaded, counts);
}

// Whether there is anything in the file that is read. What has no error is put to the files that are checked together;
// with `lint_later`, whoever calls lints it with others.
bool check_rules(const Document& document, const CheckOptions& options, CheckedFiles& counts, Diagnostics& diagnostics,
                 bool lint_later = false) {
  alerting::RuleFile file =
      alerting::decode_rule_file(document, {options.promql, options.ignore_unknown_fields}, diagnostics);
  if (has_errors(diagnostics)) return true;
  if (!lint_later) {
    append(diagnostics, lint::lint_rules(std::span(&file, 1),
                                         {.disabled = options.disabled_lints, .version = options.promql.version}));
  }
  const bool read = !file.of_another_kind();
  counts.rule_files.push_back(std::move(file));
  return read;
}

// The rule files of an item of `rule_files`. One without a star has to match something, whatever else is in it:
// promtool takes a question mark or a class for a name. A pattern with one may match nothing, for there may be files
// tomorrow; that is worth a warning, since today nothing is evaluated.
std::vector<std::string> rule_files_of(const std::string& named, const Position& where, const Inputs& inputs,
                                       const ReadScope& scope, Diagnostics& diagnostics) {
  if (named.empty()) {
    report(diagnostics, where, "\"\" does not point to an existing file", "write the path of a rule file");
    return {};
  }
  if (!is_pattern(named)) return {named};
  const std::size_t before = diagnostics.size();
  std::vector<std::string> paths = inputs.expand(named, named, alerting::kRuleForm, where, diagnostics);
  if (!paths.empty() || diagnostics.size() > before) return paths;
  const std::string remedy = format("paths count from '{}', the configuration's folder", shown_folder(scope));
  if (named.contains('*')) {
    warn(diagnostics, where, format("no rule file matches '{}'", named), remedy);
  } else {
    report(diagnostics, where, format("'{}' does not point to an existing file", named), remedy);
  }
  return paths;
}

// As `promtool check config` does: what the configuration names has to be there and is checked.
void check_configuration(const ReadScope& scope, const Document& document, const CheckOptions& options,
                         CheckedFiles& counts, Diagnostics& diagnostics) {
  PrometheusFile file = decode_prometheus_file(document.root(), options.promql.version, diagnostics);
  yaml::conceal(yaml::secrets_of(document.root()), diagnostics);
  if (has_errors(diagnostics) || options.syntax_only) return;
  Inputs inputs(scope);
  const std::size_t before_these = counts.rule_files.size();
  for (std::size_t i = 0; i < file.settings.rule_files.size(); ++i) {
    const Position where = i < file.rule_files.size() ? file.rule_files[i] : Position{};
    for (const std::string& rules : rule_files_of(file.settings.rule_files[i], where, inputs, scope, diagnostics)) {
      Diagnostics found;
      const Document* read = inputs.read(rules, where, alerting::kRuleForm, Dialect::prometheus, found);
      if (read != nullptr && !check_rules(*read, options, counts, found, true)) {
        report(found, read->root().where(), "there are no rules in this file",
               std::string(alerting::kRuleForm.expected));
      }
      append(diagnostics, std::move(found));
    }
  }
  read_scrape_config_files(file, {}, inputs, options.promql.version, diagnostics);
  check_named_files(file.named, inputs, options.promql.version, diagnostics);
  append(diagnostics,
         lint::lint_rules(std::span(counts.rule_files).subspan(before_these), lint_options(file.settings, options)));
}

// The kind among those handed in; null if it is none of them.
const OtherKind* other_kind(const Node& root, std::span<const OtherKind> others) {
  const auto found = std::ranges::find_if(others, [&](const OtherKind& other) {
    const FileForm* const form[] = {other.form};
    return form_of(root, {form, {}}) != nullptr;
  });
  return found == others.end() ? nullptr : &*found;
}

// As `amtool check-config` does.
void check_alertmanager(const ReadScope& scope, const Document& document, const CheckOptions& options,
                        CheckedFiles& counts, Diagnostics& diagnostics) {
  auto configuration =
      notify::decode_configuration(document, {.version = options.alertmanager, .syntax = {}}, diagnostics);
  if (!configuration) return;
  const auto files = notify::read_templates(*configuration, scope, diagnostics);
  notify::checked_templates(*configuration, files, diagnostics);
  counts.alertmanagers.push_back(std::move(*configuration));
}

bool has_tests(const Document& document) {
  const Node* tests = document.root().find("tests");
  return tests != nullptr && !tests->items.empty();
}

// Whether it holds any SLOs, or queries of them: a file of OpenSLO may hold services and sources alone.
bool check_slos(const Document& document, const CheckOptions& options, Diagnostics& diagnostics) {
  const incident::SloFile file = incident::decode_slo_file(document, {.version = options.promql.version}, diagnostics);
  incident::warn_of_unread(file, diagnostics);
  return !file.slos.empty() || !file.queries.empty();
}

// Whether there is anything in the file that is read.
bool check_document(const FirstFile& file, const SourcePtr& source, const CheckOptions& options, CheckedFiles& counts,
                    Diagnostics& diagnostics) {
  Diagnostics found;
  const auto document = parse_as_any(kFileForms, source, Dialect::prometheus, found);
  const FileForm* form = document == nullptr ? nullptr : form_of(document->root(), kFileForms);
  bool read = true;
  if (form == &kScenarioForm) {
    found.clear();
    check_scenario(file, options, counts, found);
  } else if (form == &notify::kConfigurationTestForm) {
    auto tests = notify::load_configuration_tests(file, options.alertmanager);
    found = tests ? std::move(tests->warnings) : std::move(tests.error());
    read = has_tests(*document);
  } else if (form == &ruletest::kUnitTestForm) {
    found = ruletest::check_unit_test(file, {options.promql, options.ignore_unknown_fields});
    read = has_tests(*document);
  } else if (document == nullptr) {
    // What is wrong with it has been found.
  } else if (document->root().is_null()) {
    // promtool takes one for a rule file, and people comment out what a file holds.
    warn(found, document->root().where(), "there is nothing in the file");
  } else if (form == &fake_services::kTopologyForm) {
    Inputs inputs(file.scope);
    const auto own = fake_services::exporter_files_by(inputs, file.name);
    if (const auto topology = fake_services::decode_topology(document->root(), own, found)) {
      append(found, lint_topology({*topology, document->root()}));
    }
  } else if (form == &fake_services::kExporterForm) {
    // One that is like another of one's own is checked where a topology names both.
    fake_services::decode_exporter(document->root(), found,
                                   [](std::string_view name) { return fake_services::find_exporter(name); });
  } else if (form == &alerting::kRuleForm) {
    read = check_rules(*document, options, counts, found);
  } else if (form == &incident::kSloForm) {
    read = check_slos(*document, options, found);
  } else if (form == &notify::kAlertmanagerForm) {
    check_alertmanager(file.scope, *document, options, counts, found);
  } else if (form == &oncall::kRosterForm) {
    if (auto roster = oncall::decode_roster(*document, found)) {
      oncall::read_post_templates(roster->communication, file.scope, found);
      append(found, oncall::lint_roster(*roster));
      counts.rosters.push_back(*std::move(roster));
    }
  } else if (form == &kConfigurationForm) {
    check_configuration(file.scope, *document, options, counts, found);
  } else if (const OtherKind* other = other_kind(document->root(), options.others); other != nullptr) {
    other->check(*document, found);
  } else {
    report_unknown_form(document->root(), kFileForms, found);
  }
  // Of a scenario and of rules that has been told.
  if (form != nullptr && form != &kScenarioForm && form != &alerting::kRuleForm) append(found, unknown_lints(source));
  append(diagnostics, std::move(found));
  return read;
}

void leave_out(const std::set<std::string, std::less<>>& lints, Diagnostics& diagnostics) {
  std::erase_if(diagnostics, [&](const Diagnostic& each) {
    const std::string_view lint = lint::cause_of(each);
    return !lint.empty() && lints.contains(lint);
  });
}

bool is_markdown(const fs::path& path) {
  return path.extension() == ".md";
}

void check_playbook(const FirstFile& file, CheckedFiles& counts, Diagnostics& diagnostics) {
  auto source = file.read();
  if (!source) return append(diagnostics, std::move(source.error()));
  if (!oncall::is_playbook((*source)->text)) {
    return report(diagnostics, Position{*source, 0, 0}, "this is no playbook",
                  "its first line must be `# Playbook: …`");
  }
  std::error_code error;
  const fs::path path = fs::absolute(file.scope.folder() / file.name, error).lexically_normal();
  const std::string folder = path.parent_path().filename().string();
  // It has proved to be one: its text may be shown.
  const SourcePtr shown = make_source((*source)->name, (*source)->text);
  counts.playbooks.push_back(load_playbook(shown, path, folder, diagnostics));
  append(diagnostics, unknown_lints(shown));
}

void check_file(const FirstFile& file, const CheckOptions& options, CheckedFiles& counts, Diagnostics& diagnostics) {
  bool read = true;
  if (file.name == kScenarioName) {
    check_scenario(file, options, counts, diagnostics);
  } else if (is_markdown(file.name)) {
    check_playbook(file, counts, diagnostics);
  } else if (auto source = file.read()) {
    read = check_document(file, *source, options, counts, diagnostics);
  } else {
    append(diagnostics, std::move(source.error()));
  }
  ++(read ? counts.read : counts.of_other_kinds);
}

bool is_yaml(const fs::path& path) {
  return path.extension() == ".yaml" || path.extension() == ".yml";
}

Position whole_folder(const fs::path& folder) {
  Position where;
  where.source = make_source(folder.generic_string(), {});
  return where;
}

// The scenarios and the other YAML files below a folder, each once, in order of their paths. What stands inside a
// scenario's folder belongs to the scenario. A link to a folder is not followed.
class Collector {
 public:
  explicit Collector(const ReadScope& scope) : scope_(scope) {}

  std::set<fs::path> collect() {
    collect({}, 0);
    return std::move(files_);
  }
  bool too_many() const { return files_.size() >= kMaxFiles || names_ >= kMaxNames; }

 private:
  // Of all that is written in Markdown, playbooks alone are checked.
  bool holds_playbook(const fs::path& path) const {
    if (!is_markdown(path)) return false;
    const auto source = scope_.read_found(path);
    return source && oncall::is_playbook((*source)->text);
  }

  void collect(const fs::path& folder, int depth) {
    const std::vector<ReadScope::Entry> entries = scope_.list(folder, kMaxNames - names_);
    names_ += entries.size();
    if (std::ranges::find(entries, kScenarioName, &ReadScope::Entry::name) != entries.end()) {
      files_.insert(folder / kScenarioName);
      return;
    }
    if (depth > kMaxFolderDepth) return;
    for (const ReadScope::Entry& entry : entries) {
      if (too_many()) return;
      if (entry.name.starts_with('.')) continue;
      if (entry.kind == ReadScope::Entry::Kind::folder) {
        collect(folder / entry.name, depth + 1);
      } else if (is_yaml(entry.name) || holds_playbook(folder / entry.name)) {
        files_.insert(folder / entry.name);
      }
    }
  }

  const ReadScope& scope_;
  std::set<fs::path> files_;
  std::size_t names_ = 0;
};

void check_folder(const fs::path& folder, const CheckOptions& options, CheckedFiles& counts, Diagnostics& diagnostics) {
  const ReadScope scope(folder, options.reads);
  Collector collector(scope);
  const std::set<fs::path> files = collector.collect();
  if (files.empty()) {
    report(diagnostics, whole_folder(folder), "there is nothing to check in this folder",
           "expected a scenario.yaml, or other .yaml or .yml files");
  }
  if (collector.too_many()) {
    report(diagnostics, whole_folder(folder), "there is more in this folder than is checked",
           format("at most {} files are checked, and at most {} names looked at; name folders in it", kMaxFiles,
                  kMaxNames));
  }
  for (const fs::path& file : files) {
    check_file({scope.from(file.parent_path()), file.filename().string(), false}, options, counts, diagnostics);
  }
}

// The folder's own scenario.yaml, or nothing.
void find_scenario(const ReadScope& scope, const fs::path& folder, std::vector<FoundScenario>& found) {
  const fs::path path = folder / kScenarioName;
  if (scope.place_of_name(path) != ReadScope::Place::inside) return;
  FoundScenario scenario{(folder.empty() ? scope.folder() : scope.folder() / folder).generic_string(), {}};
  Diagnostics ignored;
  if (const auto source = scope.read_found(path)) {
    const auto document = parse_as(kScenarioForm, *source, Dialect::strict, ignored);
    const Node* summary = document == nullptr ? nullptr : document->root().find("summary");
    if (summary != nullptr) scenario.summary = summary->text;
  }
  found.push_back(std::move(scenario));
}

// The folders in a folder that are not hidden, sorted; what a link leads to if it is within the scope.
std::vector<fs::path> folders_in(const ReadScope& scope, const fs::path& folder) {
  std::vector<fs::path> folders;
  for (const ReadScope::Entry& entry : scope.list(folder, kMaxNames)) {
    if (entry.kind != ReadScope::Entry::Kind::file && !entry.name.starts_with('.')) {
      folders.push_back(folder / entry.name);
    }
  }
  return folders;
}

}  // namespace

std::vector<FoundScenario> find_scenarios(const std::filesystem::path& folder) {
  const ReadScope scope(folder);
  std::vector<FoundScenario> found;
  find_scenario(scope, {}, found);
  for (const fs::path& first : folders_in(scope, {})) {
    find_scenario(scope, first, found);
    for (const fs::path& second : folders_in(scope, first)) find_scenario(scope, second, found);
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return found;
}

Diagnostics lint_alertmanagers(const CheckedFiles& files, const CheckOptions& options) {
  const std::vector<notify::AlertShape> alerts = notify::alert_shapes(files.rule_files);
  Diagnostics warnings;
  for (const notify::Configuration& configuration : files.alertmanagers) {
    append(warnings, notify::lint_configuration(configuration, alerts, options.disabled_lints));
  }
  return warnings;
}

Diagnostics lint_playbooks(const CheckedFiles& files, const CheckOptions& options) {
  if (files.playbooks.empty()) return {};
  std::vector<oncall::PlaybookUse> uses = playbook_uses(files.rule_files);
  std::ranges::move(playbook_uses(files.rule_files_of_scenarios), std::back_inserter(uses));
  auto alerts = alert_names(files.rule_files);
  alerts.merge(alert_names(files.rule_files_of_scenarios));
  std::vector<oncall::Playbook> playbooks = files.playbooks;
  for (const oncall::Playbook& each : files.playbooks_of_scenarios) {
    const bool known = std::ranges::find(playbooks, each.file, &oncall::Playbook::file) != playbooks.end();
    if (!known) playbooks.push_back(each);
  }
  oncall::PlaybookLintInput input{.playbooks = playbooks, .uses = uses};
  input.rosters = files.rosters;
  input.all_rules_known = !alerts.empty();
  if (!alerts.empty()) input.alerts = std::move(alerts);
  Diagnostics warnings = oncall::lint_playbooks(input);
  leave_out(options.disabled_lints, warnings);
  return warnings;
}

std::string alert_matrices(const CheckedFiles& files) {
  const std::vector<notify::AlertShape> alerts = notify::alert_shapes(files.rule_files);
  std::string text;
  for (const notify::Configuration& configuration : files.alertmanagers) {
    const std::string matrix = notify::alert_matrix(configuration, alerts);
    if (!matrix.empty()) text += format("\n{}:\n{}", printable(configuration.file), matrix);
  }
  return text;
}

Diagnostics check_path(const fs::path& path, const CheckOptions& options, CheckedFiles* counts) {
  Diagnostics diagnostics;
  CheckedFiles counted;
  std::error_code error;
  if (fs::is_directory(path, error)) {
    check_folder(path, options, counted, diagnostics);
  } else {
    check_file(FirstFile::named(path, options.reads), options, counted, diagnostics);
  }
  if (counts == nullptr) {
    append(diagnostics, lint_alertmanagers(counted, options));
    append(diagnostics, lint_playbooks(counted, options));
  } else {
    *counts = std::move(counted);
  }
  leave_out(options.disabled_lints, diagnostics);
  // Of errors the first ones are mended first. Warnings are counted by their causes, and a list of them that ends
  // somewhere would say less than nothing.
  has_errors(diagnostics) ? tidy_and_limit(diagnostics) : tidy(diagnostics);
  return diagnostics;
}

}  // namespace firedrill::scenario
