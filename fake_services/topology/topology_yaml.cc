#include "fake_services/topology/topology_yaml.h"

#include <filesystem>
#include <set>

#include "base/report.h"
#include "base/text/format.h"
#include "fake_services/exporters/exporter_yaml.h"
#include "fake_services/topology/topology_fields.h"

namespace firedrill::fake_services {
namespace {

using yaml::Block;
using yaml::ChildBlock;
using yaml::DecodedBlock;
using yaml::Node;
using yaml::Nulls;
using yaml::Shape;

std::span<const FieldSpec> no_fields() {
  return {};
}

constexpr Block kHeader = {"header", "a header of the request", http_header_fields, {}, Nulls::absent};
constexpr ChildBlock kHttpGetChildren[] = {
    {"httpHeaders", Shape::list, &kHeader, false, "headers of the request"},
};
constexpr Block kHttpGet = {"httpGet", "an HTTP GET; 200 to 399 is a success", http_get_fields, kHttpGetChildren,
                            Nulls::absent};
constexpr Block kTcpSocket = {"tcpSocket", "a TCP connection", tcp_socket_fields, {}, Nulls::absent};
constexpr Block kGrpc = {"grpc", "a call of the gRPC health service", grpc_fields, {}, Nulls::absent};
constexpr Block kExec = {"exec", "a command in the container", exec_fields, {}, Nulls::absent};
constexpr ChildBlock kProbeChildren[] = {
    {"httpGet", Shape::one, &kHttpGet, false, kHttpGet.doc},
    {"tcpSocket", Shape::one, &kTcpSocket, false, kTcpSocket.doc},
    {"grpc", Shape::one, &kGrpc, false, kGrpc.doc},
    {"exec", Shape::one, &kExec, false, kExec.doc},
};
constexpr Block kProbe = {"probe", "a Kubernetes probe (core/v1 Probe), verbatim", probe_fields, kProbeChildren,
                          Nulls::absent};

constexpr Block kCall = {"call", "a call that a request makes to a dependency", call_fields};
constexpr ChildBlock kRouteChildren[] = {
    {"calls", Shape::list, &kCall, false, "the calls that a request makes, in order"},
};
constexpr Block kRoute = {"route", "what the service serves", route_fields, kRouteChildren};

constexpr Block kProgram = {"external", "a program of your own that stands for the service in the live world",
                            program_fields};
constexpr Block kDisk = {"disk", "the disk of a replica", disk_fields};
constexpr Block kCertificate = {"certificate", "what its callers' connections are secured with", certificate_fields};
constexpr Block kConsumer = {"consumer", "what is sent to the service waits in a queue until it takes it",
                             consumer_fields};
constexpr Block kMemory = {"memory", "resident memory of a replica", memory_fields};

constexpr Block kDaily = {"daily", "the rhythm of the day", daily_fields};
constexpr Block kWeekly = {"weekly", "the rhythm of the week", weekly_fields};
constexpr Block kNoise = {"noise", "slow random drift of the rate", noise_fields};
constexpr ChildBlock kTrafficChildren[] = {
    {"daily", Shape::one, &kDaily, false, kDaily.doc},
    {"weekly", Shape::one, &kWeekly, false, kWeekly.doc},
    {"noise", Shape::one, &kNoise, false, kNoise.doc},
};
constexpr Block kTraffic = {"traffic", "requests from outside: makes the service an entry point", traffic_fields,
                            kTrafficChildren};

constexpr Block kPool = {"pool", "connections of each replica to the dependency", pool_fields};
constexpr Block kRetries = {"retries", "attempts after a failed one", retries_fields};
constexpr Block kBreaker = {"circuit_breaker", "stops calling a dependency that fails", circuit_breaker_fields};
constexpr Block kCache = {"cache", "responses that need no call", cache_fields};
constexpr ChildBlock kDependencyChildren[] = {
    {"pool", Shape::one, &kPool, false, kPool.doc},
    {"retries", Shape::one, &kRetries, false, kRetries.doc},
    {"circuit_breaker", Shape::one, &kBreaker, false, kBreaker.doc},
    {"cache", Shape::one, &kCache, false, kCache.doc},
};
constexpr Block kDependency = {"dependency", "how the service reaches another one", dependency_fields,
                               kDependencyChildren};

constexpr Block kRollingUpdate = {
    "rollingUpdate", "how many pods may be there too many or too few", rolling_update_fields, {}, Nulls::absent};
constexpr ChildBlock kStrategyChildren[] = {
    {"rollingUpdate", Shape::one, &kRollingUpdate, false, kRollingUpdate.doc},
};
constexpr Block kStrategy = {"strategy", "how a Deployment replaces its pods (apps/v1 DeploymentStrategy), verbatim",
                             strategy_fields, kStrategyChildren, Nulls::absent};

constexpr Block kSleep = {"sleep", "nothing is done for some seconds", sleep_fields, {}, Nulls::absent};
constexpr ChildBlock kPreStopChildren[] = {
    {"sleep", Shape::one, &kSleep, false, kSleep.doc},
    {"exec", Shape::one, &kExec, false, "a command in the container; only `sleep` is known"},
};
constexpr Block kPreStop = {"preStop", "what comes before SIGTERM, in the grace period", no_fields, kPreStopChildren,
                            Nulls::absent};
constexpr ChildBlock kLifecycleChildren[] = {
    {"preStop", Shape::one, &kPreStop, false, kPreStop.doc},
};
constexpr Block kLifecycle = {"lifecycle", "hooks of the container (core/v1 Lifecycle), verbatim", no_fields,
                              kLifecycleChildren, Nulls::absent};
constexpr Block kToleration = {"toleration",
                               "a taint that the pods put up with (core/v1 Toleration), verbatim",
                               toleration_fields,
                               {},
                               Nulls::absent};

constexpr Block kRequests = {"requests",
                             "what a container asks its node for; as much as its limits if absent",
                             resource_fields,
                             {},
                             Nulls::absent};
constexpr Block kLimits = {
    "limits",
    "what it may use at most: cores that the requests at work share, memory at which it is killed",
    resource_fields,
    {},
    Nulls::absent};
constexpr Block kClaim = {"claim",
                          "a claim to devices (core/v1 ResourceClaim), verbatim; without effect",
                          resource_claim_fields,
                          {},
                          Nulls::absent};
constexpr ChildBlock kResourcesChildren[] = {
    {"requests", Shape::one, &kRequests, false, kRequests.doc},
    {"limits", Shape::one, &kLimits, false, kLimits.doc},
    {"claims", Shape::list, &kClaim, false, kClaim.doc},
};
constexpr Block kResources = {"resources", "of the container (core/v1 ResourceRequirements), verbatim", no_fields,
                              kResourcesChildren, Nulls::absent};

constexpr ChildBlock kServiceChildren[] = {
    {"external", Shape::one_or_value, &kProgram, false, kProgram.doc},
    {"strategy", Shape::one, &kStrategy, false, kStrategy.doc},
    {"lifecycle", Shape::one, &kLifecycle, false, kLifecycle.doc},
    {"tolerations", Shape::list, &kToleration, false,
     "taints that the pods put up with (core/v1 Toleration); how long they stay on a node that is out of touch"},
    {"resources", Shape::one, &kResources, false, kResources.doc},
    {"memory", Shape::one, &kMemory, false, kMemory.doc},
    {"disk", Shape::one, &kDisk, false, kDisk.doc},
    {"certificate", Shape::one, &kCertificate, false, kCertificate.doc},
    {"consumer", Shape::one, &kConsumer, false, kConsumer.doc},
    {"traffic", Shape::one, &kTraffic, false, kTraffic.doc},
    {"routes", Shape::list, &kRoute, false, "what the service serves; GET / if absent"},
    {"dependencies", Shape::by_name, &kDependency, false, "the services that it calls, by name"},
    {"livenessProbe", Shape::one, &kProbe, false, "restarts the container when it fails"},
    {"readinessProbe", Shape::one, &kProbe, false, "takes the pod out of the load balancer while it fails"},
    {"startupProbe", Shape::one, &kProbe, false, "holds the other probes back until it succeeds"},
};
constexpr Block kService = {"service", "a service and its replicas", service_fields, kServiceChildren};

constexpr ChildBlock kTopologyChildren[] = {
    {"services", Shape::by_name, &kService, true, "the services, by name"},
};
constexpr std::string_view kFormKeys[] = {"services"};
constexpr Block kTopology = {"topology", "the simulated production: services by name", topology_fields,
                             kTopologyChildren};

template <typename T>
void take(const DecodedBlock& parent, std::string_view name, T (*make)(const Fields&), T& out) {
  if (const DecodedBlock* block = parent.one(name)) out = make(block->fields);
}
template <typename T>
void take(const DecodedBlock& parent, std::string_view name, T (*make)(const Fields&), std::optional<T>& out) {
  if (const DecodedBlock* block = parent.one(name)) out = make(block->fields);
}

void take_probe(const DecodedBlock& service, std::string_view name, std::optional<ProbeSpec>& out) {
  const DecodedBlock* block = service.one(name);
  if (block == nullptr) return;
  ProbeSpec probe = make_probe(block->fields);
  if (const DecodedBlock* http = block->one("httpGet")) {
    probe.http_get = make_http_get(http->fields);
    for (const DecodedBlock& header : http->all("httpHeaders")) {
      probe.http_get->headers[header.fields.text("name")] = header.fields.text("value");
    }
  }
  take(*block, "tcpSocket", make_tcp_socket, probe.tcp_socket);
  take(*block, "grpc", make_grpc, probe.grpc);
  take(*block, "exec", make_exec, probe.exec);
  out = std::move(probe);
}

void take_lifecycle(const DecodedBlock& service, LifecycleSpec& out) {
  const DecodedBlock* block = service.one("lifecycle");
  const DecodedBlock* hook = block == nullptr ? nullptr : block->one("preStop");
  if (hook == nullptr) return;
  out.pre_stop.emplace();
  if (const DecodedBlock* sleep = hook->one("sleep")) out.pre_stop->sleep_seconds = sleep->fields.integer("seconds");
  take(*hook, "exec", make_exec, out.pre_stop->exec);
}

TrafficSpec assemble_traffic(const DecodedBlock& block) {
  TrafficSpec traffic = make_traffic(block.fields);
  take(block, "daily", make_daily, traffic.daily);
  take(block, "weekly", make_weekly, traffic.weekly);
  take(block, "noise", make_noise, traffic.noise);
  return traffic;
}

DependencySpec assemble_dependency(const DecodedBlock& block) {
  DependencySpec dependency = make_dependency(block.key, block.fields);
  take(block, "pool", make_pool, dependency.pool);
  take(block, "retries", make_retries, dependency.retries);
  take(block, "circuit_breaker", make_circuit_breaker, dependency.circuit_breaker);
  take(block, "cache", make_cache, dependency.cache);
  return dependency;
}

ServiceSpec assemble_service(const DecodedBlock& block) {
  ServiceSpec service = make_service(block.key, block.fields);
  take(block, "external", make_program, service.program);
  if (service.program && service.program->port != 0 && block.node->entry("port") == nullptr) {
    service.port = service.program->port;
  }
  if (const DecodedBlock* strategy = block.one("strategy")) {
    service.strategy = make_strategy(strategy->fields);
    if (const DecodedBlock* rolling = strategy->one("rollingUpdate")) {
      take_rolling_update(rolling->fields, service.strategy);
    }
  }
  take_lifecycle(block, service.lifecycle);
  for (const DecodedBlock& each : block.all("tolerations")) service.tolerations.push_back(make_toleration(each.fields));
  if (const DecodedBlock* resources = block.one("resources")) {
    take(*resources, "requests", make_resources, service.resources.requests);
    take(*resources, "limits", make_resources, service.resources.limits);
  }
  take(block, "memory", make_memory, service.memory);
  take(block, "disk", make_disk, service.disk);
  take(block, "certificate", make_certificate, service.certificate);
  take(block, "consumer", make_consumer, service.consumer);
  if (const DecodedBlock* traffic = block.one("traffic")) service.traffic = assemble_traffic(*traffic);
  for (const DecodedBlock& route : block.all("routes")) {
    service.routes.push_back(make_route(route.fields));
    for (const DecodedBlock& call : route.all("calls")) {
      service.routes.back().calls.push_back(make_call(call.fields));
    }
  }
  for (const DecodedBlock& dependency : block.all("dependencies")) {
    service.dependencies.push_back(assemble_dependency(dependency));
  }
  take_probe(block, "livenessProbe", service.liveness_probe);
  take_probe(block, "readinessProbe", service.readiness_probe);
  take_probe(block, "startupProbe", service.startup_probe);
  return service;
}

// IntOrString: a text in quotes is a percentage, whatever number stands in it.
void check_quoted_counts(const Node& root, std::string_view service, Diagnostics& diagnostics) {
  const Node* at = &root;
  for (const std::string_view key :
       {std::string_view("services"), service, std::string_view("strategy"), std::string_view("rollingUpdate")}) {
    at = at->find(key);
    if (at == nullptr) return;
  }
  for (const std::string_view field : {"maxSurge", "maxUnavailable"}) {
    const Node* value = at->find(field);
    if (value == nullptr || !value->is_scalar() || value->style == Node::Style::plain) continue;
    const auto given = parse_count_or_share(value->text);
    if (!given || given->share) continue;
    report(diagnostics, value->where(), format("{} is a text, and no percentage", field),
           format("write {} or '{}%'", value->text, value->text));
  }
}

// Services by name, none of which says what watches it.
const Node& without_exporters(const Node& services, yaml::Document& made) {
  Node& all = made.add();
  all = services;
  for (Node::Entry& entry : all.entries) {
    Node& service = made.add();
    service = *entry.value;
    std::erase_if(service.entries, [](const Node::Entry& field) { return field.key == "exporters"; });
    entry.value = &service;
  }
  return all;
}

}  // namespace

constinit const yaml::FileForm kTopologyForm = {"topology", kFormKeys, "expected `services:` with services by name"};

const Block& topology_block() {
  return kTopology;
}

ReadExporterFile exporter_files_by(yaml::Inputs& inputs, std::string_view topology) {
  const std::filesystem::path folder = std::filesystem::path(topology).parent_path();
  return [&inputs, folder](const std::string& path, const Position& named_at, Diagnostics& diagnostics) {
    return inputs.read((folder / path).generic_string(), named_at, kExporterForm, yaml::Dialect::strict, diagnostics);
  };
}

std::optional<Topology> decode_topology(const Node& root, const ReadExporterFile& read, Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.size();
  const DecodedBlock block = decode_block(root, kTopology, "the topology", diagnostics);
  Topology topology;
  read_own_exporters(block.fields.texts("exporter_files"), yaml::places_of_items(root.find("exporter_files")), read,
                     topology.own_exporters, diagnostics);
  const bool exporters_known = diagnostics.size() == before;
  topology.exporters = block.fields.texts("exporters");
  topology.exporter_jobs = block.fields.text_map("exporter_jobs");
  std::set<std::string, std::less<>> unsound;
  for (const DecodedBlock& service : block.all("services")) {
    topology.services.push_back(assemble_service(service));
    check_quoted_counts(root, service.key, diagnostics);
    if (!service.sound) unsound.insert(service.key);
  }
  if (topology.services.empty() && diagnostics.size() != before) return std::nullopt;
  // What is wrong across blocks is worth telling although another service has an error; about one that has, it may be
  // untrue.
  for (const TopologyProblem& problem : validate(topology)) {
    if (problem.path.size() > 1 && unsound.contains(problem.path[1])) continue;
    if (problem.of_exporters && !exporters_known) continue;
    report(diagnostics, problem.at.source ? problem.at : position_of_path(root, problem.path), problem.what,
           problem.remedy);
  }
  if (diagnostics.size() != before) return std::nullopt;
  for (const TopologyProblem& remark : remarks(topology)) {
    warn(diagnostics, position_of_path(root, remark.path), remark.what, remark.remedy);
  }
  complete(topology);
  return topology;
}

std::optional<Topology> decode_services(const Node& root, Diagnostics& diagnostics) {
  yaml::Document bare(root.document->source());
  Node& services = bare.add();
  services = root;
  std::erase_if(services.entries, [](const Node::Entry& entry) { return entry.key != "services"; });
  for (Node::Entry& entry : services.entries) entry.value = &without_exporters(*entry.value, bare);
  return decode_topology(services, {}, diagnostics);
}

}  // namespace firedrill::fake_services
