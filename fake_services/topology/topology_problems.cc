// What is wrong with a topology (topology.h: validate, remarks).
#include <algorithm>
#include <set>
#include <string_view>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "fake_services/exporters/attachment.h"
#include "fake_services/pods/initial_state.h"
#include "fake_services/topology/ports.h"
#include "fake_services/topology/pre_stop.h"
#include "fake_services/topology/program.h"
#include "fake_services/topology/topology.h"
#include "model/labels.h"

namespace firedrill::fake_services {
namespace {

// Sizes beyond which a simulation on one core stops being one of seconds; what is larger is a mistake.
constexpr std::size_t kMaxServices = 1000;
constexpr std::int64_t kMaxReplicas = 10000;
constexpr double kShareTolerance = 1e-6;

using Problems = std::vector<TopologyProblem>;

std::vector<std::string> names_of(const Topology& topology) {
  std::vector<std::string> names;
  for (const auto& s : topology.services) names.push_back(s.name);
  return names;
}

bool has_route(const ServiceSpec& service, std::string_view path) {
  if (service.routes.empty()) return path == "/";
  return std::ranges::any_of(service.routes, [&](const RouteSpec& r) { return r.path == path; });
}

void check_call(const Topology& topology, const ServiceSpec& service, const CallSpec& call,
                std::vector<std::string> path, Problems& problems) {
  std::vector<std::string> declared;
  for (const auto& d : service.dependencies) declared.push_back(d.name);
  if (std::ranges::find(declared, call.dependency) == declared.end()) {
    path.emplace_back("dependency");
    problems.push_back({path, format("'{}' is not among the dependencies of {}", call.dependency, service.name),
                        declared.empty() ? format("declare it under services.{}.dependencies", service.name)
                                         : suggest(call.dependency, declared)});
    return;
  }
  const ServiceSpec* callee = topology.find(call.dependency);
  if (callee != nullptr && !call.path.empty() && !has_route(*callee, call.path)) {
    std::vector<std::string> paths;
    for (const auto& r : callee->routes) paths.push_back(r.path);
    path.emplace_back("path");
    problems.push_back({path, format("{} has no route '{}'", callee->name, call.path),
                        paths.empty() ? "it has the route / alone" : suggest(call.path, paths)});
  }
}

void check_routes(const Topology& topology, const ServiceSpec& service, Problems& problems) {
  std::set<std::pair<std::string, std::string>> seen;
  double sum = 0;
  bool all_given = true;
  for (std::size_t i = 0; i < service.routes.size(); ++i) {
    const RouteSpec& route = service.routes[i];
    std::vector<std::string> path = {"services", service.name, "routes", std::to_string(i)};
    if (!seen.emplace(route.method, route.path).second) {
      problems.push_back({path, format("{} {} is declared twice", route.method, route.path), "give a route once"});
    }
    sum += route.share.value_or(0);
    all_given = all_given && route.share.has_value();
    for (std::size_t j = 0; j < route.calls.size(); ++j) {
      std::vector<std::string> call_path = path;
      call_path.emplace_back("calls");
      call_path.push_back(std::to_string(j));
      check_call(topology, service, route.calls[j], std::move(call_path), problems);
    }
  }
  const bool wrong = all_given ? sum < 1 - kShareTolerance || sum > 1 + kShareTolerance : sum > 1 + kShareTolerance;
  if (!service.routes.empty() && wrong) {
    problems.push_back({{"services", service.name, "routes"},
                        format("the shares of the routes of {} sum to {:g} %", service.name, sum * 100),
                        "they must sum to 100 %; leave one out and it gets the rest"});
  }
}

// A label that the target has anyway may not be set here, and a name that is not one could be read by no query.
void check_labels(const ServiceSpec& service, Problems& problems) {
  constexpr std::string_view kOwn[] = {"__name__", "job", "instance", "service", "pod", "namespace"};
  for (const auto& [name, value] : service.labels) {
    const std::vector<std::string> path = {"services", service.name, "labels", name};
    if (!model::is_legacy_label_name(name)) {
      problems.push_back({path, format("'{}' is not a label name", name),
                          "expected letters, digits and underscores, not beginning with a digit"});
    } else if (std::ranges::find(kOwn, name) != std::end(kOwn)) {
      problems.push_back({path, format("every target has the label '{}' already", name), "use another name"});
    }
  }
}

void check_dependencies(const Topology& topology, const ServiceSpec& service, Problems& problems) {
  for (const auto& dependency : service.dependencies) {
    const std::vector<std::string> path = {"services", service.name, "dependencies", dependency.name};
    if (dependency.name == service.name) {
      problems.push_back({path, format("{} depends on itself", service.name), "remove it"});
    } else if (topology.find(dependency.name) == nullptr) {
      problems.push_back(
          {path, format("there is no service '{}'", dependency.name), suggest(dependency.name, names_of(topology))});
    }
  }
}

void check_readiness_checks(const ServiceSpec& service, Problems& problems) {
  std::vector<std::string> known;
  for (const auto& dependency : service.dependencies) known.push_back(dependency.name);
  if (service.disk) known.emplace_back(kDiskCheck);
  for (const std::string& name : service.readiness_checks) {
    if (std::ranges::find(known, name) != known.end()) continue;
    problems.push_back({{"services", service.name, "readiness_checks"},
                        format("'{}' is not a dependency of the service", name),
                        suggest(name, known)});
  }
}

void check_consumer(const ServiceSpec& service, Problems& problems) {
  if (!service.consumer || !service.traffic) return;
  problems.push_back({{"services", service.name, "traffic"},
                      format("{} takes messages from its queue, and no requests from outside", service.name),
                      "let a service without `consumer` take them, and depend on this one"});
}

// Messages are taken from a queue: nobody chooses who gets them.
void check_balancing(const Topology& topology, const ServiceSpec& service, Problems& problems) {
  if (service.consumer && service.load_balancing != LoadBalancing::random) {
    problems.push_back(
        {{"services", service.name, "load_balancing"},
         format("{} takes messages from its queue, and nobody chooses which replica gets one", service.name),
         "remove `load_balancing`, or `consumer`"});
  }
  for (const auto& dependency : service.dependencies) {
    const ServiceSpec* callee = topology.find(dependency.name);
    if (callee == nullptr || !callee->consumer || dependency.retries.to == RetryTo::any) continue;
    problems.push_back({{"services", service.name, "dependencies", dependency.name, "retries", "to"},
                        format("{} has a queue, and that answers for all its replicas", dependency.name),
                        "remove `to`"});
  }
}

// What Kubernetes refuses (apps/validation, ValidateDeploymentStrategy).
void check_strategy(const ServiceSpec& service, Problems& problems) {
  const StrategySpec& strategy = service.strategy;
  const auto at = [&](std::vector<std::string> below) {
    std::vector<std::string> path = {"services", service.name, "strategy", "rollingUpdate"};
    path.insert(path.end(), below.begin(), below.end());
    return path;
  };
  if (strategy.recreate && strategy.rolling_update) {
    problems.push_back({at({}), "a strategy of type Recreate has no rollingUpdate", "remove it, or the type"});
  }
  const auto check = [&](const char* field, const CountOrShare& given) {
    if (given.value < 0) {
      problems.push_back(
          {at({field}), format("{} is neither a number nor a percentage", field), "expected for example 1 or 25%"});
    }
  };
  check("maxSurge", strategy.max_surge);
  check("maxUnavailable", strategy.max_unavailable);
  if (strategy.max_unavailable.share && strategy.max_unavailable.value > 1) {
    problems.push_back({at({"maxUnavailable"}), "more than all pods cannot be missing", "expected at most 100%"});
  }
  if (strategy.max_surge.value == 0 && strategy.max_unavailable.value == 0) {
    problems.push_back({at({}), "with maxSurge 0 and maxUnavailable 0 no pod could ever be replaced",
                        "let one of the two be more than 0"});
  }
  if (service.progress_deadline_seconds <= service.min_ready_seconds) {
    problems.push_back({{"services", service.name, "progressDeadlineSeconds"},
                        format("a rollout that waits {} s for a pod would stall after {} s", service.min_ready_seconds,
                               service.progress_deadline_seconds),
                        "progressDeadlineSeconds must be greater than minReadySeconds"});
  }
}

// What Kubernetes refuses of hooks (apps/validation, validateLifecycle), and what nobody here would run.
void check_lifecycle(const ServiceSpec& service, Problems& problems) {
  if (!service.lifecycle.pre_stop) return;
  const PreStopSpec& hook = *service.lifecycle.pre_stop;
  std::vector<std::string> path = {"services", service.name, "lifecycle", "preStop"};
  if (hook.sleep_seconds.has_value() + hook.exec.has_value() != 1) {
    problems.push_back({path, hook.exec ? "the hook has more than one handler" : "the hook has no handler",
                        "give exactly one of sleep, exec"});
    return;
  }
  path.emplace_back(hook.exec ? "exec" : "sleep");
  if (!pre_stop_time(hook)) {
    path.emplace_back("command");
    problems.push_back({path, "the simulated container has no command but sleep",
                        "write for example `sleep: {seconds: 5}`, or the command [sleep, '5']"});
  } else if (hook.sleep_seconds && *hook.sleep_seconds > service.termination_grace_period_seconds) {
    path.emplace_back("seconds");
    problems.push_back({path,
                        format("{} s are more than the {} s of terminationGracePeriodSeconds", *hook.sleep_seconds,
                               service.termination_grace_period_seconds),
                        "lower it, or raise terminationGracePeriodSeconds"});
  }
}

// What Kubernetes refuses of tolerations (apps/validation, ValidateTolerations).
void check_tolerations(const ServiceSpec& service, Problems& problems) {
  for (std::size_t i = 0; i < service.tolerations.size(); ++i) {
    const TolerationSpec& toleration = service.tolerations[i];
    const auto at = [&](const char* field) {
      return std::vector<std::string>{"services", service.name, "tolerations", std::to_string(i), field};
    };
    if (toleration.key.empty() && !toleration.exists) {
      problems.push_back({at("operator"), "a toleration of any taint must have the operator Exists",
                          "add `operator: Exists`, or a key"});
    }
    if (toleration.exists && !toleration.value.empty()) {
      problems.push_back({at("value"), "with the operator Exists no value is compared", "remove it"});
    }
    if (toleration.seconds && toleration.effect != "NoExecute") {
      problems.push_back({at("tolerationSeconds"), "only the effect NoExecute is tolerated for a time",
                          "add `effect: NoExecute`, or remove it"});
    }
  }
}

// What Kubernetes refuses of resources (apps/validation, ValidateContainerResourceRequirements), and a limit that is
// said twice.
void check_resources(const ServiceSpec& service, Problems& problems) {
  const auto& [requests, limits] = service.resources;
  const auto at = [&](const char* list, const char* what) {
    return std::vector<std::string>{"services", service.name, "resources", list, what};
  };
  for (const auto& [list, name] : {std::pair(&requests, "requests"), std::pair(&limits, "limits")}) {
    if (list->cpu && *list->cpu < 0) {
      problems.push_back({at(name, "cpu"), "this is no quantity of cores", "expected for example 2, 0.5, 500m or 1e3"});
    }
  }
  if (limits.cpu && *limits.cpu > 0 && *limits.cpu < 0.001) {
    problems.push_back({at("limits", "cpu"), "a limit of less than a thousandth of a core is not simulated",
                        "expected 1m or more; without one there is no limit"});
  }
  // A limit has two names; what is wrong with it itself is said elsewhere.
  const double cores = limits.cpu ? *limits.cpu : service.cpu_limit > 0 ? service.cpu_limit : -1;
  if (requests.cpu && cores >= 0 && *requests.cpu > cores) {
    problems.push_back({at("requests", "cpu"),
                        format("{:g} cores are more than the limit of {:g}", *requests.cpu, cores),
                        format("lower it, or raise {}", limits.cpu ? "limits.cpu" : "cpu_limit")});
  }
  const auto bytes = limits.memory ? *limits.memory : service.memory.limit;
  if (requests.memory && (limits.memory || bytes > 0) && *requests.memory > bytes) {
    problems.push_back({at("requests", "memory"), "a container cannot request more memory than its limit",
                        format("lower it, or raise {}", limits.memory ? "limits.memory" : "memory.limit")});
  }
  if (requests.ephemeral_storage && limits.ephemeral_storage &&
      *requests.ephemeral_storage > *limits.ephemeral_storage) {
    problems.push_back({at("requests", "ephemeral-storage"), "a container cannot request more than its limit",
                        "lower it, or raise limits.ephemeral-storage"});
  }
  if (limits.cpu && service.cpu_limit > 0 && service.cpu_limit != *limits.cpu) {
    problems.push_back({at("limits", "cpu"),
                        format("cpu_limit of the service, or of its overrides, says {:g} cores", service.cpu_limit),
                        "remove one of the two; what overrides it has the same name"});
  }
  if (limits.memory && service.memory.limit > 0 && service.memory.limit != *limits.memory) {
    problems.push_back({at("limits", "memory"), "memory.limit of the service, or of its overrides, says something else",
                        "remove one of the two; what overrides it has the same name"});
  }
}

bool is_port(std::string_view text) {
  const auto number = parse_int(text);
  return number && *number >= 1 && *number <= 65535;
}

// Kubernetes: IANA_SVC_NAME, a letter and no more than 15 characters.
bool is_port_name(std::string_view name) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  const bool letter = std::ranges::any_of(name, [](char c) { return c >= 'a' && c <= 'z'; });
  return letter && name.size() <= 15 && std::ranges::all_of(name, allowed);
}

void check_ports(const ServiceSpec& service, Problems& problems) {
  for (const auto& [name, number] : service.ports) {
    const std::vector<std::string> path = {"services", service.name, "ports", name};
    if (!is_port(number)) {
      problems.push_back({path, format("there is no port {}", number), "expected 1 to 65535"});
    } else if (!is_port_name(name)) {
      problems.push_back({path, format("'{}' is no name for a port", name),
                          "expected at most 15 lower-case letters, digits and hyphens"});
    }
  }
}

void check_probe_port(const ServiceSpec& service, std::vector<std::string> path, const std::string& port,
                      Problems& problems) {
  path.emplace_back("port");
  if (is_port(port)) return;
  if (parse_int(port)) {
    problems.push_back({path, format("there is no port {}", port), "expected 1 to 65535, or a port's name"});
  } else if (!is_port_name(port)) {
    problems.push_back({path, format("'{}' is no name for a port", port),
                        "expected at most 15 lower-case letters, digits and hyphens, or a number from 1 to 65535"});
  } else if (!port_number(service, port)) {
    problems.push_back({path, format("{} has no port '{}'", service.name, port),
                        format("name one under services.{}.ports, for example ports: {{{}: {}}}, or give its number",
                               service.name, port, service.port)});
  }
}

// A pod has one address, and its kubelet probes it there; what a probe elsewhere would find is not simulated.
void check_probe_host(std::vector<std::string> path, const std::string& host, bool http, Problems& problems) {
  if (host.empty()) return;
  path.emplace_back("host");
  problems.push_back(
      {path, format("the probe asks '{}', and the simulated kubelet probes the pod itself", host),
       http ? format("remove `host`; a Host header belongs into `httpHeaders: [{{name: Host, value: {}}}]`", host)
            : "remove `host`"});
}

void check_probe(const ServiceSpec& service, const std::optional<ProbeSpec>& probe, const char* key, bool readiness,
                 Problems& problems) {
  if (!probe) return;
  const std::vector<std::string> path = {"services", service.name, key};
  const int handlers =
      probe->http_get.has_value() + probe->tcp_socket.has_value() + probe->grpc.has_value() + probe->exec.has_value();
  if (handlers != 1) {
    problems.push_back({path, handlers == 0 ? "the probe has no handler" : "the probe has more than one handler",
                        "give exactly one of httpGet, tcpSocket, grpc, exec; in overrides `httpGet: null` takes the "
                        "topology's out, and `livenessProbe: null` the probe"});
  }
  const auto below = [&](const char* handler) {
    return std::vector<std::string>{"services", service.name, key, handler};
  };
  if (probe->http_get) {
    if (!probe->http_get->port.empty()) {
      check_probe_port(service, below("httpGet"), probe->http_get->port, problems);
    }
    check_probe_host(below("httpGet"), probe->http_get->host, true, problems);
  }
  if (probe->tcp_socket) {
    if (!probe->tcp_socket->port.empty()) {
      check_probe_port(service, below("tcpSocket"), probe->tcp_socket->port, problems);
    }
    check_probe_host(below("tcpSocket"), probe->tcp_socket->host, false, problems);
  }
  if (!readiness && probe->success_threshold != 1) {
    auto field = path;
    field.emplace_back("successThreshold");
    problems.push_back({field, format("successThreshold of a {} must be 1", key), "only readiness may ask for more"});
  }
  if (readiness && probe->termination_grace_period_seconds) {
    auto field = path;
    field.emplace_back("terminationGracePeriodSeconds");
    problems.push_back({field, "a readinessProbe ends nothing, and has no terminationGracePeriodSeconds", "remove it"});
  }
}

// A probe that can never succeed. Kubernetes takes it, and restarts the container for ever.
void remark_probe(const ServiceSpec& service, const std::optional<ProbeSpec>& probe, const char* key,
                  Problems& problems) {
  if (!probe) return;
  std::vector<std::string> path = {"services", service.name, key};
  const Listener met = listener_of(service, *probe);
  if (met == Listener::serves) return;
  path.emplace_back(probe->http_get ? "httpGet" : probe->tcp_socket ? "tcpSocket" : "grpc");
  if (met == Listener::plain) {
    path.emplace_back("scheme");
    problems.push_back({path, format("{} has no certificate: its {} fails each time", service.name, key),
                        "remove `scheme`, or give the service a certificate"});
    return;
  }
  path.emplace_back("port");
  problems.push_back({path, format("nothing of {} listens there: its {} fails each time", service.name, key),
                      format("it listens on {}", describe_ports(service))});
}

// A service that starts too slowly for its own probe.
void remark_start(const ServiceSpec& service, Problems& problems) {
  const auto ended = ended_before_it_listens(service);
  const ProbeSpec* probe = probe_of_start(service);
  if (!ended || service.external || listener_of(service, *probe) != Listener::serves) return;
  const char* key = service.startup_probe ? "startupProbe" : "livenessProbe";
  problems.push_back(
      {{"services", service.name, key},
       format("{} takes {} to listen, and its {} ends it {} after its start at the latest: it never comes up",
              service.name, format_duration(service.startup), key, format_duration(*ended)),
       service.startup_probe ? "raise failureThreshold, or lower `startup`"
                             : "give it a startupProbe that waits longer, or lower `startup`"});
}

// Depth first over dependencies, without recursion; 0 unseen, 1 on the path, 2 done.
void check_cycles(const Topology& topology, Problems& problems) {
  std::map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < topology.services.size(); ++i) index.emplace(topology.services[i].name, i);
  std::vector<int> mark(topology.services.size(), 0);
  std::vector<std::pair<std::size_t, std::size_t>> path;  // service, next dependency
  for (std::size_t root = 0; root < topology.services.size(); ++root) {
    if (mark[root] != 0) continue;
    path.emplace_back(root, 0);
    mark[root] = 1;
    while (!path.empty()) {
      auto& [at, next] = path.back();
      const auto& dependencies = topology.services[at].dependencies;
      if (next == dependencies.size()) {
        mark[at] = 2;
        path.pop_back();
        continue;
      }
      const std::string& name = dependencies[next++].name;
      const auto it = index.find(name);
      if (it == index.end() || it->second == at) continue;
      if (mark[it->second] == 0) {
        mark[it->second] = 1;
        path.emplace_back(it->second, 0);
      } else if (mark[it->second] == 1) {
        std::string chain;
        bool on = false;
        for (const auto& step : path) {
          on = on || step.first == it->second;
          if (on) chain += topology.services[step.first].name + " → ";
        }
        problems.push_back({{"services", topology.services[at].name, "dependencies", name},
                            format("dependency cycle: {}{}", chain, name),
                            "services must call each other one way"});
      }
    }
  }
}

