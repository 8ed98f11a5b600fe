#include "fake_services/process/serve_replica.h"

#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>

#include "base/clock.h"
#include "base/text/format.h"
#include "fake_services/process/control.h"
#include "fake_services/process/fake_service.h"
#include "fake_services/process/told_metrics.h"
#include "fake_services/topology/topology_yaml.h"
#include "http/loopback.h"
#include "http/server.h"

namespace firedrill::fake_services {
namespace {

constexpr int kFirstMessageMs = 30000;  // within which firedrill has said what to serve
// How long it serves on when it is asked to end: so long callers may still send to it that have not heard of it.
constexpr double kLinger = 1;
constexpr int kLookMs = 20;
constexpr double kTellSeconds = 0.25;

volatile std::sig_atomic_t asked_to_end = 0;

extern "C" void on_terminate(int) {
  asked_to_end = 1;
}

void handle(int signal, void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  ::sigaction(signal, &action, nullptr);
}

void prepare_process() {
  handle(SIGTERM, on_terminate);
  // A terminal's Ctrl-C is firedrill's to hear, which then ends its processes in order.
  handle(SIGINT, SIG_IGN);
  handle(SIGHUP, SIG_IGN);
  handle(SIGPIPE, SIG_IGN);
  http::raise_open_files();
}

// The system ends the process with its parent, whatever the process is doing; the lease does where the system cannot.
bool tie_to(std::int64_t parent) {
#ifdef __linux__
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
  return ::getppid() == parent;
}

// Waits for a message, a signal or an end, at most so long.
bool wait_for_more(Control& control, int most_ms) {
  pollfd poll{.fd = control.descriptor(), .events = POLLIN, .revents = 0};
  ::poll(&poll, 1, most_ms);
  return control.receive();
}

std::optional<json::object> first_message(Control& control) {
  const double until = stopwatch_seconds() + kFirstMessageMs / 1000.0;
  while (stopwatch_seconds() < until) {
    if (auto message = control.next()) return message;
    if (!wait_for_more(control, kLookMs)) return control.next();
  }
  return std::nullopt;
}

struct Order {
  std::string topology;
  std::string name;
  std::string service;
  std::size_t replica = 0;
  std::uint64_t seed = 0;
  std::uint16_t port = 0;
  std::int64_t parent = 0;
  Duration clock{};                   // that scenario time is ahead
  std::optional<Duration> startup{};  // instead of the topology's
  std::string version{};              // instead of the topology's; empty: that
  bool starts = true;                 // else it never listens,
  std::optional<int> exit_code{};     // and ends with this when it should
  std::optional<double> expires_s{};  // of its certificate, instead of the topology's from its start on
  double answer_bytes = 0;
  bool allowances = false;
  std::vector<MetricSpec> metrics{};  // the scenario's own
  double speed = 1;
};

std::optional<std::int64_t> number(const json::object& message, const char* key) {
  const json::value* found = message.if_contains(key);
  if (found == nullptr) return std::nullopt;
  if (const auto* whole = found->if_int64()) return *whole;
  if (const auto* natural = found->if_uint64()) return static_cast<std::int64_t>(*natural);
  return std::nullopt;
}

std::optional<double> instant(const json::object& message, const char* key) {
  const json::value* found = message.if_contains(key);
  if (found == nullptr || !found->is_number()) return std::nullopt;
  return found->to_number<double>();
}

std::string text(const json::object& message, const char* key) {
  const json::value* found = message.if_contains(key);
  return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
}

Order read_order(const json::object& message) {
  Order order{
      .topology = text(message, "topology"), .name = text(message, "name"), .service = text(message, "service")};
  order.version = text(message, "version");
  order.replica = static_cast<std::size_t>(number(message, "replica").value_or(0));
  order.port = static_cast<std::uint16_t>(number(message, "port").value_or(0));
  order.parent = number(message, "parent").value_or(0);
  order.clock = Duration(number(message, "clock_ms").value_or(0));
  if (const auto startup = number(message, "startup_ms")) order.startup = Duration(*startup);
  const json::value* starts = message.if_contains("starts");
  order.starts = starts == nullptr || !starts->is_bool() || starts->as_bool();
  order.answer_bytes = static_cast<double>(number(message, "answer_bytes").value_or(0));
  order.expires_s = instant(message, "expires_s");
  order.allowances = message.contains("allowances");
  if (const json::value* metrics = message.if_contains("metrics"); metrics != nullptr && metrics->is_array()) {
    order.metrics = read_own_metrics(metrics->as_array());
  }
  if (const json::value* speed = message.if_contains("speed"); speed != nullptr && speed->is_number()) {
    order.speed = speed->to_number<double>();
  }
  if (const auto code = number(message, "exit_code")) order.exit_code = static_cast<int>(*code);
  const std::string seed = text(message, "seed");
  std::from_chars(seed.data(), seed.data() + seed.size(), order.seed);
  return order;
}

std::optional<FlowModel> read_model(const Order& order) {
  Diagnostics found;
  const auto document =
      yaml::parse_as(kTopologyForm, make_source(order.name, order.topology), yaml::Dialect::strict, found);
  if (document == nullptr) return std::nullopt;
  const auto topology = decode_services(document->root(), found);
  if (!topology) return std::nullopt;
  return build_model(*topology, {}, {});
}

void take_ready(FakeService& service, const json::object& message) {
  const json::value* ready = message.if_contains("ready");
  if (ready == nullptr || !ready->is_object()) return;
  for (const auto& each : ready->as_object()) {
    std::vector<std::uint16_t> ports;
    if (const json::array* listed = each.value().if_array()) {
      for (const json::value& port : *listed) {
        if (port.is_int64()) ports.push_back(static_cast<std::uint16_t>(port.as_int64()));
        if (port.is_uint64()) ports.push_back(static_cast<std::uint16_t>(port.as_uint64()));
      }
    }
    service.set_ready(each.key(), std::move(ports));
  }
}

class Replica {
 public:
  Replica(Control& control, const Order& order, const FlowModel& model, std::size_t index)
      : control_(control),
        order_(order),
        spec_(model.services[index].spec),
        model_(model.services[index]),
        service_(model, index, order.replica, order.seed, WallClock().now() + order.clock) {
    service_.set_answer_bytes(order.answer_bytes);
    if (order.expires_s) service_.set_certificate_expiry(*order.expires_s);
    if (!order.metrics.empty()) service_.set_own_metrics(order.metrics, order.speed);
    if (order.allowances) service_.set_allowances(Allowances::of(Descriptor(kAllowancesDescriptor)));
  }

