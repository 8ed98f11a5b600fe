// From the requests that receivers were sent to notifications: which of them are attempts of one flush, of which alerts
// of which group, why they were sent and what came of them. A value that keeps no time of its own.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "events/notification.h"
#include "monitor/prometheus/recording_endpoints.h"
#include "notify/nflog/notification_log.h"

namespace firedrill::monitor {

class NotificationReader {
 public:
  struct Told {
    events::Notification notification;
    std::optional<events::NotificationPayload> payload;
  };
  // The settings must outlive it.
  explicit NotificationReader(const scenario::AlertmanagerSettings& settings, const RunTimes& times = {});

  // Requests in the order of their answers, with the run's times.
  void take(const RecordedRequest& request);
  // What has ended by now: accepted, given up, or, where an Alertmanager would try on, over with its flush.
  std::vector<Told> ended(Time now);
  // What is still under way when the run ends, besides.
  std::vector<Told> finish(Time end);

 private:
  // What one integration was sent at one flush of a group.
  struct Flush {
    std::size_t receiver = 0;
    std::size_t integration = 0;
    std::string hash;  // of the group's key
    Time deadline{};   // until which Alertmanager tries
    events::Notification notification;
    std::vector<RecordedRequest> own{};  // where what says the group is a webhook beside it
    bool over = false;                   // accepted, or given up for good
  };
  const notify::Integration& integration(const Flush& flush) const;
  Duration flush_time(const std::string& receiver, const std::string& group_key) const;
  Duration repeat_interval(const std::string& receiver, const std::string& group_key) const;
  const notify::Route* route_of(const std::string& receiver, const std::string& group_key) const;
  void take_told(const RecordedRequest& request);
  Flush begin(const RecordedRequest& request, events::Notification notification) const;
  void note_attempt(Flush& flush, const RecordedRequest& request) const;
  bool assign(const RecordedRequest& request);
  bool is_complete(const Flush& flush, Time now) const;
  Told told(Flush& flush);
  std::string reason_of(const Flush& flush);
  events::NotificationPayload payload_of(const Flush& flush, const std::vector<RecordedRequest>& requests) const;

  const scenario::AlertmanagerSettings* settings_;
  Duration least_flush_;  // of the run's time, as is what follows
  Duration apart_;
  std::vector<Redirection> redirections_;
  std::deque<Flush> flushes_;                // that have not been told
  std::vector<RecordedRequest> unassigned_;  // own requests that came before the webhook beside them
  std::map<notify::LogKey, notify::LogEntry> log_;
};

}  // namespace firedrill::monitor
