#include "scenario/steady_state.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/bounds/budget.h"
#include "base/duration.h"
#include "base/report.h"
#include "base/text/format.h"
#include "events/event.h"
#include "events/sink.h"
#include "fake_services/traffic/flow_model.h"
#include "fake_services/world.h"

namespace firedrill::scenario {
namespace {

using events::Event;
using events::EventKind;
using fake_services::CallModel;
using fake_services::EdgeModel;
using fake_services::ServiceModel;
using fake_services::ServiceSpec;

// Long enough for a container to be restarted some times, back-off and all, and for queues to fill.
constexpr Duration kLasts = 20min;
constexpr Duration kLookedAt = 10min;
constexpr Duration kStep = 15s;

// Fewer restarts for the same reason may be those of a start.
constexpr int kAgainAndAgain = 3;
// Of the time; who is ready for less of it is down more than up.
constexpr double kHardlyReady = 0.5;
// Of the requests from outside, and of what is sent to a service without retries.
constexpr double kHardlyAnswered = 0.5;
constexpr double kFedByRetries = 1.5;
constexpr double kBeyond = 1.02;

// What it tells while it runs.
class Watch : public events::Sink {
 public:
  Watch(std::size_t services, Time looked_at_from) : requests(services), errors(services), from_(looked_at_from) {}

  struct Restarts {
    int times = 0;
    std::string why;
  };

  void on_event(Event event) override {
    switch (event.kind) {
      case EventKind::container_oom_killed:
        why_[event.subject] = kMemory;
        break;
      case EventKind::container_killed:
      case EventKind::container_exited:
        // How it ended follows from why it was ended, which is told first.
        if (why_[event.subject].empty()) why_[event.subject] = event.text("reason");
        break;
      case EventKind::container_restarted:
        note_restart(event);
        break;
      default:
        break;
    }
  }

  void on_minute(const events::Minute& minute) override {
    if (minute.from < from_) return;
    ++minutes;
    for (std::size_t i = 0; i < minute.services.size(); ++i) {
      requests[i] += minute.services[i].requests;
      errors[i] += minute.services[i].errors;
    }
  }

  static constexpr const char* kMemory = "it uses more memory than it may";

  std::map<std::string, Restarts> restarts;  // by service, of the replica that has most of them
  std::vector<double> requests;              // in the part that is looked at
  std::vector<double> errors;
  double minutes = 0;

 private:
  void note_restart(const Event& event) {
    std::string& why = why_[event.subject];
    const int times = ++times_[{event.subject, why}];
    Restarts& most = restarts[event.text("service")];
    if (times > most.times) most = {times, why};
    why.clear();
  }

  Time from_;
  std::map<std::string, std::string> why_;                    // by replica, since its last start
  std::map<std::pair<std::string, std::string>, int> times_;  // by replica and reason
};

// A service as it was in the part that is looked at, and what would be sent to it if nobody tried again.
struct Seen {
  double ready = 0;  // share of its replicas' time
  bool ever_ready = false;
  double sent = 0;        // requests a second, retries included; of an entry point those from outside
  double answered = 0;    // of them without error
  double first_sent = 0;  // without retries
  double serves = 0;      // requests a second that it can serve at most, by its own time alone
};

class SteadyState {
 public:
  SteadyState(const LoadedScenario& loaded, const Budget* budget)
      : loaded_(loaded),
        services_(loaded.topology.services),
        model_(fake_services::build_model(loaded.topology, {}, {})),
        seen_(services_.size()) {
    run(budget);
  }

  Diagnostics found() {
    if (cut_short_) return {};
    find_restless();
    find_fed_by_retries();
    find_beyond_capacity();
    return std::move(found_);
  }

 private:
  void run(const Budget* budget) {
    const Time end = loaded_.scenario.start + loaded_.scenario.warmup;
    const Time start = end - kLasts;
    Watch watch(services_.size(), end - kLookedAt);
    fake_services::World world({.topology = loaded_.topology,
                                .metrics = {},
                                .faults = {},
                                .start = start,
                                .origin = end,
                                .reads = [](const model::Labels&) { return false; }},
                               watch);
    int looks = 0;
    for (Time t = start + kStep; t <= end; t += kStep) {
      world.advance_to(t);
      cut_short_ = budget != nullptr && budget->exceeded();
      if (cut_short_) return;
      if (t <= end - kLookedAt) continue;
      ++looks;
      for (std::size_t i = 0; i < services_.size(); ++i) {
        const auto ready = static_cast<double>(world.ready_replicas(i));
        seen_[i].ever_ready = seen_[i].ever_ready || ready > 0;
        seen_[i].ready += ready / static_cast<double>(std::max<std::int64_t>(1, services_[i].replicas));
      }
    }
    const double seconds = std::max(1.0, watch.minutes * 60);
    for (std::size_t i = 0; i < services_.size(); ++i) {
      seen_[i].ready /= std::max(1, looks);
      seen_[i].sent = watch.requests[i] / seconds;
      seen_[i].answered = std::max(0.0, watch.requests[i] - watch.errors[i]) / seconds;
    }
    restarts_ = std::move(watch.restarts);
    follow_first_attempts();
  }

