// What an Alertmanager does with alerts, as it is told to those who watch: notifications, and what keeps alerts from
// going out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "events/hold.h"
#include "model/labels.h"

namespace firedrill::events {

// One request to a receiver.
struct NotificationAttempt {
  Time at{};
  Time ended{};
  int status = 0;      // of the answer, as HTTP has it; 0: there was none
  std::string result;  // accepted | retried | dropped | timed_out | cancelled | under_way | not_rendered
  bool operator==(const NotificationAttempt&) const = default;
};

struct NotifiedAlert {
  std::string status;    // firing | resolved, when the group was flushed
  model::Labels labels;  // with alertname
  bool operator==(const NotifiedAlert&) const = default;
};

// What a receiver is sent, rendered: the texts that people may read, and the requests. Secrets are "<secret>" in it.
struct NotificationPayload {
  struct Field {
    std::string path;  // as the configuration names it: "title"; of what it does not name the place in the body
    std::string text;
    auto operator<=>(const Field&) const = default;
  };
  struct Header {
    std::string name;
    std::string value;
    auto operator<=>(const Header&) const = default;
  };
  struct Request {
    std::string method;  // of a mail "MAIL"
    std::string url;
    std::vector<Header> headers;
    std::string body;
    auto operator<=>(const Request&) const = default;
  };
  std::vector<Field> fields;
  std::vector<Request> requests;
  auto operator<=>(const NotificationPayload&) const = default;

  std::size_t bytes() const;
};

// What one integration of a receiver was told of a group of alerts, or should have been.
struct Notification {
  Time t{};  // when it was accepted; of a failed one when the last attempt ended
  std::string receiver;
  std::string integration;  // its kind: "pagerduty"
  int index = 0;            // among the receiver's integrations
  bool pages = false;       // the receiver calls a person
  std::string group_key;
  model::Labels group_labels;
  Time flushed_at{};
  std::string reason;                 // first_notification | new_alerts | some_resolved | all_resolved | repeat
  std::string status;                 // firing | resolved: whether any of its alerts fires
  std::vector<NotifiedAlert> alerts;  // in the payload's order
  bool accepted = false;
  std::vector<NotificationAttempt> attempts;
  std::optional<int> payload{};        // index where payloads are kept; nothing: it is not kept, or there is none
  std::optional<std::string> fault{};  // why it could not be rendered
  std::optional<bool> under_way{};     // that it was still being tried when the run ended; nothing: it was not

  std::size_t firing() const;  // how many of its alerts fire
  bool operator==(const Notification&) const = default;
};

// Something begins to keep an alert from going out, or no longer does.
struct AlertHold {
  Time t{};
  model::Labels labels;  // with alertname
  HoldKind how = HoldKind::inhibited;
  std::string by;  // the inhibiting alert, the silence, the time interval, the receiver that believes it firing
  bool ends = false;
};

// The alert for people: DatabaseDown {cluster="a"}.
std::string describe_alert(model::Labels labels);

}  // namespace firedrill::events
