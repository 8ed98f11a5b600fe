#include "console/server/drill_server.h"

#include <atomic>
#include <expected>
#include <mutex>

#include "base/clock.h"
#include "base/text/format.h"
#include "console/alertmanager_api/alertmanager_api.h"
#include "console/prometheus_api/prometheus_api.h"
#include "console/request/form.h"
#include "console/server/gate.h"
#include "console/server/look_table.h"
#include "console/server/session_forms.h"
#include "console/server/token.h"
#include "http/server.h"

namespace firedrill::console {
namespace {

// Each connection has a thread, so that no client waits for another one's slowness.
constexpr std::size_t kConnections = 128;
constexpr http::ServerBounds kBounds{.body = 256 * 1024,
                                     .read = std::chrono::seconds(5),
                                     .write = std::chrono::seconds(10),
                                     .idle = std::chrono::seconds(60),
                                     .connections = kConnections,
                                     .threads = kConnections};
constexpr int kMostLooks = 50;  // at whether the last answers have gone out
constexpr double kLookSeconds = 0.02;
constexpr double kSamplesPerSecond = 200e6;  // that queries may read, all in all

http::Response answer_json(int status, const json::value& value) {
  return {.status = status,
          .content_type = "application/json",
          .body = write_json(value, JsonStyle::compact) + "\n",
          .headers = {{"Cache-Control", "no-store"}}};
}

http::Response refused(int status, std::string_view what) {
  return answer_json(status, json::object{{"ok", false}, {"text", what}});
}

http::Response not_there(std::string_view path) {
  return refused(404, format("there is no {}", path.substr(0, 200)));
}

// The object of a request's body; an empty body is an empty one.
std::expected<json::object, http::Response> body_of(const http::Request& request) {
  if (request.body.empty()) return json::object();
  if (media_type(request) != "application/json") {
    return std::unexpected(refused(415, "the body is JSON, with Content-Type: application/json"));
  }
  auto read = read_json(make_source("body", request.body));
  if (!read) {
    return std::unexpected(
        refused(400, format("the body: {}", read.error().empty() ? "no JSON" : read.error().front().what)));
  }
  if (!read->is_object()) return std::unexpected(refused(400, "the body is an object"));
  return std::move(read->as_object());
}

// Takes a prefix off the path, if it stands there.
bool take_prefix(http::Request& request, std::string_view prefix) {
  if (!request.path.starts_with(prefix) || request.path.substr(prefix.size(), 1) != "/") return false;
  request.path.erase(0, prefix.size());
  return true;
}

}  // namespace

struct DrillServer::State {
  State(DrillHost& drill, std::string agent, std::string control)
      : host(drill),
        agent_gate(std::move(agent), {}),
        control_gate(std::move(control), {}),
        monitoring(drill),
        alerting(drill),
        prometheus(monitoring),
        alertmanager(alerting) {}

  http::Response answer_agent(const http::Request& request);
  http::Response answer_control(const http::Request& request);
  http::Response dispatch(http::Request request);
  http::Response ask_prometheus(const http::Request& request);
  http::Response command(const http::Request& request);
  http::Response state() const;
  http::Response reset(const http::Request& request);
  http::Response score();

