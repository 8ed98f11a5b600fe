// The live world behind the driver's seams: faults at their times as orders to processes, proxies and clients, the
// truth by minute from what these count, and the targets that are scraped.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "driver/live/action_watch.h"
#include "driver/live/live_conditions.h"
#include "driver/live/live_observer.h"
#include "driver/live/live_scraper.h"
#include "driver/live/live_world.h"
#include "driver/live/machine/strain.h"
#include "driver/service_host.h"
#include "events/sink.h"
#include "fake_services/faults/fault_injector.h"
#include "fake_services/traffic/arrivals.h"
#include "fake_services/traffic/flow.h"
#include "monitor/embedded/scrape_targets.h"
#include "record/record.h"
#include "tsdb/store.h"

namespace firedrill::driver::live {

class LiveHost final : public ServiceHost, public monitor::ScrapeTargets {
 public:
  struct Options {
    std::uint64_t seed = 1;
    promql::Version promql = promql::Version::v3;
    bool disable_faults = false;
    const Clock* clock = nullptr;         // of the run
    bool prometheus = false;              // a real one scrapes, too, and tells of what it cannot
    const tsdb::Store* before = nullptr;  // the series of what was simulated before it; null: nothing was
  };
  // The world and the sink must outlive it.
  LiveHost(LiveWorld& world, const scenario::LoadedScenario& scenario, const record::Record& blank,
           const Options& options, events::Sink& sink);

  Time next_due() const override;
  void run_due(Time now) override;
  // Takes back what faults do, and ends all processes.
  void end(Time now) override;
  std::expected<void, std::string> apply(const events::Action& action) override;
  std::vector<fake_services::FaultState> faults() const override;
  std::vector<fake_services::ProbeState> probes() override;

  std::span<const fake_services::Target> targets() const override { return scraper_.targets(); }
  fake_services::ScrapeResult scrape(std::size_t target, std::vector<double>& values) override;
  monitor::SlowScrapes* slow_scrapes() override { return &scraper_; }
  const fake_services::MonitorConditions& monitor_conditions() const override { return monitor_; }
  void tell(const fake_services::MonitorCounts& counts) override { monitor_counts_ = counts; }
  void tell(const fake_services::AlertmanagerCounts& counts) override { alertmanager_counts_ = counts; }
  void tell(std::size_t target, const fake_services::ScrapeOutcome& outcome) override {
    scraper_.tell(target, outcome);
  }

 private:
  // What was counted of a service when the minute began.
  struct Counted {
    double requests = 0;
    double errors = 0;
    double client_errors = 0;
    std::array<double, events::kLatencyBuckets> latency{};
  };
  // When each fault was there, by its id: when all that it orders had been done.
  struct Injected {
    std::mutex mutex;
    std::map<std::string, Time, std::less<>> at;
  };
  struct Begun {
    Time effective{};
    events::Action action;
  };

  // Processes that are asked for what they have counted have told so much later.
  static constexpr Duration kTold = std::chrono::milliseconds(500);

  Time now() const { return options_.clock->now(); }
  double speed() const { return world_.pace().speed; }
  // Of what this machine takes time for.
  Duration of_wall(Duration time) const { return world_.pace().of_wall(time); }
  LiveObserver observer(Time t);
  void hand_on_events(Time t);
  void process_faults(Time t);
  void give_orders(Time t);
  void note_injected();
  void take_back(std::size_t service);
  void follow_targets();
  std::expected<void, std::string> deploy(const fake_services::ActionSpec& spec, const events::Action& action);
  void order_service(Time t, std::size_t service);
  // By replica: what befalls it, of faults that are told apart that alone.
  std::vector<Befalls> befalls(Time t, std::size_t service);
  void spare_probes(Time t, std::size_t service, std::vector<Befalls>& out);
  void end_what_is_used_up(Time t);
  bool is_used_up(const fake_services::FaultSpec& fault) const;
  void set_monitor(Time t);
  Counted counted(std::size_t service, const LiveObserver& seen) const;
  void cut_minute();
  void close_minute(Time t);
  void note_minute(const LiveObserver& seen);
  std::expected<void, std::string> end_fault(const std::string& id, Time t);
  void cure(const fake_services::ActionSpec& spec, std::size_t service);
  void have_effects(Time t);
  void look_last(Time t);
  std::expected<void, std::string> act(const events::Action& action);
  void note_restart(const std::string& pod);
  std::size_t index_of(const std::string& service) const;

  LiveWorld& world_;
  const scenario::LoadedScenario& scenario_;
  Options options_;
  events::Sink& sink_;
  fake_services::FlowModel model_;  // with all codes that faults answer
  fake_services::Flow neutral_;     // of which the neutral conditions are asked alone
  fake_services::FaultInjector injector_;
  std::vector<fake_services::Traffic> traffic_;  // of those with traffic, in their order
  std::vector<std::size_t> traffic_of_;          // their services
  std::vector<double> usual_;                    // by service, requests since the start
  LiveScraper scraper_;
  std::map<std::string, std::size_t, std::less<>> target_of_;  // by pod
  fake_services::MonitorConditions monitor_;
  std::vector<fake_services::SilencedAlert> silences_;
  fake_services::MonitorCounts monitor_counts_;
  fake_services::AlertmanagerCounts alertmanager_counts_;
  std::shared_ptr<Injected> injected_ = std::make_shared<Injected>();
  std::set<std::string, std::less<>> ordered_;  // faults that have begun
  std::map<std::size_t, Time> used_up_;         // since when those have hit their last request
  std::vector<Begun> begun_;
  ActionWatch actions_;
  ProcessorProbe probe_;
  StrainWatch strain_watch_;
  std::vector<fake_services::Observation> seen_;       // by service, since the start, as the last minute ended
  std::vector<fake_services::Observation> in_minute_;  // and in it
  Time started_;
  Time until_;     // that it is to last
  Time looked_;    // for events
  Time reckoned_;  // up to which `usual_` is
  Time minute_;    // begin of the current one
  std::optional<std::vector<fake_services::OutsideCounts>>
      cut_;  // by service, as the minute ended; nothing: it goes on
  Time next_ramp_ = Time::max();
  std::vector<Counted> at_minute_;
  std::vector<fake_services::FaultState> states_;  // at the end
  std::vector<fake_services::ProbeState> probes_;
  bool over_ = false;
};

}  // namespace firedrill::driver::live
