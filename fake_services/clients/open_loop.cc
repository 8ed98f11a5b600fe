#include "fake_services/clients/open_loop.h"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "base/clock.h"
#include "base/text/format.h"
#include "fake_services/clients/exchange.h"
#include "fake_services/process/balancer.h"
#include "fake_services/process/chance.h"
#include "fake_services/process/routing.h"
#include "fake_services/traffic/arrivals.h"
#include "http/loopback.h"

namespace firedrill::fake_services {
namespace {

namespace asio = boost::asio;
using clients::End;
using clients::Ended;
using clients::Exchange;

// Rates are looked at again this often, whatever the next arrival.
constexpr double kLookSeconds = 0.5;
constexpr double kNoRate = 1e-6;

// A request's bytes, which are the same each time.
std::string bytes_of(const http::Request& request) {
  std::string bytes = format("{} {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: firedrill-client\r\nAccept: */*\r\n",
                             request.method, request.path, http::kLoopback);
  for (const http::Header& header : request.headers) bytes += format("{}: {}\r\n", header.name, header.value);
  const bool has_body = request.method != "GET" && request.method != "HEAD";
  return bytes + (has_body ? "Content-Length: 0\r\n\r\n" : "\r\n");
}

void count_seen(Observation& seen, const Ended& how) {
  seen.attempts += 1;
  seen.outside += 1;
  seen.refused += how.how == End::refused ? 1 : 0;
  seen.reset += how.how == End::reset ? 1 : 0;
  seen.timed_out += how.how == End::given_up ? 1 : 0;
  if (how.how == End::answered) {
    seen.replies += 1;
    seen.by_code[how.status] += 1;
  } else if (how.how != End::given_up) {
    return;
  }
  seen.latency_count += 1;
  seen.latency_sum_s += how.seconds;
  seen.latency_square_s2 += how.seconds * how.seconds;
}

// Counts by powers of two of a microsecond.
class LatenessTally {
 public:
  void add(double seconds) {
    std::size_t at = 0;
    for (double micros = seconds * 1e6; micros > 1 && at + 1 < counts_.size(); micros /= 2) ++at;
    ++counts_[at];
    ++all_;
  }
  std::uint64_t all() const { return all_; }
  // The upper bound of the bucket in which the quantile lies.
  double quantile_s(double q) const {
    double left = q * static_cast<double>(all_);
    double bound = 1e-6;
    for (const std::uint64_t count : counts_) {
      left -= static_cast<double>(count);
      if (left <= 0) return bound;
      bound *= 2;
    }
    return bound;
  }

 private:
  std::array<std::uint64_t, 32> counts_{};
  std::uint64_t all_ = 0;
};

}  // namespace

struct OpenLoop::State {
  struct Route {
    std::string method;
    std::string bytes;
  };
  struct Entry {
    Entry(const ServiceModel& service, const Options& options, asio::io_context& context)
        : traffic(*service.spec.traffic, options.seed, service.spec.name, options.now()),
          arrivals(options.seed, format("clients/{}/arrivals", service.spec.name)),
          choices(options.seed, format("clients/{}/choices", service.spec.name)),
          balancer(service.spec.load_balancing),
          timer(context) {
      for (const RouteModel& route : service.routes) {
        const http::Request request = request_of(route);
        routes.push_back({request.method, bytes_of(request)});
        shares.push_back(route.share);
      }
    }

    Traffic traffic;
    Chance arrivals;
    Chance choices;
    Balancer balancer;
    std::vector<Route> routes;
    std::vector<double> shares;
    double factor = 1;
    std::optional<double> rate;
    asio::steady_timer timer;
    double next_s = 0;     // of the stopwatch: the next arrival, or the next look at the rate
    bool arrives = false;  // it is one
    OutsideCounts counts;
  };

  State(const FlowModel& model, Options given) : options(std::move(given)), entries(model.services.size()) {
    for (std::size_t s = 0; s < model.services.size(); ++s) {
      if (model.services[s].spec.traffic) entries[s] = std::make_unique<Entry>(model.services[s], options, context);
    }
  }

  void draw_next(Entry& entry);
  void wait_for(Entry& entry);
  void dispatch(Entry& entry, double intended_s);
  void ended(Entry& entry, std::uint16_t port, const Ended& how);

