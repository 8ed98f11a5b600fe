// Scrapes replicas that run as processes, over HTTP: a thread for each target, whose scrape may take as long as its
// time-out without anything else waiting for it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/time.h"
#include "events/told_reasons.h"
#include "fake_services/faults/observer.h"
#include "fake_services/telemetry/disturbed_scrapes.h"
#include "fake_services/telemetry/made_series.h"
#include "fake_services/telemetry/metric_scale.h"
#include "fake_services/telemetry/own_metrics.h"
#include "fake_services/telemetry/target.h"
#include "monitor/embedded/scrape_targets.h"
#include "monitor/scrape/formats.h"
#include "promql/options.h"

namespace firedrill::driver::live {

class LiveScraper final : public monitor::SlowScrapes {
 public:
  struct Options {
    std::uint64_t seed = 0;
    promql::Version version = promql::Version::v3;  // as which Prometheus it takes what has no Content-Type
    double speed = 1;  // of the run's time: how many of its seconds pass in one in which requests do
    fake_services::MetricScales scales{};  // of what the scenario declares
    // Programs of the user's own: each counts as it says itself, and its instants are of the machine's clock.
    std::function<bool(const fake_services::Target&)> is_program = [](const auto&) { return false; };
    std::function<Time(Time)> in_run = [](Time wall) { return wall; };
    std::function<Time()> now;
    std::function<std::uint16_t(const fake_services::Target&)> port;
    // Told of each reason for which a scrape of a target has failed, once.
    std::function<void(const fake_services::Target&, const std::string&)> failed = [](const auto&, const auto&) {};
  };
  // The targets, without series: these come with the first scrape.
  LiveScraper(std::vector<fake_services::Target> targets, Options options);
  // Waits for what is under way, for as long as a time-out.
  ~LiveScraper() override;
  LiveScraper(const LiveScraper&) = delete;
  LiveScraper& operator=(const LiveScraper&) = delete;

  std::span<const fake_services::Target> targets() const { return targets_; }
  // What faults will forge of a target: series that it does not show at its first scrape are made then.
  void forge(std::size_t target, std::vector<const fake_services::ForgedMetric*> metrics);
  // What the scenario makes up of a target, beside what its process says; `faults`: which of them are on (OwnMetric).
  void make_up(std::size_t target, std::vector<fake_services::OwnMetric> metrics,
               std::function<std::span<const fake_services::FaultSpan>()> faults);
  // What befalls the scrapes of a target, from now on.
  void set_conditions(std::size_t target, const fake_services::ScrapeConditions& conditions);
  // Whether service discovery lists it, as all are to begin with.
  void list(std::size_t target, bool listed) { listed_[target] = listed; }
  // Its process is a new one.
  void restarted(std::size_t target);
  void tell(std::size_t target, const fake_services::ScrapeOutcome& outcome) { tallies_[target].add(outcome); }
  const fake_services::ScrapeTally& tally(std::size_t target) const { return tallies_[target]; }
  // Why scrapes cannot be made any more, for a reason of this machine's.
  const std::optional<std::string>& failure() const { return failure_; }

  void begin(std::size_t target, Duration timeout) override;
  std::optional<Done> take_done() override;
  Time next_look() const override;

 private:
  struct Answer {
    std::size_t target = 0;
    bool discovered = true;
    bool refused = false;
    std::string text{};  // of an answer that can be read
    monitor::Format format{};
    std::string problem{};  // else why it cannot
    double seconds = 0;
  };
  // A target's thread and its order.
  struct Worker {
    std::thread thread;
    bool wanted = false;
    Duration timeout{};
    double delay_s = 0;
    std::uint16_t port = 0;
  };
  void work(std::size_t target);
  Answer fetch(std::size_t target, std::uint16_t port, Duration timeout, double delay_s) const;
  std::string read_into(const Answer& answer, std::vector<double>& values);
  void tell_failure(std::size_t target, const std::string& why);
  std::size_t series_of(std::size_t target, std::string_view series, model::MetricType type);
  double in_run(std::size_t target, const monitor::ExposedSample& sample) const;
  void show_forged(std::size_t target, std::vector<double>& values);
  void show_made_up(std::size_t target, std::vector<double>& values);

  std::vector<fake_services::Target> targets_;
  Options options_;
  std::vector<bool> programs_;
  std::vector<std::map<std::string, std::size_t, std::less<>>> known_;  // series by their text
  std::vector<bool> listed_;
  std::vector<std::vector<double>> exposed_;  // at the last scrape
  std::vector<std::vector<const fake_services::ForgedMetric*>> forged_;
  std::vector<std::optional<fake_services::MadeOfTarget>> made_;  // from the first scrape on
  struct MadeUp {
    std::vector<fake_services::OwnMetric> metrics;  // their series are the target's first
    std::function<std::span<const fake_services::FaultSpan>()> faults;
    Time asked{};  // when the scrape under way was due
  };
  std::vector<MadeUp> made_up_;
  std::vector<fake_services::ScrapeTally> tallies_;
  events::ToldReasons told_;                                                 // why scrapes failed, by target
  std::vector<std::unique_ptr<fake_services::DisturbedScrapes>> disturbed_;  // null: nothing ever was
  std::optional<std::string> failure_;
  std::size_t under_way_ = 0;
  mutable std::mutex mutex_;  // of what follows
  std::condition_variable wanted_;
  std::vector<Worker> workers_;
  std::deque<Answer> done_;
  bool over_ = false;
};

}  // namespace firedrill::driver::live
