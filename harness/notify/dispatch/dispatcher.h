// Sorts alerts into aggregation groups and lets these flush (dispatch/dispatch.go). A reload makes a new one.
//
// A group whose alerts are gone after a flush is destroyed at once (0.33), or at the next maintenance run while it is
// still without any (0.25): an alert that comes before waits for the group's next flush instead of a new group_wait.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "notify/dispatch/group.h"

namespace firedrill::notify {

class Dispatcher {
 public:
  // Groups do not flush before `opens_at`.
  Dispatcher(std::shared_ptr<const Configuration> configuration, Time started, Time opens_at,
             Duration maintenance_interval);

  void take(const AlertPtr& alert, Time now);
  // When a group has something to do; Time::max() if never.
  Time next_due() const;
  // Lets the group act that is due first. There must be one, at `now`.
  void run_next(Time now, const Pipeline& pipeline);
  // Ends what is under way; requests without an answer end like that.
  void stop(Time now, Outcomes& outcomes, Attempt::Result as = Attempt::Result::cancelled);

  // The groups that hold the alert, oldest first.
  std::vector<const Group*> groups_of(Fingerprint fingerprint) const;
  std::vector<const Group*> groups() const;

 private:
  using Number = std::uint64_t;
  struct Place {
    std::size_t route = 0;
    Fingerprint group_labels = 0;
    auto operator<=>(const Place&) const = default;
  };
  struct Entry {
    Group group;
    Place place;
    Time due{};
    std::uint64_t order = 0;
    std::optional<Time> removed_at{};  // 0.25, while it is empty
  };

  const std::vector<Place>& places_of(const Alert& alert);
  Entry& make_group(const Place& place, const Alert& alert, Time now);
  void schedule(Number number, Entry& entry, Time now);
  void remove(Number number);
  Time next_maintenance(Time now) const;

  std::shared_ptr<const Configuration> configuration_;
  Time started_;
  Time opens_at_;
  Duration maintenance_interval_;
  std::map<Number, Entry> groups_;
  std::map<Place, Number> by_place_;
  std::unordered_map<Fingerprint, std::vector<Place>> places_;
  std::set<std::tuple<Time, std::uint64_t, Number>> due_;
  Number next_number_ = 0;
  std::uint64_t next_order_ = 0;
};

}  // namespace firedrill::notify