  Options options;
  asio::io_context context;
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  clients::Kept kept;
  std::vector<std::unique_ptr<Entry>> entries;  // by service
  mutable std::mutex mutex;                     // of all that others read or set
  bool paused = false;
  std::size_t under_way = 0;
  std::uint64_t unsent = 0;
  LatenessTally lateness;
  std::thread thread;
};

// Arrivals of many clients who know nothing of each other: exponential gaps, which forget that nobody has come yet.
void OpenLoop::State::draw_next(Entry& entry) {
  double rate = 0;
  {
    const std::scoped_lock lock(mutex);
    rate = paused ? 0 : entry.factor * entry.rate.value_or(entry.traffic.rate(options.now()));
  }
  const double gap = rate > kNoRate ? entry.arrivals.draw(Distribution::exponential(1 / rate)) : 2 * kLookSeconds;
  entry.arrives = gap <= kLookSeconds;
  entry.next_s += std::min(gap, kLookSeconds);
}

void OpenLoop::State::wait_for(Entry& entry) {
  const double left = std::max(0.0, entry.next_s - stopwatch_seconds());
  entry.timer.expires_after(
      std::chrono::duration_cast<asio::steady_timer::duration>(std::chrono::duration<double>(left)));
  entry.timer.async_wait([this, &entry](const boost::system::error_code& error) {
    if (error) return;
    // All whose time has come; between two of them others get their turn.
    if (stopwatch_seconds() >= entry.next_s) {
      if (entry.arrives) dispatch(entry, entry.next_s);
      draw_next(entry);
    }
    wait_for(entry);
  });
}

void OpenLoop::State::dispatch(Entry& entry, double intended_s) {
  std::uint16_t port = 0;
  const std::size_t route = entry.choices.pick(entry.shares);
  {
    const std::scoped_lock lock(mutex);
    lateness.add(stopwatch_seconds() - intended_s);
    if (under_way >= options.most_under_way) {
      ++unsent;
      return;
    }
    port = entry.balancer.choose(entry.choices, {}, RetryTo::any).value_or(0);
    ++under_way;
  }
  const double give_up_s = intended_s + to_seconds(entry.traffic.spec().timeout);
  const auto told = [this, &entry, port](const Ended& how) { ended(entry, port, how); };
  if (port == 0) return told({End::refused, 0, 0});
  std::make_shared<Exchange>(context, kept, port, entry.routes[route].bytes, entry.routes[route].method, intended_s,
                             give_up_s, told)
      ->begin();
}

void OpenLoop::State::ended(Entry& entry, std::uint16_t port, const Ended& how) {
  constexpr int kFirstClientError = 400;
  constexpr int kFirstServerError = 500;
  const double began_s = stopwatch_seconds() - how.seconds;
  const auto granted =
      options.allowances == nullptr ? std::vector<Allowances::Granted>() : options.allowances->granted();
  const std::scoped_lock lock(mutex);
  --under_way;
  entry.balancer.ended(port);
  OutsideCounts& counts = entry.counts;
  counts.requests += 1;
  count_seen(counts.seen, how);
  for (const Allowances::Granted& each : granted) {
    if (each.covers(began_s)) count_seen(counts.while_left[each.fault], how);
  }
  const bool answered = how.how == End::answered;
  counts.errors += !answered || how.status >= kFirstServerError ? 1 : 0;
  counts.client_errors += answered && how.status >= kFirstClientError && how.status < kFirstServerError ? 1 : 0;
  if (!answered && how.how != End::given_up) return;
  const auto bounds = events::latency_bounds_s();
  counts.latency[static_cast<std::size_t>(std::ranges::lower_bound(bounds, how.seconds) - bounds.begin())] += 1;
}

OpenLoop::OpenLoop(const FlowModel& model, Options options)
    : state_(std::make_unique<State>(model, std::move(options))) {}

OpenLoop::~OpenLoop() {
  state_->context.stop();
  if (state_->thread.joinable()) state_->thread.join();
}

std::expected<void, std::string> OpenLoop::begin() {
  const double now = stopwatch_seconds();
  for (const auto& entry : state_->entries) {
    if (entry == nullptr) continue;
    entry->next_s = now;
    state_->draw_next(*entry);
    state_->wait_for(*entry);
  }
  try {
    state_->thread = std::thread([state = state_.get()] { state->context.run(); });
  } catch (const std::system_error& error) {
    return std::unexpected(format("no thread for clients from outside: {}", error.what()));
  }
  return {};
}

void OpenLoop::pause() {
  const std::scoped_lock lock(state_->mutex);
  state_->paused = true;
}

void OpenLoop::resume() {
  const std::scoped_lock lock(state_->mutex);
  state_->paused = false;
}

void OpenLoop::set_ready(std::size_t service, std::vector<std::uint16_t> ports) {
  if (state_->entries[service] == nullptr) return;
  const std::scoped_lock lock(state_->mutex);
  state_->entries[service]->balancer.set_ready(std::move(ports));
}

void OpenLoop::set_factor(std::size_t service, double factor) {
  if (state_->entries[service] == nullptr) return;
  const std::scoped_lock lock(state_->mutex);
  state_->entries[service]->factor = factor;
}

void OpenLoop::set_rate(std::size_t service, std::optional<double> per_second) {
  if (state_->entries[service] == nullptr) return;
  const std::scoped_lock lock(state_->mutex);
  state_->entries[service]->rate = per_second;
}

OutsideCounts OpenLoop::counts(std::size_t service) const {
  if (state_->entries[service] == nullptr) return {};
  const std::scoped_lock lock(state_->mutex);
  return state_->entries[service]->counts;
}

Lateness OpenLoop::take_lateness() {
  const std::scoped_lock lock(state_->mutex);
  const LatenessTally tally = std::exchange(state_->lateness, {});
  return {tally.all(), std::exchange(state_->unsent, 0), tally.quantile_s(0.5), tally.quantile_s(0.99)};
}

std::size_t OpenLoop::under_way() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->under_way;
}

}  // namespace firedrill::fake_services
