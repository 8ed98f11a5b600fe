// firedrill serve TOPOLOGY: keeps a topology up as processes, until it is interrupted.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "base/files/read_scope.h"
#include "base/report.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "base/text/json.h"
#include "base/version.h"
#include "cli/cli.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/output_file.h"
#include "driver/live/fitness.h"
#include "driver/live/live_services.h"
#include "driver/live/machine/calibration.h"
#include "driver/live/scrape_config.h"
#include "driver/live/status_page.h"
#include "fake_services/clients/open_loop.h"
#include "fake_services/topology/topology_yaml.h"
#include "fake_services/traffic/arrivals.h"
#include "http/loopback.h"
#include "yaml/inputs.h"

namespace firedrill::cli {
namespace {

using driver::live::LiveServices;
using driver::live::ReplicaState;
using driver::live::ReplicaView;
using driver::live::StatusPage;

constexpr Duration kStep = 200ms;
constexpr double kMostPort = 65535;

struct Options {
  std::string topology;
  std::uint64_t seed = 1;
  int port = 0;
  std::string scrape_config;
  bool traffic = false;
  bool force = false;
  bool json = false;
};

struct Loaded {
  SourcePtr source;
  fake_services::Topology topology;
};

std::optional<Loaded> load(const std::string& path) {
  const FirstFile file = FirstFile::named(path, {});
  auto source = file.read();
  if (!source) {
    print_diagnostics(source.error());
    return std::nullopt;
  }
  Diagnostics found;
  std::optional<fake_services::Topology> topology;
  const auto document = yaml::parse_as(fake_services::kTopologyForm, *source, yaml::Dialect::strict, found);
  yaml::Inputs inputs(file.scope);
  if (document != nullptr) {
    const auto own = fake_services::exporter_files_by(inputs, file.name);
    topology = fake_services::decode_topology(document->root(), own, found);
  }
  if (topology) {
    for (const auto& misfit : driver::live::misfits(*topology)) {
      report(found, yaml::position_of_path(document->root(), misfit.path), misfit.what, misfit.remedy);
    }
  }
  tidy(found);
  print_diagnostics(found);
  if (!topology || has_errors(found)) return std::nullopt;
  return Loaded{*source, *std::move(topology)};
}

int environment_error(const std::string& what, std::string_view remedy) {
  print_err(format("firedrill: error: {}\n      = help: {}\n", printable(what), remedy));
  return kEnvironment;
}

constexpr std::string_view kStartHelp =
    "nothing is left running; free what it needs, or choose other ports with --port";

// Says on standard error what has become of replicas.
class Changes {
 public:
  explicit Changes(std::vector<ReplicaView> first) : before_(std::move(first)) {}

  void tell(std::vector<ReplicaView> now) {
    for (std::size_t i = 0; i < now.size() && i < before_.size(); ++i) {
      if (const std::string what = change(before_[i], now[i]); !what.empty()) {
        print_err(format("{}  {} {}\n", format_clock(WallClock().now()), printable(now[i].pod), printable(what)));
      }
    }
    before_ = std::move(now);
  }

 private:
  static std::string change(const ReplicaView& was, const ReplicaView& is) {
    if (!is.program.empty() && is.state != was.state) {
      return is.state == ReplicaState::serving ? format("listens at {}", is.program) : is.detail;
    }
    if (is.restarts != was.restarts && was.state != ReplicaState::waiting) {
      return format("has ended: {}; it is started again", is.detail);
    }
    if (is.state != was.state) {
      const std::string why = is.detail.empty() ? "" : ": " + is.detail;
      switch (is.state) {
        case ReplicaState::starting:
          return "is started again";
        case ReplicaState::serving:
          return is.ready ? "serves, and is ready" : "serves";
        case ReplicaState::draining:
          return "is asked to end" + (is.detail.empty() ? "" : why);
        case ReplicaState::waiting:
          return "has ended" + why;
        case ReplicaState::ended:
          return "has ended";
      }
    }
    if (is.ready == was.ready) return "";
    if (is.ready) return "is ready";
    return "is not ready" + (is.detail.empty() ? "" : ": " + is.detail);
  }

