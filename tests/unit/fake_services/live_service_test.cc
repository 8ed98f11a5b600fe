// A replica's process, without the process: what it answers over HTTP, how it calls others, what it exposes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "base/clock.h"
#include "base/text/format.h"
#include "fake_services/process/fake_service.h"
#include "fake_services/proxy/proxy.h"
#include "fake_services/telemetry/instruments.h"
#include "fake_services/telemetry/target.h"
#include "fake_services/topology/topology_yaml.h"
#include "http/client.h"

namespace firedrill::fake_services {
namespace {

using testing::HasSubstr;
using testing::Not;

Topology read(const std::string& text) {
  Diagnostics found;
  const auto document = yaml::parse_as(kTopologyForm, make_source("topology.yaml", text), yaml::Dialect::strict, found);
  auto topology = document == nullptr ? std::nullopt : decode_topology(document->root(), {}, found);
  EXPECT_TRUE(topology) << render(found);
  return topology.value_or(Topology{});
}

// A replica of each service of a topology, behind a server, all of them ready for their callers.
class Live {
 public:
  explicit Live(const std::string& text) : model_(build_model(read(text), {}, {})) {
    for (std::size_t i = 0; i < model_.services.size(); ++i) {
      services_.push_back(std::make_unique<FakeService>(model_, i, 0, 1, Time{} + 1000s));
      FakeService* service = services_.back().get();
      auto server = http::Server::bind(0, service->bounds(),
                                       [service](const http::Request& request) { return service->answer(request); });
      EXPECT_TRUE(server && (*server)->listen());
      servers_.push_back(std::move(*server));
    }
    for (const std::string& name : names()) ready(name, true);
  }
  ~Live() {
    for (auto& server : servers_) server->stop();
  }

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& service : model_.services) names.push_back(service.spec.name);
    return names;
  }
  std::size_t at(std::string_view name) const {
    std::size_t i = 0;
    while (model_.services[i].spec.name != name) ++i;
    return i;
  }
  void ready(const std::string& name, bool is) {
    const std::vector<std::uint16_t> ports = {servers_[at(name)]->port()};
    for (auto& service : services_) service->set_ready(name, is ? ports : std::vector<std::uint16_t>{});
  }
  std::uint16_t port(const std::string& name) const { return servers_[at(name)]->port(); }
  // For its callers.
  void stands_at(const std::string& name, std::uint16_t port) {
    for (auto& service : services_) service->set_ready(name, {port});
  }
  void stop(const std::string& name) { servers_[at(name)]->stop(); }
  FakeService& service(const std::string& name) { return *services_[at(name)]; }
  const ServiceModel& model(const std::string& name) const { return model_.services[at(name)]; }

  http::Answer ask(const std::string& name, const http::Request& request = {}) {
    const auto answer = http::fetch(servers_[at(name)]->port(), request, {.answer = 20s});
    EXPECT_TRUE(answer) << answer.error().detail;
    return answer.value_or(http::Answer{});
  }
  std::string metrics(const std::string& name) { return ask(name, {.path = "/metrics"}).body; }
  // The value of a series, as it stands in the text; empty: there is none.
  std::string value(const std::string& name, const std::string& series) {
    const std::string text = "\n" + metrics(name);
    const auto found = text.find("\n" + series + " ");
    if (found == std::string::npos) return "";
    const auto from = found + series.size() + 2;
    return text.substr(from, text.find('\n', from) - from);
  }

 private:
  FlowModel model_;
  std::vector<std::unique_ptr<FakeService>> services_;
  std::vector<std::unique_ptr<http::Server>> servers_;
};

constexpr const char* kPair = R"(
services:
  web:
    latency: 2ms
    routes:
      - {method: GET, path: /, share: 60%, calls: [{dependency: db, path: query}]}
      - {method: GET, path: /static, share: 40%}
    dependencies:
      db: {pool: {size: 4, acquire_timeout: 200ms}, connect_timeout: 200ms, request_timeout: 300ms}
    readiness_checks: [db]
  db:
    latency: 1ms
    routes:
      - {method: SQL, path: query}
)";

