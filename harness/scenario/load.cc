// Reads in order of what depends on what, then checks names across files. A check is left out where a file that it
// needs could not be read.
#include "scenario/load.h"

#include <algorithm>
#include <array>

#include "alerting/rules_yaml.h"
#include "base/duration.h"
#include "base/report.h"
#include "base/text/format.h"
#include "fake_services/exporters/attachment.h"
#include "fake_services/faults/fault_table.h"
#include "fake_services/telemetry/cluster_targets.h"
#include "fake_services/topology/topology_yaml.h"
#include "incident/expectations/known_names.h"
#include "incident/judge.h"
#include "incident/slo/foreign_slo.h"
#include "incident/slo/slos_yaml.h"
#include "promql/options.h"
#include "scenario/constant_labels.h"
#include "scenario/file_form.h"
#include "scenario/notifications/load_alertmanager.h"
#include "scenario/people/team.h"
#include "scenario/playbooks.h"
#include "scenario/prometheus/prometheus_yaml.h"
#include "scenario/prometheus/replica_label.h"
#include "scenario/recorded/load_recorded.h"
#include "scenario/references.h"
#include "scenario/scenario_lints.h"
#include "scenario/scenario_yaml.h"
#include "yaml/inputs.h"
#include "yaml/secrets.h"
#include "yaml/write.h"

namespace firedrill::scenario {
namespace {

using yaml::Dialect;
using yaml::Document;
using yaml::Inputs;
using yaml::Node;
namespace fs = fake_services;
constexpr std::string_view kScenarioName = "scenario.yaml";
// More rule files than any scenario needs: a pattern has gone astray.
constexpr std::size_t kMaxRuleFiles = 1000;

// The last part of the absolute path of the file's folder.
std::string folder_name(const FirstFile& file) {
  if (!file.scope.called().empty()) return file.scope.called();
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(file.scope.folder(), error).lexically_normal();
  return absolute.has_filename() ? absolute.filename().string() : absolute.parent_path().filename().string();
}

class Loader {
 public:
  Loader(const FirstFile& first, promql::Version version, const GivenRules* given, Misfit misfit)
      : first_(first), version_(version), given_(given), misfit_(misfit), inputs_(first.scope) {}

  Result<LoadedScenario> load() {
    const Document* document = inputs_.read_first(first_, kScenarioForm, Dialect::strict, diagnostics_);
    if (document != nullptr) {
      file_ = decode_scenario_file(document->root(), folder_name(first_), diagnostics_, version_);
      if (document->root().is_mapping()) load_others();
    }
    return finish();
  }

 private:
  void load_others() {
    load_topology();
    load_configuration();
    load_rules();
    load_slos();
    alertmanager_ = load_alertmanager(file_, inputs_, diagnostics_);
    // Before the playbooks, whose escalations name its tiers.
    roster_ = load_roster(file_.oncall_file, file_.oncall_file_at, inputs_, post_templates_, diagnostics_, lints_);
    check_faults();
    load_recorded(file_, inputs_, diagnostics_);
    check_metrics(file_, topology_known_ ? &services_ : nullptr, topology_ ? &*topology_ : nullptr, diagnostics_);
    check_incidents();
    check_slo_services();
    load_its_playbooks();
    load_team();
    check_expectations();
    look_back();
  }

  void load_topology() {
    const std::string& path = file_.scenario.topology;
    if (path.empty()) return;
    const Document* document =
        inputs_.read(path, file_.topology, fake_services::kTopologyForm, Dialect::strict, diagnostics_);
    if (document == nullptr) return;
    const Node* root = &document->root();
    if (file_.overrides != nullptr && check_overrides(*root)) {
      merged_ = std::make_unique<Document>(document->source());
      Node& services = merged_->add();
      services = *root;
      for (Node::Entry& entry : services.entries) {
        if (entry.key == "services") entry.value = &merge_nodes(*entry.value, *file_.overrides, *merged_);
      }
      root = &services;
    }
    const Node* known = root->find("services");
    topology_known_ = known != nullptr && known->is_mapping();
    for (const Node::Entry& each : topology_known_ ? known->entries : std::vector<Node::Entry>()) {
      services_.push_back(each.key);
      loaded_.service_at.push_back(each.key_node->where());
    }
    const auto own = fs::exporter_files_by(inputs_, path);
    if (auto topology = fs::decode_topology(*root, own, diagnostics_)) topology_ = *std::move(topology);
    topology_text_ = merged_ == nullptr ? document->source() : make_source(path, yaml::write(*root));
    if (topology_) lints_ = lint_topology({*topology_, *root});
  }

