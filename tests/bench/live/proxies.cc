// A fault proxy by itself, and what it makes of chance.
#include <poll.h>
#include <unistd.h>

#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "bench/live/parts.h"
#include "fake_services/proxy/proxy.h"
#include "http/client.h"
#include "http/loopback.h"
#include "http/server.h"

namespace firedrill::bench {
namespace {

using namespace std::chrono_literals;
using fake_services::FaultProxies;
using fake_services::LineFaults;

constexpr std::size_t kThreads = 8;
constexpr std::uint64_t kSeed = 1;

// A server behind a proxy, and clients before it.
class Line {
 public:
  explicit Line(const LineFaults& faults) {
    auto server = http::Server::bind(0, {}, [](const http::Request&) { return http::Response{.body = "hello"}; });
    if (!server || !(*server)->listen()) return;
    server_ = std::move(*server);
    auto proxies = FaultProxies::start();
    if (!proxies) return;
    proxies_ = std::move(*proxies);
    const auto line = proxies_->open(0, server_->port(), kSeed, "bench");
    if (!line) return;
    proxies_->set_faults(*line, faults);
    proxies_->set_listening(*line, true);
    proxies_->settle();
    port_ = proxies_->port(*line);
  }
  bool is_there() const { return port_ != 0; }

  // Each request's code and time, told by any thread, one at a time.
  template <typename Told>
  void ask(std::size_t requests, Told told) const {
    std::mutex mutex;
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, this] {
        http::Client client(port_);
        for (std::size_t i = 0; i < requests / kThreads; ++i) {
          const double from = stopwatch_seconds();
          const auto answer = client.send({}, {.connect = 5s, .answer = 10s});
          const double took = stopwatch_seconds() - from;
          const std::scoped_lock lock(mutex);
          told(answer ? answer->status : 0, took);
        }
      });
    }
  }

 private:
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<FaultProxies> proxies_;
  std::uint16_t port_ = 0;
};

}  // namespace

int proxy(std::uint16_t backend_port) {
  http::raise_open_files();
  const auto proxies = FaultProxies::start();
  if (!proxies) return 3;
  const auto line = (*proxies)->open(0, backend_port, kSeed, "bench");
  if (!line) return 3;
  (*proxies)->set_listening(*line, true);
  (*proxies)->settle();
  std::printf("%d\n", (*proxies)->port(*line));
  std::fflush(stdout);
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  while (::poll(&input, 1, -1) < 0) {
  }
  return 0;
}

int chance(std::size_t requests) {
  LineFaults faults;
  faults.replies[0] = {503, 0.10, 0};
  faults.replies[1] = {429, 0.03, 0};
  faults.reset = 0.02;
  const Line line(faults);
  if (!line.is_there()) return 3;
  std::map<int, std::size_t> codes = {{0, 0}, {200, 0}, {429, 0}, {503, 0}};
  line.ask(requests, [&](int code, double) { ++codes[code]; });
  const double left = 1 - faults.reset;
  std::printf("{\"codes\": {\"reset\": %zu, \"200\": %zu, \"429\": %zu, \"503\": %zu}, ", codes[0], codes[200],
              codes[429], codes[503]);
  std::printf("\"shares\": {\"reset\": %.6f, \"200\": %.6f, \"429\": %.6f, \"503\": %.6f}}\n", faults.reset,
              left * (1 - faults.replies[0].share - faults.replies[1].share), left * faults.replies[1].share,
              left * faults.replies[0].share);
  return 0;
}

int delay(std::size_t requests) {
  LineFaults faults;
  faults.to_client.delay = {1, 0.05, 0.0004};
  std::vector<double> with;
  std::vector<double> without;
  for (auto* took : {&without, &with}) {
    const Line line(took == &with ? faults : LineFaults{});
    if (!line.is_there()) return 3;
    line.ask(requests, [&](int, double seconds) { took->push_back(seconds); });
  }
  std::printf("{\"mean_s\": %.6f, \"variance_s2\": %.9f, \"without\": [", faults.to_client.delay.mean_s,
              faults.to_client.delay.variance_s2);
  for (std::size_t i = 0; i < without.size(); ++i) std::printf("%s%.6f", i == 0 ? "" : ", ", without[i]);
  std::printf("], \"with\": [");
  for (std::size_t i = 0; i < with.size(); ++i) std::printf("%s%.6f", i == 0 ? "" : ", ", with[i]);
  std::printf("]}\n");
  return 0;
}

}  // namespace firedrill::bench
