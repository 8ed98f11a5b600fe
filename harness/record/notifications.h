// What the Alertmanager of a run did: its silences, and every notification.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "events/notification.h"

namespace firedrill::record {

struct SilenceRecord {
  std::string id;
  std::vector<std::string> matchers;  // as written; all of them must hold
  Time from{};
  Time to{};
  std::string comment;
  bool operator==(const SilenceRecord&) const = default;
};

// How much a record keeps of what receivers were sent.
inline constexpr std::size_t kMostPayloads = 500;
inline constexpr std::size_t kMostPayloadBytes = std::size_t{4} << 20;

struct AlertmanagerRecord {
  std::string config_file;               // as the inputs have it
  std::string version;                   // the Alertmanager meant: "0.33"
  std::optional<std::string> program{};  // the version of the real one that notified; absent: the embedded one did
  std::vector<std::string> paging;       // the receivers that call a person
  std::vector<SilenceRecord> silences;
  std::vector<events::Notification> notifications;  // in the order in which they ended
  // What they were sent, each once, to which they refer; nothing of a run that kept none.
  std::optional<std::vector<events::NotificationPayload>> payloads{};
  std::optional<int> payloads_left_out{};  // notifications whose payload is not among them, since there is too much
  bool operator==(const AlertmanagerRecord&) const = default;
};

}  // namespace firedrill::record
