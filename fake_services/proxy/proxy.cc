#include "fake_services/proxy/proxy.h"

#include <sys/socket.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <future>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "base/text/format.h"
#include "fake_services/proxy/session.h"
#include "http/loopback.h"

namespace firedrill::fake_services {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using proxy::Session;

constexpr int kBacklog = 256;
constexpr std::size_t kMostSessions = 4096;  // of a line; one more is closed
constexpr auto kTryAgain = std::chrono::milliseconds(20);
// Connections that nobody accepts: behind them the system answers no packet of others (listen(2), of a backlog of 0).
constexpr std::size_t kFillers = 2;

}  // namespace

// A line with its listener; used by the thread alone.
struct Gate {
  Gate(asio::io_context& of, proxy::Line made, Descriptor bound)
      : context(of),
        line(std::move(made)),
        port(http::port_of(bound.get())),
        reserved(std::move(bound)),
        acceptor(of),
        timer(of) {}

  void follow();
  void open();
  void open_hole();
  void accept();
  void accepted(asio::ip::tcp::socket socket);
  void close_listener();
  bool should_listen() const { return listening && !line.faults.refuse; }

  asio::io_context& context;
  proxy::Line line;
  std::uint16_t port;
  Descriptor reserved;  // keeps the port while nothing listens on it
  bool listening = false;
  enum class Stands { closed, open, hole } stands = Stands::closed;
  asio::ip::tcp::acceptor acceptor;
  std::vector<Descriptor> fillers;
  asio::steady_timer timer;
  std::set<std::shared_ptr<Session>> sessions;
};

// Brings the listener to where the line should be.
void Gate::follow() {
  const Stands wanted = !should_listen() ? Stands::closed : line.faults.blackhole ? Stands::hole : Stands::open;
  if (wanted == stands) return;
  close_listener();
  if (wanted == Stands::closed) return;
  wanted == Stands::open ? open() : open_hole();
  if (stands == wanted) return;
  // Somebody has the port for the moment between two listeners.
  timer.expires_after(kTryAgain);
  timer.async_wait([this](const error_code& error) {
    if (!error) follow();
  });
}

void Gate::open() {
  if (!reserved || ::listen(reserved.get(), kBacklog) != 0) return;
  http::set_nonblocking(reserved.get());
  error_code error;
  acceptor.assign(asio::ip::tcp::v4(), reserved.get(), error);
  if (error) return;
  (void)reserved.release();
  stands = Stands::open;
  accept();
}

void Gate::open_hole() {
  if (!reserved || ::listen(reserved.get(), 0) != 0) return;
  for (std::size_t i = 0; i < kFillers; ++i) {
    auto filler = http::connect_loopback(port, std::chrono::milliseconds(10));
    if (filler) fillers.push_back(std::move(*filler));
  }
  stands = Stands::hole;
}

void Gate::accept() {
  acceptor.async_accept([this](const error_code& error, asio::ip::tcp::socket socket) {
    if (stands != Stands::open || error == asio::error::operation_aborted) return;
    if (!error) accepted(std::move(socket));
    accept();
  });
}

void Gate::accepted(asio::ip::tcp::socket socket) {
  if (sessions.size() >= kMostSessions) return;
  http::set_close_on_exec(socket.native_handle());
  ++line.counts.connections;
  const auto gone = [this](Session& session) { sessions.erase(session.shared_from_this()); };
  const auto session = std::make_shared<Session>(context, line, std::move(socket), gone);
  sessions.insert(session);
  session->begin();
}

// The port stays ours: a socket is bound to it again, on which nothing listens.
void Gate::close_listener() {
  error_code ignored;
  if (acceptor.is_open()) acceptor.close(ignored);
  fillers.clear();
  reserved = Descriptor();
  stands = Stands::closed;
  if (auto again = http::bind_loopback(port)) reserved = std::move(*again);
}

struct FaultProxies::State {
  ~State() {
    context.stop();
    if (thread.joinable()) thread.join();
  }
  // On the thread, which alone touches gates.
  template <typename What>
  void on(std::size_t line, What what) {
    asio::post(context, [gate = gate(line), what = std::move(what)] { what(*gate); });
  }
  Gate* gate(std::size_t line) const {
    const std::scoped_lock lock(mutex);
    return gates[line].get();
  }

  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  mutable std::mutex mutex;  // of the list
  std::vector<std::unique_ptr<Gate>> gates;
  std::thread thread;
};

FaultProxies::FaultProxies(std::unique_ptr<State> state) : state_(std::move(state)) {}
FaultProxies::~FaultProxies() = default;

std::expected<std::unique_ptr<FaultProxies>, std::string> FaultProxies::start() {
  auto state = std::make_unique<State>();
  try {
    state->thread = std::thread([context = &state->context] { context->run(); });
  } catch (const std::system_error& error) {
    return std::unexpected(format("no thread for fault proxies: {}", error.what()));
  }
  return std::unique_ptr<FaultProxies>(new FaultProxies(std::move(state)));
}

std::expected<std::size_t, std::string> FaultProxies::open(std::uint16_t port, std::uint16_t backend,
                                                           std::uint64_t seed, std::string_view name) {
  auto bound = http::bind_loopback(port);
  if (!bound) return std::unexpected(bound.error());
  proxy::Line line{
      .backend = backend, .faults = {}, .chance = RandomStream(seed, format("proxy/{}", name)), .counts = {}};
  auto gate = std::make_unique<Gate>(state_->context, std::move(line), std::move(*bound));
  const std::scoped_lock lock(state_->mutex);
  state_->gates.push_back(std::move(gate));
  return state_->gates.size() - 1;
}

std::uint16_t FaultProxies::port(std::size_t line) const {
  return state_->gate(line)->port;
}

void FaultProxies::set_listening(std::size_t line, bool listening) {
  state_->on(line, [listening](Gate& gate) {
    if (gate.listening == listening) return;
    gate.listening = listening;
    gate.follow();
  });
}

void FaultProxies::set_faults(std::size_t line, const LineFaults& faults) {
  state_->on(line, [faults](Gate& gate) {
    if (gate.line.faults == faults) return;
    gate.line.faults = faults;
    gate.follow();
    const auto sessions = gate.sessions;  // one that ends is taken out of the list
    for (const auto& session : sessions) session->heed();
  });
}

void FaultProxies::settle() {
  std::promise<void> done;
  asio::post(state_->context, [&done] { done.set_value(); });
  done.get_future().wait();
}

LineCounts FaultProxies::counts(std::size_t line) const {
  std::promise<LineCounts> counted;
  asio::post(state_->context, [&counted, gate = state_->gate(line)] {
    LineCounts counts = gate->line.counts;
    counts.open = gate->sessions.size();
    counted.set_value(counts);
  });
  return counted.get_future().get();
}

}  // namespace firedrill::fake_services
