// The fields of Kubernetes probe blocks, and what they decode to.
#include <string_view>

#include "fake_services/topology/topology_fields.h"

namespace firedrill::fake_services {
namespace {

using enum FieldType;

constexpr double kMaxCount = 1e6;

constexpr FieldSpec kProbe[] = {
    {.name = "initialDelaySeconds",
     .type = integer,
     .doc = "from the container's start to the first probe",
     .default_text = "0",
     .min = 0,
     .max = kMaxCount},
    {.name = "timeoutSeconds",
     .type = integer,
     .doc = "after which a probe has failed",
     .default_text = "1",
     .min = 1,
     .max = kMaxCount},
    {.name = "periodSeconds",
     .type = integer,
     .doc = "between two probes",
     .default_text = "10",
     .min = 1,
     .max = kMaxCount},
    {.name = "successThreshold",
     .type = integer,
     .doc = "successes in a row that count as success",
     .default_text = "1",
     .min = 1,
     .max = kMaxCount},
    {.name = "failureThreshold",
     .type = integer,
     .doc = "failures in a row that count as failure",
     .default_text = "3",
     .min = 1,
     .max = kMaxCount},
    {.name = "terminationGracePeriodSeconds",
     .type = integer,
     .doc = "for a container to end before it is killed",
     .min = 1,
     .max = kMaxCount},
};

constexpr std::string_view kSchemes[] = {"HTTP", "HTTPS"};
constexpr FieldSpec kHttpGet[] = {
    {.name = "path", .type = text, .doc = "path that is fetched", .default_text = "/"},
    {.name = "port", .type = text, .required = true, .doc = "port's number or name"},
    {.name = "scheme", .type = text, .doc = "HTTP or HTTPS", .default_text = "HTTP", .choices = kSchemes},
    {.name = "host", .type = text, .doc = "absent or empty: it is the pod's own address that is probed"},
};
constexpr FieldSpec kHttpHeader[] = {
    {.name = "name", .type = text, .required = true, .doc = "name of a header that is sent"},
    {.name = "value", .type = text, .required = true, .doc = "its value"},
};
constexpr FieldSpec kTcpSocket[] = {
    {.name = "port", .type = text, .required = true, .doc = "port's number or name"},
    {.name = "host", .type = text, .doc = "absent or empty: it is the pod's own address that is probed"},
};
constexpr FieldSpec kGrpc[] = {
    {.name = "port", .type = integer, .required = true, .doc = "port's number", .min = 1, .max = 65535},
    {.name = "service", .type = text, .doc = "service named in the health request"},
};
constexpr FieldSpec kExec[] = {
    {.name = "command", .type = texts, .required = true, .doc = "command and its arguments"},
};

}  // namespace

std::span<const FieldSpec> probe_fields() {
  return kProbe;
}
std::span<const FieldSpec> http_get_fields() {
  return kHttpGet;
}
std::span<const FieldSpec> http_header_fields() {
  return kHttpHeader;
}
std::span<const FieldSpec> tcp_socket_fields() {
  return kTcpSocket;
}
std::span<const FieldSpec> grpc_fields() {
  return kGrpc;
}
std::span<const FieldSpec> exec_fields() {
  return kExec;
}

ProbeSpec make_probe(const Fields& fields) {
  ProbeSpec p;
  p.initial_delay_seconds = fields.integer("initialDelaySeconds", p.initial_delay_seconds);
  p.timeout_seconds = fields.integer("timeoutSeconds", p.timeout_seconds);
  p.period_seconds = fields.integer("periodSeconds", p.period_seconds);
  p.success_threshold = fields.integer("successThreshold", p.success_threshold);
  p.failure_threshold = fields.integer("failureThreshold", p.failure_threshold);
  if (fields.has("terminationGracePeriodSeconds")) {
    p.termination_grace_period_seconds = fields.integer("terminationGracePeriodSeconds");
  }
  return p;
}

ProbeSpec::HttpGet make_http_get(const Fields& fields) {
  ProbeSpec::HttpGet h;
  h.path = fields.text("path", h.path);
  h.port = fields.text("port");
  h.scheme = fields.text("scheme", h.scheme);
  h.host = fields.text("host");
  return h;
}

ProbeSpec::TcpSocket make_tcp_socket(const Fields& fields) {
  return {.port = fields.text("port"), .host = fields.text("host")};
}

ProbeSpec::Grpc make_grpc(const Fields& fields) {
  return {.port = fields.integer("port"), .service = fields.text("service")};
}

ProbeSpec::Exec make_exec(const Fields& fields) {
  return {.command = fields.texts("command")};
}

}  // namespace firedrill::fake_services
