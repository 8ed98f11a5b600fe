// What a run in the live world has beside the run itself: processes, proxies and clients, kept up by a thread of their
// own from before the run until after it.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <expected>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "driver/live/deploy/slots.h"
#include "driver/live/live_services.h"
#include "driver/live/machine/calibration.h"
#include "fake_services/clients/open_loop.h"
#include "fake_services/telemetry/metric_scale.h"
#include "fake_services/traffic/flow_model.h"
#include "monitor/speed/run_times.h"
#include "scenario/load.h"

namespace firedrill::driver::live {

// Why it is not there. `interrupted`: somebody wanted no more of it.
struct LiveFailure {
  std::string what;
  std::string remedy = {};
  bool interrupted = false;
};

class LiveWorld {
 public:
  struct Options {
    std::uint64_t seed = 1;
    std::uint16_t first_port = 0;                 // LiveOptions
    bool on_wall_clock = false;                   // LiveOptions
    double speed = 1;                             // of an incident's time; that of requests is the wall's
    PastOfPods past = {};                         // from which its processes go on; empty: they begin anew
    std::function<bool()> is_interrupted;         // asked now and then while it starts
    std::function<void(const std::string&)> say;  // what is going on, a line
  };
  // Starts everything, waits until all replicas are ready, or would be by now, and tries whether the machine carries
  // the scenario's traffic. The scenario must outlive it, and must be fit (live/fitness.h).
  static std::expected<std::unique_ptr<LiveWorld>, LiveFailure> start(const scenario::LoadedScenario& scenario,
                                                                      Options options);
  ~LiveWorld();
  LiveWorld(const LiveWorld&) = delete;
  LiveWorld& operator=(const LiveWorld&) = delete;

  // The run is to begin at this instant of the machine's clock, which others have been told: where begin() comes a
  // moment later, that much is over.
  void settle_begin(Time wall) { begins_ = wall; }
  // What was before has been loaded as if the run began then, by the wall's clock: its instants are by that, and
  // processes go on from it from now on, since what scrapes them begins before the run does.
  void loaded_to(Time wall);
  // Scenario time begins, at this instant, and clients come.
  std::unique_ptr<Clock> begin(Time start);
  // What befalls nobody any more; processes are asked to end, and have ended afterwards.
  void end();

  // To be done by the thread, soon.
  void post(std::function<void(LiveServices&)> what);
  // The same, and what came of it; an error where nobody does it any more.
  std::expected<bool, std::string> ask(std::function<std::expected<bool, std::string>(LiveServices&)> what);
  const LiveServices& services() const { return *services_; }
  // By service.
  const std::vector<Slots>& slots() const { return slots_; }
  std::vector<events::Event> take_events() { return services_->take_events(); }
  fake_services::OpenLoop& clients() { return *clients_; }
  const fake_services::FlowModel& model() const { return model_; }
  // By the places of faults in the scenario.
  const std::shared_ptr<fake_services::Allowances>& allowances() const { return allowances_; }
  // What programs of the user's own expose at the moment: each is asked once. Of one that says nothing, nothing.
  fake_services::MetricScales::Exposed exposed_by_programs() const;
  // Of the run, once it has begun, beside the machine's.
  monitor::RunTimes times() const { return {run_pace_.start, wall_at_start_, pace_.speed}; }
  double speed() const { return pace_.speed; }
  // Of the run's time, once it has begun.
  const Pace& pace() const { return run_pace_; }
  // It cannot go on, for a reason of this machine's.
  void give_up(const std::string& why);
  // Why it goes on no longer.
  std::optional<std::string> failure() const;

 private:
  LiveWorld(const scenario::LoadedScenario& scenario, Options options);
  std::optional<LiveFailure> come_up();
  void tell_past(Time start, Time wall);
  PastOfPods past_by(const monitor::RunTimes& times) const;
  void tell_ways() const;
  std::optional<LiveFailure> missing_program(double waited_s) const;
  std::optional<LiveFailure> try_traffic();
  std::optional<LiveFailure> unready_program() const;
  bool wait(Duration time) const;
  void run(const LiveOptions& live, std::promise<std::expected<void, std::string>>& started);
  void do_posted();
  void follow_ready();

  const scenario::LoadedScenario& scenario_;
  Options options_;
  fake_services::FlowModel model_;
  std::vector<Slots> slots_;
  std::unique_ptr<fake_services::OpenLoop> clients_;
  std::shared_ptr<fake_services::Allowances> allowances_;
  Pace pace_;                                         // by which processes live, from before the run on
  std::shared_ptr<std::atomic<std::int64_t>> ahead_;  // of scenario time before that, milliseconds
  Pace run_pace_;
  Time wall_at_start_{};
  std::optional<Time> begins_;
  bool past_is_told_ = false;
  std::unique_ptr<LiveServices> services_;  // made and stepped by the thread
  mutable std::mutex mutex_;
  std::deque<std::function<void(LiveServices&)>> posted_;
  std::string failure_;
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

// Which lines of the topology some fault of the scenario may touch.
ProxiedLines lines_of(const std::vector<fake_services::FaultSpec>& faults, const fake_services::FlowModel& model);
// By service: the mean size of its answers, which is what faults of the bytes of connections say of it; 0: none does.
std::vector<double> answer_sizes(const std::vector<fake_services::FaultSpec>& faults,
                                 const fake_services::FlowModel& model);

}  // namespace firedrill::driver::live
