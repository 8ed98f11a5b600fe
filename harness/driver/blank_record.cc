// What a record says before the run: the scenario's own part of it.
#include <algorithm>
#include <array>
#include <set>
#include <span>

#include "alerting/analysis/relabel_flow.h"
#include "base/duration.h"
#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "base/version.h"
#include "driver/live/live_world.h"
#include "driver/live/simulated_warm_up.h"
#include "driver/run.h"
#include "fake_services/faults/fault_times.h"
#include "fake_services/telemetry/cluster_targets.h"
#include "monitor/prometheus/real_programs.h"

namespace firedrill::driver {
namespace {

std::vector<record::ServiceSummary> summaries(const fake_services::Topology& topology) {
  std::vector<record::ServiceSummary> result;
  for (const auto& service : topology.services) {
    record::ServiceSummary summary;
    summary.name = service.name;
    for (const auto& dependency : service.dependencies) summary.dependencies.push_back(dependency.name);
    summary.replicas = static_cast<int>(service.replicas);
    summary.entry_point = service.traffic.has_value();
    result.push_back(std::move(summary));
  }
  return result;
}

// 209715200 is 200Mi; what is no whole number of a unit stands as it is.
std::string describe_bytes(double bytes) {
  constexpr std::array kUnits = {"", "Ki", "Mi", "Gi", "Ti"};
  constexpr double kStep = 1024;
  std::size_t unit = 0;
  for (; unit + 1 < kUnits.size() && bytes >= kStep && maths::floor(bytes / kStep) * kStep == bytes; ++unit) {
    bytes /= kStep;
  }
  return format_number(bytes) + kUnits[unit];
}

// "mode all, ramp 30s, probability 50 %, code 503": what is not as it would be anyway.
std::string describe_parameters(const fake_services::FaultSpec& fault, const scenario::FaultEntry& entry) {
  const TargetSpec& target = fault.target;
  const bool of_monitor = fault.kind->aims == fake_services::Aims(fake_services::Aim::monitor);
  std::string out = of_monitor             ? "as a whole"
                    : target.mode == "all" ? "all replicas"
                                           : format("replicas: {}", target.mode);
  if (target.mode == "fixed") out += format(" {:g}", target.value);
  if (target.mode == "fixed-percent") out += format(" {}", describe_ratio(target.value));
  if (!fault.target.dependency.empty()) out += format(", connections to {}", fault.target.dependency);
  if (fault.ramp > 0ms) out += format(", ramp {}", format_duration(fault.ramp));
  if (fault.probability < 1) out += format(", probability {:g} %", fault.probability * 100);
  if (!fault.match.empty()) {
    out += fault.match.method.empty() ? ", requests" : format(", {}", fault.match.method);
    if (!fault.match.path.empty()) out += format(" {}", fault.match.path);
  }
  if (fault.pattern.share < 1) out += format(", one in {:.0f}", 1 / fault.pattern.share);
  if (fault.pattern.first > 0) out += format(", the first {:.0f}", fault.pattern.first);
  if (fault.pattern.duty_cycle) {
    const auto& [period, on] = *fault.pattern.duty_cycle;
    out += format(", on for {} of each {}", format_duration(on), format_duration(period));
  }
  for (const FieldSpec& field : fault.kind->fields) {
    if (const FieldValue* value = entry.parameters.find(field.name); value != nullptr) {
      const double* number = std::get_if<double>(value);
      const auto words = number == nullptr                ? nullptr
                         : field.type == FieldType::bytes ? &describe_bytes
                         : field.type == FieldType::ratio ? &describe_ratio
                                                          : nullptr;
      out += format(", {} {}", field.name, words != nullptr ? words(*number) : to_text(*value));
    }
  }
  return out;
}

// Those of which a replica is in the target.
std::vector<std::string> services_in(const TargetSpec& target, const fake_services::Topology& topology) {
  if (target.zone.empty()) return target.service.empty() ? std::vector<std::string>{} : std::vector{target.service};
  std::vector<std::string> names;
  for (const auto& service : topology.services) {
    const auto replicas = std::min(service.zones.size(), static_cast<std::size_t>(service.replicas));
    const auto used = std::span(service.zones).first(replicas);
    if (std::ranges::find(used, target.zone) != used.end()) names.push_back(service.name);
  }
  std::ranges::sort(names);
  return names;
}

// Everything that the service calls, however indirectly; or that begins with one dependency of it.
std::vector<std::string> called_by(const TargetSpec& target, const fake_services::Topology& topology) {
  std::set<std::string> called;
  std::vector<std::string> from;
  const auto add = [&](const std::string& name) {
    if (called.insert(name).second) from.push_back(name);
  };
  const auto follow = [&](const std::string& name) {
    const auto service = std::ranges::find(topology.services, name, &fake_services::ServiceSpec::name);
    if (service == topology.services.end()) return;
    for (const auto& dependency : service->dependencies) add(dependency.name);
  };
  if (target.dependency.empty()) {
    for (const std::string& service : services_in(target, topology)) follow(service);
  } else {
    add(target.dependency);
  }
  while (!from.empty()) {
    const std::string next = std::move(from.back());
    from.pop_back();
    follow(next);
  }
  return {called.begin(), called.end()};
}

record::FaultRecord fault_record(const fake_services::FaultSpec& fault, const scenario::LoadedScenario& scenario,
                                 Time origin, Time end) {
  record::FaultRecord record;
  record.id = fault.id;
  record.kind = fault.kind->name;
  record.target = fake_services::target_name(fault.target);
  record.services = services_in(fault.target, scenario.topology);
  if (!fault.target.zone.empty()) record.nodes = {fake_services::node_of_zone(fault.target.zone)};
  if (fault.kind->loads_callees) record.loads = called_by(fault.target, scenario.topology);
  if (fault.kind->telemetry) record.telemetry = true;
  const fake_services::FaultTimes times = fake_services::scheduled_times(fault, origin);
  record.at = times.begin;
  record.until = std::min(end, times.end.value_or(end));
  const auto entry = std::ranges::find(scenario.scenario.faults, fault.id, &scenario::FaultEntry::id);
  if (entry != scenario.scenario.faults.end()) record.parameters = describe_parameters(fault, *entry);
  return record;
}

record::MonitoringRecord monitoring_record(const scenario::LoadedScenario& loaded, const RunOptions& options) {
  const scenario::PrometheusSettings& settings = loaded.scenario.prometheus;
  record::MonitoringRecord record;
  record.scrape_interval = settings.scrape_interval;
  record.evaluation_interval = settings.evaluation_interval;
  record.scrape_phase = settings.scrape_phase == scenario::ScrapePhase::aligned ? "aligned" : "spread";
  record.query_offset = settings.query_offset;
  record.external_labels = settings.external_labels;
  record.external_url = settings.external_url;
  record.relabels_alerts = !settings.alert_relabel.empty();
  if (const auto set = alerting::labels_set(settings.alert_relabel); set && record.relabels_alerts) {
    record.relabelled_labels.emplace(set->begin(), set->end());
  }
  for (const InputFile* input : rule_inputs(loaded)) record.rule_files.push_back(input->name);
  record.keep = to_string(options.keep);
  if (options.programs != nullptr) {
    record.prometheus = options.programs->prometheus_version();
    record.scrape_phase = "spread";
  }
  if (loaded.history && options.live == nullptr) {
    record.whole_from = loaded.history->whole_from(loaded.scenario.start);
  }
  if (!loaded.beyond_history.empty()) record.beyond_history.emplace();
  for (const scenario::HistoryNeed& each : loaded.beyond_history) {
    record.beyond_history->push_back({each.what, each.needs});
  }
  if (options.warm_up != nullptr) {
    record.simulated_from = options.warm_up->from();
    record.whole_from = options.warm_up->whole_from();
    if (!options.warm_up->lost().empty()) record.lost_at_start = options.warm_up->lost();
  }
  return record;
}

record::AlertmanagerRecord alertmanager_record(const scenario::AlertmanagerSettings& settings, Time origin, Time end) {
  record::AlertmanagerRecord record;
  record.config_file = settings.config_file;
  record.version = notify::to_string(settings.configuration->version);
  record.paging = settings.paging;
  for (const scenario::PlannedSilence& each : settings.silences) {
    record.silences.push_back({.id = std::to_string(record.silences.size() + 1),
                               .matchers = each.texts,
                               .from = origin + each.from,
                               .to = each.to ? origin + *each.to : end,
                               .comment = each.comment});
  }
  return record;
}

constexpr std::array kLevels{record::SeverityLevel::p0, record::SeverityLevel::p1, record::SeverityLevel::p2,
                             record::SeverityLevel::p3};

record::CommunicationTargets communication_targets(const oncall::Team& team) {
  const oncall::CommunicationPolicy& policy = team.roster.communication;
  record::CommunicationTargets targets{.public_up_to = policy.public_up_to, .first_posts = {}, .cadences = {}};
  const auto add = [&](const oncall::Cadence4& cadence, const std::optional<std::string>& alert) {
    for (std::size_t i = 0; i < kLevels.size(); ++i) {
      if (cadence[i]) targets.cadences.push_back({kLevels[i], *cadence[i], alert});
    }
  };
  for (std::size_t i = 0; i < kLevels.size(); ++i) targets.first_posts.push_back({kLevels[i], policy.first_post[i]});
  add(policy.cadence, std::nullopt);
  for (const auto& [alert, plan] : team.plans) add(plan->cadence, alert);
  return targets;
}

record::OnCallRecord on_call_record(const oncall::Team& team) {
  const oncall::Roster& roster = team.roster;
  record::OnCallRecord record;
  for (const oncall::Schedule& schedule : roster.schedules) {
    record::OnCallSchedule& out = record.schedules.emplace_back();
    out.name = schedule.name;
    out.zone = schedule.zone.name();
    for (const oncall::Tier& tier : schedule.tiers) out.tiers.push_back(tier.name);
  }
  for (const record::SeverityLevel level : kLevels) {
    record.response_targets.push_back({level, roster.targets.of(level)});
  }
  record.communication = communication_targets(team);
  return record;
}

}  // namespace

std::vector<const InputFile*> rule_inputs(const scenario::LoadedScenario& scenario) {
  std::vector<const InputFile*> result;
  for (const alerting::RuleFile& file : scenario.rule_files) {
    const auto input = std::ranges::find(scenario.inputs, file.source, &InputFile::source);
    if (input != scenario.inputs.end()) result.push_back(&*input);
  }
  return result;
}

record::Record blank_record(const scenario::LoadedScenario& loaded, const RunOptions& options) {
  const scenario::Scenario& scenario = loaded.scenario;
  record::Record record;
  record.firedrill = kVersion;
  record.scenario = scenario.name;
  record.summary = scenario.summary;
  record.seed = options.seed;
  if (options.live != nullptr) {
    record.world = "live";
    if (options.live->speed() != 1) record.speed = options.live->speed();
  }
  if (options.programs != nullptr) record.monitor = "prometheus";
  record.command = options.command;
  record.promql_version = promql::to_string(options.promql);
  record.started = scenario.start;
  record.judged_from = scenario.start + scenario.warmup;
  record.judged_to = record.judged_from + scenario.duration;
  for (const auto& input : loaded.inputs) record.inputs.push_back({input.name, input.sha256});
  record.monitoring = monitoring_record(loaded, options);
  if (loaded.alertmanager) {
    record.alertmanager = alertmanager_record(*loaded.alertmanager, record.judged_from, record.judged_to);
    if (options.programs != nullptr) record.alertmanager->program = options.programs->alertmanager_version();
  }
  if (loaded.team != nullptr) record.on_call = on_call_record(*loaded.team);
  record.services = summaries(loaded.topology);
  record.declared = loaded.declared;
  record.drill = options.drill;
  for (const auto& fault : loaded.faults) {
    record.faults.push_back(fault_record(fault, loaded, record.judged_from, record.judged_to));
  }
  return record;
}

}  // namespace firedrill::driver
