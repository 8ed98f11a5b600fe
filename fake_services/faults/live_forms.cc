#include "fake_services/faults/live_forms.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text/format.h"
#include "fake_services/topology/release.h"

namespace firedrill::fake_services {
namespace {

using enum LiveForm;

constexpr std::array kRows = {
    LiveFormRow{"http_error", service, "the process answers the code, and counts it"},
    LiveFormRow{"latency", service, "the process waits before it answers, and keeps the worker"},
    LiveFormRow{"hang", service, "the process takes the request in and does not answer"},
    LiveFormRow{"blackhole", line, "the port's queue is full, so that the system answers no connection"},
    LiveFormRow{"connection_refused", line, "nothing listens on the port"},
    LiveFormRow{"reset", line, "a proxy resets connections"},
    LiveFormRow{"partition", line, "a proxy lets no connection through, or no answer back"},
    LiveFormRow{"loss", line, "a proxy holds answers up as retransmissions do"},
    LiveFormRow{"bandwidth", line,
                "a proxy carries so many bytes a second on each connection, and answers are of the size `answer`"},
    LiveFormRow{"slicer", line, "a proxy hands answers on in slices, with a pause behind each"},
    LiveFormRow{
        "slow_close", line,
        "a proxy asks the dependency to close behind its answer, and hands on that it has closed so much later"},
    LiveFormRow{"truncate", line, "a proxy ends connections behind so many bytes of an answer"},
    LiveFormRow{"dns", service, "the process finds no address for its calls, or a wrong one, or finds it late"},
    LiveFormRow{"tls", none, "its processes serve no certificates"},
    LiveFormRow{"cpu_throttle", service, "the process works that much longer on each request"},
    LiveFormRow{"gc_pause", service, "requests that come during a pause wait as for the rest of it"},
    LiveFormRow{"disk_fill", service, "the process exposes a disk that fills, and fails what writes once it is full"},
    LiveFormRow{"io_latency", service, "requests that write wait as long in the process"},
    LiveFormRow{"io_errno", service, "requests that write fail in the process"},
    LiveFormRow{"pool_exhaustion", service, "places in the process's connection pool never come free"},
    LiveFormRow{"queue_backlog", service, "messages from nobody come into the process's queue"},
    LiveFormRow{"consumer_stall", service, "the process's workers take no messages"},
    LiveFormRow{"cache_miss_storm", service, "look-ups in the process's cache miss"},
    LiveFormRow{"retry_storm", service, "the process makes calls beside each, and throws their answers away"},
    LiveFormRow{"thundering_herd", clients, "clients from outside come at once"},
    LiveFormRow{"rate_limit", service, "the process lets its share of the rate through"},
    LiveFormRow{"traffic_surge", clients, "more clients come from outside"},
    LiveFormRow{"traffic_drop", clients, "fewer clients come from outside"},
    LiveFormRow{"zone_down", line, "proxies let nothing to and from its processes, and nobody probes them"},
    LiveFormRow{"dependency_down", line, "proxies let nothing to and from its processes, and nobody probes them"},
    LiveFormRow{"bad_deploy", process,
                "processes of the version take the place of those that there are, as the strategy says"},
    LiveFormRow{"config_push", service, "the process answers errors, ends, or says that it is not ready"},
    LiveFormRow{"crash", process, "the process exits with the code, or is sent the signal"},
    LiveFormRow{"crash_loop", process, "each process exits with the code, or is sent the signal"},
    LiveFormRow{"liveness_deadlock", process, "the process is stopped (SIGSTOP) until it is killed"},
    LiveFormRow{"memory_leak", service, "the process exposes ever more memory, and is killed at its limit"},
    LiveFormRow{"oom", service, "the process is killed where it exposes more memory than that"},
    LiveFormRow{"probe_lies_ok", service, "the process answers requests with the code, and its probes with success"},
    LiveFormRow{"readiness_flap", service, "the process says by turns that it is not ready"},
    LiveFormRow{"slow_start", process, "the process ends, and the next takes longer to listen"},
    LiveFormRow{"startup_failure", process, "the process ends, and the next does not listen"},
    LiveFormRow{"thread_exhaustion", service, "workers of the process work no longer"},
    LiveFormRow{"scrape_timeout", monitor, "a scrape is held up before it is made"},
    LiveFormRow{"target_missing", monitor, "the target is not listed"},
    LiveFormRow{"stale_series", monitor, "what a scrape brings lacks the series"},
    LiveFormRow{"counter_reset", monitor, "counters count on from 0"},
    LiveFormRow{"label_churn", monitor, "what a scrape brings has another value of the label"},
    LiveFormRow{"nan", monitor, "what a scrape brings is NaN"},
    LiveFormRow{"metric", monitor, "what a scrape brings is as the scenario says"},
    LiveFormRow{"clock_skew", monitor, "what a scrape brings has timestamps of its own"},
    LiveFormRow{"rule_eval_delay", monitor, "evaluations take longer"},
    LiveFormRow{"notify_drop", monitor, "what is sent to the Alertmanager does not arrive"},
    LiveFormRow{"monitor_down", monitor, "nothing is scraped, evaluated or sent"},
    LiveFormRow{"alertmanager_down", monitor, "the Alertmanager takes no alerts and notifies nobody"},
    LiveFormRow{"receiver_error", monitor, "the receiver answers an error"},
    LiveFormRow{"receiver_slow", monitor, "the receiver answers late"},
    LiveFormRow{"node_trouble", none, "no exporters run beside its processes"},
    LiveFormRow{"component_trouble", none, "no exporters run beside its processes"},
    LiveFormRow{"cluster_trouble", none, "no exporters run beside its processes"},
    LiveFormRow{"monitor_trouble", none, "no exporters run beside its processes"},
};

// Kubelets that look at something other than an answer over HTTP cannot be lied to by it.
bool probed_by_http(const ServiceSpec& service) {
  const auto fits = [](const std::optional<ProbeSpec>& probe) { return !probe || probe->http_get.has_value(); };
  return fits(service.liveness_probe) && fits(service.readiness_probe) && fits(service.startup_probe);
}

// A program of the user's own that the fault would have to be in, or be done to; null: there is none.
const ServiceSpec* program_hit(const FaultSpec& fault, const Topology& topology) {
  const auto hit = std::ranges::find_if(topology.services, [&](const ServiceSpec& service) {
    if (!service.program) return false;
    if (fault.target.zone.empty()) return service.name == fault.target.service;
    return std::ranges::find(service.zones, fault.target.zone) != service.zones.end();
  });
  return hit == topology.services.end() ? nullptr : &*hit;
}

bool leaks(const FaultSpec& fault) {
  PodConditions conditions;
  fault.behaviour->apply_to_pod(conditions, 1);
  return conditions.release != nullptr && conditions.release->leak > 0;
}

// Of what goes over a line.
std::optional<Misfit> line_misfit(const FaultSpec& fault) {
  if (!fault.match.empty()) {
    return Misfit{"a proxy does not tell requests of one route from those of another", "remove `match`"};
  }
  if (fault.pattern.first > 0 && fault.kind->name == "connection_refused") {
    return Misfit{"a port on which nothing listens counts no connections", "say how long it lasts by `duration`"};
  }
  const bool in_part = fault.probability < 1 || fault.pattern.share < 1 || fault.ramp > Duration(0);
  if (in_part && fault.kind->name == "connection_refused") {
    return Misfit{"a port is listened on or it is not", "remove `probability`, `pattern` and `ramp`"};
  }
  return std::nullopt;
}

constexpr std::array<std::string_view, 3> kOnConnections = {"http_error", "latency", "hang"};
constexpr std::array<std::string_view, 4> kOfCallers = {"dns", "pool_exhaustion", "cache_miss_storm", "retry_storm"};

bool is_one_of(std::span<const std::string_view> kinds, std::string_view kind) {
  return std::ranges::find(kinds, kind) != kinds.end();
}

}  // namespace

std::string_view to_string(LiveForm form) {
  switch (form) {
    case none:
      return "none";
    case service:
      return "in the process";
    case process:
      return "done to the process";
    case line:
      return "on its connections";
    case clients:
      return "by the clients";
    case monitor:
      return "in the monitor";
  }
  std::unreachable();
}

std::span<const LiveFormRow> live_forms() {
  return kRows;
}

const LiveFormRow& live_form(std::string_view kind) {
  static constexpr LiveFormRow kUnknown{"", none, "nobody has said what it would be"};
  const auto found = std::ranges::find(kRows, kind, &LiveFormRow::kind);
  return found == kRows.end() ? kUnknown : *found;
}

LiveForm live_form(const FaultSpec& fault) {
  const bool on_connections = !fault.target.dependency.empty() && is_one_of(kOnConnections, fault.kind->name);
  return on_connections ? line : live_form(fault.kind->name).form;
}

// Requests go over any connection that is free, and how many are in use is all that the simulated world knows of them.
std::optional<Misfit> simulated_misfit(const FaultSpec& fault) {
  if (!fault.parts_connections()) return std::nullopt;
  return Misfit{format("{} of single connections (`per: connection`) has no simulated form: which request goes over "
                       "which connection is not known there",
                       fault.kind->name),
                "run the scenario with --world live; or write `per: request`; or hit all connections, without "
                "`probability`, `every_n` and `ramp`"};
}

std::string_view not_simulated(const FaultKind& kind) {
  return kind.per_connection ? "`per: connection` with a `probability`, `every_n` or `ramp`, since which request goes "
                               "over which connection is not known there"
                             : "";
}

std::optional<Misfit> live_misfit(const FaultSpec& fault, const Topology& topology) {
  const LiveFormRow& row = live_form(fault.kind->name);
  if (row.form == none) {
    return Misfit{format("{} has no live form: {}", fault.kind->name, row.what), "run the scenario with --world sim"};
  }
  if (fault.pattern.first > 0 && row.kind == "dns") {
    return Misfit{"processes do not count the names that they look up", "say how long it lasts by `duration`"};
  }
  const LiveForm form = live_form(fault);
  const ServiceSpec* program = form == service || form == process ? program_hit(fault, topology) : nullptr;
  if (program != nullptr) {
    return Misfit{format("{} is {}, and {} is a program of your own, which firedrill does not touch", fault.kind->name,
                         to_string(form), program->name),
                  "break its connections (blackhole, connection_refused, reset, loss, bandwidth, slicer, truncate, "
                  "partition, zone_down, dependency_down), its traffic, or what it depends on"};
  }
  if (fault.kind->name == "bad_deploy" && leaks(fault)) {
    return Misfit{"a version that leaks has no live form: versions differ in what they answer alone",
                  "remove `leak`, or run the scenario with --world sim"};
  }
  if (form == line) return line_misfit(fault);
  const ServiceSpec* target = topology.find(fault.target.service);
  const bool lies = fault.kind->name == "probe_lies_ok" || fault.kind->name == "readiness_flap";
  if (lies && target != nullptr && !probed_by_http(*target)) {
    return Misfit{format("a process says over HTTP alone how it is, and {} is probed otherwise", target->name),
                  "give it probes with httpGet"};
  }
  if (!fault.target.dependency.empty() && row.form == service && !is_one_of(kOfCallers, fault.kind->name)) {
    return Misfit{format("{} on the way to one dependency has no live form: the process called answers all alike",
                         fault.kind->name),
                  format("target {} itself", fault.target.dependency)};
  }
  return std::nullopt;
}

}  // namespace firedrill::fake_services