  std::vector<ReplicaView> before_;
};

// Those that a program of the user's own is to be given.
void print_ways(const std::vector<ReplicaView>& views, const std::vector<driver::live::WayView>& ways) {
  for (const ReplicaView& view : views) {
    if (view.program.empty()) continue;
    print_out(format("\n{} is your program: start it at {}, and have it reach\n", printable(view.service),
                     printable(view.program)));
    for (const auto& way : ways) {
      if (way.service != view.service) continue;
      print_out(format("  {}  http://{}\n", printable(way.dependency), http::address_of(way.port)));
    }
  }
}

void print_addresses(const std::vector<ReplicaView>& views, const StatusPage& page, const std::string& config,
                     const Options& options) {
  std::size_t width = 4;
  for (const ReplicaView& view : views) width = std::max(width, display_width(printable(view.pod)));
  print_out(format("{}  http://{}/\n", padded("page", width), http::address_of(page.port())));
  for (const ReplicaView& view : views) {
    print_out(format("{}  http://{}\n", padded(printable(view.pod), width), http::address_of(view.port)));
  }
  if (options.scrape_config.empty()) {
    print_out("\n# for prometheus.yml\n");
    print_data(config);
  } else {
    print_out(format("scrape configuration: {}\n", printable(options.scrape_config)));
  }
}

json::array ways_json(const std::vector<driver::live::WayView>& ways) {
  json::array out;
  for (const auto& way : ways) {
    out.push_back(json::object{
        {"service", way.service}, {"dependency", way.dependency}, {"address", http::address_of(way.port)}});
  }
  return out;
}

void print_json(const std::vector<ReplicaView>& views, const std::vector<driver::live::WayView>& ways,
                const StatusPage& page, const std::string& config, const Options& options) {
  print_data(write_json(json::object{{"topology", options.topology},
                                     {"seed", options.seed},
                                     {"page", format("http://{}/", http::address_of(page.port()))},
                                     {"replicas", driver::live::replicas_json(views)},
                                     {"ways", ways_json(ways)},
                                     {"scrape_config", config}},
                        JsonStyle::pretty));
}

// Until it is up; what is to be returned if it does not come up.
std::optional<int> come_up(LiveServices& services, Changes& changes) {
  while (!services.have_come_up()) {
    if (interrupted()) {
      services.stop();
      return kInterrupted;
    }
    auto stepped = services.step(kStep);
    changes.tell(services.views());
    if (!stepped) {
      services.stop();
      return environment_error(stepped.error(), kStartHelp);
    }
  }
  return std::nullopt;
}

// Sends to those that are ready, as they are now.
void follow_ready(fake_services::OpenLoop& clients, const fake_services::Topology& topology,
                  const std::vector<ReplicaView>& views) {
  std::vector<std::vector<std::uint16_t>> ports(topology.services.size());
  for (const ReplicaView& view : views) {
    if (!view.ready) continue;
    const auto service = std::ranges::find(topology.services, view.service, &fake_services::ServiceSpec::name);
    ports[static_cast<std::size_t>(service - topology.services.begin())].push_back(view.port);
  }
  for (std::size_t s = 0; s < ports.size(); ++s) clients.set_ready(s, std::move(ports[s]));
}

// The traffic of the topology, once this machine is known to carry it.
class Clients {
 public:
  Clients(const fake_services::Topology& topology, std::uint64_t seed)
      : topology_(topology),
        model_(fake_services::build_model(topology, {}, {})),
        loop_(model_, {.seed = seed, .now = [] { return WallClock().now(); }}) {}

  // What is to be returned if there is to be none.
  std::optional<int> begin(LiveServices& services) {
    const auto all_ready = [&] { return std::ranges::all_of(services.views(), &ReplicaView::ready); };
    while (!all_ready()) {
      if (interrupted()) return kInterrupted;
      if (auto stepped = services.step(kStep); !stepped) return environment_error(stepped.error(), kStartHelp);
    }
    follow(services.views());
    loop_.pause();
    if (auto begun = loop_.begin(); !begun) return environment_error(begun.error(), kStartHelp);
    const auto carried = driver::live::calibrate(loop_, rates(), [&](Duration time) { return pass(services, time); });
    if (!carried) return kInterrupted;
    if (!carried->all) {
      return environment_error(
          format("this machine does not carry {:.0f} requests per second of the topology's traffic: {}", carried->asked,
                 carried->why),
          remedy_for(*carried, ""));
    }
    loop_.resume();
    return std::nullopt;
  }
  void follow(const std::vector<ReplicaView>& views) { follow_ready(loop_, topology_, views); }

 private:
  std::vector<driver::live::EntryRate> rates() const {
    std::vector<driver::live::EntryRate> rates;
    for (std::size_t s = 0; s < topology_.services.size(); ++s) {
      const fake_services::ServiceSpec& service = topology_.services[s];
      if (!service.traffic) continue;
      const double rate =
          fake_services::Traffic(*service.traffic, 0, service.name, WallClock().now()).usual(WallClock().now());
      rates.push_back({s, service.name, rate, rate});
    }
    return rates;
  }
  static bool pass(LiveServices& services, Duration time) {
    const double until = stopwatch_seconds() + to_seconds(time);
    while (stopwatch_seconds() < until) {
      if (interrupted() || !services.step(std::min<Duration>(kStep, time))) return false;
    }
    return true;
  }

