#include "fake_services/faults/fault_table.h"

#include <algorithm>
#include <array>

#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "fake_services/actions/action_table.h"
#include "fake_services/topology/release.h"

// Every kind of fault, a row each, in the order in which lists and documentation have them. A row names the function
// that faults/<subject>/<kind>.cc defines, which no header declares.
#define FIREDRILL_FAULT_KINDS(KIND) \
  KIND(http_error)                  \
  KIND(latency)                     \
  KIND(hang)                        \
  KIND(blackhole)                   \
  KIND(connection_refused)          \
  KIND(reset)                       \
  KIND(partition)                   \
  KIND(loss)                        \
  KIND(bandwidth)                   \
  KIND(slicer)                      \
  KIND(slow_close)                  \
  KIND(truncate)                    \
  KIND(dns)                         \
  KIND(tls)                         \
  KIND(cpu_throttle)                \
  KIND(gc_pause)                    \
  KIND(disk_fill)                   \
  KIND(io_latency)                  \
  KIND(io_errno)                    \
  KIND(pool_exhaustion)             \
  KIND(queue_backlog)               \
  KIND(consumer_stall)              \
  KIND(cache_miss_storm)            \
  KIND(retry_storm)                 \
  KIND(thundering_herd)             \
  KIND(rate_limit)                  \
  KIND(traffic_surge)               \
  KIND(traffic_drop)                \
  KIND(zone_down)                   \
  KIND(dependency_down)             \
  KIND(bad_deploy)                  \
  KIND(config_push)                 \
  KIND(crash)                       \
  KIND(crash_loop)                  \
  KIND(liveness_deadlock)           \
  KIND(memory_leak)                 \
  KIND(oom)                         \
  KIND(probe_lies_ok)               \
  KIND(readiness_flap)              \
  KIND(slow_start)                  \
  KIND(startup_failure)             \
  KIND(thread_exhaustion)           \
  KIND(scrape_timeout)              \
  KIND(target_missing)              \
  KIND(stale_series)                \
  KIND(counter_reset)               \
  KIND(label_churn)                 \
  KIND(nan)                         \
  KIND(metric)                      \
  KIND(clock_skew)                  \
  KIND(rule_eval_delay)             \
  KIND(notify_drop)                 \
  KIND(monitor_down)                \
  KIND(alertmanager_down)           \
  KIND(receiver_error)              \
  KIND(receiver_slow)               \
  KIND(node_trouble)                \
  KIND(component_trouble)           \
  KIND(cluster_trouble)             \
  KIND(monitor_trouble)

