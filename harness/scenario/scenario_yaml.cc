#include "scenario/scenario_yaml.h"

#include <algorithm>
#include <array>

#include "base/duration.h"
#include "base/report.h"
#include "base/text/format.h"
#include "incident/severity/severity.h"
#include "scenario/people/responders_yaml.h"
#include "scenario/prometheus/prometheus_yaml.h"
#include "scenario/published_yaml.h"

namespace firedrill::scenario {
namespace {

using yaml::Block;
using yaml::ChildBlock;
using yaml::DecodedBlock;
using yaml::LaterKey;
using yaml::Node;
using yaml::Shape;
using enum FieldType;

constexpr double kLongest = 366.0 * 86400;

constexpr double kLongestWarmUp = 30.0 * 86400;
constexpr std::string_view kAuto = "auto";
constexpr std::string_view kWarmUps[] = {kAuto};

constexpr FieldSpec kScenario[] = {
    {.name = "version", .type = integer, .required = true, .doc = "version of the file's form, 1"},
    {.name = "name", .type = text, .required = true, .doc = "the scenario's name, which its folder has too"},
    {.name = "summary", .type = text, .doc = "one sentence: what happens"},
    {.name = "tags", .type = texts, .doc = "words to find it by"},
    {.name = "start",
     .type = instant,
     .required = true,
     .doc = "virtual time at which the warm-up begins, or with `warmup: auto` ends; weekday and hour matter to "
            "traffic"},
    {.name = "warmup",
     .type = duration,
     .doc = "steady state before what is judged; `at` counts from its end. `auto`: as long as rules, SLO files and "
            "expectations look back, at least 30m and at most 30d, and it lies before `start`",
     .default_text = "0s",
     .min = 0,
     .max = kLongestWarmUp,
     .choices = kWarmUps},
    {.name = "duration",
     .type = duration,
     .required = true,
     .doc = "how long the run is judged, after the warm-up",
     .min = 1,
     .max = kLongest},
    {.name = "topology", .type = text, .required = true, .doc = "path of the topology file"},
    {.name = "slo_files", .type = texts, .doc = "paths of SLO files"},
    {.name = "oncall_file", .type = text, .doc = "path of an on-call file: who is called"},
    {.name = "playbooks",
     .type = texts,
     .doc = "paths of playbooks, or of folders that hold them: what the alerts' annotations lead to"},
};

constexpr std::array<std::string_view, 2> kPhases = {"spread", "aligned"};
constexpr FieldSpec kPrometheus[] = {
    {.name = "scrape_interval",
     .type = duration,
     .doc = "how often targets are scraped",
     .default_text = "1m",
     .min = 0.1,
     .max = 86400},
    {.name = "scrape_timeout",
     .type = duration,
     .doc = "after which a scrape has failed; 10s or the interval, whichever is shorter",
     .min = 0.001,
     .max = 86400},
    {.name = "evaluation_interval",
     .type = duration,
     .doc = "how often rules are evaluated",
     .default_text = "1m",
     .min = 0.1,
     .max = 86400},
    {.name = "scrape_phase",
     .type = text,
     .doc = "spread: each target at an offset of its own, as Prometheus staggers them; aligned: all at once",
     .default_text = "spread",
     .choices = kPhases},
    {.name = "external_labels", .type = text_map, .doc = "labels that alerts carry to the outside"},
    {.name = "kubernetes_targets",
     .type = boolean,
     .doc =
         "whether kube-state-metrics and the kubelets are scraped; where absent, they are if some rule or expectation "
         "reads a series of theirs"},
    {.name = "rule_files", .type = texts, .doc = "paths of rule files; * and ? stand for any characters"},
    {.name = "external_url", .type = text, .doc = "what templates know as externalURL"},
    {.name = "replicas",
     .type = integer,
     .doc = "servers that watch the same and send to the same Alertmanager",
     .default_text = "1",
     .min = 1,
     .max = 2},
    {.name = "replica_label",
     .type = text,
     .doc = "external label in which two replicas differ",
     .default_text = "prometheus_replica"},
    {.name = "deduplicate",
     .type = boolean,
     .doc = "whether that label is dropped from alerts on their way, so that the Alertmanager takes both replicas' for "
            "one",
     .default_text = "true"},
    {.name = "config_file",
     .type = text,
     .doc = "path of a prometheus.yml that says the rest, instead of the other keys"},
};

constexpr FieldSpec kIncident[] = {
    {.name = "id", .type = text, .required = true, .doc = "name of the incident in this scenario"},
    {.name = "faults", .type = texts, .required = true, .doc = "ids of the faults that cause it"},
    {.name = "slo", .type = text, .doc = "name of the SLO that says what counts as broken"},
    {.name = "title", .type = text, .doc = "what reports call it"},
};

std::span<const FieldSpec> scenario_fields() {
  return kScenario;
}
std::span<const FieldSpec> prometheus_fields() {
  return kPrometheus;
}
std::span<const FieldSpec> incident_fields() {
  return kIncident;
}
std::span<const FieldSpec> no_fields() {
  return {};
}

constexpr Block kPrometheusBlock = {
    .name = "prometheus", .doc = "how the scenario is monitored", .fields = prometheus_fields};
constexpr Block kIncidentBlock = {"incident", "an incident and what causes it", incident_fields};
constexpr Block kValueBlock = {"value", "a value that no signal stands for", fake_services::metric_value_fields};
constexpr Block kEffectBlock = {"effect", "how the value moves while a fault is on",
                                fake_services::metric_effect_fields};
constexpr ChildBlock kMetricChildren[] = {
    {"value", Shape::one, &kValueBlock, false, "a made-up value, instead of a signal"},
    {"under", Shape::by_name, &kEffectBlock, false, "how the value moves under each fault, by its id"},
};
constexpr Block kMetricBlock = {.name = "metric",
                                .doc = "a metric of the user's own",
                                .fields = fake_services::metric_fields,
                                .children = kMetricChildren};
constexpr Block kSeverityRule = {"severity level", "any of these makes an incident at least so severe",
                                 incident::severity_rule_fields};
constexpr ChildBlock kSeverityChildren[] = {
    {"p0", Shape::one, &kSeverityRule, false, "complete outage"},
    {"p1", Shape::one, &kSeverityRule, false, "major degradation"},
    {"p2", Shape::one, &kSeverityRule, false, "partial degradation"},
};
constexpr Block kSeverity = {"severity", "thresholds of the severity levels", no_fields, kSeverityChildren};
constexpr ChildBlock kScenarioChildren[] = {
    {"prometheus", Shape::one, &kPrometheusBlock, false, kPrometheusBlock.doc},
    {"metrics", Shape::list_or_one, &kMetricBlock, false, "metrics beyond what the topology gives"},
    {"incidents", Shape::list, &kIncidentBlock, false, "incidents; without them each fault is one"},
    {"severity", Shape::one, &kSeverity, false, kSeverity.doc},
    {"paging", Shape::one, &kPagingBlock, false, "which alerts are for a person at once"},
    {"alertmanager", Shape::one, &kAlertmanagerBlock, false, "the Alertmanager that alerts are sent to"},
    {"silences", Shape::list, &kSilenceBlock, false, "silences during the run"},
    {"responders", Shape::list, &kResponderBlock, false, "people who answer pages, and what they do"},
    {"published", Shape::one, &kPublishedBlock, false, "the published course of an incident that this retells"},
};
constexpr std::array<std::string_view, 3> kElsewhere = {"overrides", "faults", "expectations"};
constexpr Block kScenarioBlock = {.name = "scenario",
                                  .doc = "a fire drill",
                                  .fields = scenario_fields,
                                  .children = kScenarioChildren,
                                  .elsewhere = kElsewhere};

void check_version(const Fields& fields, Diagnostics& diagnostics) {
  if (!fields.has("version") || fields.integer("version") == 1) return;
  report(diagnostics, fields.where("version"),
         format("version {} of the file's form is not known", fields.integer("version")),
         "this firedrill reads version 1");
}

void check_name(const Fields& fields, std::string_view folder, Diagnostics& diagnostics) {
  if (!fields.has("name") || folder.empty() || fields.text("name") == folder) return;
  report(diagnostics, fields.where("name"),
         format("the scenario is called '{}' and its folder '{}'", fields.text("name"), folder),
         format("write `name: {}`, or rename the folder", folder));
}

// What a configuration file says is said there alone.
void check_config_file(const Node& block, const Fields& fields, Diagnostics& diagnostics) {
  constexpr std::array<std::string_view, 7> kBeside = {
      "config_file", "scrape_phase", "external_url", "kubernetes_targets", "replicas", "replica_label", "deduplicate"};
  if (!fields.has("config_file")) return;
  for (const Node::Entry& entry : block.entries) {
    if (std::ranges::find(kBeside, entry.key) != kBeside.end()) continue;
    report(diagnostics, entry.key_node->where(),
           format("'{}' stands beside 'config_file', which says it already", entry.key),
           "write it into the configuration file, or do without that file");
  }
}

// It tells two servers apart: nothing else may give it to their alerts.
void check_replica_label(const std::string& label, const Position& where, Diagnostics& diagnostics) {
  if (!model::is_legacy_label_name(label)) {
    report(diagnostics, where, format("'{}' is no name of a label", label), "letters, digits and underscores");
  } else if (label == model::kAlertName) {
    report(diagnostics, where, "'alertname' is the name of each alert, and tells no server from another",
           std::string(kLabelOfServers));
  } else if (label.starts_with("__")) {
    report(diagnostics, where, format("'{}' begins with __, as labels do that Prometheus keeps to itself", label),
           std::string(kLabelOfServers));
  } else if (label == "job" || label == "instance") {
    report(diagnostics, where, format("'{}' tells targets apart, and no server from another", label),
           std::string(kLabelOfServers));
  }
}

PrometheusSettings make_prometheus(const DecodedBlock& block, promql::Version version, Diagnostics& diagnostics) {
  const Fields& fields = block.fields;
  PrometheusSettings settings;
  settings.external_url = fields.text("external_url");
  settings.scrape_interval = fields.duration("scrape_interval", settings.scrape_interval);
  settings.evaluation_interval = fields.duration("evaluation_interval", settings.evaluation_interval);
  settings.scrape_timeout =
      fields.duration("scrape_timeout", std::min<Duration>(settings.scrape_timeout, settings.scrape_interval));
  if (settings.scrape_timeout > settings.scrape_interval) {
    report(diagnostics, fields.where("scrape_timeout"),
           format("a scrape_timeout of {} is longer than the scrape_interval of {}",
                  format_duration(settings.scrape_timeout), format_duration(settings.scrape_interval)),
           "Prometheus refuses that; make it at most as long");
  }
  settings.scrape_phase = fields.text("scrape_phase") == "aligned" ? ScrapePhase::aligned : ScrapePhase::spread;
  settings.external_labels = decode_external_labels(block, version, diagnostics);
  settings.replicas.count = static_cast<int>(fields.integer("replicas", 1));
  settings.replicas.label = fields.text("replica_label", settings.replicas.label);
  settings.replicas.deduplicated = fields.boolean("deduplicate", true);
  if (fields.has("replica_label"))
    check_replica_label(settings.replicas.label, fields.where("replica_label"), diagnostics);
  if (fields.has("kubernetes_targets")) settings.kubernetes_targets = fields.boolean("kubernetes_targets");
  settings.rule_files = fields.texts("rule_files");
  return settings;
}

void decode_incidents(std::span<const DecodedBlock> blocks, ScenarioFile& file, Diagnostics& diagnostics) {
  for (const DecodedBlock& block : blocks) {
    const Fields& fields = block.fields;
    if (!fields.has("id")) continue;
    for (const ScenarioFile::Incident& other : file.incidents) {
      if (other.declared.id != fields.text("id")) continue;
      report(diagnostics, fields.where("id"), format("two incidents have the id '{}'", other.declared.id),
             "give each an id of its own");
    }
    if (block.sound && fields.texts("faults").empty()) {
      report(diagnostics, block.where, format("incident '{}' has no faults", fields.text("id")),
             "name the faults that cause it");
    }
    record::DeclaredIncident declared{.id = fields.text("id"),
                                      .faults = fields.texts("faults"),
                                      .slo = fields.text("slo"),
                                      .title = fields.text("title")};
    file.incidents.push_back({std::move(declared), block.node});
  }
}

// Minutes of the truth, of traffic's shapes and of SLOs are those of the clock; and the end of the longest run must
// still be an instant of four digits' years.
void check_start(const Fields& fields, Diagnostics& diagnostics) {
  if (!fields.has("start")) return;
  const Time start = fields.instant("start");
  const Duration since_epoch = start.time_since_epoch();
  const Time last = Time(std::chrono::sys_days(std::chrono::year(9990) / 1 / 1).time_since_epoch());
  if (since_epoch % 1min != 0ms) {
    const Time minute = start - (since_epoch % 1min + 1min) % 1min;
    report(diagnostics, fields.where("start"), "'start' must be a whole minute",
           format("for example {}", format_instant(minute)));
  } else if (start < Time{} || start > last) {
    report(diagnostics, fields.where("start"), "'start' must lie between 1970 and 9990",
           "expected an instant such as 2026-03-03T13:30:00Z");
  }
}

void decode_warm_up(const Fields& fields, Scenario& scenario) {
  scenario.warmup_at = fields.where(fields.has("warmup") ? "warmup" : "start");
  const FieldValue* value = fields.find("warmup");
  scenario.warmup_follows = value != nullptr && std::holds_alternative<std::string>(*value);
  if (!scenario.warmup_follows) scenario.warmup = fields.duration("warmup");
}

// The id of the fault that begins first; empty: there is none.
std::string first_fault(const ScenarioFile& file) {
  const auto first = std::ranges::min_element(file.faults, {}, [](const auto& fault) { return fault.spec.at; });
  return first == file.faults.end() ? std::string() : first->spec.id;
}

void decode_severity(const DecodedBlock* block, record::SeverityThresholds& thresholds, Diagnostics& diagnostics) {
  if (block == nullptr) return;
  if (const DecodedBlock* level = block->one("p0")) incident::set_severity_rule(thresholds.p0, level->fields);
  if (const DecodedBlock* level = block->one("p1")) incident::set_severity_rule(thresholds.p1, level->fields);
  if (const DecodedBlock* level = block->one("p2")) incident::set_severity_rule(thresholds.p2, level->fields);
  for (const std::string& idle : incident::idle_thresholds(thresholds)) {
    warn(diagnostics, block->node->where(), idle + ", so that it never decides",
         "thresholds that are not stated keep their defaults; state the milder level's too");
  }
}

}  // namespace

const Block& scenario_block() {
  return kScenarioBlock;
}

ScenarioFile decode_scenario_file(const Node& root, std::string_view folder, Diagnostics& diagnostics,
                                  promql::Version version) {
  ScenarioFile file;
  file.root = &root;
  if (root.is_null()) {
    report(diagnostics, root.where(), "the scenario is empty", "begin with `version: 1`");
    return file;
  }
  const DecodedBlock block = decode_block(root, kScenarioBlock, "the scenario", diagnostics);
  const Fields& fields = block.fields;
  check_version(fields, diagnostics);
  check_name(fields, folder, diagnostics);
  Scenario& scenario = file.scenario;
  scenario.version = fields.integer("version", 1);
  scenario.name = fields.text("name");
  scenario.summary = fields.text("summary");
  scenario.tags = fields.texts("tags");
  scenario.start = fields.instant("start");
  file.start_at = fields.where("start");
  check_start(fields, diagnostics);
  decode_warm_up(fields, scenario);
  scenario.duration = fields.duration("duration");
  scenario.duration_at = fields.where("duration");
  scenario.topology = fields.text("topology");
  scenario.slo_files = fields.texts("slo_files");
  scenario.playbooks = fields.texts("playbooks");
  file.oncall_file = fields.text("oncall_file");
  file.oncall_file_at = fields.where("oncall_file");
  file.topology = fields.where("topology");
  file.slo_files = places_of_items(root.find("slo_files"));
  file.playbooks = places_of_items(root.find("playbooks"));
  if (const DecodedBlock* prometheus = block.one("prometheus")) {
    scenario.prometheus = make_prometheus(*prometheus, version, diagnostics);
    file.rule_files = places_of_items(prometheus->node->find("rule_files"));
    const bool names_label = prometheus->fields.has("replica_label");
    file.replica_label_at = names_label ? prometheus->fields.where("replica_label") : prometheus->where;
    check_config_file(*prometheus->node, prometheus->fields, diagnostics);
    file.config_file = prometheus->fields.text("config_file");
    file.config_file_at = prometheus->fields.where("config_file");
    file.monitoring_sound = prometheus->sound;
  } else {
    file.monitoring_sound = block.sound;  // else it may be what a mistyped key was to say
  }
  file.overrides = root.find("overrides");
  decode_severity(block.one("severity"), file.severity, diagnostics);
  file.alertmanager = make_alertmanager(block.one("alertmanager"), diagnostics);
  file.silences = make_silences(block.all("silences"), scenario.duration, diagnostics);
  file.responders = make_responders(block.all("responders"), diagnostics);
  file.paged = make_paging(block.one("paging"), file.paging, diagnostics);
  if (const Node* faults = root.find("faults")) decode_faults(*faults, file, diagnostics);
  decode_metrics(block.all("metrics"), file, diagnostics);
  decode_incidents(block.all("incidents"), file, diagnostics);
  file.published = make_published(block.one("published"), first_fault(file), diagnostics);
  if (const Node* expectations = root.find("expectations")) decode_expectations(*expectations, file, diagnostics);
  return file;
}

}  // namespace firedrill::scenario
