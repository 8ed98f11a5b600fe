#include "incident/notifications/failed_deliveries.h"

#include <algorithm>
#include <optional>

#include "base/text/format.h"

namespace firedrill::incident {
using namespace record;
namespace {

using events::Notification;
using events::NotificationAttempt;

std::string answer_of(const NotificationAttempt& attempt) {
  if (attempt.result == "cancelled") return "cut off";
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

FailedDeliveries::FailedDeliveries(const Record& record) : record_(record) {
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
  std::optional<Time> next;
  for (const AlertRecord& other : record_.alerts) {
    const bool later = other.firing_at && *other.firing_at > *alert.firing_at && other.labels == alert.labels;
    if (later && (!next || *other.firing_at < *next)) next = other.firing_at;
  }
  std::vector<const Notification*> found;
  std::ranges::copy_if(all->second, std::back_inserter(found), [&](const Notification* each) {
    return each->flushed_at >= *alert.firing_at && (!next || each->flushed_at < *next);
  });
  return found;
}

std::string in_words(const std::vector<const Notification*>& failed) {
  std::vector<std::pair<std::string, std::vector<const Notification*>>> by_receiver;
  for (const Notification* each : failed) {
    auto place = std::ranges::find(by_receiver, each->receiver, [](const auto& one) { return one.first; });
    if (place == by_receiver.end()) place = by_receiver.insert(place, {each->receiver, {}});
    place->second.push_back(each);
  }
  std::string out;
  for (const auto& [receiver, its] : by_receiver) {
    const std::string what =
        its.size() == 1 ? "did not take its notification" : format("took none of {} notifications", its.size());
    out += format("{}{} {}: {}", out.empty() ? "" : "; ", receiver, what, requests_in_words(its));
  }
  return out;
}

}  // namespace firedrill::incident
