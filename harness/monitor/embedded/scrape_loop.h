// Scraping as Prometheus does it (scrape/scrape.go): each target at its own offset within the interval, `up` and its
// kin beside the target's series, stale markers when a target or a series of it goes away.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/event_queue.h"
#include "base/time.h"
#include "monitor/embedded/scrape_targets.h"
#include "scenario/history.h"
#include "scenario/scenario.h"
#include "tsdb/store.h"

namespace firedrill::monitor {

class ScrapeLoop {
 public:
  struct Options {
    // Buckets' and quantiles' bounds are brought to their canonical form, as Prometheus 3 does on ingest (le="1"
    // becomes le="1.0").
    bool normalise = false;
    // What of the time before the judged part has to be there; null: all of it. Must outlive the loop.
    const scenario::History* history = nullptr;
  };
  // The first scrape of each target is its first slot at or after `start`.
  ScrapeLoop(ScrapeTargets& host, const scenario::PrometheusSettings& settings, Time start, const Options& options,
             tsdb::Store& store);

  // Goes on where the other stands, with a copy of its targets and of its store.
  ScrapeLoop(const ScrapeLoop& other, ScrapeTargets& host, tsdb::Store& store) : ScrapeLoop(other) {
    host_ = &host;
    store_ = &store;
  }

  // Goes on behind another, over a copy of its store: its targets are followed by those of `host`, from `start` on. Of
  // one with the same labels the series go on, at the same times, and those that are no longer there end; what the
  // other had besides has left.
  ScrapeLoop(const ScrapeLoop& other, ScrapeTargets& host, Time start, tsdb::Store& store);

  // From now on scrapes take place, since what targets show is drawn when they are scraped, and nothing of them is
  // kept.
  void look_away();

  // Samples that the scrapes leave of themselves alone, `up` and the like, over so long a time.
  std::int64_t least_samples(Duration length) const;
  Time next_due() const;  // Time::max() without targets
  // Scrapes every target that is due at or before t.
  void run_due(Time t);

  // Lets the scrapes that are due at or before t go by, and says how many they were.
  std::size_t skip_due(Time t);
  // Forgets what the last scrapes found, as a monitor that was started anew: no series of theirs gets a stale marker.
  void restart();

 private:
  // What is known of a target between two scrapes. The series' columns stand in the order of the target's list.
  struct State {
    Duration interval{};
    Duration timeout{};
    const scenario::ScrapeJob* job = nullptr;  // settings of its own
    scenario::ScrapeLimits limits{};
    bool overlabelled = false;            // some series has more, or longer, labels than it may have
    std::vector<tsdb::SeriesRef> series;  // kDropped: relabelling drops it
    std::vector<char> present;            // at the last scrape
    std::vector<Time> stored_from;        // of each series; empty: all from the start
    std::vector<tsdb::SeriesRef> left;    // that were there when it was scraped by the loop before; of the first scrape
    std::size_t dropped = 0;              // of the series
    tsdb::SeriesRef up{}, duration{}, samples{}, post_relabel{}, added{};
    Time own_from = Time::min();  // what the scrape leaves of itself is stored from here on
    bool was_up = false;
    bool known = false;             // scraped since service discovery has listed it
    std::optional<Time> under_way;  // a scrape of that time, whose end is awaited
    std::string churning{};         // the label that has another value than the target's own; empty: none
    std::uint64_t churn = 0;
    std::uint64_t resets = 0;
  };
  // Series of a target that service discovery no longer lists under their labels. They are ended when it is sure that
  // they do not come back, with hindsight.
  struct Departure {
    std::size_t target = 0;
    Time ended{};                         // the first scrape that did not take place
    bool gone = false;                    // the target is no longer listed at all
    std::vector<tsdb::SeriesRef> series;  // `up` first
  };

  ScrapeLoop(const ScrapeLoop&) = default;
  void follow_targets(Time t);
  Time slot_after(Time at, Duration interval) const;
  Time stored_from(tsdb::SeriesRef series) const;
  State make_state(const fake_services::Target& target) const;
  // Its job has more targets than it may have.
  bool crowded(const State& state, const fake_services::Target& info) const;
  Time next_slot() const;
  void scrape(std::size_t target, Time t);
  // What the scrape of time t gave; its values are at hand.
  void take_in(std::size_t target, Time t, const fake_services::ScrapeResult& result);
  void name_own_series(State& state, const model::Labels& labels) const;
  void depart(std::size_t target, Time t, bool gone);
  void end(const Departure& departure);
  bool follow_labels(std::size_t target, Time t, const fake_services::ScrapeConditions& conditions,
                     const fake_services::Target& info);
  double count_fallen(const State& state, const fake_services::Target& info) const;
  void register_series(std::size_t target, const fake_services::Target& info);
  tsdb::SeriesRef stored_as(const State& state, const model::SeriesInfo& info);
  std::size_t count_kept(const State& state) const;
  std::size_t append_values(State& state, Time t, fake_services::ScrapeOutcome& outcome);
  std::size_t append_skewed(State& state, Time t, Duration skew, fake_services::ScrapeOutcome& outcome);
  void mark_stale(State& state, Time t);
  void end_left(State& state, Time t);

  ScrapeTargets* host_;
  std::shared_ptr<const scenario::PrometheusSettings> settings_;  // shared by copies: states point into it
  Options options_;
  tsdb::Store* store_;
  std::vector<State> targets_;
  EventQueue<std::size_t> due_;
  EventQueue<Departure> departures_;
  std::vector<double> values_;  // of the scrape at hand
  bool looks_away_ = false;
};

// Where in the interval something stands: the same for the same text, spread evenly over texts.
Duration phase_of(std::string_view text, Duration interval);
// The first instant at or after `start` that is `phase` behind a multiple of the interval.
Time first_slot(Time start, Duration interval, Duration phase);

}  // namespace firedrill::monitor
