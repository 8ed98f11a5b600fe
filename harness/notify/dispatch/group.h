// An aggregation group (dispatch/dispatch.go: aggrGroup): the alerts of a route that share its group labels, and the
// timer by which they are flushed.
//
// The first flush is due group_wait after the group is made, at once if the alert that makes it began longer ago than
// that (0.25: any alert that comes before the first flush). Each flush sets the timer to group_interval from its own
// beginning. A flush that is still under way when the next is due holds it up; that one then runs at once, with the
// time at which it was due for time intervals and, from 0.32 on, for repeats.
#pragma once

#include <map>
#include <vector>

#include "notify/config/config.h"
#include "notify/dispatch/delivery.h"
#include "notify/inhibit/inhibitor.h"
#include "notify/silence/silences.h"

namespace firedrill::notify {

// What a flush asks and tells.
struct Pipeline {
  const Configuration& configuration;
  const Inhibitor& inhibitor;
  const Silences& silences;
  NotificationLog& log;
  const Endpoints* endpoints = nullptr;
  const Renderer* renderer = nullptr;
  RandomStream& random;
  Outcomes& outcomes;
  bool keeps_flushes = true;
};

class Group {
 public:
  struct Member {
    AlertPtr alert;
    bool is_processed = false;  // a flush has looked at it
  };

  Group(GroupPtr info, const Route& route, Version version);

  // The alert that makes the group is the first.
  void insert(const AlertPtr& alert, const Route& route, Time now);
  // When it has something to do; `opens_at` is when the dispatcher starts.
  Time next_due(Time opens_at) const;
  // Begins a flush, or goes on with the one under way.
  void advance(Time now, const Pipeline& pipeline);
  void cancel(Time now, Outcomes& outcomes, Attempt::Result as);

  bool empty() const { return members_.empty(); }
  bool is_flushing() const { return flush_.is_running; }
  // Nothing if it holds no such alert.
  const Member* find(Fingerprint fingerprint) const;
  const std::map<Fingerprint, Member>& members() const { return members_; }
  const GroupInfo& info() const { return *info_; }
  // The time intervals that muted it at its last flush.
  const std::vector<std::string>& muted_by() const { return muted_by_; }

 private:
  struct Running {
    bool is_running = false;
    Time at{};
    Time deadline{};
    std::vector<AlertPtr> resolved{};  // to be deleted when it has gone through
    std::vector<Delivery> deliveries{};
  };

  void begin_flush(Time now, const Pipeline& pipeline);
  std::vector<FlushedAlert> snapshot(Time now);
  // What is left of the alerts; the rest is told.
  std::vector<FlushedAlert> hold_back(std::vector<FlushedAlert> alerts, Flush& flush, const Pipeline& pipeline);
  bool is_muted_by_time(std::span<const FlushedAlert> alerts, Flush& flush, const Pipeline& pipeline);
  void tell(const std::vector<FlushedAlert>& alerts, Flush& flush, const Pipeline& pipeline);
  void tell(std::size_t integration, const std::vector<FlushedAlert>& alerts, Flush& flush, const Pipeline& pipeline);
  void finish_flush();
  const Route& route(const Pipeline& pipeline) const { return pipeline.configuration.routes[info_->route]; }
  DeliveryContext context(const Pipeline& pipeline) const;

  GroupPtr info_;
  Version version_;
  Time timer_{};
  bool has_flushed_ = false;
  std::size_t flushes_ = 0;
  std::map<Fingerprint, Member> members_;
  std::vector<std::string> muted_by_;
  Running flush_;
};

}  // namespace firedrill::notify
