#include "exercise/causes.h"

#include <algorithm>
#include <set>

#include "base/text/format.h"
#include "exercise/drill.h"
#include "fake_services/faults/fault_table.h"

namespace firedrill::exercise {
namespace {

namespace fs = fake_services;

// The order is that in which they are tried: what most alerts are about first.
constexpr CauseKind kKinds[] = {
    {"crash_loop", "", "one"},
    {"http_error", "code: 500, probability: 40%", ""},
    {"latency", "p50: 4s", ""},
    {"dependency_down", "", ""},
    {"startup_failure", "", "one"},
    {"target_missing", "", ""},
    {"traffic_surge", "factor: 5", ""},
    {"disk_fill", "percent: 99%", ""},
    {"memory_leak", "rate: 40Mi", "one"},
    {"oom", "limit: 16Mi", "one"},
    {"cpu_throttle", "percent: 95%", ""},
    {"zone_down", "", ""},
    {"tls", "certificate: expiring, expires_in: 2h", ""},
    {"tls", "certificate: expired", ""},
    {"queue_backlog", "rate: 500", ""},
    {"consumer_stall", "", ""},
    {"pool_exhaustion", "", ""},
    {"cache_miss_storm", "", ""},
    {"crash", "", ""},
    {"bad_deploy", "version: v-exercise", "one"},
    {"traffic_drop", "percent: 95%", ""},
    {"scrape_timeout", "", ""},
    {"hang", "scrapes: true", ""},
    {"connection_refused", "", ""},
    {"rate_limit", "rps: 1", ""},
    {"readiness_flap", "", ""},
    {"liveness_deadlock", "", "one"},
    {"thread_exhaustion", "", ""},
    {"gc_pause", "pause: 5s, period: 20s", ""},
    {"retry_storm", "", ""},
    {"io_latency", "mean: 2s", ""},
    {"io_errno", "", ""},
    {"counter_reset", "", ""},
    {"clock_skew", "", ""},
    {"label_churn", "", ""},
    {"config_push", "", ""},
    {"slow_start", "", "one"},
    {"thundering_herd", "", ""},
    {"loss", "percent: 30%", ""},
    {"reset", "", ""},
    {"dns", "", ""},
    {"rule_eval_delay", "delay: 3m", ""},
    {"monitor_down", "", ""},
};

struct Aimed {
  std::string where;
  std::string target;  // of the entry; empty: none
};

std::string target_text(const std::string& service, const std::string& dependency, std::string_view mode) {
  std::string text = format("{{service: {}", quoted_text(service));
  if (!dependency.empty()) text += format(", dependency: {}", quoted_text(dependency));
  if (!mode.empty()) text += format(", mode: {}", mode);
  return text + "}";
}

// Whatever a kind may be aimed at, services that others depend on, or that people use, first.
std::vector<Aimed> aims(const fs::FaultKind& kind, const fs::Topology& topology, std::string_view mode) {
  if (kind.aims == fs::Aims(fs::Aim::monitor)) return {{"the monitor", ""}};
  std::vector<Aimed> out;
  std::set<std::string> zones;
  for (const fs::ServiceSpec& service : topology.services) {
    if (kind.aims.has(fs::Aim::service)) out.push_back({service.name, target_text(service.name, "", mode)});
    zones.insert(service.zones.begin(), service.zones.end());
  }
  for (const fs::ServiceSpec& service : topology.services) {
    for (const fs::DependencySpec& dependency : service.dependencies) {
      if (kind.aims.has(fs::Aim::service) || !kind.aims.has(fs::Aim::dependency)) continue;
      out.push_back(
          {format("{} from {}", dependency.name, service.name), target_text(service.name, dependency.name, mode)});
    }
  }
  if (!kind.aims.has(fs::Aim::service) && kind.aims.has(fs::Aim::zone)) {
    for (const std::string& zone : zones) out.push_back({"zone " + zone, format("{{zone: {}}}", quoted_text(zone))});
  }
  return out;
}

bool needs_parameters(const fs::FaultKind& kind) {
  return std::ranges::any_of(kind.fields, &FieldSpec::required);
}

bool fits(const Cause& cause, const fs::Topology& topology) {
  const std::string text = head_text({"exercise", "a cause", Duration(0), 10min, "topology.yaml", {}}) +
                           format("faults:\n  - {{id: cause, {}, at: 1m, duration: 5m}}\n", cause.fields);
  return assemble(text, topology, {}).has_value();
}

void add(const CauseKind& row, const fs::Topology& topology, std::vector<Cause>& causes) {
  const fs::FaultKind* kind = fs::find_fault(row.kind);
  if (kind == nullptr || kind->alertmanager) return;
  bool first = true;
  for (const Aimed& aimed : aims(*kind, topology, kind->of_replicas ? row.mode : "")) {
    Cause cause{std::string(row.kind), aimed.where, format("kind: {}", row.kind), first};
    if (!aimed.target.empty()) cause.fields += ", target: " + aimed.target;
    if (!row.parameters.empty()) cause.fields += format(", {}", row.parameters);
    if (!fits(cause, topology)) continue;
    causes.push_back(std::move(cause));
    first = false;
  }
}

}  // namespace

std::span<const CauseKind> cause_kinds() {
  return kKinds;
}

std::optional<Cause> cause_of(const ShownState& state, const fs::Topology& topology) {
  const fs::FaultKind* kind = fs::find_fault(state.fault);
  if (kind == nullptr) return std::nullopt;
  const std::string field = state.what.empty() ? std::string() : format(", what: {}", state.what);
  for (const Aimed& aimed : aims(*kind, topology, "")) {
    const bool elsewhere = !state.service.empty() && !aimed.target.empty() && aimed.where != state.service;
    if (elsewhere) continue;
    Cause cause{state.fault, aimed.where, format("kind: {}", state.fault), true, !state.silences};
    if (!state.what.empty()) cause.where += format(", {}", state.what);
    if (!aimed.target.empty()) cause.fields += ", target: " + aimed.target;
    cause.fields += field;
    if (fits(cause, topology)) return cause;
  }
  return std::nullopt;
}

std::vector<Cause> causes_of(const fs::Topology& topology) {
  std::vector<Cause> causes;
  std::set<std::string_view> known = {"metric", "stale_series", "nan"};  // without a cause in the world
  for (const CauseKind& row : kKinds) {
    known.insert(row.kind);
    add(row, topology, causes);
  }
  for (const fs::FaultKind& kind : fs::fault_table()) {
    if (!known.contains(kind.name) && !needs_parameters(kind)) add({kind.name, "", ""}, topology, causes);
  }
  std::ranges::stable_sort(causes, [](const Cause& a, const Cause& b) { return a.first && !b.first; });
  return causes;
}

}  // namespace firedrill::exercise