TEST(LiveService, HoldsThePlaceOfAConnectionUntilThatHasEnded) {
  Live live(kPair);
  const auto proxies = *FaultProxies::start();
  const std::size_t line = *proxies->open(0, live.port("db"), 1, "db-0");
  proxies->set_listening(line, true);
  proxies->set_faults(line, {.slow_close = 1, .slow_close_s = 0.8});
  proxies->settle();
  live.stands_at("db", proxies->port(line));
  const double from = stopwatch_seconds();
  for (int i = 0; i < 4; ++i) EXPECT_EQ(live.ask("web").status, 200);
  EXPECT_LT(stopwatch_seconds() - from, 0.5);  // answers are as quick as ever
  EXPECT_EQ(live.value("web", R"(connection_pool_in_use{dependency="db"})"), "4");
  EXPECT_EQ(live.ask("web").status, 503);
  EXPECT_EQ(live.value("web", R"(dependency_requests_total{dependency="db",outcome="pool_timeout"})"), "1");
  EXPECT_EQ(live.value("db", R"(http_requests_total{code="200",method="SQL",route="query"})"), "4");
  sleep_seconds(1);
  EXPECT_EQ(live.value("web", R"(connection_pool_in_use{dependency="db"})"), "0");
  EXPECT_EQ(live.ask("web").status, 200);
  // What is ending ends as the fault does.
  proxies->set_faults(line, {});
  proxies->settle();
  sleep_seconds(0.2);
  EXPECT_EQ(live.value("web", R"(connection_pool_in_use{dependency="db"})"), "0");
}

TEST(LiveService, AnswersItsRoutesAndCallsOthers) {
  Live live(kPair);
  const http::Answer answer = live.ask("web");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr(R"("pod":"web-0")"));
  EXPECT_EQ(live.value("web", R"(http_requests_total{code="200",method="GET",route="/"})"), "1");
  EXPECT_EQ(live.value("web", R"(dependency_requests_total{dependency="db",outcome="success"})"), "1");
  EXPECT_EQ(live.value("db", R"(http_requests_total{code="200",method="SQL",route="query"})"), "1");
  EXPECT_EQ(live.ask("web", {.path = "/static"}).status, 200);
  EXPECT_EQ(live.ask("web", {.path = "/nowhere"}).status, 404);
  EXPECT_EQ(live.ask("web", {.method = "PUT", .path = "/"}).status, 405);
  EXPECT_THAT(live.metrics("web"), Not(HasSubstr("/nowhere")));
}

TEST(LiveService, HealthSpeaksAsTheTemplatesDo) {
  Live live(kPair);
  EXPECT_EQ(live.ask("web", {.path = "/health/live"}).body, "{\"status\":\"alive\"}\n");
  EXPECT_EQ(live.ask("web", {.path = "/health/startup"}).body, "{\"status\":\"started\"}\n");
  EXPECT_EQ(live.ask("web", {.path = "/health/ready"}).body, "{\"status\":\"ready\",\"checks\":{\"db\":true}}\n");
  live.ready("db", false);
  const http::Answer unready = live.ask("web", {.path = "/health/ready"});
  EXPECT_EQ(unready.status, 503);
  EXPECT_EQ(unready.body, "{\"status\":\"not_ready\",\"checks\":{\"db\":false}}\n");
  live.service("db").drain();
  EXPECT_EQ(live.ask("db", {.path = "/health/ready"}).status, 503);
  EXPECT_EQ(live.ask("db", {.path = "/health/live"}).status, 200);
  EXPECT_EQ(live.ask("db", {.method = "POST", .path = "/query"}).status, 200);
}

TEST(LiveService, FailsWithTheCodeOfTheCause) {
  Live live(kPair);
  live.ready("db", false);
  EXPECT_EQ(live.ask("web").status, 503);
  EXPECT_EQ(live.value("web", R"(dependency_requests_total{dependency="db",outcome="refused"})"), "1");
  live.ready("db", true);
  live.stop("db");
  EXPECT_EQ(live.ask("web").status, 503);
  EXPECT_EQ(live.value("web", R"(dependency_requests_total{dependency="db",outcome="refused"})"), "2");
}

TEST(LiveService, TimesOutAndRunsOutOfConnections) {
  Live live(R"(
services:
  web:
    latency: 1ms
    routes: [{path: /, calls: [{dependency: db}]}]
    dependencies:
      db: {pool: {size: 1, acquire_timeout: 50ms}, request_timeout: 250ms}
  db: {latency: 1s}
)");
  auto first = std::async(std::launch::async, [&] { return live.ask("web").status; });
  sleep_seconds(0.08);
  EXPECT_EQ(live.ask("web").status, 503);
  EXPECT_EQ(first.get(), 504);
  EXPECT_EQ(live.value("web", R"(dependency_requests_total{dependency="db",outcome="timeout"})"), "1");
  EXPECT_EQ(live.value("web", R"(dependency_requests_total{dependency="db",outcome="pool_timeout"})"), "1");
  EXPECT_EQ(live.value("web", R"(connection_pool_max{dependency="db"})"), "1");
}