  // Overrides change services that there are, and add none.
  bool check_overrides(const Node& root) {
    const Node& overrides = *file_.overrides;
    const Node* services = root.find("services");
    if (overrides.is_null() || !expect_mapping(overrides, "'overrides'", diagnostics_)) return false;
    if (!expect_few(overrides, "'overrides'", diagnostics_)) return false;
    if (services == nullptr || !services->is_mapping()) return false;
    std::vector<std::string> names;
    for (const Node::Entry& entry : services->entries) names.push_back(entry.key);
    bool known = true;
    for (const Node::Entry& entry : overrides.entries) {
      if (services->find(entry.key) != nullptr) {
        if (!entry.value->is_null()) continue;
        report(diagnostics_, entry.key_node->where(), format("'{}' in 'overrides' has no value", entry.key),
               "write below it what changes, or remove it");
        known = false;
        continue;
      }
      report(diagnostics_, entry.key_node->where(),
             format("'overrides' changes '{}', which the topology does not have", entry.key),
             suggest_one(entry.key, names, diagnostics_));
      known = false;
    }
    return known;
  }

  // A prometheus.yml takes the place of the block that names it; its paths count from its own folder.
  void load_configuration() {
    if (file_.config_file.empty()) return;
    const Document* document =
        inputs_.read(file_.config_file, file_.config_file_at, kConfigurationForm, Dialect::prometheus, diagnostics_);
    if (document == nullptr) {
      rules_known_ = false;
      return;
    }
    Diagnostics found;
    PrometheusFile file = decode_prometheus_file(document->root(), version_, found);
    const std::filesystem::path folder = std::filesystem::path(file_.config_file).parent_path();
    read_scrape_config_files(file, folder, inputs_, version_, found);
    yaml::conceal(yaml::secrets_of(document->root()), found);
    rules_known_ = rules_known_ && !has_errors(found);
    diagnostics_.insert(diagnostics_.end(), found.begin(), found.end());
    PrometheusSettings& settings = file_.scenario.prometheus;
    file.settings.scrape_phase = settings.scrape_phase;
    file.settings.external_url = settings.external_url;
    file.settings.kubernetes_targets = settings.kubernetes_targets;
    file.settings.replicas = settings.replicas;
    written_patterns_ = file.settings.rule_files;
    for (std::string& path : file.settings.rule_files) path = (folder / path).lexically_normal().generic_string();
    settings = std::move(file.settings);
    file_.rule_files = std::move(file.rule_files);
    check_jobs(file.jobs);
  }

  // A job that no target has is read in vain.
  void check_jobs(std::span<const PrometheusFile::JobPlace> jobs) {
    if (!topology_) return;
    std::vector<std::string> known;
    for (const fs::ServiceSpec& service : topology_->services) known.push_back(service.job);
    for (const std::string_view job : fs::cluster_jobs()) known.emplace_back(job);
    for (std::string& job : fs::exporter_jobs_of(*topology_)) known.push_back(std::move(job));
    for (const PrometheusFile::JobPlace& job : jobs) {
      if (std::ranges::find(known, job.name) != known.end()) continue;
      warn(diagnostics_, job.where, format("no target of the topology has the job '{}'", job.name),
           suggest_one(job.name, known, diagnostics_));
    }
  }

  std::string configuration_folder() const {
    return (first_.scope.folder() / file_.config_file).parent_path().lexically_normal().generic_string();
  }

