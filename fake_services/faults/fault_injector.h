// The faults of a run and their hold on the simulated world: which replicas each hits, what conditions it sets there,
// how much of it is used up, and whether its witness has seen it.
#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/sink.h"
#include "fake_services/faults/fault_schedule.h"
#include "fake_services/faults/fault_witness.h"
#include "fake_services/faults/observer.h"
#include "fake_services/faults/quota.h"
#include "fake_services/telemetry/own_metrics.h"
#include "fake_services/traffic/flow.h"

namespace firedrill::fake_services {

class FaultInjector {
 public:
  // None of the faults begins until the schedule is told when. `disabled`: they come and go without any effect.
  FaultInjector(const std::vector<FaultSpec>& faults, const FlowModel& model, std::uint64_t seed, bool disabled);

  // Their times.
  FaultSchedule& schedule() { return schedule_; }
  const FaultSchedule& schedule() const { return schedule_; }

  // One more slot of a service, behind the others. What hits a place hits every slot of it; a place that is new is hit
  // by what is aimed at all of them, or at its zone: faults that are aimed at some have chosen theirs.
  void add_replica(std::size_t service, std::size_t place);

  // When a fault begins, ends, or goes on or off, or a witness looks, next after what was processed.
  std::optional<Time> next_at() const;

  // Begins and ends what is due at t and lets witnesses look; everything must have been drawn up to t if `due(t)`.
  // True if conditions have to be set.
  bool due(Time t) const;
  bool process(Time t, const Observer& observer, events::Sink& sink);
  // Faults that have ended while what they did goes on; and those of them of which that is over now.
  bool lingering() const;
  void recover(Time t, const Observer& observer, events::Sink& sink);
  // When the first fault that hits only so many requests will have hit them, at the rates of the step that begins at t;
  // nothing if none does. And what it has hit in a step: it ends when there are none left.
  std::optional<Time> exhausted_at(Time t, const Flow& flow) const;
  void pass(const Flow& flow, Time from, Time to);
  // The quotas of such faults that are on, or of which time-outs are still to come.
  std::vector<Quota*> quotas();
  // At each full minute: remembers what was seen before a fault begins.
  void remember(const Observer& observer);

  // The conditions at t of a service's replicas, of their pods and scrapes, of the service as a whole, and of the
  // monitor.
  // `which`: of those alone; empty: of all.
  using Which = std::function<bool(const FaultSpec& fault)>;
  // `whole`: as what is hit meets it, whatever share that is.
  void apply(Time t, const Flow& flow, std::size_t service, std::vector<TrafficConditions>& conditions,
             const Which& which = {}, bool whole = false) const;
  // From 0 to 1, probability included.
  double strength_at(std::size_t fault, Time t) const { return strength(fault, t); }
  void apply(Time t, std::size_t service, std::vector<PodConditions>& pods) const;
  void apply(Time t, std::size_t service, std::vector<ScrapeConditions>& scrapes) const;
  ServiceConditions service_conditions(Time t, std::size_t service) const;
  MonitorConditions monitor_conditions(Time t) const;
  // Some fault raises a level of trouble; and those that are raised at t.
  bool raises_states() const { return raises_states_; }
  void apply(Time t, const Pods& pods, StateBoard& board) const;
  // The services that some fault hits, each once.
  std::span<const std::size_t> services_hit() const { return services_hit_; }

  // Those that are on and hit the service, or a zone or connections of it; with `connections` also those that hit
  // connections to it.
  std::vector<std::size_t> hitting(std::size_t service, bool connections) const;
  // Of those that are on and hit a zone.
  std::vector<std::size_t> hitting_zone(std::string_view zone) const;
  // The fault no longer hits this replica of the service; true if it hits none any more. It is witnessed as before.
  bool spare(std::size_t fault, std::size_t service, std::size_t replica);

  // What was on at some time from `since` on, or of which what it did was not over then; the last to begin first.
  struct Effective {
    const FaultSpec* fault = nullptr;
    std::span<const Hit> hits;
    Time begun{};
  };
  std::vector<Effective> effective(Time since) const;

  // Some witness has not seen enough yet. They look a last time: the run ends at t, whenever they would have looked
  // next; `cut_short`: before it was to.
  bool looks_on() const;
  void look_last(Time t, bool cut_short, const Observer& observer, events::Sink& sink);

  // Nobody reckons what requests there are: of a fault that was not seen it is said what its witness measured.
  void measure_alone() { measures_alone_ = true; }

  // `lives`: all pods that there were.
  std::vector<FaultState> states(std::span<const PodLife> lives) const;
  std::span<const FaultSpan> spans() const { return spans_; }

 private:
  // By index in the schedule.
  struct Entry {
    std::string name;  // of its target, for people
    std::vector<Hit> hits;
    std::vector<std::vector<bool>> spared;  // of each of these, replicas that it hits no longer
    double left = 0;                        // of the first n requests
    std::optional<Quota> quota;             // of their counts
    FaultWitness witness;
    std::optional<Time> cut;        // when the run was cut short while it was on and not seen yet
    std::optional<Time> recovered;  // since when what it did is over, too
    // While it was on and nothing of it had been seen: requests that came over the way that it is on, those of them
    // that it is about, and those that it was to hit.
    double offered = 0;
    double matched = 0;
    double met = 0;
  };

  const FaultSpec& spec(std::size_t fault) const { return schedule_.spec(fault); }
  std::vector<Hit> resolve(const FaultSpec& spec, std::uint64_t seed) const;
  void set_turns(std::size_t fault);
  // `own`: of what hits only so many requests, of those alone that began while some were left.
  Observation observe(std::size_t fault, const Observer& observer, bool own = true) const;
  double strength(std::size_t fault, Time t, Duration late = {}) const;
  Duration turn_of(std::size_t fault, const Hit& hit, std::size_t replica) const;
  // Requests per second that come to the replicas hit, or that these send over the connections; `all`: whether or not
  // the fault is about them.
  double rate_of(std::size_t fault, const Flow& flow, bool all) const;
  double rate_hit(std::size_t fault, const Flow& flow, Time t) const;
  std::string why_unseen(std::size_t fault) const;
  void begin(std::size_t fault, Time t, const Observer& observer, events::Sink& sink);
  void look(std::size_t fault, Time t, const Observer& observer, events::Sink& sink);
  void end(std::size_t fault, Time t, const Observer& observer, events::Sink& sink);
  void recover(std::size_t fault, Time t, events::Sink& sink);
  // One has ended: what goes on beside it and hits the monitor alike is seen apart from here on.
  void witness_behind(std::size_t ended, Time t, const Observer& observer);
  static bool meets(const Entry& entry, std::size_t hit, std::size_t replica);
  void apply_calls(std::size_t fault, const Hit& hit, double strength, TrafficConditions& conditions) const;
  // What `apply` (the fault, the conditions, its strength) makes of each replica of the service that is hit.
  template <typename Conditions, typename Apply>
  void apply_each(Time t, std::size_t service, std::vector<Conditions>& conditions, Apply apply) const;
  // Those that were at the places that it hits while it was on.
  std::vector<std::string> pods_of(std::size_t fault, std::span<const PodLife> lives) const;

  const FlowModel* model_;
  std::vector<std::vector<std::size_t>> place_of_;  // by service and slot
  bool disabled_;
  bool raises_states_ = false;
  bool measures_alone_ = false;
  FaultSchedule schedule_;
  std::vector<Entry> entries_;
  std::vector<std::size_t> services_hit_;
  std::vector<FaultSpan> spans_;
};

}  // namespace firedrill::fake_services
