#include "driver/live/speed.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/duration.h"
#include "base/maths.h"
#include "base/report.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "fake_services/traffic/arrivals.h"
#include "monitor/speed/faster_rules.h"
#include "promql/parse/ast.h"

namespace firedrill::driver::live {
namespace {

using fake_services::ProbeSpec;
using fake_services::ServiceSpec;

// Of the wall's clock: what is done more often than this is done too late on a machine that has other things to do.
constexpr double kShortestPeriodS = 0.1;
// What a request waits may be no longer than this part of what a rule looks at together.
constexpr double kShareOfWindow = 0.25;
// Fewer requests in a window leave a share of failures to chance.
constexpr double kFewRequests = 100;

// A window that a rule looks at, and which rule does.
struct Window {
  Duration length{};
  std::string rule;
  Position where;
};

std::optional<Window> shortest_window(const scenario::LoadedScenario& loaded) {
  std::optional<Window> shortest;
  for (const alerting::RuleFile& file : loaded.rule_files) {
    for (const alerting::RuleGroup& group : file.groups) {
      for (const alerting::Rule& rule : group.rules) {
        promql::walk(*rule.expression, [&](const promql::Expr& each) {
          if (each.kind != promql::Kind::matrix_selector) return;
          const Duration length = promql::as<promql::MatrixSelector>(each).range;
          if (length <= Duration(0) || (shortest && shortest->length <= length)) return;
          shortest = Window{length, rule.name(), rule.expr.where};
        });
      }
    }
  }
  return shortest;
}

// The longest that a request may wait by one setting, and which.
struct Wait {
  Duration length{};
  std::string what;
};

// It doubles from retry to retry.
Duration last_backoff(const fake_services::DependencyRetries& retries) {
  constexpr std::int64_t kMostDoublings = 16;
  return retries.backoff * (std::int64_t{1} << std::min(retries.max - 1, kMostDoublings));
}

Wait longest_wait(const scenario::LoadedScenario& loaded) {
  Wait longest;
  const auto consider = [&](Duration length, std::string what) {
    if (length > longest.length) longest = {length, std::move(what)};
  };
  for (const ServiceSpec& service : loaded.topology.services) {
    if (service.traffic) consider(service.traffic->timeout, format("`timeout` of {}'s traffic", service.name));
    if (service.consumer) {
      consider(service.consumer->redelivery_pause, format("`redelivery_pause` of {}", service.name));
    }
    for (const auto& dependency : service.dependencies) {
      const auto of = [&](std::string_view setting) {
        return format("`{}` of {}'s calls to {}", setting, service.name, dependency.name);
      };
      consider(dependency.request_timeout, of("request_timeout"));
      consider(dependency.connect_timeout, of("connect_timeout"));
      consider(dependency.pool.acquire_timeout, of("acquire_timeout"));
      if (dependency.circuit_breaker) {
        consider(dependency.circuit_breaker->window, of("window` of the `circuit_breaker"));
        consider(dependency.circuit_breaker->open_for, of("open_for` of the `circuit_breaker"));
      }
      if (dependency.retries.max > 0) {
        consider(last_backoff(dependency.retries), format("the last `backoff` of {} retries of {}'s calls to {}",
                                                          dependency.retries.max, service.name, dependency.name));
      }
    }
  }
  return longest;
}

class Checker {
 public:
  Checker(const scenario::LoadedScenario& loaded, double speed, Diagnostics& found)
      : loaded_(loaded), speed_(speed), found_(found) {}

  void check() {
    const scenario::PrometheusSettings& prometheus = loaded_.scenario.prometheus;
    check_period(prometheus.scrape_interval, "targets are scraped");
    check_period(prometheus.evaluation_interval, "rules are evaluated");
    for (const scenario::ScrapeJob& job : prometheus.jobs) {
      check_period(job.scrape_interval, format("targets of the job {} are scraped", job.name));
    }
    for (const alerting::RuleFile& file : loaded_.rule_files) {
      for (const alerting::RuleGroup& group : file.groups) {
        if (group.interval && *group.interval > Duration(0)) {
          check_period(*group.interval, format("the group {} is evaluated", group.name.value));
        }
      }
    }
    for (const ServiceSpec& service : loaded_.topology.services) check_probes(service);
    check_windows();
  }

 private:
  void refuse(const Position& where, std::string what, double highest) {
    // A speed that is said is one that works.
    const double tenths = maths::floor(highest * 10) / 10;
    report(found_, where, std::move(what),
           tenths > 1 ? format("the highest speed that it allows is --speed {}", format_number(tenths))
                      : "leave --speed away");
  }

  void check_period(Duration period, const std::string& what) {
    const double highest = to_seconds(period) / kShortestPeriodS;
    if (speed_ <= highest) return;
    refuse(loaded_.scenario.duration_at,
           format("at {} times its speed {} every {:.0f} ms, and no more often than every 100 ms is offered",
                  format_number(speed_), what, 1000 * to_seconds(period) / speed_),
           highest);
  }

  void check_probes(const ServiceSpec& service) {
    const auto check = [&](const std::optional<ProbeSpec>& probe, std::string_view name) {
      if (probe)
        check_period(std::chrono::seconds(probe->period_seconds), format("{} is probed ({})", service.name, name));
    };
    check(service.startup_probe, "startup");
    check(service.liveness_probe, "liveness");
    check(service.readiness_probe, "readiness");
  }

  void check_windows() {
    const auto window = shortest_window(loaded_);
    if (!window) return;
    const Wait wait = longest_wait(loaded_);
    const double highest = kShareOfWindow * to_seconds(window->length) / std::max(1e-3, to_seconds(wait.length));
    if (speed_ > highest) {
      refuse(window->where,
             format("{} looks at {}, which is {:.1f} s then, and a request may wait {} ({}): more than a quarter of it",
                    window->rule, format_duration(window->length), to_seconds(window->length) / speed_,
                    format_duration(wait.length), wait.what),
             highest);
    }
    warn_of_chance(*window);
  }

  void warn_of_chance(const Window& window) {
    double least = 0;
    for (const ServiceSpec& service : loaded_.topology.services) {
      if (!service.traffic) continue;
      const Time start = loaded_.scenario.start;
      const fake_services::Traffic traffic(*service.traffic, 1, service.name, start);
      const double requests = traffic.usual(start) * to_seconds(window.length) / speed_;
      least = least == 0 ? requests : std::min(least, requests);
    }
    if (least == 0 || least >= kFewRequests) return;
    warn(found_, window.where,
         format("the {} that {} looks at hold about {:.0f} requests at {} times their speed",
                format_duration(window.length), window.rule, least, format_number(speed_)),
         "a share of so few is chance for a good part: raise the rate, or take a lower speed");
  }

  const scenario::LoadedScenario& loaded_;
  double speed_;
  Diagnostics& found_;
};

}  // namespace

void check_speed(const scenario::LoadedScenario& scenario, double speed, Diagnostics& found) {
  if (speed == 1) return;
  Checker(scenario, speed, found).check();
  monitor::check_rules_at(scenario, speed, monitor::Evaluator::embedded, found);
}

}  // namespace firedrill::driver::live