void check_sizes(const Topology& topology, Problems& problems) {
  std::int64_t replicas = 0;
  for (const auto& s : topology.services) replicas += s.replicas;
  if (topology.services.empty()) problems.push_back({{"services"}, "there is no service", "declare at least one"});
  if (topology.services.size() > kMaxServices) {
    problems.push_back({{"services"},
                        format("{} services", topology.services.size()),
                        format("at most {} are simulated", kMaxServices)});
  }
  if (replicas > kMaxReplicas) {
    problems.push_back(
        {{"services"}, format("{} replicas altogether", replicas), format("at most {} are simulated", kMaxReplicas)});
  }
}

// What is left over by the shares given, evenly to the routes without one.
}  // namespace

std::vector<TopologyProblem> validate(const Topology& topology) {
  Problems problems;
  check_sizes(topology, problems);
  if (!problems.empty()) return problems;
  for (const auto& service : topology.services) {
    check_dependencies(topology, service, problems);
    check_labels(service, problems);
    check_routes(topology, service, problems);
    check_readiness_checks(service, problems);
    check_consumer(service, problems);
    check_balancing(topology, service, problems);
    check_ports(service, problems);
    check_strategy(service, problems);
    check_lifecycle(service, problems);
    check_tolerations(service, problems);
    check_resources(service, problems);
    check_probe(service, service.liveness_probe, "livenessProbe", false, problems);
    check_probe(service, service.readiness_probe, "readinessProbe", true, problems);
    check_probe(service, service.startup_probe, "startupProbe", false, problems);
  }
  check_cycles(topology, problems);
  for (TopologyProblem& problem : program_problems(topology)) problems.push_back(std::move(problem));
  for (TopologyProblem& problem : exporter_problems(topology)) problems.push_back(std::move(problem));
  return problems;
}

std::vector<TopologyProblem> remarks(const Topology& topology) {
  Problems problems;
  for (const auto& service : topology.services) {
    remark_probe(service, service.liveness_probe, "livenessProbe", problems);
    remark_probe(service, service.readiness_probe, "readinessProbe", problems);
    remark_probe(service, service.startup_probe, "startupProbe", problems);
    remark_start(service, problems);
  }
  return problems;
}

}  // namespace firedrill::fake_services
