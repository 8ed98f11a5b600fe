// A real Alertmanager in a run: what its receivers were sent is told as notifications, what it says of alerts as what
// holds them back; silences are set as the scenario plans them and people ask for, and its receivers fail as faults
// have it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "events/component.h"
#include "events/sink.h"
#include "monitor/embedded/scrape_targets.h"
#include "monitor/prometheus/api.h"
#include "monitor/prometheus/notified.h"
#include "monitor/prometheus/real_programs.h"
#include "monitor/speed/run_times.h"

namespace firedrill::monitor {

class AlertmanagerWatch final : public events::Component {
 public:
  struct Options {
    Time start{};      // of the run; what was before is none of its
    Time origin{};     // from which the times of silences count
    Time end{};        // of the run
    RunTimes times{};  // beside the machine's
  };
  // All of these must outlive it.
  AlertmanagerWatch(RealPrograms& programs, const scenario::AlertmanagerSettings& settings, ScrapeTargets& targets,
                    const Options& options, events::Sink& sink);

  Time next_due() const override;
  void run_due(Time now) override;
  void end(Time now) override;

 private:
  struct Hold {
    events::HoldKind how = events::HoldKind::inhibited;
    std::string by;
    bool operator==(const Hold&) const = default;
  };
  void add_silence(notify::Silence silence, Time now);
  void obey(Time now);
  void take_requests(Time until);
  void tell(const std::vector<NotificationReader::Told>& told);
  void look_at_holds(Time now);
  void tell_hold(const model::Labels& labels, const Hold& hold, Time now, bool ends);

  RealPrograms& programs_;
  ScrapeTargets& targets_;
  Options options_;
  events::Sink& sink_;
  AlertmanagerApi api_;
  NotificationReader reader_;
  std::vector<fake_services::ReceiverConditions> receivers_;
  std::size_t silences_taken_ = 0;
  std::map<std::string, std::string> silences_;  // as people know them, by Alertmanager's ids
  std::map<model::Labels, Hold> holds_;
  fake_services::AlertmanagerCounts counts_;
  Time looked_;
};

}  // namespace firedrill::monitor