  const fake_services::Topology& topology_;
  fake_services::FlowModel model_;
  fake_services::OpenLoop loop_;
};

int keep_up(LiveServices& services, Changes& changes, Clients* clients) {
  while (!interrupted()) {
    if (clients != nullptr) clients->follow(services.views());
    if (auto stepped = services.step(kStep); !stepped) {
      services.stop();
      return environment_error(stepped.error(), kStartHelp);
    }
    changes.tell(services.views());
  }
  print_err("ending, each replica within its grace period\n");
  services.stop();
  return kInterrupted;
}

int serve(const Options& options) {
  const output::NamedFileOptions careful{.force = options.force,
                                         .otherwise = "leave --scrape-config away, then it is printed"};
  if (!options.scrape_config.empty()) {
    output::NamedFileOptions before = careful;
    // A file that is there can hold the same only where the ports are the same as they were.
    if (options.port == 0) before.replaceable = [](std::string_view) { return false; };
    if (const ExitCode code = check_output({options.scrape_config, {}}, before); code != kPassed) return code;
  }
  const auto loaded = load(options.topology);
  if (!loaded) return kBadInput;
  std::optional<SignalsHeld> held;
  held.emplace();
  print_err(format("firedrill {}, {}, seed {}\n", kVersion, printable(options.topology), options.seed));
  const double from = stopwatch_seconds();
  const int first = options.port == 0 ? 0 : options.port + 1;
  if (first > kMostPort) return environment_error("no port is left for the replicas", "choose a lower --port");
  auto services = LiveServices::start(
      loaded->topology,
      {.topology = loaded->source, .seed = options.seed, .first_port = static_cast<std::uint16_t>(first)});
  if (!services) return environment_error(services.error(), kStartHelp);
  LiveServices& live = **services;
  const auto page =
      StatusPage::open(static_cast<std::uint16_t>(options.port), options.topology, [&live] { return live.views(); });
  if (!page) return environment_error("the page: " + page.error(), kStartHelp);
  Changes changes(live.views());
  if (const auto code = come_up(live, changes)) return *code;
  const std::vector<ReplicaView> views = live.views();
  std::vector<std::uint16_t> ports;
  for (const ReplicaView& view : views) ports.push_back(view.port);
  const std::string config = driver::live::scrape_config(loaded->topology, ports);
  if (!options.scrape_config.empty()) {
    const ExitCode code = write_output({options.scrape_config, config}, careful);
    held.emplace();  // writing a file lets go of them
    if (code != kPassed) return code;
  }
  const std::vector<driver::live::WayView> ways = live.ways();
  if (options.json) {
    print_json(views, ways, *page, config, options);
  } else {
    print_addresses(views, *page, config, options);
    print_ways(views, ways);
  }
  print_err(format("up after {:.1f} s; Ctrl-C ends it\n", stopwatch_seconds() - from));
  std::optional<Clients> clients;
  if (options.traffic) {
    clients.emplace(loaded->topology, options.seed);
    if (const auto code = clients->begin(live)) {
      clients.reset();
      live.stop();
      return *code;
    }
    print_err("the traffic of the topology is being sent\n");
  }
  return keep_up(live, changes, clients ? &*clients : nullptr);
}

void declare(Arguments arguments) {
  auto options = std::make_shared<Options>();
  arguments.option("topology", options->topology, "the topology's file").required().not_empty();
  const auto read_seed = [options](const std::string& text) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), options->seed);
    const bool read = error == std::errc() && end == text.data() + text.size();
    return read ? "" : format("'{}' is not a whole number from 0 to {}", text, UINT64_MAX);
  };
  arguments.option_read_by("--seed", read_seed, "of all chance (default: 1)");
  arguments.option("--port", options->port, "of the page; the replicas have the next ones (default: any free ones)")
      .between(1, kMostPort);
  arguments
      .option("--scrape-config", options->scrape_config,
              "file for Prometheus's scrape configuration, its folder made if there is none (default: printed)")
      .not_empty();
  arguments.flag("--traffic", options->traffic,
                 "send the traffic of the topology, once the machine is known to carry it");
  arguments.flag("--force", options->force, kForceHelp);
  arguments.flag("--json", options->json, "print the addresses as JSON");
  arguments.runs([options] { return serve(*options); });
}

}  // namespace

Command serve_command() {
  return {.name = "serve",
          .summary = "keep the services of a topology up as processes on this machine, until it is interrupted",
          .declare = declare};
}

}  // namespace firedrill::cli