  // Named as the scenario would name them, from its own folder.
  void take_given_rules() {
    std::error_code error;
    const std::filesystem::path below = first_.scope.folder().empty() ? "." : first_.scope.folder();
    const std::filesystem::path folder = std::filesystem::absolute(below, error).lexically_normal();
    for (const GivenRules::File& file : given_->files) {
      const std::filesystem::path path = std::filesystem::absolute(file.path, error).lexically_normal();
      const std::string name = path.lexically_relative(folder).generic_string();
      rule_files_.push_back(file.rules);
      given_inputs_.push_back({name, file.sha256, file.rules.source});
    }
  }

  void load_rules() {
    if (given_ != nullptr) return take_given_rules();
    rules_known_ = rules_known_ && file_.monitoring_sound;
    const std::vector<std::string>& patterns = file_.scenario.prometheus.rule_files;
    std::vector<std::pair<std::string, Position>> paths;
    for (std::size_t i = 0; i < patterns.size(); ++i) {
      const Position where = i < file_.rule_files.size() ? file_.rule_files[i] : Position{};
      const std::string& written = i < written_patterns_.size() ? written_patterns_[i] : patterns[i];
      for (std::string& path : expand(patterns[i], written, where)) paths.emplace_back(std::move(path), where);
    }
    std::sort(paths.begin(), paths.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    const auto repeated = std::ranges::unique(paths, {}, &std::pair<std::string, Position>::first);
    paths.erase(repeated.begin(), repeated.end());
    if (paths.size() > kMaxRuleFiles) {
      report(diagnostics_, paths.front().second, format("'rule_files' names {} files", paths.size()),
             format("at most {} are read", kMaxRuleFiles));
      return;
    }
    for (const auto& [path, where] : paths) {
      const Document* document = inputs_.read(path, where, alerting::kRuleForm, Dialect::prometheus, diagnostics_);
      if (document == nullptr) {
        rules_known_ = false;
        continue;
      }
      Diagnostics found;
      rule_files_.push_back(alerting::decode_rule_file(*document, {.promql = {.version = version_}}, found));
      alerting::refuse_another_kind(rule_files_.back(), *document, found);
      rules_known_ = rules_known_ && !has_errors(found);
      diagnostics_.insert(diagnostics_.end(), found.begin(), found.end());
    }
  }

  std::vector<std::string> expand(const std::string& pattern, const std::string& written, const Position& where) {
    if (!is_pattern(pattern)) return {std::filesystem::path(pattern).lexically_normal().generic_string()};
    const std::size_t before = diagnostics_.size();
    std::vector<std::string> paths = inputs_.expand(pattern, written, alerting::kRuleForm, where, diagnostics_);
    if (diagnostics_.size() > before) rules_known_ = false;
    if (diagnostics_.size() > before || !paths.empty()) return paths;
    std::string what = format("no rule file matches '{}'", written);
    if (file_.config_file.empty()) {
      rules_known_ = false;
      report(diagnostics_, where, std::move(what), pattern_remedy(pattern, written, "the scenario's folder"));
    } else {
      // To Prometheus that is no mistake: there may be files tomorrow.
      warn(diagnostics_, where, std::move(what),
           pattern_remedy(pattern, written, format("'{}', the configuration's folder", configuration_folder())));
    }
    return paths;
  }

  // .yml for .yaml, and the other way round, is the usual slip.
  std::string pattern_remedy(const std::string& pattern, const std::string& written, const std::string& folder) const {
    const std::filesystem::path path(pattern);
    const std::string other = path.extension() == ".yml" ? ".yaml" : ".yml";
    const auto with_other = [&](std::filesystem::path text) { return text.replace_extension(other).generic_string(); };
    if (path.has_extension() && inputs_.matches_any(with_other(path))) {
      return format("did you mean '{}'?", with_other(written));
    }
    return format("paths count from {}", folder);
  }

  void load_slos() {
    const std::vector<std::string>& paths = file_.scenario.slo_files;
    for (std::size_t i = 0; i < paths.size(); ++i) {
      const Position where = i < file_.slo_files.size() ? file_.slo_files[i] : Position{};
      const Document* document = inputs_.read(paths[i], where, incident::kSloForm, Dialect::strict, diagnostics_);
      if (document == nullptr) {
        slos_known_ = false;
        continue;
      }
      Diagnostics found;
      incident::SloFile slos = incident::decode_slo_file(*document, promql::ParseOptions{}, found);
      incident::report_uncounted(slos, found);
      slos_known_ = slos_known_ && !has_errors(found);
      std::ranges::move(found, std::back_inserter(diagnostics_));
      for (incident::SloFile::Entry& entry : slos.slos) {
        const bool repeated = std::ranges::any_of(slos_, [&](const auto& e) { return e.slo.name == entry.slo.name; });
        if (repeated) {
          report(diagnostics_, entry.where, format("two SLOs are called '{}'", entry.slo.name), "rename one of them");
        }
        slos_.push_back(std::move(entry));
      }
      std::ranges::move(slos.queries, std::back_inserter(declared_.queries));
    }
  }

  void load_its_playbooks() {
    const std::string folder = folder_name(first_);
    playbooks_ = load_playbooks(file_.scenario.playbooks, file_.playbooks, inputs_.scope(), folder, diagnostics_);
    if (playbooks_.empty() || !topology_ || !rules_known_) return;
    PlaybookFindings found = check_playbooks(playbooks_, rule_files_, *topology_, folder,
                                             !file_.scenario.playbooks.empty(), roster_ ? &*roster_ : nullptr);
    std::ranges::move(found.errors, std::back_inserter(diagnostics_));
    std::ranges::move(found.lints, std::back_inserter(lints_));
  }

  void load_team() {
    if (file_.oncall_file.empty()) {
      if (file_.responders.empty()) return;
      return report(diagnostics_, file_.responders.front().person_at,
                    "nobody is on call: the scenario has no on-call file", "add `oncall_file: oncall.yaml`");
    }
    if (!roster_ || !topology_ || !rules_known_ || (file_.alertmanager && !alertmanager_.settings)) return;
    team_ = make_team({.roster = *roster_,
                       .roster_at = file_.oncall_file_at,
                       .responders = file_.responders,
                       .topology = *topology_,
                       .rule_files = rule_files_,
                       .playbooks = playbooks_,
                       .lasts = file_.scenario.duration,
                       .paging = alertmanager_.settings ? &alertmanager_.settings->paging : nullptr},
                      diagnostics_);
  }

  // Faults of an Alertmanager and of its receivers.
  void check_receivers(const ScenarioFile::Fault& fault) {
    if (!fault.spec.kind->alertmanager) return;
    if (!file_.alertmanager) {
      report(diagnostics_, fault.node->where(),
             format("fault '{}' hits an Alertmanager, and the scenario has none", fault.spec.id),
             "add `alertmanager: {config_file: alertmanager.yml}`");
    } else if (alertmanager_.settings) {
      check_name(fault.node->find("receiver"), "receiver", alertmanager_.receivers());
    }
  }

  // The first of two is not the only one.
  void check_replicas(const ScenarioFile::Fault& fault) {
    const Node* replicas = fault.node->find("replicas");
    const bool first_alone =
        fault.spec.kind->name == "monitor_down" && replicas != nullptr && replicas->text == "first";
    if (!first_alone || file_.scenario.prometheus.replicas.count > 1) return;
    report(diagnostics_, replicas->where(),
           format("fault '{}' stops the first of two monitors, and there is only one", fault.spec.id),
           "add `replicas: 2` to `prometheus`, or leave `replicas` out of the fault");
  }

  void check_faults() {
    const Duration end = file_.scenario.duration;
    for (const ScenarioFile::Fault& fault : file_.faults) {
      if (end > Duration(0) && fault.spec.at >= end) {
        report(diagnostics_, fault.node->find("at")->where(),
               format("fault '{}' begins at {}, and the run ends at {}", fault.spec.id, format_duration(fault.spec.at),
                      format_duration(end)),
               "`at` counts from the end of the warm-up; begin earlier, or raise `duration`");
      }
      check_receivers(fault);
      check_replicas(fault);
      if (!topology_) continue;
      for (const fs::FaultProblem& problem : fs::validate(fault.spec, *topology_)) {
        const Node* node = fault.node->find(problem.field);
        report(diagnostics_, node != nullptr ? place_of_name(*node, problem.what) : fault.node->where(), problem.what,
               problem.remedy);
      }
    }
  }

  // In a block, the value that the message is about; the block itself if it names none.
  static Position place_of_name(const Node& node, std::string_view what) {
    for (const Node::Entry& entry : node.entries) {
      if (entry.value->is_scalar() && what.find(format("'{}'", entry.value->text)) != std::string_view::npos) {
        return entry.value->where();
      }
    }
    return node.where();
  }

  void check_name(const Node* node, std::string_view what, const std::vector<std::string>& known) {
    check_reference(node, what, known, diagnostics_);
  }

  void check_incidents() {
    const std::vector<std::string> slos = slo_names();
    for (const ScenarioFile::Incident& incident : file_.incidents) {
      const Node* faults = incident.node->find("faults");
      if (faults != nullptr && faults->is_sequence()) {
        for (const Node* item : faults->items) check_name(item, "fault", file_.fault_ids);
      } else {
        check_name(faults, "fault", file_.fault_ids);
      }
      if (slos_known_ && !incident.declared.slo.empty()) check_name(incident.node->find("slo"), "SLO", slos);
    }
  }

  void check_slo_services() {
    if (!topology_known_) return;
    for (const incident::SloFile::Entry& entry : slos_) {
      const std::string& service = entry.slo.service;
      if (service.empty() || std::find(services_.begin(), services_.end(), service) != services_.end()) continue;
      report(diagnostics_, entry.service, format("there is no service '{}'", service),
             suggest_one(service, services_, diagnostics_));
    }
  }

  std::optional<Duration> after_first_fault() const {
    std::optional<Duration> longest;
    for (const ScenarioFile::Fault& fault : file_.faults) {
      const Duration left = file_.scenario.duration - fault.spec.at;
      longest = std::max(longest.value_or(left), left);
    }
    return longest;
  }

  void check_expectations() {
    declared_.expectations = file_.expectations;
    for (const ScenarioFile::Incident& incident : file_.incidents) declared_.incidents.push_back(incident.declared);
    for (const incident::SloFile::Entry& entry : slos_) declared_.slos.push_back(entry.slo);
    declared_.severity = file_.severity;
    declared_.paging = file_.paging;
    declared_.published = file_.published;
    if (!rules_known_ || !slos_known_ || !topology_known_) return;
    if ((file_.alertmanager && !alertmanager_.settings) || (!file_.oncall_file.empty() && !roster_)) return;
    if (given_ != nullptr || misfit_ == Misfit::judged) {
      if (!check_against_rules() || given_ != nullptr) return;
    } else {
      incident::check(declared_, known_names(), diagnostics_);
    }
    warn_of_exceptions(declared_.expectations, rule_files_, diagnostics_);
    std::ranges::move(lint_expectations({declared_.expectations, rule_files_, after_first_fault()}),
                      std::back_inserter(lints_));
  }

  // How long the warm-up is, if that follows from what looks back, and whether it is long enough.
  void look_back() {
    if (!rules_known_ || !slos_known_ || !topology_known_ || has_errors(diagnostics_)) return;
    Scenario& scenario = file_.scenario;
    const alerting::RuleHistory rules(rule_files_, scenario.prometheus.evaluation_interval,
                                      scenario.prometheus.query_offset);
    const std::vector<HistoryNeed> needs = history_needs(rules, declared_, scenario.duration);
    loaded_.looks_back = rules.needs();
    if (scenario.warmup_follows) {
      scenario.warmup = automatic_warm_up(needs, rules, scenario.prometheus);
      scenario.start -= scenario.warmup;
      if (scenario.start < Time{}) {
        return report(diagnostics_, file_.start_at,
                      format("the warm-up lasts {} and would begin before 1970", format_duration(scenario.warmup)),
                      "let the run start later");
      }
      loaded_.history = plan_history(scenario, rules, declared_);
    }
    loaded_.beyond_history = beyond_history(needs, scenario);
    std::ranges::move(lint_warm_up({scenario, needs}), std::back_inserter(lints_));
  }

  // What is wrong whatever the rules are is an error as ever; what is wrong with these rules alone is a warning.
  // Whether all fits.
  bool check_against_rules() {
    const incident::KnownNames names = known_names();
    incident::KnownNames any_rules = names;
    any_rules.rules.clear();
    for (const record::Expectation& expectation : declared_.expectations) {
      any_rules.alerts.push_back(expectation.fields.text("alert"));
      for (std::string& name : expectation.fields.texts("except")) any_rules.alerts.push_back(std::move(name));
    }
    incident::check(declared_, any_rules, diagnostics_);
    Diagnostics found;
    incident::check(declared_, names, found);
    for (Diagnostic& diagnostic : found) {
      const bool known = std::ranges::any_of(diagnostics_, [&](const Diagnostic& each) {
        return each.where.source == diagnostic.where.source && each.where.line == diagnostic.where.line &&
               each.where.column == diagnostic.where.column && each.what == diagnostic.what;
      });
      if (known) continue;
      const std::string_view whose = given_ != nullptr
                                         ? ", as far as the rules go that take the place of the scenario's own"
                                         : "; it is judged all the same, since the baseline has this scenario";
      warn(diagnostics_, diagnostic.where, diagnostic.what + std::string(whose), std::move(diagnostic.remedy));
    }
    return found.empty();
  }

  std::vector<std::string> slo_names() const {
    std::vector<std::string> names;
    for (const incident::SloFile::Entry& entry : slos_) names.push_back(entry.slo.name);
    return names;
  }

  incident::KnownNames known_names() const {
    incident::KnownNames names;
    for (const alerting::RuleFile& file : rule_files_) {
      for (const alerting::RuleGroup& group : file.groups) {
        for (const alerting::Rule& rule : group.rules) {
          if (!rule.alerting()) continue;
          names.alerts.push_back(rule.name());
          incident::KnownRule& known = names.rules.emplace_back(rule.name(), rule.expression);
          for (const alerting::NamedText& label : rule.labels) known.labels.emplace_back(label.name, label.text.value);
        }
      }
    }
    std::sort(names.alerts.begin(), names.alerts.end());
    names.alerts.erase(std::unique(names.alerts.begin(), names.alerts.end()), names.alerts.end());
    names.services = services_;
    names.slos = slo_names();
    names.faults = file_.fault_ids;
    names.has_alertmanager = file_.alertmanager.has_value();
    names.receivers = alertmanager_.receivers();
    if (alertmanager_.settings) names.paging = alertmanager_.settings->paging;
    if (roster_) add_people(*roster_, services_, topology_ ? &*topology_ : nullptr, names);
    names.duration = file_.scenario.duration;
    const PrometheusSettings& prometheus = file_.scenario.prometheus;
    for (const model::Label& label : prometheus.external_labels) {
      names.relabelling.external_labels.emplace_back(label.name, label.value);
    }
    if (!prometheus.alert_relabel.empty()) names.relabelling.relabel = &prometheus.alert_relabel;
    if (topology_) names.constants = constant_labels(file_, *topology_, rule_files_);
    for (const ScenarioFile::Incident& incident : file_.incidents) names.incidents.push_back(incident.declared.id);
    // A fault that no incident names is one of its own, by the fault's id.
    for (const std::string& id : file_.fault_ids) {
      const bool named = std::any_of(file_.incidents.begin(), file_.incidents.end(), [&](const auto& incident) {
        return std::find(incident.declared.faults.begin(), incident.declared.faults.end(), id) !=
               incident.declared.faults.end();
      });
      if (!named) names.incidents.push_back(id);
    }
    return names;
  }

  Result<LoadedScenario> finish() {
    tidy_and_limit(diagnostics_);
    if (has_errors(diagnostics_)) return failure(std::move(diagnostics_));
    LoadedScenario loaded = std::move(loaded_);
    loaded.scenario = std::move(file_.scenario);
    loaded.topology = *std::move(topology_);
    loaded.topology_text = std::move(topology_text_);
    for (ScenarioFile::Metric& metric : file_.metrics) {
      loaded.metrics.push_back(std::move(metric.spec));
      loaded.metric_at.push_back(metric.node->where());
    }
    for (ScenarioFile::Replayed& each : file_.replays) {
      loaded.replays.push_back(std::move(each.replay));
      loaded.replay_at.push_back(each.named_at);
    }
    for (ScenarioFile::Fault& fault : file_.faults) loaded.faults.push_back(std::move(fault.spec));
    loaded.rule_files = std::move(rule_files_);
    loaded.declared = std::move(declared_);
    loaded.inputs = inputs_.take_files();
    for (std::vector<InputFile>* files : {&given_inputs_, &alertmanager_.templates, &post_templates_})
      std::ranges::move(*files, std::back_inserter(loaded.inputs));
    loaded.alertmanager = std::move(alertmanager_.settings);
    loaded.playbooks = std::move(playbooks_);
    loaded.team = std::move(team_);
    if (loaded.team != nullptr) loaded.limited = limited_by(*loaded.team);
    std::ranges::sort(loaded.inputs, {}, &InputFile::name);
    loaded.warnings = std::move(diagnostics_);
    loaded.lints = std::move(lints_);
    check_recorded(exposing_of(loaded), loaded.replay_at, loaded.warnings);
    check_replica_label(exposing_of(loaded), loaded.rule_files, file_.replica_label_at, loaded.warnings);
    if (has_errors(loaded.warnings)) return failure(std::move(loaded.warnings));
    return loaded;
  }

  const FirstFile& first_;
  promql::Version version_;
  const GivenRules* given_;  // null: the scenario's own are read
  Misfit misfit_;
  std::vector<InputFile> given_inputs_;        // what they are in the record
  std::vector<std::string> written_patterns_;  // rule_files of a configuration, before its folder is put in front
  Inputs inputs_;
  Diagnostics diagnostics_;
  Diagnostics lints_;
  ScenarioFile file_;
  std::unique_ptr<Document> merged_;
  std::optional<fs::Topology> topology_;
  SourcePtr topology_text_;
  LoadedScenario loaded_;  // as far as it is known before the end
  std::vector<std::string> services_;
  std::vector<alerting::RuleFile> rule_files_;
  std::vector<incident::SloFile::Entry> slos_;
  std::vector<oncall::Playbook> playbooks_;
  std::optional<oncall::Roster> roster_;
  std::vector<InputFile> post_templates_;
  std::shared_ptr<const oncall::Team> team_;
  record::Criteria declared_;
  LoadedAlertmanager alertmanager_;
  bool topology_known_ = false;
  bool rules_known_ = true;
  bool slos_known_ = true;
};

}  // namespace

Result<LoadedScenario> load_scenario(const std::filesystem::path& path, promql::Version version,
                                     const ReadOptions& reads, const GivenRules* given) {
  std::error_code error;
  const bool folder = std::filesystem::is_directory(path, error);
  const FirstFile file =
      folder ? FirstFile{ReadScope(path, reads), std::string(kScenarioName), false} : FirstFile::named(path, reads);
  return load_scenario(file, version, given);
}

Result<LoadedScenario> load_scenario(const FirstFile& file, promql::Version version, const GivenRules* given,
                                     Misfit misfit) {
  return Loader(file, version, given, misfit).load();
}

}  // namespace firedrill::scenario
