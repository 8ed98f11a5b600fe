#include "fake_services/topology/program.h"

#include <map>

#include "base/text/format.h"
#include "base/text/numbers.h"
#include "fake_services/topology/topology_fields.h"

namespace firedrill::fake_services {
namespace {

using enum FieldType;

constexpr std::string_view kExample = "http://127.0.0.1:8080";
constexpr std::uint16_t kHttpPort = 80;

constexpr FieldSpec kProgramFields[] = {
    {.name = "url",
     .type = text,
     .required = true,
     .doc = "where it listens, for example http://127.0.0.1:8080; on this machine's loopback interface alone"},
    {.name = "metrics_path",
     .type = text,
     .doc = "where it exposes metrics, as Prometheus's metrics_path",
     .default_text = "/metrics"},
};

using Problems = std::vector<TopologyProblem>;
using Users = std::map<std::int64_t, std::string>;  // of ports: what listens there

std::vector<std::string> path_to(const ServiceSpec& service, std::vector<std::string> below) {
  std::vector<std::string> path = {"services", service.name};
  path.insert(path.end(), below.begin(), below.end());
  return path;
}

// One address each, since all are on one interface.
void use(Users& users, std::int64_t port, const std::string& what, std::vector<std::string> path, Problems& problems) {
  const auto [at, first] = users.emplace(port, what);
  if (first) return;
  problems.push_back(
      {std::move(path), format("port {} is that of {} already", port, at->second), "give each another port"});
}

void check_program(const ServiceSpec& service, Users& users, Problems& problems) {
  const ProgramSpec& program = *service.program;
  if (const auto port = loopback_port(program.url); !port) {
    problems.push_back({path_to(service, {"external", "url"}), format("'{}' {}", program.url, port.error()),
                        format("write for example {}", kExample)});
  } else {
    use(users, *port, service.name, path_to(service, {"external", "url"}), problems);
  }
  if (!program.metrics_path.starts_with('/') || program.metrics_path.find_first_of(" \r\n\t#") != std::string::npos) {
    problems.push_back({path_to(service, {"external", "metrics_path"}),
                        format("'{}' is no path of a URL", program.metrics_path), "write for example /metrics"});
  }
  if (service.replicas != 1) {
    problems.push_back({path_to(service, {"replicas"}),
                        format("{} is a program of your own with one address: it cannot have {} replicas", service.name,
                               service.replicas),
                        "remove `replicas`"});
  }
}

}  // namespace

std::span<const FieldSpec> program_fields() {
  return kProgramFields;
}

ProgramSpec make_program(const Fields& fields) {
  ProgramSpec program;
  program.url = fields.text("url");
  program.port = loopback_port(program.url).value_or(0);
  program.metrics_path = fields.text("metrics_path", program.metrics_path);
  return program;
}

std::expected<std::uint16_t, std::string> loopback_port(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  if (url.starts_with("https://")) return std::unexpected("is of HTTPS, and requests are sent over HTTP alone");
  if (!url.starts_with(kScheme)) return std::unexpected("does not begin with http://");
  std::string_view rest = url.substr(kScheme.size());
  if (const std::size_t slash = rest.find_first_of("/?#"); slash != std::string_view::npos) {
    if (rest.substr(slash) != "/") return std::unexpected("has a path, and the paths of requests stand in `routes`");
    rest = rest.substr(0, slash);
  }
  if (rest.find('@') != std::string_view::npos) return std::unexpected("has a user, and requests name none");
  const std::size_t colon = rest.rfind(':');
  const bool has_port = colon != std::string_view::npos && rest.find(']', colon) == std::string_view::npos;
  const std::string_view host = has_port ? rest.substr(0, colon) : rest;
  if (host != "127.0.0.1" && host != "localhost") {
    return std::unexpected("is not on 127.0.0.1: faults and load are for programs of this machine alone");
  }
  if (!has_port) return kHttpPort;
  const auto port = parse_int(rest.substr(colon + 1));
  if (!port || *port < 1 || *port > 65535) return std::unexpected("has no port from 1 to 65535");
  return static_cast<std::uint16_t>(*port);
}

std::vector<TopologyProblem> program_problems(const Topology& topology) {
  Problems problems;
  Users users;
  for (const ServiceSpec& service : topology.services) {
    if (service.program) check_program(service, users, problems);
  }
  for (const ServiceSpec& service : topology.services) {
    for (const DependencySpec& dependency : service.dependencies) {
      if (dependency.port == 0) continue;
      std::vector<std::string> path = path_to(service, {"dependencies", dependency.name, "port"});
      if (service.program) {
        use(users, dependency.port, format("{} for {}", dependency.name, service.name), std::move(path), problems);
      } else {
        problems.push_back(
            {std::move(path),
             format("{} finds its dependencies by itself: a `port` is for programs of your own", service.name),
             "remove it, or say where the program is: `external: {url: http://127.0.0.1:8080}`"});
      }
    }
  }
  return problems;
}

}  // namespace firedrill::fake_services
