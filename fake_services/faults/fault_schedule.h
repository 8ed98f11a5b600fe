// Faults in time: when each begins and ends, how strong it is, which replicas it hits, and what its witness has seen.
#pragma once

#include <array>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/sink.h"
#include "fake_services/faults/observer.h"
#include "fake_services/faults/quota.h"
#include "fake_services/telemetry/own_metrics.h"
#include "fake_services/traffic/flow.h"

namespace firedrill::fake_services {

class FaultSchedule {
 public:
  // None of the faults begins until begin() says when.
  FaultSchedule(const std::vector<FaultSpec>& faults, const FlowModel& model, std::uint64_t seed, bool disabled);

  // One more of a service, behind the others: hit by what is aimed at all of them, or at its zone. Faults that are
  // aimed at some have chosen theirs.
  void add_replica(std::size_t service);

  // Lets a fault begin, or end, at t, which must not have been processed yet. The error says why that cannot be.
  std::expected<void, std::string> begin(std::string_view fault, Time t);
  std::expected<void, std::string> end(std::string_view fault, Time t);

  // When a fault begins or ends, or a witness looks, next after what was processed.
  std::optional<Time> next_at() const;
  // Some fault is on its ramp: the conditions have to be set again at each step.
  bool ramping(Time t) const;
  // How long a step may be while something is on its ramp.
  Duration ramp_step(Time t) const;

  // Begins and ends what is due at t and lets witnesses look; everything must have been drawn up to t if `due(t)`.
  // True if conditions have to be set.
  bool due(Time t) const;
  bool process(Time t, const Observer& observer, events::Sink& sink);
  // Faults that have ended while what they did goes on; and those of them of which that is over now.
  bool lingering() const;
  void recover(Time t, const Observer& observer, events::Sink& sink);
  // When the first fault that hits only so many requests will have hit them, at the rates of the step that begins at t;
  // nothing if none does. And what it has hit in `seconds` of it: it ends when there are none left.
  std::optional<Time> exhausted_at(Time t, const Flow& flow) const;
  void pass(const Flow& flow, Time from, Time to);
  // The quotas of such faults that are on.
  std::vector<Quota*> quotas();
  // At each full minute: remembers what was seen before a fault begins.
  void remember(const Observer& observer);

  // The conditions at t of a service's replicas, of their pods and scrapes, of the service as a whole, and of the
  // monitor.
  void apply(Time t, const Flow& flow, std::size_t service, std::vector<TrafficConditions>& conditions) const;
  void apply(Time t, std::size_t service, std::vector<PodConditions>& pods) const;
  void apply(Time t, std::size_t service, std::vector<ScrapeConditions>& scrapes) const;
  ServiceConditions service_conditions(Time t, std::size_t service) const;
  MonitorConditions monitor_conditions(Time t) const;
  // The services that some fault hits, each once.
  std::span<const std::size_t> services_hit() const { return services_hit_; }

  std::vector<FaultState> states() const;
  std::span<const FaultSpan> spans() const { return spans_; }

 private:
  struct Entry {
    FaultSpec spec;
    Time begin = Time::max();
    std::optional<Time> end;
    bool begun = false;
    bool ended = false;
    std::optional<Time> recovered;  // since when what it did is over, too
    std::optional<DutyCycle> duty_cycle;
    std::optional<Time> next_turn;  // by its duty cycle
    double left = 0;                // of the first n requests
    std::optional<Quota> quota;     // of their counts
    std::vector<Hit> hits;
    std::array<Observation, 5> history;  // seen since the start, at the last full minutes; a ring
    std::size_t remembered = 0;
    Observation before;    // seen in the minutes before it began
    Observation at_begin;  // seen since the start, when it began
    Observation at_look;
    std::optional<Time> next_look;
    Observation last;  // what the witness saw when it looked last, from the beginning on
    // While it was on and nothing of it had been seen: requests that came over the way that it is on, those of them
    // that it is about, and those that it was to hit.
    double offered = 0;
    double matched = 0;
    double met = 0;
    std::string name;  // of its target, for people
    Witness witness;
  };

  std::expected<Entry*, std::string> find(std::string_view fault);
  void resolve(Entry& entry, const FlowModel& model, std::uint64_t seed) const;
  static Observation observe(const Entry& entry, const Observer& observer);
  // 0 where it is not on; `late` is by how much its duty cycle begins later.
  double strength(const Entry& entry, Time t, Duration late = {}) const;
  static double exposure_s(const Entry& entry, Time from, Time to);
  static Duration turn_of(const Entry& entry, const Hit& hit, std::size_t replica);
  static Time next_turn(const Entry& entry, Time t);
  // Requests per second that come to the replicas hit, or that these send over the connections; `all`: whether or not
  // the fault is about them.
  double rate_of(const Entry& entry, const Flow& flow, bool all) const;
  double rate_hit(const Entry& entry, const Flow& flow, Time t) const;
  std::string why_unseen(const Entry& entry) const;
  static void recover(Entry& entry, Time t, events::Sink& sink);
  void look(Entry& entry, Time t, const Observer& observer, events::Sink& sink);
  void apply_calls(const Entry& entry, const Hit& hit, double strength, TrafficConditions& conditions) const;
  // What `apply` (the fault in time, the conditions, its strength) makes of each replica of the service that is hit.
  template <typename Conditions, typename Apply>
  void apply_each(Time t, std::size_t service, std::vector<Conditions>& conditions, Apply apply) const;
  std::vector<std::string> pods_of(const Entry& entry) const;

  const FlowModel* model_;
  std::vector<std::size_t> replicas_;  // by service
  bool disabled_;
  std::vector<Entry> entries_;
  std::vector<std::size_t> by_begin_;  // indices of entries: of what excludes each other, the latest wins
  std::vector<std::size_t> services_hit_;
  std::vector<FaultSpan> spans_;
};

}  // namespace firedrill::fake_services
