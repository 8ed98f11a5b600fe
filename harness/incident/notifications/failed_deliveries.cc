#include "incident/notifications/failed_deliveries.h"

#include <algorithm>
#include <optional>

#include "base/contains.h"
#include "base/text/format.h"

namespace firedrill::incident {
using namespace record;
namespace {

using events::Notification;
using events::NotificationAttempt;

std::string answer_of(const NotificationAttempt& attempt) {
  if (attempt.result == "cancelled") return "cut off";
  if (attempt.result == "under_way") return "not answered yet";
  if (attempt.result == "not_rendered") return "not rendered";
  return attempt.status == 0 ? "without an answer in time" : format("answered {}", attempt.status);
}

// What came of requests, and how often, in the order in which it first came.
std::vector<std::pair<std::string, std::size_t>> answers_of(const std::vector<const Notification*>& failed) {
  std::vector<std::pair<std::string, std::size_t>> found;
  for (const Notification* each : failed) {
    for (const NotificationAttempt& attempt : each->attempts) {
      const std::string answer = answer_of(attempt);
      const auto known = std::ranges::find(found, answer, &std::pair<std::string, std::size_t>::first);
      if (known != found.end()) {
        ++known->second;
      } else {
        found.emplace_back(answer, 1);
      }
    }
  }
  return found;
}

// "94 requests, all answered 503"; "3 requests, 2 answered 503, 1 cut off".
std::string requests_in_words(const std::vector<const Notification*>& failed) {
  const auto answers = answers_of(failed);
  std::size_t requests = 0;
  for (const auto& [answer, count] : answers) requests += count;
  if (requests == 1) return "1 request, " + answers.front().first;
  std::string out = format("{} requests", requests);
  for (const auto& [answer, count] : answers) {
    out += count == requests ? ", all " + answer : format(", {} {}", count, answer);
  }
  return out;
}

}  // namespace

bool tells_of(const Notification& notification, const model::Labels& labels) {
  return std::ranges::any_of(notification.alerts, [&](const events::NotifiedAlert& each) {
    return each.status == "firing" && each.labels == labels;
  });
}

FailedDeliveries::FailedDeliveries(const Record& record) : activations_(record) {
  if (!record.alertmanager) return;
  for (const Notification& each : record.alertmanager->notifications) {
    if (each.accepted) continue;
    for (const events::NotifiedAlert& alert : each.alerts) {
      if (alert.status == "firing") by_labels_[alert.labels].push_back(&each);
    }
  }
}

std::vector<const Notification*> FailedDeliveries::of(const AlertRecord& alert) const {
  const auto all = by_labels_.find(alert.labels);
  if (all == by_labels_.end() || !alert.firing_at) return {};
  // What was flushed after the next activation had begun to fire is of that one.
  const std::optional<Time> next = activations_.next(alert);
  std::vector<const Notification*> found;
  std::ranges::copy_if(all->second, std::back_inserter(found), [&](const Notification* each) {
    return each->flushed_at >= *alert.firing_at && (!next || each->flushed_at < *next);
  });
  return found;
}

std::string in_words(const std::vector<const Notification*>& failed) {
  std::vector<std::pair<std::string, std::vector<const Notification*>>> by_receiver;
  std::vector<std::string> faults;
  for (const Notification* each : failed) {
    if (each->fault && each->attempts.back().result == "not_rendered") {
      if (!contains(faults, *each->fault)) faults.push_back(*each->fault);
      continue;
    }
    auto place = std::ranges::find(by_receiver, each->receiver, [](const auto& one) { return one.first; });
    if (place == by_receiver.end()) place = by_receiver.insert(place, {each->receiver, {}});
    place->second.push_back(each);
  }
  std::string out;
  for (const auto& [receiver, its] : by_receiver) {
    const bool is_tried = its.size() == 1 && its.front()->under_way.value_or(false);
    const std::string what = is_tried          ? "had not taken its notification when the run ended"
                             : its.size() == 1 ? "did not take its notification"
                                               : format("took none of {} notifications", its.size());
    out += format("{}{} {}: {}", out.empty() ? "" : "; ", receiver, what, requests_in_words(its));
  }
  for (const std::string& fault : faults) out += (out.empty() ? "" : "; ") + fault;
  return out;
}

}  // namespace firedrill::incident