namespace firedrill::fake_services {

namespace faults {
#define FIREDRILL_DECLARE(kind) FaultKind kind();
FIREDRILL_FAULT_KINDS(FIREDRILL_DECLARE)
#undef FIREDRILL_DECLARE
}  // namespace faults

namespace {

using enum FieldType;

constexpr FieldSpec kCommon[] = {
    {.name = "id", .type = text, .required = true, .doc = "name of the fault in this scenario"},
    {.name = "kind", .type = text, .required = true, .doc = "what goes wrong"},
    {.name = "target",
     .type = target,
     .required = true,
     .doc = "what it hits: a service or a zone, and which replicas of it"},
    {.name = "at", .type = duration, .required = true, .doc = "when it begins, since the end of the warm-up"},
    {.name = "duration", .type = duration, .doc = "how long it lasts; to the end of the run if absent", .min = 0.001},
    {.name = "ramp", .type = duration, .doc = "over which it grows to full strength", .default_text = "0s"},
    {.name = "probability",
     .type = ratio,
     .doc = "share of the requests or connections that are hit",
     .default_text = "100%",
     .min = 0,
     .max = 1},
    {.name = "cured_by",
     .type = texts,
     .doc = "the actions that remove its cause; where absent, those that `firedrill list actions -v` names for its "
            "kind"},
};

constexpr std::string_view kUnits[] = {"request", "connection"};
constexpr FieldSpec kPer = {
    .name = "per",
    .type = text,
    .doc =
        "what `probability` and `every_n` are shares of, and `first_n` counts: requests, or connections, each drawn "
        "for once with all that goes over it",
    .default_text = "request",
    .choices = kUnits,
};

constexpr FieldSpec kMatch[] = {
    {.name = "method", .type = text, .doc = "only requests with this method"},
    {.name = "path", .type = text, .doc = "only requests of this route; a trailing * matches any rest"},
};

constexpr FieldSpec kPattern[] = {
    {.name = "every_n", .type = integer, .doc = "one in so many of the requests or connections", .min = 1},
    {.name = "first_n",
     .type = integer,
     .doc = "the fault is over when it has hit so many requests or connections, counted over all replicas in order of "
            "time",
     .min = 1,
     .max = 1e12},
    {.name = "duty_cycle",
     .type = ratio,
     .doc = "on for this share of each period, from its beginning, and off for the rest",
     .min = 0.001,
     .max = 1},
    {.name = "period", .type = duration, .doc = "of the duty cycle", .default_text = "1m", .min = 1, .max = 86400},
};

std::vector<std::string> service_names(const Topology& topology) {
  std::vector<std::string> names;
  for (const auto& s : topology.services) names.push_back(s.name);
  return names;
}

std::vector<std::string> zone_names(const Topology& topology) {
  std::vector<std::string> names;
  for (const auto& s : topology.services) names.insert(names.end(), s.zones.begin(), s.zones.end());
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  return names;
}

// The service whose routes the fault's match is about: of a connection, the one called.
const ServiceSpec* matched_service(const FaultSpec& fault, const Topology& topology) {
  return topology.find(fault.target.dependency.empty() ? fault.target.service : fault.target.dependency);
}

// What of its target a kind cannot be aimed at.
void check_aim(const FaultSpec& fault, std::vector<FaultProblem>& problems) {
  const FaultKind& kind = *fault.kind;
  const TargetSpec& t = fault.target;
  const auto wrong = [&](std::string what, std::string remedy) {
    problems.push_back({"target", format("{} {}", kind.name, what), std::move(remedy)});
  };
  if (!t.zone.empty() && !kind.aims.has(Aim::zone)) {
    wrong("hits a service, and no zone", "for example {service: checkout}");
  } else if (!t.dependency.empty() && !kind.aims.has(Aim::dependency)) {
    wrong("hits a service, and not its connections to a dependency", "remove dependency");
  } else if (!t.service.empty() && t.dependency.empty() && !kind.aims.has(Aim::service)) {
    if (kind.aims.has(Aim::dependency)) {
      wrong(format("hits the connections of {} to one dependency", t.service), "add dependency to the target");
    } else {
      wrong("hits a whole zone", "for example {zone: eu1-a}");
    }
  }
}

// What the kind needs and the topology lacks.
void check_fit(const FaultSpec& fault, const Topology& topology, std::vector<FaultProblem>& problems) {
  if (fault.kind->misfit == nullptr) return;
  const TargetSpec& t = fault.target;
  std::optional<Misfit> misfit;
  for (const ServiceSpec& service : topology.services) {
    const bool hit =
        t.zone.empty() ? service.name == t.service : std::ranges::find(service.zones, t.zone) != service.zones.end();
    if (!hit) continue;
    misfit = fault.kind->misfit(service, t);
    if (!misfit) return;
  }
  if (misfit) problems.push_back({"target", std::move(misfit->what), std::move(misfit->remedy)});
}

void check_target(const FaultSpec& fault, const Topology& topology, std::vector<FaultProblem>& problems) {
  const TargetSpec& t = fault.target;
  if (fault.kind->aims == Aims(Aim::monitor)) return;
  if (t.service.empty() == t.zone.empty()) {
    problems.push_back({"target", "the target needs either a service or a zone", "for example {service: checkout}"});
    return;
  }
  if (!t.zone.empty()) {
    const auto zones = zone_names(topology);
    if (std::ranges::find(zones, t.zone) == zones.end()) {
      problems.push_back({"target", format("no service is in a zone '{}'", t.zone),
                          zones.empty() ? "give services a zone first" : suggest(t.zone, zones)});
    }
    return;
  }
  const ServiceSpec* service = topology.find(t.service);
  if (service == nullptr) {
    problems.push_back(
        {"target", format("there is no service '{}'", t.service), suggest(t.service, service_names(topology))});
    return;
  }
  if (!t.dependency.empty() &&
      std::ranges::find(service->dependencies, t.dependency, &DependencySpec::name) == service->dependencies.end()) {
    std::vector<std::string> names;
    for (const auto& d : service->dependencies) names.push_back(d.name);
    problems.push_back({"target", format("{} does not depend on '{}'", t.service, t.dependency),
                        names.empty() ? "it has no dependencies" : suggest(t.dependency, names)});
  }
  const double replicas = static_cast<double>(service->replicas);
  if (t.mode == "fixed-percent" && maths::floor(t.value * replicas + 1e-9) < 1) {
    problems.push_back({"target",
                        format("{} of the {} replica{} of {} is less than one", describe_ratio(t.value),
                               service->replicas, service->replicas == 1 ? "" : "s", t.service),
                        format("a share is rounded down; {} for one replica", describe_ratio(1 / replicas))});
  }
  if (t.mode == "fixed" && t.value > static_cast<double>(service->replicas)) {
    problems.push_back({"target", format("{:g} replicas of {}, which has {}", t.value, t.service, service->replicas),
                        "ask for at most as many as there are"});
  }
}

// A process is there or it is not.
void check_share(const FaultSpec& fault, std::vector<FaultProblem>& problems) {
  if (fault.kind->graded) return;
  const auto refuse = [&](std::string_view field) {
    problems.push_back({std::string(field),
                        format("'{}' makes no sense on {}, which is there or is not", field, fault.kind->name),
                        "remove it; `mode` of the target says how many replicas are hit"});
  };
  if (fault.probability < 1) refuse("probability");
  if (fault.pattern.share < 1) refuse("pattern");
}

// The first n of what hits no single requests or connections are not to be told.
void check_first(const FaultSpec& fault, std::vector<FaultProblem>& problems) {
  if (fault.pattern.first <= 0 || fault.behaviour == nullptr) return;
  RequestConditions conditions;
  if (fault.target.dependency.empty()) {
    fault.behaviour->apply_to_requests(conditions, 1);
  } else {
    fault.behaviour->apply_to_link(conditions, 1);
  }
  if (conditions != RequestConditions{}) return;
  if (fault.kind->name == "slow_close") {
    problems.push_back(
        {"pattern", "'first_n' makes no sense on slow_close: what it hits is answered as ever, and nobody counts it",
         "remove it; `duration` says when it is over"});
    return;
  }
  problems.push_back(
      {"pattern",
       format("'first_n' makes no sense on {}, which does not hit single requests or connections", fault.kind->name),
       "remove it; `duration` says when it is over"});
}

// Connections are hit where they are, whatever goes over them.
void check_connections(const FaultSpec& fault, std::vector<FaultProblem>& problems) {
  if (!fault.per_connection || fault.behaviour == nullptr) return;
  const std::string_view name = fault.kind->name;
  const bool by_process = name == "http_error" || name == "latency" || name == "hang";
  if (by_process && fault.target.dependency.empty()) {
    problems.push_back({"per",
                        format("a process does {} to requests, over whatever connection they come: 'connection' makes "
                               "no sense",
                               name),
                        "add `dependency` to the target, whose connections are then hit, or remove `per`"});
  }
  if (!fault.match.empty()) {
    problems.push_back({"match",
                        "a connection carries requests of all routes: 'match' makes no sense where `per` is "
                        "connection",
                        "remove one of the two"});
  }
  RequestConditions conditions;
  fault.behaviour->apply_to_requests(conditions, 1);
  if (fault.pattern.first > 0 && conditions.delay.any()) {
    problems.push_back({"pattern",
                        format("'first_n' makes no sense on connections that {} hits and that go on: it would be over "
                               "as the last of them is hit",
                               name),
                        "remove it, and say how long it lasts by `duration`; or remove `per`"});
  }
}

// What hits a service as a whole has no replicas to choose.
void check_mode(const FaultSpec& fault, std::vector<FaultProblem>& problems) {
  if (fault.kind->of_replicas || fault.target.mode == "all") return;
  problems.push_back(
      {"target", format("{} hits a service as a whole: mode '{}' makes no sense", fault.kind->name, fault.target.mode),
       "remove `mode`"});
}

// A release that is there already changes nothing.
void check_version(const FaultSpec& fault, const Topology& topology, std::vector<FaultProblem>& problems) {
  const ServiceSpec* service = topology.find(fault.target.service);
  if (service == nullptr || fault.behaviour == nullptr) return;
  PodConditions pod;
  fault.behaviour->apply_to_pod(pod, 1);
  if (pod.release == nullptr || pod.release->version != service->version) return;
  problems.push_back(
      {"version", format("{} is of version {} already", service->name, service->version), "roll out another one"});
}

void check_match(const FaultSpec& fault, const Topology& topology, std::vector<FaultProblem>& problems) {
  if (fault.match.empty()) return;
  if (!fault.kind->per_request) {
    problems.push_back({"match",
                        format("'match' makes no sense on {}, which does not hit single requests", fault.kind->name),
                        "remove it"});
    return;
  }
  const ServiceSpec* service = matched_service(fault, topology);
  if (service == nullptr) return;
  const bool any = service->routes.empty() ? fault.match.matches("GET", "/")
                                           : std::ranges::any_of(service->routes, [&](const RouteSpec& r) {
                                               return fault.match.matches(r.method, r.path);
                                             });
  if (any) return;
  std::string routes;
  for (const auto& r : service->routes) routes += format("{}{} {}", routes.empty() ? "" : ", ", r.method, r.path);
  problems.push_back({"match", format("no route of {} matches", service->name),
                      format("its routes are: {}", routes.empty() ? "GET /" : routes)});
}

// Only what is done to a service or a node can remove a cause.
void check_cures(const FaultSpec& fault, std::vector<FaultProblem>& problems) {
  std::vector<std::string> names;
  for (const ActionSpec& action : action_table()) {
    if (action.is_of_world()) names.emplace_back(action.name);
  }
  for (const std::string& name : fault.cured_by) {
    if (std::ranges::find(names, name) != names.end()) continue;
    const bool known = find_action(name) != nullptr;
    problems.push_back({"cured_by",
                        known ? format("the action '{}' is done to nothing that runs, and removes no cause", name)
                              : format("there is no action '{}'", name),
                        known ? "name one that is done to a service" : suggest(name, names)});
  }
}

}  // namespace

std::span<const FaultKind> fault_table() {
#define FIREDRILL_ROW(kind) faults::kind(),
  static const std::array kTable = {FIREDRILL_FAULT_KINDS(FIREDRILL_ROW)};
#undef FIREDRILL_ROW
  return kTable;
}

const FaultKind* find_fault(std::string_view name) {
  const auto table = fault_table();
  const auto it = std::ranges::find(table, name, &FaultKind::name);
  return it == table.end() ? nullptr : &*it;
}

std::span<const FieldSpec> common_fault_fields() {
  return kCommon;
}
std::vector<FieldSpec> fault_fields(const FaultKind& kind) {
  std::vector<FieldSpec> fields(std::begin(kCommon), std::end(kCommon));
  if (kind.aims == Aims(Aim::monitor)) {
    std::erase_if(fields, [](const FieldSpec& f) { return f.name == "target" || f.name == "cured_by"; });
  }
  const std::vector<FieldSpec> further = further_fault_fields(kind);
  fields.insert(fields.end(), further.begin(), further.end());
  return fields;
}
std::vector<FieldSpec> further_fault_fields(const FaultKind& kind) {
  std::vector<FieldSpec> fields;
  if (kind.per_connection) fields.push_back(kPer);
  fields.insert(fields.end(), kind.fields.begin(), kind.fields.end());
  return fields;
}
std::span<const FieldSpec> fault_match_fields() {
  return kMatch;
}

std::span<const FieldSpec> fault_pattern_fields() {
  return kPattern;
}
FaultPattern make_fault_pattern(const Fields& fields) {
  FaultPattern pattern;
  pattern.share = 1 / static_cast<double>(fields.integer("every_n", 1));
  pattern.first = static_cast<double>(fields.integer("first_n", 0));
  if (!fields.has("duty_cycle")) return pattern;
  const Duration period = fields.duration("period", 1min);
  const Duration on = from_seconds(to_seconds(period) * fields.number("duty_cycle"));
  if (on < period) pattern.duty_cycle = {period, std::max<Duration>(1ms, on)};
  return pattern;
}

FaultMatch make_fault_match(const Fields& fields) {
  return {.method = fields.text("method"), .path = fields.text("path")};
}

FaultSpec make_fault(const FaultKind& kind, const Fields& fields, const FaultMatch& match,
                     const FaultPattern& pattern) {
  FaultSpec fault;
  fault.id = fields.text("id");
  fault.kind = &kind;
  if (fields.has("target")) fault.target = fields.target("target");
  fault.at = fields.duration("at");
  if (fields.has("duration")) fault.duration = fields.duration("duration");
  fault.ramp = fields.duration("ramp");
  fault.probability = fields.number("probability", 1);
  fault.per_connection = fields.text("per") == "connection";
  fault.match = match;
  fault.pattern = pattern;
  fault.behaviour = kind.make(fields);
  if (fields.has("cured_by")) fault.cured_by = fields.texts("cured_by");
  return fault;
}

std::vector<FaultProblem> validate(const FaultSpec& fault, const Topology& topology) {
  std::vector<FaultProblem> problems;
  check_share(fault, problems);
  check_first(fault, problems);
  check_connections(fault, problems);
  check_mode(fault, problems);
  check_version(fault, topology, problems);
  check_target(fault, topology, problems);
  if (problems.empty()) check_aim(fault, problems);
  if (problems.empty()) check_fit(fault, topology, problems);
  check_match(fault, topology, problems);
  check_cures(fault, problems);
  if (fault.pattern.duty_cycle && fault.behaviour != nullptr && fault.behaviour->duty_cycle()) {
    problems.push_back({"pattern", format("{} comes and goes by itself", fault.kind->name), "remove the duty cycle"});
  }
  return problems;
}

}  // namespace firedrill::fake_services
