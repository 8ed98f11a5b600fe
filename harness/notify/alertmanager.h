// Alertmanager in virtual time: alerts in, notifications out, as the real one decides them from the same configuration.
// A value: it can be copied at any moment, and the copies go their own ways. Nothing here asks a clock, reads a file or
// sends anything. One process alone is meant, no cluster of them.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "notify/config/config.h"
#include "notify/dispatch/dispatcher.h"
#include "notify/inhibit/inhibitor.h"
#include "notify/nflog/notification_log.h"
#include "notify/notification.h"
#include "notify/provider/alert_store.h"
#include "notify/silence/silences.h"
#include "notify/stages/receivers.h"

namespace firedrill::notify {

// Alertmanager's flags, with their defaults.
struct Flags {
  Duration dispatch_start_delay{};
  Duration dispatch_maintenance_interval = 30s;  // 0.25 has no flag for it
  Duration data_maintenance_interval = 15min;
  Duration data_retention = 120h;
  Duration alerts_gc_interval = 30min;
};

// What Alertmanager would say of an alert.
struct AlertStatus {
  enum class State {
    unknown,     // there is no such alert: it never came, or is forgotten
    active,      // it fires and nothing holds it back
    suppressed,  // inhibited or silenced now, or muted by a time interval at the last flush of each of its groups
    resolved,    // it is over
  };
  State state = State::unknown;
  bool is_processed = false;  // a flush has looked at it
  AlertPtr alert;
  AlertPtr inhibited_by;                 // null: by none
  std::vector<std::string> silenced_by;  // ids
  std::vector<std::string> muted_by;     // names of time intervals
};
std::string_view to_string(AlertStatus::State state);

class Alertmanager {
 public:
  struct Options {
    Flags flags{};
    Time start{};            // when the process starts; maintenance counts from it
    std::uint64_t seed = 0;  // of the run: retries draw from a stream of it
    // Leave out what was held back, where nobody asks: Outcomes::flushes stays empty.
    bool keeps_flushes = true;
  };

  // The version is the configuration's. Without `endpoints` all receivers accept at once; without `renderer` nobody
  // looks at what they are sent.
  Alertmanager(std::shared_ptr<const Configuration> configuration, const Options& options,
               std::shared_ptr<const Endpoints> endpoints = nullptr,
               std::shared_ptr<const Renderer> renderer = nullptr);

  // POST /api/v2/alerts. What is due before `now` happens first. Alerts that Alertmanager refuses are left out; gives
  // back how many were.
  std::size_t post(std::span<const PostedAlert> alerts, Time now);
  // When it has something to do; Time::max() if never, unless something is posted.
  Time next_due() const;
  // Does everything that is due at or before `now`.
  void run_due(Time now);
  // Loads a configuration: flushes under way end, groups and their timers are made anew from the alerts that are not
  // forgotten, the notification log and the silences stay. What renders stays too.
  void reload(std::shared_ptr<const Configuration> configuration, Time now);
  // The process ends: what is under way is cut off. Nothing but start() may come next.
  void stop(Time now);
  // Whoever watches it ends: deliveries under way come out as they stand. Nothing may come next.
  void end(Time now) { dispatcher_.stop(now, outcomes_, Attempt::Result::under_way); }
  // It begins again, without its alerts, which it does not write down; its notification log and its silences are there
  // again if its data are (--storage.path), else they are gone too.
  void start(Time now, bool keeps_data);
  // What receivers answer from now on; null: all is accepted at once.
  void set_endpoints(std::shared_ptr<const Endpoints> endpoints, Time now);
  // Gives back its id.
  std::string add_silence(Silence silence) { return silences_.add(std::move(silence)); }
  // It ends now. False: there is none of that id.
  bool expire_silence(std::string_view id, Time now) { return silences_.expire(id, now); }

  AlertStatus state_of(const model::Labels& labels, Time now) const;
  // As it knows it now, be it over; null once it is forgotten.
  AlertPtr alert(Fingerprint fingerprint) const;
  // All alerts that it knows, those among them that are over.
  std::vector<AlertPtr> alerts() const;
  // Its groups, oldest first.
  std::vector<const Group*> groups() const { return dispatcher_.groups(); }
  const Configuration& configuration() const { return *configuration_; }
  const Silences& silences() const { return silences_; }

  const Outcomes& outcomes() const { return outcomes_; }
  // What has come out since it was last taken.
  Outcomes take_outcomes();

 private:
  enum class Task { none, collect_alerts, collect_log, collect_inhibitions, dispatch };
  struct Due {
    Time at = Time::max();
    Task task = Task::none;
  };

  Due next_task() const;
  void run_before(Time now);
  // Groups, inhibition and their timers anew, as at a start or a reload now.
  void begin_anew(Time now);
  void run(const Due& due);
  Pipeline pipeline();
  // Lets maintenance that had nothing to do pass.
  void roll(Time now);

  std::shared_ptr<const Configuration> configuration_;
  Options options_;
  std::shared_ptr<const Endpoints> endpoints_;
  std::shared_ptr<const Renderer> renderer_;
  RandomStream random_;
  AlertStore store_;
  Inhibitor inhibitor_;
  Silences silences_;
  NotificationLog log_;
  Dispatcher dispatcher_;
  Outcomes outcomes_;
  std::uint64_t revision_ = 0;
  Time collect_alerts_at_;
  Time collect_log_at_;
  Time collect_inhibitions_at_;
  Time inhibitor_started_;
};

}  // namespace firedrill::notify
