// What a probe makes of an answer, and what health endpoints answer.
#include "fake_services/pods/probe_handlers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "kubelet_script.h"

namespace firedrill::fake_services {
namespace {

ProbeSpec http_probe(std::string path = "/health/ready", std::string host = "") {
  ProbeSpec spec;
  spec.http_get.emplace();
  spec.http_get->path = std::move(path);
  spec.http_get->host = std::move(host);
  spec.timeout_seconds = 2;
  return spec;
}

std::string describe(const ProbeOutcome& o) {
  static constexpr const char* kVerdicts[] = {"success", "failure", "error"};
  return format("{}{} after {} s{}", o.warning ? "warned " : "", kVerdicts[static_cast<std::size_t>(o.verdict)],
                to_seconds(o.took), o.detail.empty() ? "" : ": " + o.detail);
}

std::string judge(const HttpResponse& answer) {
  return describe(probe_http(http_probe(), [&](std::string_view, std::string_view) { return answer; }));
}

TEST(HttpProbe, SuccessIsTwoHundredToThreeHundredNinetyNine) {
  const std::pair<int, std::string> cases[] = {
      {199, "failure after 0 s: HTTP probe failed with status code 199"},
      {200, "success after 0 s"},
      {204, "success after 0 s"},
      {299, "success after 0 s"},
      {300, "warned success after 0 s: probe terminated redirects with status code 300"},
      {302, "warned success after 0 s: probe terminated redirects with status code 302"},
      {304, "warned success after 0 s: probe terminated redirects with status code 304"},
      {399, "warned success after 0 s: probe terminated redirects with status code 399"},
      {400, "failure after 0 s: HTTP probe failed with status code 400"},
      {404, "failure after 0 s: HTTP probe failed with status code 404"},
      {503, "failure after 0 s: HTTP probe failed with status code 503"},
  };
  for (const auto& [code, expected] : cases) EXPECT_EQ(judge({.code = code}), expected) << code;
}

TEST(HttpProbe, AFailureQuotesTheBody) {
  const DependencyCheck checks[] = {{"postgres", false}, {"redis", true}};
  const HealthResponse answer = readiness_response(checks);
  const auto get = [&](std::string_view, std::string_view) {
    return HttpResponse{.code = answer.code, .text = answer.body};
  };
  ProbeSpec spec;
  spec.http_get.emplace();
  EXPECT_EQ(probe_http(spec, get).detail,
            "HTTP probe failed with status code 503: "
            R"({"status":"not_ready","checks":{"postgres":false,"redis":true}})");
  const auto chatter = [](std::string_view, std::string_view) {
    return HttpResponse{.code = 500, .text = std::string(10'000, 'x')};
  };
  EXPECT_LT(probe_http(spec, chatter).detail.size(), 400u);
}

TEST(HttpProbe, BrokenConnectionsAreFailuresAndBrokenBodiesErrors) {
  const std::pair<HttpResponse, std::string> cases[] = {
      {{.connection = Connection::refused, .headers = 1ms}, "failure after 0.001 s: connection refused"},
      {{.connection = Connection::reset, .headers = 5ms}, "failure after 0.005 s: connection reset by peer"},
      {{.connection = Connection::not_found}, "failure after 0 s: no such host"},
      {{.connection = Connection::no_response}, "failure after 2 s"},
      {{.headers = 300ms, .body = 800ms}, "success after 0.8 s"},
      {{.headers = 300ms, .body = 800ms, .body_broken = true}, "error after 0.8 s: the body could not be read"},
      {{.headers = 300ms, .body = 3s}, "error after 2 s: the body could not be read"},
  };
  for (const auto& [answer, expected] : cases) EXPECT_EQ(judge(answer), expected);
}

TEST(HttpProbe, ASlowBodyIsDiscardedAndASlowHeaderIsAFailure) {
  const auto first_verdict = [](const HttpResponse& answer) {
    ProbeSpec spec = http_probe();
    spec.failure_threshold = 1;
    Worker worker(ProbeType::liveness, spec, test::at(0));
    const ContainerView view{.id = 1, .running = true, .started = true, .started_at = test::at(0)};
    const RunProbe run = [&](ProbeType, const ProbeSpec& s, Time) {
      return probe_http(s, [&](std::string_view, std::string_view) { return answer; });
    };
    worker.tick(test::at(0), view, run);
    worker.tick(*worker.next_tick(), view, run);
    return worker.result(1);
  };
  EXPECT_EQ(first_verdict({.headers = 1s, .body = 10s}), ProbeResult::success) << "still the initial value";
  EXPECT_EQ(first_verdict({.headers = 10s, .body = 10s}), ProbeResult::failure);
}

struct Site {
  std::map<std::string, HttpResponse> pages;  // by host and path
  std::vector<std::string> asked;
  ProbeOutcome probe(const ProbeSpec& spec) {
    return probe_http(spec, [&](std::string_view host, std::string_view path) {
      asked.push_back(format("{}{}", host, path));
      const auto found = pages.find(asked.back());
      return found == pages.end() ? HttpResponse{.code = 404} : found->second;
    });
  }
};

TEST(HttpProbe, FollowsRedirectsOnTheSameHostOnly) {
  const struct {
    std::string location;
    std::string asked;
    std::string outcome;
  } cases[] = {
      {"/new", "pod/old/page pod/new", "success after 0.2 s"},
      {"next", "pod/old/page pod/old/next", "success after 0.2 s"},
      {"http://pod:9090/new", "pod/old/page pod/new", "success after 0.2 s"},
      {"//pod/new", "pod/old/page pod/new", "success after 0.2 s"},
      {"https://pod", "pod/old/page pod/", "failure after 0.1 s: HTTP probe failed with status code 404"},
      {"http://elsewhere/new", "pod/old/page",
       "warned success after 0.1 s: probe terminated redirects with status code 302"},
      {"//elsewhere", "pod/old/page", "warned success after 0.1 s: probe terminated redirects with status code 302"},
  };
  for (const auto& c : cases) {
    Site site;
    site.pages["pod/old/page"] = {.code = 302, .location = c.location, .headers = 100ms};
    site.pages["pod/new"] = site.pages["pod/old/next"] = {.code = 200, .headers = 100ms};
    EXPECT_EQ(describe(site.probe(http_probe("/old/page", "pod"))), c.outcome) << c.location;
    std::string asked;
    for (const std::string& request : site.asked) asked += (asked.empty() ? "" : " ") + request;
    EXPECT_EQ(asked, c.asked) << c.location;
  }
}

TEST(HttpProbe, GivesUpOnARedirectLoopAfterTenRequests) {
  Site site;
  site.pages["/loop"] = {.code = 301, .location = "/loop", .headers = 1ms};
  EXPECT_EQ(describe(site.probe(http_probe("/loop"))), "failure after 0.01 s: stopped after 10 redirects");
  EXPECT_EQ(site.asked.size(), 10u);
}

TEST(TcpProbe, AConnectionIsEnough) {
  EXPECT_EQ(describe(probe_tcp(Connection::accepted, 3ms)), "success after 0.003 s");
  EXPECT_EQ(describe(probe_tcp(Connection::reset, 3ms)), "success after 0.003 s");
  EXPECT_EQ(describe(probe_tcp(Connection::refused, 1ms)), "failure after 0.001 s: connection refused");
  EXPECT_EQ(probe_tcp(Connection::no_response, 0ms).took, Duration::max()) << "the worker's time-out ends it";
}

TEST(GrpcProbe, OnlyServingIsSuccess) {
  EXPECT_EQ(describe(probe_grpc(Connection::accepted, GrpcHealth::serving, 4ms)), "success after 0.004 s");
  for (const GrpcHealth health :
       {GrpcHealth::unknown, GrpcHealth::not_serving, GrpcHealth::service_unknown, GrpcHealth::unimplemented}) {
    EXPECT_EQ(probe_grpc(Connection::accepted, health, 4ms).verdict, ProbeVerdict::failure);
  }
  EXPECT_EQ(probe_grpc(Connection::refused, GrpcHealth::serving, 4ms).verdict, ProbeVerdict::failure);
}

TEST(ExecProbe, GoesByTheExitCode) {
  EXPECT_EQ(describe(probe_exec(0, 10ms)), "success after 0.01 s");
  EXPECT_EQ(describe(probe_exec(3, 10ms)), "failure after 0.01 s: the command exited with 3");
  EXPECT_EQ(describe(probe_exec(std::nullopt, 10ms)), "error after 0.01 s: the command could not be started");
}

TEST(HealthEndpoints, AnswerInTheFormOfTheGuide) {
  EXPECT_EQ(liveness_response().body, R"({"status":"alive"})");
  EXPECT_EQ(liveness_response().code, 200);
  const DependencyCheck good[] = {{"db", true}, {"redis", true}};
  EXPECT_EQ(readiness_response(good).body, R"({"status":"ready","checks":{"db":true,"redis":true}})");
  EXPECT_EQ(readiness_response(good).code, 200);
  const DependencyCheck bad[] = {{"redis", true}, {"db", false}};
  EXPECT_EQ(readiness_response(bad).body, R"({"status":"not_ready","checks":{"redis":true,"db":false}})");
  EXPECT_EQ(readiness_response(bad).code, 503);
  EXPECT_EQ(readiness_response({}).body, R"({"status":"ready","checks":{}})");
  EXPECT_EQ(startup_response(false).code, 503);
  EXPECT_EQ(startup_response(true).body, R"({"status":"started"})");
}

TEST(HealthEndpoints, AreKnownByTheirPaths) {
  EXPECT_EQ(health_endpoint("/health/live"), ProbeType::liveness);
  EXPECT_EQ(health_endpoint("/health/ready"), ProbeType::readiness);
  EXPECT_EQ(health_endpoint("/health/startup"), ProbeType::startup);
  EXPECT_FALSE(health_endpoint("/health/readyz"));
}

}  // namespace
}  // namespace firedrill::fake_services
