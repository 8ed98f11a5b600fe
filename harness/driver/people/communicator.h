// Puts what people say into words, and tells the run of it.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "driver/people/severity_watch.h"
#include "events/sink.h"
#include "oncall/communication/communication.h"

namespace firedrill::driver {

class Communicator {
 public:
  Communicator(std::shared_ptr<const oncall::Team> team, SeverityWatch watch);

  void on_minute(const events::Minute& minute);
  // Of a page of which somebody was told at `paged`.
  void acknowledged(const oncall::AcknowledgedPage& page, Time paged, Time t);
  void paged(const std::string& page, const std::set<std::string>& alerts, Time t) {
    communication_.paged(page, alerts, t);
  }
  void declared(record::SeverityLevel severity, Time t) { communication_.declared(severity, t); }
  void acted(const std::string& action, Time t) { communication_.acted(action, t); }
  void helped(Time t) { communication_.helped(t); }
  void over(std::string_view page, Time t) { communication_.over(page, t); }

  Time next_due() const { return communication_.next_due(); }
  // Tells what is posted now.
  void run_due(Time now, events::Sink& sink);

  // How bad it is, as can be measured now, and each entry point.
  const SeverityWatch& watch() const { return watch_; }

 private:
  void say(const oncall::Post& post, events::Sink& sink);

  std::shared_ptr<const oncall::Team> team_;
  SeverityWatch watch_;
  oncall::Communication communication_;
  // Those that stand on the status page, by what the team calls the incident.
  std::map<std::string, std::string> titles_;
};

}  // namespace firedrill::driver