  int run();

 private:
  int fail(const std::string& why) {
    control_.send({{"failed", why}});
    return kCannotServe;
  }
  // What was said meanwhile; false: nobody is there any more.
  bool listen_to_firedrill(int most_ms);
  void obey(const json::object& message);
  void tell();
  // False: it is asked to end, or nobody is there, before that.
  bool start_up();
  int drain(http::Server& server);
  void end_for_memory();

  Control& control_;
  const Order& order_;
  const ServiceSpec& spec_;
  const ServiceModel& model_;
  FakeService service_;
  bool deserted_ = false;
  bool tells_ = false;
  double told_s_ = 0;
};

bool Replica::listen_to_firedrill(int most_ms) {
  deserted_ = !wait_for_more(control_, most_ms);
  while (const auto message = control_.next()) obey(*message);
  if (tells_ && stopwatch_seconds() >= told_s_ + kTellSeconds) tell();
  return !deserted_;
}

void Replica::obey(const json::object& message) {
  take_ready(service_, message);
  // What it had counted goes with it, as with any process that ends so.
  if (const auto code = number(message, "exit")) ::_exit(static_cast<int>(*code));
  if (const json::value* conditions = message.if_contains("conditions");
      conditions != nullptr && conditions->is_object())
    service_.set_conditions(read_conditions(conditions->as_object(), model_));
  if (message.contains("tell")) {
    tells_ = true;
    tell();
  }
  if (message.contains("anew")) service_.count_anew();
  if (const auto expiry = instant(message, "expires_s")) service_.set_certificate_expiry(*expiry);
  const json::value* past = message.if_contains("past");
  if (past != nullptr && past->is_object()) service_.go_on_from(read_past(past->as_object()));
}

void Replica::tell() {
  told_s_ = stopwatch_seconds();
  control_.send({{"account", to_json(service_.account())}});
}

bool Replica::start_up() {
  const double until = stopwatch_seconds() + to_seconds(order_.startup.value_or(spec_.startup));
  while (asked_to_end == 0) {
    const double left = until - stopwatch_seconds();
    if (left <= 0 && order_.exit_code) ::_exit(*order_.exit_code);
    if (left <= 0 && order_.starts) return true;
    if (!listen_to_firedrill(static_cast<int>(std::clamp(left * 1000 + 1, 1.0, 1.0 * kLookMs)))) return false;
  }
  return false;
}

int Replica::drain(http::Server& server) {
  control_.send({{"draining", true}});
  service_.drain();
  server.close_connections();
  const double from = stopwatch_seconds();
  const double grace = static_cast<double>(spec_.termination_grace_period_seconds);
  while (true) {
    const double gone = stopwatch_seconds() - from;
    if (gone >= std::min(kLinger, grace) && server.at_work() == 0 && service_.is_idle()) break;
    if (gone >= grace) return kNotDrained;
    if (!listen_to_firedrill(kLookMs)) return kLeaseOver;
  }
  if (tells_) tell();
  control_.send({{"drained", true}});
  return kDrained;
}

// As a kernel does it: without a word to clients.
void Replica::end_for_memory() {
  if (tells_) tell();
  control_.send({{"oom", true}});
  ::kill(::getpid(), SIGKILL);
}

int Replica::run() {
  auto server = http::Server::bind(order_.port, service_.bounds(),
                                   [this](const http::Request& request) { return service_.answer(request); });
  if (!server) return fail(server.error());
  control_.send({{"bound", (*server)->port()}});
  if (!start_up()) return deserted_ ? kLeaseOver : kDrained;
  if (auto listening = (*server)->listen(); !listening) return fail(listening.error());
  control_.send({{"listening", (*server)->port()}});
  while (asked_to_end == 0) {
    if (!listen_to_firedrill(kLookMs * 5)) ::_exit(kLeaseOver);
    if (service_.is_beyond_memory()) end_for_memory();
  }
  // Requests may still be at work: their threads end with the process.
  ::_exit(drain(**server));
}

}  // namespace

int serve_replica(Descriptor end) {
  prepare_process();
  http::set_close_on_exec(end.get());
  Control control(std::move(end));
  const auto message = first_message(control);
  if (!message) return kLeaseOver;
  const Order order = read_order(*message);
  if (!tie_to(order.parent)) return kLeaseOver;
  auto model = read_model(order);
  std::size_t index = 0;
  while (model && index < model->services.size() && model->services[index].spec.name != order.service) ++index;
  if (!model || index == model->services.size()) {
    control.send({{"failed", "the topology could not be read"}});
    return kCannotServe;
  }
  if (!order.version.empty()) model->services[index].spec.version = order.version;
  return Replica(control, order, *model, index).run();
}

}  // namespace firedrill::fake_services