  DrillHost& host;
  Gate agent_gate;
  Gate control_gate;
  std::mutex scoring;  // one at a time, beside whoever goes on with the drill
  std::mutex mutex;    // of all below, and of the host
  SessionMonitoring monitoring;
  SessionAlerting alerting;
  PrometheusApi prometheus;
  AlertmanagerApi alertmanager;
  Allowance samples{kSamplesPerSecond};
  std::atomic<bool> ended = false;
  std::unique_ptr<http::Server> agent_server;
  std::unique_ptr<http::Server> control_server;
};

http::Response DrillServer::State::answer_agent(const http::Request& request) {
  if (auto no = agent_gate.refuse(request, stopwatch_seconds())) return *std::move(no);
  const std::scoped_lock lock(mutex);
  return dispatch(request);
}

http::Response DrillServer::State::dispatch(http::Request request) {
  if (request.path == "/drill/v1/command") {
    return request.method == "POST" ? command(request) : refused(405, "commands are posted");
  }
  if (request.path == "/drill/v1/state") {
    return request.method == "GET" ? state() : refused(405, "the state is got");
  }
  const bool alerts = take_prefix(request, "/alertmanager") || request.path.starts_with("/api/v2/");
  if (!alerts) take_prefix(request, "/prometheus");
  http::Response response = alerts ? alertmanager.answer(request) : ask_prometheus(request);
  if (response.status == 200) {
    if (const std::string line = look_of(request); !line.empty()) host.game().look(line);
  }
  return response;
}

http::Response DrillServer::State::ask_prometheus(const http::Request& request) {
  if (!samples.has_any(stopwatch_seconds())) {
    return {.status = 429,
            .body = "queries have read too many samples; come back in a second\n",
            .headers = {{"Retry-After", "1"}}};
  }
  const std::int64_t before = prometheus.samples_read();
  http::Response response = prometheus.answer(request);
  samples.spend(static_cast<double>(prometheus.samples_read() - before));
  return response;
}

http::Response DrillServer::State::command(const http::Request& request) {
  const auto body = body_of(request);
  if (!body) return body.error();
  const json::value* line = body->if_contains("line");
  if (line == nullptr || !line->is_string() || body->size() != 1) {
    return refused(400, "the body is {\"line\": \"…\"}, a line as the console takes it; `help` lists them");
  }
  Answer answer = host.game().take(std::string_view(line->as_string()));
  return answer_json(200, json::object{{"ok", answer.ok},
                                       {"text", answer.text},
                                       {"data", std::move(answer.data)},
                                       {"now", format_instant(host.game().session().now())},
                                       {"over", host.game().over()}});
}

http::Response DrillServer::State::state() const {
  const Game& game = host.game();
  const Session& session = game.session();
  return answer_json(200, json::object{{"now", format_instant(session.now())},
                                       {"start", format_instant(session.start())},
                                       {"end", format_instant(session.end())},
                                       {"over", game.over()}});
}

http::Response DrillServer::State::answer_control(const http::Request& request) {
  if (auto no = control_gate.refuse(request, stopwatch_seconds())) return *std::move(no);
  if (request.path == "/control/v1/score" && request.method == "GET") return score();
  const std::scoped_lock lock(mutex);
  if (request.path == "/control/v1/reset" && request.method == "POST") return reset(request);
  if (request.path == "/control/v1/truth" && request.method == "GET") return answer_json(200, host.truth());
  if (request.path == "/control/v1/end" && request.method == "POST") {
    ended = true;
    return answer_json(200, json::object{{"ok", true}});
  }
  return not_there(request.path);
}

http::Response DrillServer::State::reset(const http::Request& request) {
  const auto body = body_of(request);
  if (!body) return body.error();
  std::optional<std::uint64_t> seed;
  std::optional<std::int64_t> variant;
  for (const auto& [name, value] : *body) {
    if (!value.is_int64() || value.as_int64() < 0 || (name != "seed" && name != "variant")) {
      return refused(400, "the body is {\"seed\": N, \"variant\": N}, both from 0 on, and either may be left out");
    }
    if (name == "seed") seed = static_cast<std::uint64_t>(value.as_int64());
    if (name == "variant") variant = value.as_int64();
  }
  const Answer answer = host.reset(seed, variant);
  return answer_json(answer.ok ? 200 : 400, json::object{{"ok", answer.ok}, {"text", answer.text}});
}

http::Response DrillServer::State::score() {
  const std::scoped_lock one(scoring);
  const auto done_again = [this] {
    const std::scoped_lock lock(mutex);
    return host.score();
  }();
  return answer_json(200, done_again());
}

DrillServer::DrillServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

DrillServer::~DrillServer() {
  stop();
}

std::expected<std::unique_ptr<DrillServer>, std::string> DrillServer::start(DrillHost& host, const Options& options) {
  auto agent = make_token();
  auto control = make_token();
  if (!agent || !control) return std::unexpected(agent ? control.error() : agent.error());
  auto made = std::make_unique<State>(host, *std::move(agent), *std::move(control));
  State& state = *made;
  auto agents = http::Server::bind(options.port, kBounds,
                                   [&state](const http::Request& request) { return state.answer_agent(request); });
  if (!agents) return std::unexpected(agents.error());
  auto controls = http::Server::bind(options.control_port, kBounds,
                                     [&state](const http::Request& request) { return state.answer_control(request); });
  if (!controls) return std::unexpected(controls.error());
  state.agent_gate.stand_at((*agents)->port());
  state.control_gate.stand_at((*controls)->port());
  state.agent_server = *std::move(agents);
  state.control_server = *std::move(controls);
  for (http::Server* server : {state.agent_server.get(), state.control_server.get()}) {
    if (const auto listens = server->listen(); !listens) return std::unexpected(listens.error());
  }
  return std::unique_ptr<DrillServer>(new DrillServer(std::move(made)));
}

std::uint16_t DrillServer::port() const {
  return state_->agent_server->port();
}

std::uint16_t DrillServer::control_port() const {
  return state_->control_server->port();
}

const std::string& DrillServer::token() const {
  return state_->agent_gate.token();
}

const std::string& DrillServer::control_token() const {
  return state_->control_gate.token();
}

bool DrillServer::ended() const {
  return state_->ended;
}

void DrillServer::stop() {
  if (state_ == nullptr) return;
  // What has been answered is to arrive.
  for (int i = 0; i < kMostLooks && state_->agent_server->at_work() + state_->control_server->at_work() > 0; ++i) {
    sleep_seconds(kLookSeconds);
  }
  state_->agent_server->stop();
  state_->control_server->stop();
}

}  // namespace firedrill::console
