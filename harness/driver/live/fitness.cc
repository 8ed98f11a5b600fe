#include "driver/live/fitness.h"

#include <algorithm>

#include "base/report.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "driver/cluster_use.h"
#include "driver/components/monitoring.h"
#include "driver/live/deploy/slots.h"
#include "driver/live/speed.h"
#include "fake_services/actions/action_table.h"
#include "fake_services/faults/live_forms.h"
#include "fake_services/process/fake_service.h"

namespace firedrill::driver::live {

using fake_services::kMostInProcess;
using fake_services::ServiceSpec;
using fake_services::TopologyProblem;

namespace {

// Its container is no process of ours, in which a command could be run.
void check_program_probes(const ServiceSpec& service, std::vector<TopologyProblem>& problems) {
  const auto check = [&](const std::optional<fake_services::ProbeSpec>& probe, const char* key) {
    if (!probe || !probe->exec) return;
    problems.push_back({{"services", service.name, key, "exec"},
                        format("{} is a program of your own, in which no command is run", service.name),
                        "probe it with httpGet or tcpSocket"});
  };
  check(service.liveness_probe, "livenessProbe");
  check(service.readiness_probe, "readinessProbe");
  check(service.startup_probe, "startupProbe");
}

}  // namespace

std::vector<TopologyProblem> misfits(const fake_services::Topology& topology) {
  std::vector<TopologyProblem> problems;
  std::int64_t processes = 0;
  for (const ServiceSpec& service : topology.services) {
    if (service.program) {
      check_program_probes(service, problems);
      continue;
    }
    processes += service.replicas;
    const bool queue_counts = !service.consumer;  // its messages wait without a thread
    if (service.concurrency <= kMostInProcess &&
        (!queue_counts || service.concurrency + service.queue <= kMostInProcess)) {
      continue;
    }
    const char* field = service.concurrency > kMostInProcess ? "concurrency" : "queue";
    problems.push_back(
        {{"services", service.name, field},
         format("a replica of {} may hold more requests at once than a process has threads for", service.name),
         format("as a process it may hold {}, `concurrency` and `queue` together", kMostInProcess)});
  }
  if (processes > kMostProcesses) {
    problems.push_back({{"services"},
                        format("{} replicas are more than are started as processes", processes),
                        format("at most {} are; lower `replicas`", kMostProcesses)});
  }
  return problems;
}

namespace {

constexpr std::string_view kSimulate = "run the scenario with --world sim";

// Where its service stands, or of one that is about all of them the one with the most replicas.
Position place_of(const scenario::LoadedScenario& loaded, std::string_view service) {
  const std::vector<ServiceSpec>& services = loaded.topology.services;
  const auto at = service.empty() ? std::ranges::max_element(services, {}, &ServiceSpec::replicas)
                                  : std::ranges::find(services, service, &ServiceSpec::name);
  const auto index = static_cast<std::size_t>(at - services.begin());
  return index < loaded.service_at.size() ? loaded.service_at[index] : loaded.scenario.duration_at;
}

void check_topology(const scenario::LoadedScenario& loaded, Diagnostics& found) {
  for (const TopologyProblem& problem : misfits(loaded.topology)) {
    const std::string_view service = problem.path.size() > 1 ? std::string_view(problem.path[1]) : std::string_view();
    report(found, place_of(loaded, service), problem.what, problem.remedy);
  }
}

// With those that somebody scales to, and those that replace others.
void check_slots(const scenario::LoadedScenario& loaded, Diagnostics& found) {
  std::size_t most = 0;
  std::int64_t replicas = 0;
  for (const Slots& slots : slots_for(loaded)) most += slots.count();
  for (const ServiceSpec& service : loaded.topology.services) replicas += service.replicas;
  if (replicas > kMostProcesses || most <= static_cast<std::size_t>(kMostProcesses)) return;
  report(found, place_of(loaded, {}),
         format("with what actions scale to and versions that replace each other there may be {} processes", most),
         format("at most {} are started; scale to fewer, or lower `replicas`", kMostProcesses));
}

Position place_of_fault(const scenario::LoadedScenario& loaded, std::string_view fault) {
  const auto entry = std::ranges::find(loaded.scenario.faults, fault, &scenario::FaultEntry::id);
  return entry == loaded.scenario.faults.end() ? loaded.scenario.duration_at : entry->where;
}

void check_faults(const scenario::LoadedScenario& loaded, double speed, Diagnostics& found) {
  for (const fake_services::FaultSpec& fault : loaded.faults) {
    if (const auto misfit = fake_services::live_misfit(fault, loaded.topology)) {
      report(found, place_of_fault(loaded, fault.id), format("fault {}: {}", fault.id, misfit->what), misfit->remedy);
    } else if (const auto unknown = fake_services::simulated_misfit(fault); unknown && speed > 1) {
      report(found, place_of_fault(loaded, fault.id),
             format("fault {}: at {} times its speed a run goes by what the simulated world expects, and {}", fault.id,
                    format_number(speed), unknown->what),
             "the highest speed is 1");
    }
  }
}

// Whose answers carry the bytes that the fault is about.
bool answers(const ServiceSpec& service, const fake_services::FaultSpec& fault) {
  if (!fault.target.dependency.empty()) return service.name == fault.target.dependency;
  if (fault.target.zone.empty()) return service.name == fault.target.service;
  return std::ranges::find(service.zones, fault.target.zone) != service.zones.end();
}

// Sizes spread exponentially up to the largest that a process makes: of a mean that is near it many would be cut.
void check_answer_size(const scenario::LoadedScenario& loaded, const fake_services::FaultSpec& fault,
                       Diagnostics& found) {
  const auto bytes = fault.behaviour->bytes();
  if (!bytes || bytes->answer_bytes <= fake_services::kLargestMeanAnswer) return;
  constexpr double kMiB = 1024 * 1024;
  report(found, place_of_fault(loaded, fault.id),
         format("fault {} takes answers for {:.0f} bytes long on average, and the largest of a process has {:.0f} MiB: "
                "the longest of them would be cut",
                fault.id, bytes->answer_bytes, fake_services::kLargestAnswer / kMiB),
         format("lower `answer` to {:.0f}Mi or less, or {}", fake_services::kLargestMeanAnswer / kMiB, kSimulate));
}

// A process answers with bodies of one mean size, all the run long.
void check_answers(const scenario::LoadedScenario& loaded, Diagnostics& found) {
  for (const fake_services::FaultSpec& fault : loaded.faults) check_answer_size(loaded, fault, found);
  for (const ServiceSpec& service : loaded.topology.services) {
    const fake_services::FaultSpec* first = nullptr;
    for (const fake_services::FaultSpec& fault : loaded.faults) {
      if (!fault.behaviour->bytes() || !answers(service, fault)) continue;
      if (first == nullptr) first = &fault;
      const double size = fault.behaviour->bytes()->answer_bytes;
      if (const double other = first->behaviour->bytes()->answer_bytes; size != other) {
        report(found, place_of_fault(loaded, fault.id),
               format("faults {} and {} take answers of {} for {:.0f} and {:.0f} bytes long, and live ones have one "
                      "mean size",
                      first->id, fault.id, service.name, other, size),
               format("give both the same `answer`, or {}", kSimulate));
        break;
      }
    }
  }
}

// Each process exposes what it measures of itself; recordings are of other times.
void check_metrics(const scenario::LoadedScenario& loaded, Diagnostics& found) {
  if (!loaded.replays.empty()) {
    report(found, loaded.replay_at.front(), "series that were recorded (`file` of `metrics`) have no live form",
           std::string(kSimulate));
  }
  const std::vector<Slots> slots = slots_for(loaded);
  for (std::size_t i = 0; i < loaded.metrics.size(); ++i) {
    const fake_services::MetricSpec& metric = loaded.metrics[i];
    const Position& where = loaded.metric_at[i];
    const ServiceSpec* service = loaded.topology.find(metric.service);
    if (service == nullptr || metric.signal.empty()) continue;
    const auto index = static_cast<std::size_t>(service - loaded.topology.services.data());
    if (service->program) {
      report(
          found, where,
          format("{} of the scenario's `metrics` measures {}, which is a program of your own and exposes what it does",
                 metric.name, service->name),
          format("have the program expose it, or {}", kSimulate));
    } else if (metric.per == "service" && slots[index].count() > 1) {
      report(
          found, where,
          format("{} of the scenario's `metrics` is of all replicas of {} together, and each process measures itself",
                 metric.name, service->name),
          format("leave `per: service` away and sum in the rules, or {}", kSimulate));
    }
  }
}

void check_action(const fake_services::Topology& topology, const events::Action& action, std::string_view who,
                  const Position& where, Diagnostics& found) {
  const fake_services::ActionSpec* spec = fake_services::find_action(action.kind);
  if (spec == nullptr) return;
  if (spec->live) {
    const ServiceSpec* service =
        spec->target == fake_services::ActionTarget::service ? topology.find(action.subject) : nullptr;
    if (service == nullptr || !service->program) return;
    report(found, where,
           format("the action {}, which {}, is for processes that firedrill starts, and {} is a program of your own",
                  spec->name, who, service->name),
           std::string(kSimulate));
    return;
  }
  report(found, where, format("the action {}, which {}, has no live form", spec->name, who), std::string(kSimulate));
}

void check_people(const scenario::LoadedScenario& loaded, Diagnostics& found) {
  if (loaded.team == nullptr) return;
  bool follow = false;
  for (const oncall::Responder& responder : loaded.team->responders) {
    follow = follow || responder.follows_playbooks;
    for (const oncall::ScriptedAction& scripted : responder.actions) {
      check_action(loaded.topology, scripted.action, format("{} takes", responder.person), scripted.where, found);
    }
  }
  if (!follow) return;
  for (const auto& [alert, plan] : loaded.team->plans) {
    for (const oncall::PlannedStep& step : plan->steps) {
      check_action(loaded.topology, step.action, format("the playbook {} asks for", plan->playbook), step.where, found);
    }
  }
}

}  // namespace

Diagnostics misfits(const scenario::LoadedScenario& loaded, double speed) {
  Diagnostics found;
  const scenario::Scenario& scenario = loaded.scenario;
  const Position& where = scenario.duration_at;
  check_topology(loaded, found);
  check_slots(loaded, found);
  check_speed(loaded, speed, found);
  check_faults(loaded, speed, found);
  check_answers(loaded, found);
  check_people(loaded, found);
  if (scenario.prometheus.replicas.count > 1) {
    report(found, where, "two Prometheus servers have no live form", "remove `replicas` of the prometheus block");
  }
  check_metrics(loaded, found);
  if (reads_cluster(loaded.rule_files, expected_expressions(loaded.declared))) {
    warn(found, where, "nothing exposes the metrics of kube-state-metrics and kubelets in the live world",
         "what reads them finds no series");
  }
  if (fake_services::attaches_exporters(loaded.topology)) {
    warn(found, where, "the exporters that the topology attaches do not run in the live world",
         "what reads their metrics finds no series");
  }
  tidy(found);
  return found;
}

}  // namespace firedrill::driver::live
