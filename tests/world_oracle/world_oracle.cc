// The flow against a simulation of the same production, request by request, over random productions and faults.
//
//   world_oracle [--seeds A..B] [--features NAME,...] [--alone] [--kinds KIND,...] [--phases PHASE,...]
//                [--requests N] [--replications N] [--verbose]
//
// --features: what may be in a production beside services with exponential times and calls; all if not given.
// --alone: each feature by itself, with all seeds. --kinds: what counts (rates, times, in flight, pool, first time),
// and
// --phases: when (before, step, after).
// Prints what disagrees by feature, and how far apart the two are: the median and the 95th percentile. Exit code 0:
// nothing; 1: something; 2: bad arguments.
#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/text/format.h"
#include "base/text/numbers.h"
#include "compare.h"

namespace firedrill::world_oracle {
namespace {

const std::vector<std::string> kKinds = {"rates", "times", "in flight", "pool", "first time"};
const std::vector<std::string> kPhases = {"before", "step", "after"};

struct Arguments {
  std::uint64_t first = 1;
  std::uint64_t last = 40;
  std::set<std::string> features{all_features().begin(), all_features().end()};
  std::set<std::string> kinds{kKinds.begin(), kKinds.end()};
  std::set<std::string> phases{kPhases.begin(), kPhases.end()};
  bool alone = false;
  bool verbose = false;
  Effort effort;
};

void say(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

std::set<std::string> split(std::string_view text) {
  std::set<std::string> parts;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (comma > 0) parts.emplace(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

bool all_known(const std::set<std::string>& names, const std::vector<std::string>& known) {
  return std::ranges::all_of(names, [&](const std::string& n) { return std::ranges::find(known, n) != known.end(); });
}

std::optional<Arguments> read_arguments(int argc, char** argv) {
  Arguments result;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--alone" || name == "--verbose") {
      (name == "--alone" ? result.alone : result.verbose) = true;
      continue;
    }
    if (++i >= argc) return std::nullopt;
    const std::string_view value = argv[i];
    if (name == "--features") {
      result.features = split(value);
      if (!all_known(result.features, all_features())) return std::nullopt;
    } else if (name == "--kinds") {
      result.kinds = split(value);
      if (!all_known(result.kinds, kKinds)) return std::nullopt;
    } else if (name == "--phases") {
      result.phases = split(value);
      if (!all_known(result.phases, kPhases)) return std::nullopt;
    } else if (name == "--seeds") {
      const std::size_t dots = value.find("..");
      const auto first = parse_int(value.substr(0, dots));
      const auto last = dots == std::string_view::npos ? first : parse_int(value.substr(dots + 2));
      if (!first || !last) return std::nullopt;
      result.first = static_cast<std::uint64_t>(*first);
      result.last = static_cast<std::uint64_t>(*last);
    } else if (const auto n = parse_int(value); n && name == "--requests") {
      result.effort.requests = static_cast<double>(*n);
    } else if (n && name == "--replications") {
      result.effort.replications = static_cast<int>(*n);
    } else {
      return std::nullopt;
    }
  }
  return result;
}

std::string law(const Distribution& d) {
  const char* names[] = {"constant", "exponential", "lognormal", "gamma"};
  return format("{} {:.1f} ms", names[static_cast<int>(d.shape())], 1000 * d.mean());
}

void show(const Scene& scene) {
  for (const ServiceModel& m : scene.model.services) {
    const char* balancing[] = {"", ", round robin", ", least requests"};
    say(format("  {}: {} x {} workers{}, queue {}{}{}{}{}\n", m.spec.name, m.spec.replicas, m.workers,
               balancing[static_cast<int>(m.spec.load_balancing)], m.spec.queue,
               m.spec.traffic ? format(", {:g}/s", m.spec.traffic->requests_per_second) : "",
               m.spec.cpu_limit > 0 ? format(", cpu {:.3f}", m.spec.cpu_limit) : "",
               m.spec.consumer ? ", consumer" : "",
               m.spec.background_errors > 0 ? format(", errors {:.3f}", m.spec.background_errors) : ""));
    for (const RouteModel& r : m.routes) {
      std::string calls;
      for (const StageModel& stage : r.stages) {
        calls += stage.calls.size() > 1 ? " beside(" : "";
        for (const std::size_t c : stage.calls) {
          calls += format(" {}", m.edges[m.calls[c].edge].spec.name);
          if (m.calls[c].probability < 1) calls += format(" {:.0f}%", 100 * m.calls[c].probability);
          if (m.calls[c].times != 1) calls += format(" x{:g}", m.calls[c].times);
        }
        calls += stage.calls.size() > 1 ? ")" : "";
      }
      say(format("      {} {} {:.0f}%: {};{}\n", r.method, r.path, 100 * r.share, law(r.own), calls));
    }
    for (const EdgeModel& e : m.edges) {
      say(format("      → {}: pool {}, patience {:.2f} s, timeout {:.3f} s{}{}{}{}\n", e.spec.name, e.spec.pool.size,
                 e.acquire_timeout_s, e.request_timeout_s, e.spec.critical ? "" : ", not critical",
                 e.spec.retries.max > 0 ? format(", {} retries of {:.2f} after {:.3f} s{}", e.spec.retries.max,
                                                 e.spec.retries.budget, e.backoff_s,
                                                 e.spec.retries.to == RetryTo::any       ? ""
                                                 : e.spec.retries.to == RetryTo::another ? " to another"
                                                                                         : " to the same")
                                        : "",
                 e.spec.cache ? format(", cache {:.2f}", e.spec.cache->hit_ratio) : "",
                 e.spec.circuit_breaker ? format(", breaker {:.2f}", e.spec.circuit_breaker->threshold) : ""));
    }
  }
}

// Productions with something in them, and how many of these disagree, in what.
struct Row {
  int scenes = 0;
  int disagree = 0;
  std::map<std::string, int> kinds;
  std::map<std::string, std::vector<double>> apart;  // by kind
};

// The value below which such a share of them lies.
double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

class Table {
 public:
  explicit Table(const Arguments& arguments) : arguments_(arguments) {}

  // True if it agrees. `as`: the only row that it counts in; empty: that of each of its features.
  bool add(std::uint64_t seed, const std::set<std::string>& allowed, const std::string& as) {
    const Scene scene = random_scene(seed, allowed);
    if (!as.empty() && !scene.features.contains(as) && as != "none") return true;
    const auto counts = [&](const Disagreement& d) {
      return arguments_.kinds.contains(d.kind) && arguments_.phases.contains(d.phase);
    };
    std::vector<Difference> differences;
    const std::vector<Disagreement> found = compare(scene, seed, arguments_.effort, counts, differences);
    const std::set<std::string> rows = as.empty() ? scene.features : std::set<std::string>{as};
    for (const std::string& feature : rows) count(rows_[feature], found, differences);
    if (as.empty()) count(rows_["all"], found, differences);
    count_states(found, differences);
    if (arguments_.verbose && !found.empty()) show(scene);
    if (arguments_.verbose && !found.empty()) {
      say(format("seed {}: {} services, {}\n", seed, scene.topology.services.size(),
                 scene.step.empty() ? "no fault" : scene.step));
      for (const Disagreement& d : found) {
        say(format("    {:<6} {:<10} {:<40} simulated {:<10.4g} flow {:<10.4g} may differ by {:.2g}\n", d.phase, d.kind,
                   d.where, d.simulated, d.by_flow, d.tolerance));
      }
    }
    return found.empty();
  }
  void print() const {
    say(format("\n{:<20} {:>10} {:>9}", "feature", "topologies", "disagree"));
    for (const std::string& kind : kKinds) say(format(" {:>10}", kind));
    say("\n");
    for (const auto& [feature, row] : rows_) {
      say(format("{:<20} {:>10} {:>9}", feature, row.scenes, row.disagree));
      for (const std::string& kind : kKinds) {
        const auto at = row.kinds.find(kind);
        say(format(" {:>10}", at == row.kinds.end() ? 0 : at->second));
      }
      say("\n");
    }
    print_differences();
  }

 private:
  // Percent of each quantity that is compared, and points of rank of times: by feature, then by when it was and how
  // much of what serves was used.
  void print_differences() const {
    say(format("\n{:<20}", "apart by, %"));
    for (const std::string& kind : kKinds) say(format(" {:>10} {:>6} {:>6}", kind, "median", "p95"));
    say("\n");
    print_differences(rows_);
    say("\n");
    print_differences(states_);
    say(format("\n{:<20} {:>10}", "quantities disagree", "all"));
    for (const std::string& kind : kKinds) say(format(" {:>10}", kind));
    say("\n");
    for (const auto& [state, row] : states_) {
      say(format("{:<20} {:>10}", state, row.disagree));
      for (const std::string& kind : kKinds) say(format(" {:>10}", row.kinds.contains(kind) ? row.kinds.at(kind) : 0));
      say("\n");
    }
  }
  static void print_differences(const std::map<std::string, Row>& rows) {
    for (const auto& [name, row] : rows) {
      say(format("{:<20}", name));
      for (const std::string& kind : kKinds) {
        const auto at = row.apart.find(kind);
        const std::vector<double> all = at == row.apart.end() ? std::vector<double>{} : at->second;
        say(format(" {:>10} {:>6.2f} {:>6.2f}", all.size(), 100 * quantile(all, 0.5), 100 * quantile(all, 0.95)));
      }
      say("\n");
    }
  }
  void count_states(const std::vector<Disagreement>& found, const std::vector<Difference>& differences) {
    for (const Disagreement& d : found) {
      ++states_[d.state].disagree;
      ++states_[d.state].kinds[d.kind];
    }
    for (const Difference& d : differences) states_[d.state].apart[d.kind].push_back(d.apart);
  }
  static void count(Row& row, const std::vector<Disagreement>& found, const std::vector<Difference>& differences) {
    ++row.scenes;
    row.disagree += found.empty() ? 0 : 1;
    std::set<std::string> kinds;
    for (const Disagreement& d : found) kinds.insert(d.kind);
    for (const std::string& kind : kinds) ++row.kinds[kind];
    for (const Difference& d : differences) row.apart[d.kind].push_back(d.apart);
  }
  const Arguments& arguments_;
  std::map<std::string, Row> rows_;
  std::map<std::string, Row> states_;  // of these, quantities are counted and not topologies
};

int run(const Arguments& arguments) {
  Table table(arguments);
  bool agree = true;
  // What some can only happen together with.
  const std::map<std::string, std::string> needs = {{"cache_miss_storm", "cache"},  {"io_latency", "several_routes"},
                                                    {"io_errno", "several_routes"}, {"disk_fill", "several_routes"},
                                                    {"consumer_stall", "consumer"}, {"queue_backlog", "consumer"},
                                                    {"another", "retries"},         {"same", "retries"}};
  for (std::uint64_t seed = arguments.first; seed <= arguments.last; ++seed) {
    if (!arguments.alone) {
      agree = table.add(seed, arguments.features, "") && agree;
      continue;
    }
    agree = table.add(seed, {}, "none") && agree;
    for (const std::string& feature : arguments.features) {
      std::set<std::string> allowed = {feature};
      if (const auto need = needs.find(feature); need != needs.end()) allowed.insert(need->second);
      agree = table.add(seed, allowed, feature) && agree;
    }
  }
  table.print();
  return agree ? 0 : 1;
}

}  // namespace
}  // namespace firedrill::world_oracle

int main(int argc, char** argv) {
  using namespace firedrill::world_oracle;
  const auto arguments = read_arguments(argc, argv);
  if (!arguments) {
    say("world_oracle [--seeds A..B] [--features NAME,...] [--alone] [--kinds KIND,...] [--phases PHASE,...]\n"
        "             [--requests N] [--replications N] [--verbose]\n");
    return 2;
  }
  return run(*arguments);
}