TEST(LiveService, RetriesWithinItsBudget) {
  Live live(R"(
services:
  web:
    latency: 0s
    routes: [{path: /, calls: [{dependency: db}]}]
    dependencies:
      db: {retries: {max: 2, budget: 100%, backoff: 1ms}}
  db: {latency: 0s, background_errors: 100%}
)");
  EXPECT_EQ(live.ask("web").status, 502);
  EXPECT_EQ(live.value("web", R"(dependency_requests_total{dependency="db",outcome="error"})"), "3");
  for (int i = 0; i < 39; ++i) live.ask("web");
  // Ten were saved up, then each request earns one.
  const int errors = std::stoi(live.value("web", R"(dependency_requests_total{dependency="db",outcome="error"})"));
  EXPECT_GE(errors, 40 + 40);
  EXPECT_LE(errors, 40 + 40 + 10);
}

TEST(LiveService, BreaksTheCircuit) {
  Live live(R"(
services:
  web:
    latency: 0s
    routes: [{path: /, calls: [{dependency: db}]}]
    dependencies:
      db: {circuit_breaker: {threshold: 50%, min_requests: 5, open_for: 1m}}
  db: {latency: 0s, background_errors: 100%}
)");
  for (int i = 0; i < 20; ++i) live.ask("web");
  EXPECT_EQ(live.ask("web").status, 503);
  const int open = std::stoi(live.value("web", R"(dependency_requests_total{dependency="db",outcome="circuit_open"})"));
  EXPECT_GE(open, 14);
}

TEST(LiveService, DoesWithoutWhatIsNotCritical) {
  Live live(R"(
services:
  web:
    latency: 0s
    routes: [{path: /, calls: [{dependency: db}]}]
    dependencies: {db: {critical: false}}
  db: {latency: 0s, background_errors: 100%}
)");
  EXPECT_EQ(live.ask("web").status, 200);
}

TEST(LiveService, AnswersFromItsCache) {
  Live live(R"(
services:
  web:
    latency: 0s
    routes: [{path: /, calls: [{dependency: db}]}]
    dependencies: {db: {cache: {hit_ratio: 100%}}}
  db: {latency: 0s, background_errors: 100%}
)");
  EXPECT_EQ(live.ask("web").status, 200);
  EXPECT_EQ(live.value("web", R"(cache_requests_total{dependency="db",result="hit"})"), "1");
  EXPECT_EQ(live.value("web", R"(dependency_requests_total{dependency="db",outcome="error"})"), "");
}

TEST(LiveService, CallsInOrderTogetherAndOften) {
  Live live(R"(
services:
  web:
    latency: 0s
    routes:
      - {path: /row, share: 40%, calls: [{dependency: db, times: 3}]}
      - {path: /same, share: 30%, order: parallel, calls: [{dependency: db}, {dependency: db}, {dependency: db}]}
      - {path: /never, share: 30%, calls: [{dependency: db, probability: 0%}]}
    dependencies: {db: {}}
  db: {latency: 100ms, cpu_per_request: 0s}
)");
  const auto seconds = [&](const char* path) {
    const double from = stopwatch_seconds();
    EXPECT_EQ(live.ask("web", {.path = path}).status, 200);
    return stopwatch_seconds() - from;
  };
  EXPECT_GE(seconds("/row"), 0.3);
  EXPECT_LT(seconds("/same"), 0.28);
  EXPECT_LT(seconds("/never"), 0.09);
  EXPECT_EQ(live.value("web", R"(dependency_requests_total{dependency="db",outcome="success"})"), "6");
}

TEST(LiveService, TurnsAwayWhatItsQueueDoesNotHold) {
  Live live("services: {web: {latency: 400ms, concurrency: 2, queue: 1, cpu_per_request: 0s}}");
  std::vector<std::future<int>> asked;
  for (int i = 0; i < 3; ++i) {
    asked.push_back(std::async(std::launch::async, [&] { return live.ask("web").status; }));
  }
  sleep_seconds(0.1);
  EXPECT_EQ(live.value("web", "active_connections"), "3");
  EXPECT_EQ(live.value("web", "http_requests_queued"), "1");
  EXPECT_EQ(live.ask("web").status, 503);
  EXPECT_EQ(live.ask("web", {.path = "/health/live"}).status, 503);  // probes meet what requests meet
  EXPECT_FALSE(live.service("web").is_idle());
  for (auto& each : asked) EXPECT_EQ(each.get(), 200);
}

