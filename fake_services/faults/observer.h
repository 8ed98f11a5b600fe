// Reads what has been counted and where gauges stand, for the witnesses of faults.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "fake_services/exporters/states.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/hit.h"
#include "fake_services/pods/pods.h"
#include "fake_services/traffic/flow.h"
#include "fake_services/traffic/tally.h"

namespace firedrill::fake_services {

// A scrape that failed: when it was begun, and whether the connection was refused or reset; else nothing came in time.
struct ScrapeFailure {
  Time t{};
  bool refused = false;
};

// The scrapes of one target since the start.
struct ScrapeTally {
  static constexpr std::size_t kLastFailures = 16;

  double made = 0;
  double failed = 0;
  double seconds = 0;
  double samples = 0;
  ScrapeOutcome outcomes;  // summed up
  ForgedCounts forged;
  bool restarted = false;  // the process, since the last scrape that was answered
  bool fresh = false;      // that one was the process's first: series that ended then are no symptom

  Time last{};  // when it was scraped last
  std::uint64_t failures = 0;
  std::array<ScrapeFailure, kLastFailures> last_failures{};  // by their number, modulo so many

  void add(const ScrapeOutcome& outcome);
  // The last scrape failed; counts once.
  void fail(bool refused);
};

// What has become of scrapes, all but what faults forged of them, is added to what is seen.
void add(Observation& out, const ScrapeTally& scrapes);

// Whoever sees what happens, in either world.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual Time now() const = 0;
  // Counts since the start, and levels.
  virtual Observation of(std::span<const Hit> hits, View view) const = 0;
  // The same for a fault that hits its first few requests: of these, where others that come when none is left are told
  // apart from them.
  virtual Observation while_left(std::size_t /*fault*/, std::span<const Hit> hits, View view) const {
    return of(hits, view);
  }
  // The samples that were forged for a fault.
  virtual double forged(std::span<const Hit> hits, const ForgedMetric& metric) const = 0;
  // Of a state, as exporters read it: where it is furthest from healthy.
  virtual double level(std::span<const Hit> hits, std::size_t state) const = 0;
};

// Of the simulated world.
class FlowObserver final : public Observer {
 public:
  // Everything must have been drawn up to `now`. `scrapes` by pod;
  // `certificates` say when those of services expire.
  FlowObserver(const Tallies& tallies, const Flow& flow, Pods& pods, std::span<const ScrapeTally> scrapes,
               const MonitorCounts& monitor, const AlertmanagerCounts& alertmanager, std::span<const Time> certificates,
               const StateBoard& board, Duration since_start, Time now)
      : tallies_(tallies),
        flow_(flow),
        pods_(pods),
        scrapes_(scrapes),
        monitor_(monitor),
        alertmanager_(alertmanager),
        certificates_(certificates),
        board_(board),
        seconds_(to_seconds(since_start)),
        now_(now) {}

  Time now() const override { return now_; }
  Observation of(std::span<const Hit> hits, View view) const override;
  double forged(std::span<const Hit> hits, const ForgedMetric& metric) const override;
  double level(std::span<const Hit> hits, std::size_t state) const override;

 private:
  void add_requests(const Hit& hit, View view, Observation& out) const;
  double waited_for(const Hit& hit, View view) const;
  void add_replica(const Hit& hit, std::size_t replica, Observation& out) const;
  void add_levels(const Hit& hit, std::size_t replica, Observation& out) const;
  void add_pod(const Hit& hit, std::size_t replica, Observation& out) const;
  void add_monitor(Observation& out) const;

  const Tallies& tallies_;
  const Flow& flow_;
  Pods& pods_;
  std::span<const ScrapeTally> scrapes_;
  const MonitorCounts& monitor_;
  const AlertmanagerCounts& alertmanager_;
  std::span<const Time> certificates_;
  const StateBoard& board_;
  double seconds_;
  Time now_;
};

}  // namespace firedrill::fake_services
