#include "fake_services/topology/topology_fields.h"

#include <array>
#include <string_view>

namespace firedrill::fake_services {
namespace {

using enum FieldType;

constexpr double kMaxCount = 1e6;
constexpr double kMaxSeconds = 86400.0 * 365;

constexpr std::string_view kBalancing[] = {"random", "round_robin", "least_requests"};
constexpr std::string_view kRetryTo[] = {"any", "another", "same"};

// The place of what a field says among its choices, as a value of the enumeration that has them in that order.
template <typename E, std::size_t N>
E choice(const Fields& fields, std::string_view name, const std::string_view (&choices)[N]) {
  const std::string said = fields.text(name, std::string(choices[0]));
  for (std::size_t i = 0; i < N; ++i) {
    if (choices[i] == said) return static_cast<E>(i);
  }
  return E{};
}

constexpr FieldSpec kService[] = {
    {.name = "namespace",
     .type = text,
     .doc = "Kubernetes namespace, and label of its targets",
     .default_text = "default"},
    {.name = "job", .type = text, .doc = "job label of its targets; the service's name if absent"},
    {.name = "port", .type = integer, .doc = "port that it listens on", .default_text = "8080", .min = 1, .max = 65535},
    {.name = "ports",
     .type = text_map,
     .doc =
         "further ports that it listens on, by the names under which probes may call them; `port` may be among them"},
    {.name = "replicas", .type = integer, .doc = "number of pods", .default_text = "1", .min = 0, .max = kMostReplicas},
    {.name = "zone", .type = text, .doc = "zone of all replicas"},
    {.name = "zones", .type = texts, .doc = "zones over which the replicas are spread in turn"},
    {.name = "version", .type = text, .doc = "release that it runs", .default_text = "1.0.0"},
    {.name = "version_label",
     .type = boolean,
     .doc = "whether http_requests_total and http_request_duration_seconds have the label version",
     .default_text = "false"},
    {.name = "labels", .type = text_map, .doc = "labels added to its targets"},
    {.name = "external",
     .type = boolean,
     .doc =
         "true: belongs to a third party, not scraped, no pods of ours; a mapping with a url: a program of your own, "
         "which the live world neither starts nor ends",
     .default_text = "false"},
    {.name = "concurrency",
     .type = integer,
     .doc = "requests that a replica works on at once",
     .default_text = "32",
     .min = 1,
     .max = 10000},
    {.name = "queue",
     .type = integer,
     .doc = "requests that wait at a replica; one more is answered 503",
     .default_text = "128",
     .min = 0,
     .max = 100000},
    {.name = "load_balancing",
     .type = text,
     .doc = "how each sender of requests chooses among the replicas that are ready, knowing of its own requests alone: "
            "by chance, in turn, or that which owes it the fewest responses",
     .default_text = "random",
     .choices = kBalancing},
    {.name = "latency",
     .type = distribution,
     .doc = "own time of a request, without waiting and without calls",
     .default_text = "10ms"},
    {.name = "background_errors",
     .type = ratio,
     .doc = "share of requests that fail by themselves, with 500, as a few do in every production",
     .default_text = "0%",
     .min = 0,
     .max = 1},
    {.name = "startup", .type = duration, .doc = "from a container's start until it can serve", .default_text = "5s"},
    {.name = "terminationGracePeriodSeconds",
     .type = integer,
     .doc =
         "of its pods: how long a container may take to end before it is killed, unless the probe that ends it says so",
     .default_text = "30",
     .min = 0,
     .max = 1e9},
    {.name = "minReadySeconds",
     .type = integer,
     .doc = "for which a new pod must have been ready before it counts as available",
     .default_text = "0",
     .min = 0,
     .max = 1e9},
    {.name = "progressDeadlineSeconds",
     .type = integer,
     .doc = "after so long without progress a rollout counts as stalled; more than minReadySeconds",
     .default_text = "600",
     .min = 1,
     .max = 1e9},
    {.name = "revisionHistoryLimit",
     .type = integer,
     .doc = "ReplicaSets without pods that are kept, to be rolled back to",
     .default_text = "10",
     .min = 0,
     .max = 1e9},
    {.name = "cpu_per_request", .type = duration, .doc = "processor time that a request takes", .default_text = "1ms"},
    {.name = "cpu_limit",
     .type = number,
     .doc = "cores that a replica may use; requests at work share them, and take longer the busier they are",
     .min = 0.001,
     .max = 1024},
    {.name = "readiness_checks",
     .type = texts,
     .doc = "dependencies that its readiness endpoint looks at; disk: whether it can write"},
    {.name = "exporters",
     .type = texts,
     .doc = "what watches its replicas, as targets of their own; `firedrill list exporters` names them"},
};

constexpr FieldSpec kTopology[] = {
    {.name = "exporter_files",
     .type = texts,
     .doc = "files of exporters of your own, each with a name by which `exporters` attach it; paths count from the "
            "topology's folder"},
    {.name = "exporters", .type = texts, .doc = "what watches the nodes or the cluster, as targets of their own"},
    {.name = "exporter_jobs",
     .type = text_map,
     .doc = "job labels of exporters' targets, by exporter, where a configuration names them otherwise"},
};

constexpr FieldSpec kMemory[] = {
    {.name = "baseline", .type = bytes, .doc = "resident memory of an idle replica", .default_text = "128Mi", .min = 0},
    {.name = "per_request",
     .type = bytes,
     .doc = "memory of each request in flight",
     .default_text = "512Ki",
     .min = 0},
    {.name = "limit", .type = bytes, .doc = "memory at which a container is killed", .min = 1},
};

constexpr FieldSpec kDisk[] = {
    {.name = "size", .type = bytes, .doc = "of each replica's disk", .default_text = "50Gi", .min = 1},
    {.name = "used", .type = ratio, .doc = "share of it that is in use", .default_text = "40%", .min = 0, .max = 1},
    {.name = "mountpoint", .type = text, .doc = "label of its metrics", .default_text = "/data"},
};

constexpr FieldSpec kCertificate[] = {
    {.name = "expires_in", .type = duration, .doc = "from the scenario's `start`", .default_text = "90d", .min = 1},
};

constexpr FieldSpec kConsumer[] = {
    {.name = "capacity",
     .type = number,
     .doc = "messages that the queue holds; one more is answered 503",
     .default_text = "1000000",
     .min = 1,
     .max = 1e12},
    {.name = "publish_time",
     .type = duration,
     .doc = "until a caller knows that its message is in the queue",
     .default_text = "2ms",
     .min = 0.0001,
     .max = 3600},
    {.name = "redelivery_pause",
     .type = duration,
     .doc = "that a worker waits after a message whose work failed, which goes back into the queue",
     .default_text = "1s",
     .min = 0,
     .max = 3600},
};

constexpr FieldSpec kTraffic[] = {
    {.name = "requests_per_second",
     .type = number,
     .required = true,
     .doc = "mean rate from outside, all replicas together",
     .min = 0,
     .max = 1e7},
    {.name = "users",
     .type = integer,
     .doc = "distinct users who share the requests",
     .default_text = "10000",
     .min = 1,
     .max = 1e10},
    {.name = "timeout",
     .type = duration,
     .doc = "after which a client gives up",
     .default_text = "30s",
     .min = 0.001,
     .max = 3600},
    {.name = "check_interval",
     .type = duration,
     .doc = "between two checks made from outside, at each location",
     .default_text = "10s",
     .min = 1,
     .max = 3600},
    {.name = "check_locations",
     .type = integer,
     .doc = "places from which checks are made; the fewer there are, the more availability is a matter of chance",
     .default_text = "50",
     .min = 1,
     .max = 10000},
};

constexpr FieldSpec kDaily[] = {
    {.name = "amplitude",
     .type = ratio,
     .required = true,
     .doc = "how far the rate swings over the day around its mean",
     .min = 0,
     .max = 1},
    {.name = "peak_hour",
     .type = number,
     .doc = "hour of the day (UTC) with the most traffic",
     .default_text = "14",
     .min = 0,
     .max = 24},
};

constexpr std::array<std::string_view, 7> kDays = {"monday", "tuesday",  "wednesday", "thursday",
                                                   "friday", "saturday", "sunday"};
constexpr FieldSpec day(std::string_view name) {
  return {.name = name,
          .type = number,
          .doc = "factor on the rate of that day (UTC)",
          .default_text = "1",
          .min = 0,
          .max = 1000};
}
constexpr FieldSpec kWeekly[] = {day(kDays[0]), day(kDays[1]), day(kDays[2]), day(kDays[3]),
                                 day(kDays[4]), day(kDays[5]), day(kDays[6])};

constexpr FieldSpec kNoise[] = {
    {.name = "deviation",
     .type = ratio,
     .required = true,
     .doc = "relative standard deviation of the rate's slow drift",
     .min = 0,
     .max = 1},
    {.name = "correlation",
     .type = duration,
     .doc = "time over which the drift forgets itself",
     .default_text = "5m",
     .min = 1,
     .max = kMaxSeconds},
};

constexpr std::string_view kOrders[] = {"sequential", "parallel"};
constexpr FieldSpec kRoute[] = {
    {.name = "method", .type = text, .doc = "HTTP method", .default_text = "GET"},
    {.name = "path", .type = text, .required = true, .doc = "path, and the value of the label route"},
    {.name = "share",
     .type = ratio,
     .doc = "of the service's requests; routes without one share what is left over",
     .min = 0,
     .max = 1},
    {.name = "latency", .type = distribution, .doc = "own time of a request; the service's if absent"},
    {.name = "order",
     .type = text,
     .doc = "whether calls follow one another or run at the same time",
     .default_text = "sequential",
     .choices = kOrders},
};

constexpr FieldSpec kCall[] = {
    {.name = "dependency", .type = text, .required = true, .doc = "service that is called, one of the dependencies"},
    {.name = "path", .type = text, .doc = "route that is called; all of them by their shares if absent"},
    {.name = "probability",
     .type = ratio,
     .doc = "share of requests that make the call",
     .default_text = "100%",
     .min = 0,
     .max = 1},
    {.name = "times",
     .type = number,
     .doc = "calls made, one after the other",
     .default_text = "1",
     .min = 0,
     .max = 1000},
    {.name = "group", .type = text, .doc = "neighbouring calls of one group run at the same time"},
};

constexpr FieldSpec kDependency[] = {
    {.name = "critical", .type = boolean, .doc = "whether a request fails when the call does", .default_text = "true"},
    {.name = "port",
     .type = integer,
     .doc =
         "of a program of your own (`external: {url: …}`): the port of 127.0.0.1 at which it reaches the dependency in "
         "the live world; any free one if absent",
     .min = 1,
     .max = 65535},
    {.name = "dispensable",
     .type = boolean,
     .doc = "whether an answer is worth as much without it when it is switched off (`disable_feature`): in a drill's "
            "score answers are lost that lack what they need",
     .default_text = "false"},
    {.name = "connect_timeout",
     .type = duration,
     .doc = "for a connection to come about",
     .default_text = "1s",
     .min = 0.001,
     .max = 3600},
    {.name = "request_timeout",
     .type = duration,
     .doc = "for one attempt's response",
     .default_text = "5s",
     .min = 0.001,
     .max = 3600},
};

constexpr FieldSpec kPool[] = {
    {.name = "size",
     .type = integer,
     .doc = "connections that each replica keeps",
     .default_text = "16",
     .min = 1,
     .max = 10000},
    {.name = "acquire_timeout",
     .type = duration,
     .doc = "how long a request waits for a connection",
     .default_text = "1s",
     .min = 0,
     .max = 3600},
};

constexpr FieldSpec kRetries[] = {
    {.name = "max", .type = integer, .required = true, .doc = "attempts after the first", .min = 0, .max = 10},
    {.name = "budget",
     .type = ratio,
     .doc = "retries are at most this share of first attempts; 1000% for no limit worth the name",
     .default_text = "20%",
     .min = 0,
     .max = 10},
    {.name = "backoff",
     .type = duration,
     .doc = "before the first retry; doubled for each later one",
     .default_text = "25ms",
     .min = 0,
     .max = 3600},
    {.name = "to",
     .type = text,
     .doc =
         "where a retry goes: any replica, as the load balancing says; another, one that the call has not tried yet, "
         "as long as there is one; same, the one that failed it",
     .default_text = "any",
     .choices = kRetryTo},
};

constexpr FieldSpec kCircuitBreaker[] = {
    {.name = "threshold",
     .type = ratio,
     .doc = "share of failed attempts that opens it",
     .default_text = "50%",
     .min = 0.001,
     .max = 1},
    {.name = "window",
     .type = duration,
     .doc = "over which the share is taken",
     .default_text = "10s",
     .min = 1,
     .max = 3600},
    {.name = "min_requests",
     .type = number,
     .doc = "attempts in the window below which it stays closed",
     .default_text = "20",
     .min = 0,
     .max = kMaxCount},
    {.name = "open_for",
     .type = duration,
     .doc = "until it lets trials through",
     .default_text = "30s",
     .min = 1,
     .max = 3600},
};

constexpr FieldSpec kCache[] = {
    {.name = "hit_ratio",
     .type = ratio,
     .required = true,
     .doc = "share of calls answered without the dependency",
     .min = 0,
     .max = 1},
    {.name = "serve_stale",
     .type = boolean,
     .doc = "answer from an expired entry when a miss fails",
     .default_text = "false"},
    {.name = "refill",
     .type = duration,
     .doc = "in which a lost cache is filled again (all but 1/e) by the misses that succeed",
     .default_text = "1m",
     .min = 0.001,
     .max = kMaxSeconds},
};

}  // namespace

std::span<const FieldSpec> topology_fields() {
  return kTopology;
}
std::span<const FieldSpec> service_fields() {
  return kService;
}
std::span<const FieldSpec> memory_fields() {
  return kMemory;
}
std::span<const FieldSpec> disk_fields() {
  return kDisk;
}
std::span<const FieldSpec> certificate_fields() {
  return kCertificate;
}
std::span<const FieldSpec> consumer_fields() {
  return kConsumer;
}
std::span<const FieldSpec> traffic_fields() {
  return kTraffic;
}
std::span<const FieldSpec> daily_fields() {
  return kDaily;
}
std::span<const FieldSpec> weekly_fields() {
  return kWeekly;
}
std::span<const FieldSpec> noise_fields() {
  return kNoise;
}
std::span<const FieldSpec> route_fields() {
  return kRoute;
}
std::span<const FieldSpec> call_fields() {
  return kCall;
}
std::span<const FieldSpec> dependency_fields() {
  return kDependency;
}
std::span<const FieldSpec> pool_fields() {
  return kPool;
}
std::span<const FieldSpec> retries_fields() {
  return kRetries;
}
std::span<const FieldSpec> circuit_breaker_fields() {
  return kCircuitBreaker;
}
std::span<const FieldSpec> cache_fields() {
  return kCache;
}
ServiceSpec make_service(std::string name, const Fields& fields) {
  ServiceSpec s;
  s.name = std::move(name);
  s.name_space = fields.text("namespace", s.name_space);
  s.job = fields.text("job", s.name);
  s.port = fields.integer("port", s.port);
  s.ports = fields.text_map("ports");
  s.replicas = fields.integer("replicas", s.replicas);
  if (fields.has("zones")) {
    s.zones = fields.texts("zones");
  } else if (fields.has("zone")) {
    s.zones = {fields.text("zone")};
  }
  s.version = fields.text("version", s.version);
  s.version_label = fields.boolean("version_label", s.version_label);
  s.labels = fields.text_map("labels");
  s.external = fields.boolean("external", s.external);
  s.concurrency = fields.integer("concurrency", s.concurrency);
  s.queue = fields.integer("queue", s.queue);
  s.load_balancing = choice<LoadBalancing>(fields, "load_balancing", kBalancing);
  s.latency = fields.distribution("latency", s.latency);
  s.background_errors = fields.number("background_errors", s.background_errors);
  s.startup = fields.duration("startup", s.startup);
  s.termination_grace_period_seconds =
      fields.integer("terminationGracePeriodSeconds", s.termination_grace_period_seconds);
  s.min_ready_seconds = fields.integer("minReadySeconds", s.min_ready_seconds);
  s.progress_deadline_seconds = fields.integer("progressDeadlineSeconds", s.progress_deadline_seconds);
  s.revision_history_limit = fields.integer("revisionHistoryLimit", s.revision_history_limit);
  s.cpu_per_request = fields.duration("cpu_per_request", s.cpu_per_request);
  s.cpu_limit = fields.number("cpu_limit", s.cpu_limit);
  s.readiness_checks = fields.texts("readiness_checks");
  s.exporters = fields.texts("exporters");
  return s;
}

MemorySpec make_memory(const Fields& fields) {
  const MemorySpec d;
  return {.baseline = fields.number("baseline", d.baseline),
          .per_request = fields.number("per_request", d.per_request),
          .limit = fields.number("limit", d.limit)};
}

DiskSpec make_disk(const Fields& fields) {
  const DiskSpec d;
  return {.size = fields.number("size", d.size),
          .used = fields.number("used", d.used),
          .mountpoint = fields.text("mountpoint", d.mountpoint)};
}

CertificateSpec make_certificate(const Fields& fields) {
  const CertificateSpec d;
  return {.expires_in = fields.duration("expires_in", d.expires_in)};
}

ConsumerSpec make_consumer(const Fields& fields) {
  const ConsumerSpec d;
  return {.capacity = fields.number("capacity", d.capacity),
          .publish_time = fields.duration("publish_time", d.publish_time),
          .redelivery_pause = fields.duration("redelivery_pause", d.redelivery_pause)};
}

TrafficSpec make_traffic(const Fields& fields) {
  TrafficSpec t;
  t.requests_per_second = fields.number("requests_per_second");
  t.users = fields.integer("users", t.users);
  t.timeout = fields.duration("timeout", t.timeout);
  t.check_interval = fields.duration("check_interval", t.check_interval);
  t.check_locations = fields.integer("check_locations", t.check_locations);
  return t;
}

TrafficSpec::Daily make_daily(const Fields& fields) {
  const TrafficSpec::Daily d;
  return {.amplitude = fields.number("amplitude"), .peak_hour = fields.number("peak_hour", d.peak_hour)};
}

TrafficSpec::Weekly make_weekly(const Fields& fields) {
  TrafficSpec::Weekly w;
  for (std::size_t i = 0; i < kDays.size(); ++i) w.factors[i] = fields.number(kDays[i], 1);
  return w;
}

TrafficSpec::Noise make_noise(const Fields& fields) {
  const TrafficSpec::Noise d;
  return {.deviation = fields.number("deviation"), .correlation = fields.duration("correlation", d.correlation)};
}

RouteSpec make_route(const Fields& fields) {
  RouteSpec r;
  r.method = fields.text("method", r.method);
  r.path = fields.text("path", r.path);
  if (fields.has("share")) r.share = fields.number("share");
  if (fields.has("latency")) r.latency = fields.distribution("latency");
  r.order = fields.text("order") == "parallel" ? CallOrder::parallel : CallOrder::sequential;
  return r;
}

CallSpec make_call(const Fields& fields) {
  CallSpec c;
  c.dependency = fields.text("dependency");
  c.path = fields.text("path");
  c.probability = fields.number("probability", c.probability);
  c.times = fields.number("times", c.times);
  c.group = fields.text("group");
  return c;
}

DependencySpec make_dependency(std::string name, const Fields& fields) {
  DependencySpec d;
  d.name = std::move(name);
  d.critical = fields.boolean("critical", d.critical);
  d.port = fields.integer("port", d.port);
  d.dispensable = fields.boolean("dispensable", d.dispensable);
  d.connect_timeout = fields.duration("connect_timeout", d.connect_timeout);
  d.request_timeout = fields.duration("request_timeout", d.request_timeout);
  return d;
}

DependencySpec::Pool make_pool(const Fields& fields) {
  const DependencySpec::Pool d;
  return {.size = fields.integer("size", d.size),
          .acquire_timeout = fields.duration("acquire_timeout", d.acquire_timeout)};
}

DependencySpec::Retries make_retries(const Fields& fields) {
  const DependencySpec::Retries d;
  return {.max = fields.integer("max", d.max),
          .budget = fields.number("budget", d.budget),
          .backoff = fields.duration("backoff", d.backoff),
          .to = choice<RetryTo>(fields, "to", kRetryTo)};
}

DependencySpec::CircuitBreaker make_circuit_breaker(const Fields& fields) {
  const DependencySpec::CircuitBreaker d;
  return {.threshold = fields.number("threshold", d.threshold),
          .window = fields.duration("window", d.window),
          .min_requests = fields.number("min_requests", d.min_requests),
          .open_for = fields.duration("open_for", d.open_for)};
}

DependencySpec::Cache make_cache(const Fields& fields) {
  const DependencySpec::Cache d;
  return {.hit_ratio = fields.number("hit_ratio", d.hit_ratio),
          .serve_stale = fields.boolean("serve_stale", d.serve_stale),
          .refill = fields.duration("refill", d.refill)};
}

}  // namespace firedrill::fake_services