  // From the callers to the called: what they would send if every call was tried once.
  void follow_first_attempts() {
    std::vector<std::vector<double>> rates;
    for (const ServiceModel& each : model_.services) rates.emplace_back(each.routes.size(), 0.0);
    for (const std::size_t i : model_.callers_first) {
      const ServiceModel& service = model_.services[i];
      double work = 0;
      for (std::size_t r = 0; r < service.routes.size(); ++r) {
        double& rate = rates[i][r];
        if (service.spec.traffic) rate += seen_[i].sent * service.routes[r].share;
        seen_[i].first_sent += rate;
        work += rate * service.routes[r].own.mean();
        for (const auto& stage : service.routes[r].stages) {
          for (const std::size_t call : stage.calls) pass_on(service, service.calls[call], rate, rates);
        }
      }
      const double places = static_cast<double>(service.workers) * static_cast<double>(service.spec.replicas);
      if (service.spec.consumer) work = with_redeliveries(service.spec, work, seen_[i].first_sent);
      if (work > 0) seen_[i].serves = places * seen_[i].first_sent / work;
    }
  }

  // Of messages: one that fails is taken again and again, and keeps its worker for a pause each time.
  static double with_redeliveries(const ServiceSpec& consumer, double work, double messages) {
    constexpr double kAlways = 0.999999;
    const double fails = std::min(kAlways, consumer.background_errors);
    return (work + messages * fails * to_seconds(consumer.consumer->redelivery_pause)) / (1 - fails);
  }

  static void pass_on(const ServiceModel& caller, const CallModel& call, double rate,
                      std::vector<std::vector<double>>& rates) {
    const EdgeModel& edge = caller.edges[call.edge];
    const double missed = edge.spec.cache ? 1 - edge.spec.cache->hit_ratio : 1;
    std::vector<double>& to = rates[edge.callee];
    for (std::size_t r = 0; r < std::min(to.size(), call.weights.size()); ++r) {
      to[r] += rate * call.probability * call.times * missed * call.weights[r];
    }
  }

  // What a program of the user's own does is not known from the topology.
  bool is_ours(std::size_t i) const {
    return !services_[i].external && !services_[i].program && services_[i].replicas > 0;
  }

  const Watch::Restarts* restarts_of(std::size_t i) const {
    const auto found = restarts_.find(services_[i].name);
    return found == restarts_.end() || found->second.times < kAgainAndAgain ? nullptr : &found->second;
  }

  bool is_restless(std::size_t i) const {
    if (!is_ours(i)) return false;
    return !seen_[i].ever_ready || (restarts_of(i) != nullptr && seen_[i].ready < kHardlyReady);
  }

  // Itself and all that it reaches.
  std::set<std::size_t> reached_from(std::size_t service) const {
    std::set<std::size_t> reached{service};
    std::vector<std::size_t> left{service};
    while (!left.empty()) {
      const std::size_t i = left.back();
      left.pop_back();
      for (const EdgeModel& edge : model_.services[i].edges) {
        if (reached.insert(edge.callee).second) left.push_back(edge.callee);
      }
    }
    return reached;
  }

  // "; of 38 requests a second to shop 5 are answered" for each entry point that needs the service.
  std::string at_entry_points(std::size_t service) const {
    std::string out;
    for (std::size_t i = 0; i < services_.size(); ++i) {
      if (!services_[i].traffic || seen_[i].sent <= 0 || !reached_from(i).contains(service)) continue;
      out += format("; of {} requests a second to {} {} are answered without error", rate(seen_[i].sent),
                    services_[i].name, rate(seen_[i].answered));
    }
    return out;
  }

  static std::string rate(double value) {
    return value == 0 || value >= 9.95 ? format("{:.0f}", value) : format("{:.1f}", value);
  }

  std::string list(const std::set<std::size_t>& services) const {
    std::string out;
    for (const std::size_t i : services) out += (out.empty() ? "" : ", ") + services_[i].name;
    return out;
  }

  void refuse(std::size_t i, std::string what, std::string_view remedy) {
    report(found_, loaded_.service_at[i], std::move(what),
           format("{}; what is to be broken in the run belongs into `faults`, where it may begin with the judged part "
                  "(at: 0s)",
                  remedy));
  }