TEST(LiveService, PutsMessagesIntoAQueue) {
  Live live(R"(
services:
  web:
    latency: 0s
    routes: [{path: /, calls: [{dependency: mailer}]}]
    dependencies: {mailer: {}}
  mailer:
    latency: 300ms
    cpu_per_request: 0s
    concurrency: 1
    consumer: {capacity: 2, publish_time: 1ms}
    routes: [{method: POST, path: /mail}]
)");
  const double from = stopwatch_seconds();
  EXPECT_EQ(live.ask("web").status, 200);
  EXPECT_LT(stopwatch_seconds() - from, 0.25);
  sleep_seconds(0.05);
  EXPECT_EQ(live.ask("web").status, 200);
  EXPECT_EQ(live.ask("web").status, 200);
  EXPECT_EQ(live.ask("web").status, 502);
  EXPECT_EQ(live.value("mailer", R"(queue_messages{queue="mailer"})"), "2");
  EXPECT_EQ(live.value("mailer", R"(queue_messages_published_total{queue="mailer"})"), "3");
}

// A series as "name type label label le=bound": names, types, labels and buckets are those of the simulated world,
// whatever the service is like.
using Words = std::set<std::string>;

std::string shape_of(const std::string& name, const std::string& type, const Words& words) {
  std::string text = name + " " + type;
  for (const std::string& word : words) text += " " + word;
  return text;
}

Words simulated(const ServiceModel& model) {
  Words out;
  for (const auto& info : instrument_series(model, {})) {
    Words words;
    for (const auto& label : info.labels) {
      if (label.name != "__name__") words.insert(label.name == "le" ? "le=" + label.value : label.name);
    }
    out.insert(shape_of(std::string(info.labels.metric_name()), std::string(to_string(info.type)), words));
  }
  return out;
}

std::string family_of(const std::string& name, const std::map<std::string, std::string>& types) {
  for (const std::string suffix : {"_bucket", "_sum", "_count"}) {
    if (!name.ends_with(suffix)) continue;
    std::string family = name.substr(0, name.size() - suffix.size());
    if (types.contains(family)) return family;
  }
  return name;
}

Words exposed(const std::string& text) {
  static const std::regex kType("# TYPE (\\S+) (\\S+)");
  static const std::regex kSeries("([a-z_]+)(?:\\{(.*)\\})? (\\S+)");
  static const std::regex kLabel("([a-z_]+)=\"([^\"]*)\"");
  Words out;
  std::map<std::string, std::string> types;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::smatch found;
    if (std::regex_match(line, found, kType)) {
      types[found[1]] = found[2];
      EXPECT_THAT(text, HasSubstr("# HELP " + found[1].str() + " "));
    }
    if (line.empty() || line.starts_with('#')) continue;
    if (!std::regex_match(line, found, kSeries)) {
      ADD_FAILURE() << line;
      continue;
    }
    const std::string name = found[1];
    const std::string inside = found[2];
    Words words;
    for (std::sregex_iterator it(inside.begin(), inside.end(), kLabel), end; it != end; ++it) {
      words.insert((*it)[1] == "le" ? "le=" + (*it)[2].str() : (*it)[1].str());
    }
    out.insert(shape_of(name, types[family_of(name, types)], words));
  }
  return out;
}

TEST(LiveService, ExposesWhatTheSimulatedWorldExposes) {
  Live live(R"(
services:
  web:
    latency: 0s
    version_label: true
    disk: {size: 1Gi}
    certificate: {expires_in: 1d}
    routes: [{path: /, calls: [{dependency: db}, {dependency: mailer}]}]
    dependencies: {db: {cache: {hit_ratio: 50%}}, mailer: {}}
  db: {latency: 0s}
  mailer:
    latency: 0s
    consumer: {}
    routes: [{method: POST, path: /mail}]
)");
  for (int i = 0; i < 20; ++i) live.ask("web");
  sleep_seconds(0.05);
  for (const std::string& name : live.names()) {
    EXPECT_EQ(exposed(live.metrics(name)), simulated(live.model(name))) << name;
  }
  EXPECT_EQ(live.value("web", "process_start_time_seconds"), "1000");
  EXPECT_EQ(live.value("web", R"(build_info{version="1.0.0"})"), "1");
  EXPECT_EQ(live.value("web", "probe_ssl_earliest_cert_expiry"), "87400");
}

}  // namespace
}  // namespace firedrill::fake_services
