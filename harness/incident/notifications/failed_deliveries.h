// Notifications that their receivers did not take: of which alerts, and what was answered instead.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "incident/notifications/activations.h"
#include "record/record.h"

namespace firedrill::incident {

// That it says that an alert of these labels fires.
bool tells_of(const events::Notification& notification, const model::Labels& labels);

// All of a record, which must outlive it.
class FailedDeliveries {
 public:
  explicit FailedDeliveries(const record::Record& record);

  // Those that would have said that this activation fires, in the order in which they ended.
  std::vector<const events::Notification*> of(const record::AlertRecord& alert) const;

 private:
  Activations activations_;
  std::map<model::Labels, std::vector<const events::Notification*>> by_labels_;
};

// "pager took none of 6 notifications: 94 requests, all answered 503"; of several receivers one after the other.
std::string in_words(const std::vector<const events::Notification*>& failed);

}  // namespace firedrill::incident