  // Of services that hang together, those that call none of the others that are.
  void find_restless() {
    for (std::size_t i = 0; i < services_.size(); ++i) {
      if (!is_restless(i)) continue;
      bool by_another = false;
      std::set<std::size_t> with_it;
      for (std::size_t other = 0; other < services_.size(); ++other) {
        if (other == i || !is_restless(other)) continue;
        by_another = by_another || reached_from(i).contains(other);
        if (reached_from(other).contains(i)) with_it.insert(other);
      }
      if (by_another && restarts_of(i) == nullptr) continue;
      const Watch::Restarts* restarts = restarts_of(i);
      std::string what = format("{} comes to no steady state, without any fault: ", services_[i].name);
      if (restarts != nullptr) {
        what +=
            format("a replica of it is restarted {} times in {}{}, and its replicas are ready for {:.0f} % of the time",
                   restarts->times, format_duration(kLasts),
                   restarts->why.empty() ? "" : format(" ({})", restarts->why), 100 * seen_[i].ready);
      } else {
        what += format("none of its replicas is ready in {}", format_duration(kLookedAt));
      }
      what += at_entry_points(i);
      if (!with_it.empty()) what += format("; so neither does {}", list(with_it));
      refuse(i, std::move(what), remedy_of(restarts));
    }
  }

  static std::string_view remedy_of(const Watch::Restarts* restarts) {
    if (restarts == nullptr) return "mend what its readiness probe looks at, or let it ask for less";
    if (restarts->why == Watch::kMemory) {
      return "let its memory limit be more than its processes hold: `baseline`, and `per_request` of each request that "
             "is there";
    }
    return "let its probes wait longer (a startupProbe, timeoutSeconds, failureThreshold), or give it more replicas or "
           "less traffic";
  }

  bool is_fed_by_retries(std::size_t i) const {
    const Seen& seen = seen_[i];
    if (services_[i].consumer || services_[i].traffic || seen.first_sent <= 0 || seen.serves <= 0) return false;
    return seen.first_sent <= seen.serves && seen.sent > seen.serves * kBeyond &&
           seen.sent > seen.first_sent * kFedByRetries;
  }

  void find_fed_by_retries() {
    for (std::size_t i = 0; i < services_.size(); ++i) {
      if (!is_fed_by_retries(i) || is_restless(i)) continue;
      std::set<std::size_t> loop;
      for (std::size_t entry = 0; entry < services_.size(); ++entry) {
        const bool answers = seen_[entry].answered >= kHardlyAnswered * seen_[entry].sent;
        if (!services_[entry].traffic || answers) continue;
        for (const std::size_t each : reached_from(entry)) {
          if (reached_from(each).contains(i)) loop.insert(each);
        }
      }
      if (loop.empty()) continue;
      refuse(
          i,
          format("{} comes to no steady state, without any fault: retries keep it in overload. It is sent {} requests "
                 "a second, where {} would come if none were tried again, and serves {} at most{}; the loop is that "
                 "of {}",
                 services_[i].name, rate(seen_[i].sent), rate(seen_[i].first_sent), rate(seen_[i].serves),
                 at_entry_points(i), list(loop)),
          "give it more replicas, or its callers fewer retries (retries.max, retries.budget) or more patience "
          "(request_timeout)");
    }
  }

  // It may be meant; and it is as steady as an overload is.
  void find_beyond_capacity() {
    for (std::size_t i = 0; i < services_.size(); ++i) {
      const Seen& seen = seen_[i];
      if (seen.serves <= 0 || seen.first_sent <= seen.serves * kBeyond) continue;
      if (services_[i].consumer) {
        warn(found_, loaded_.service_at[i],
             format("{} is in overload before any fault: {} messages a second are sent to it, and it works off {} at "
                    "most, so that its queue grows",
                    services_[i].name, rate(seen.first_sent), rate(seen.serves)),
             "give it more replicas or concurrency, a shorter redelivery_pause, or send less, unless the scenario is "
             "about that");
        continue;
      }
      warn(found_, loaded_.service_at[i],
           format("{} is in overload before any fault: {} requests a second are sent to it, and it serves {} at most{}",
                  services_[i].name, rate(seen.first_sent), rate(seen.serves), at_entry_points(i)),
           "give it more replicas or concurrency, or send less, unless the scenario is about that");
    }
  }

  const LoadedScenario& loaded_;
  const std::vector<ServiceSpec>& services_;
  fake_services::FlowModel model_;
  std::vector<Seen> seen_;
  std::map<std::string, Watch::Restarts> restarts_;
  bool cut_short_ = false;
  Diagnostics found_;
};

}  // namespace

Diagnostics unsteady_services(const LoadedScenario& loaded, const Budget* budget) {
  if (loaded.service_at.size() != loaded.topology.services.size()) return {};
  return SteadyState(loaded, budget).found();
}

}  // namespace firedrill::scenario
