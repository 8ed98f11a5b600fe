#include "fake_services/proxy/entrance.h"

#include <sys/socket.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

#include "base/text/format.h"
#include "fake_services/process/account.h"
#include "fake_services/process/balancer.h"
#include "fake_services/proxy/relay.h"
#include "http/loopback.h"

namespace firedrill::fake_services {
namespace {

namespace io = boost::asio;
using proxy::Relay;

constexpr int kMostWaiting = 256;
constexpr std::size_t kMostRelays = 4096;  // of an entrance; one more is closed

}  // namespace

// Used by the thread alone, but for what it counted.
struct Entrance {
  Entrance(io::io_context& of, LoadBalancing policy, std::uint64_t seed, std::string_view name, Descriptor bound)
      : context(of),
        port(http::port_of(bound.get())),
        acceptor(of),
        balancer(policy),
        chance(seed, format("entrance/{}", name)),
        account(1) {
    acceptor.assign(io::ip::tcp::v4(), bound.release());
  }

  void accept() {
    acceptor.async_accept([this](const boost::system::error_code& error, io::ip::tcp::socket socket) {
      if (error == io::error::operation_aborted) return;
      if (!error) accepted(std::move(socket));
      accept();
    });
  }

  void accepted(io::ip::tcp::socket socket) {
    if (relays.size() >= kMostRelays) return;
    http::set_close_on_exec(socket.native_handle());
    const auto backend = balancer.choose(chance, {}, RetryTo::any);
    if (!backend) {
      account.called(0, CallOutcome::refused, 0, 0);
      boost::system::error_code ignored;
      socket.set_option(io::socket_base::linger(true, 0), ignored);
      return;
    }
    const auto gone = [this](Relay& relay) {
      balancer.ended(relay.backend());
      relays.erase(relay.shared_from_this());
    };
    const auto relay = std::make_shared<Relay>(context, std::move(socket), *backend, account, gone);
    relays.insert(relay);
    relay->begin();
  }

  io::io_context& context;
  std::uint16_t port;
  io::ip::tcp::acceptor acceptor;
  Balancer balancer;
  Chance chance;
  AccountKeeper account;
  std::set<std::shared_ptr<Relay>> relays;
};

struct Entrances::State {
  ~State() {
    context.stop();
    if (thread.joinable()) thread.join();
  }
  Entrance* entrance(std::size_t number) const {
    const std::scoped_lock lock(mutex);
    return entrances[number].get();
  }

  io::io_context context;
  io::executor_work_guard<io::io_context::executor_type> work{context.get_executor()};
  mutable std::mutex mutex;  // of the list
  std::vector<std::unique_ptr<Entrance>> entrances;
  std::thread thread;
};

Entrances::Entrances(std::unique_ptr<State> state) : state_(std::move(state)) {}
Entrances::~Entrances() = default;

std::expected<std::unique_ptr<Entrances>, std::string> Entrances::start() {
  auto state = std::make_unique<State>();
  try {
    state->thread = std::thread([context = &state->context] { context->run(); });
  } catch (const std::system_error& error) {
    return std::unexpected(format("no thread for entrances: {}", error.what()));
  }
  return std::unique_ptr<Entrances>(new Entrances(std::move(state)));
}

std::expected<std::size_t, std::string> Entrances::open(LoadBalancing policy, std::uint64_t seed,
                                                        std::string_view name) {
  auto bound = http::bind_loopback(0);
  if (!bound) return std::unexpected(bound.error());
  if (::listen(bound->get(), kMostWaiting) != 0) return std::unexpected("a port cannot be listened on");
  http::set_nonblocking(bound->get());
  auto entrance = std::make_unique<Entrance>(state_->context, policy, seed, name, std::move(*bound));
  Entrance* made = entrance.get();
  const std::scoped_lock lock(state_->mutex);
  state_->entrances.push_back(std::move(entrance));
  io::post(state_->context, [made] { made->accept(); });
  return state_->entrances.size() - 1;
}

std::uint16_t Entrances::port(std::size_t entrance) const {
  return state_->entrance(entrance)->port;
}

void Entrances::set_ready(std::size_t entrance, std::vector<std::uint16_t> ports) {
  io::post(state_->context, [of = state_->entrance(entrance), ports = std::move(ports)]() mutable {
    of->balancer.set_ready(std::move(ports));
  });
}

Observation Entrances::seen(std::size_t entrance) const {
  return state_->entrance(entrance)->account.account().edges.front();
}

}  // namespace firedrill::fake_services
