// The kinds of integrations whose requests firedrill takes in place of the real services: where each kind's address
// stands in a receiver, and what the real service answers. A row a kind.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "http/message.h"

namespace firedrill::monitor {

struct RecordedKind {
  std::string_view kind;     // as Alertmanager's log has it: "pagerduty"
  std::string_view address;  // the key of a receiver's block: "url"
  std::string_view ending;   // what the address ends with so that Alertmanager appends its paths rightly
  // Anybody on the machine can read it: of this Alertmanager or an older one the status shows the address.
  bool is_shown = false;
  // What a request must look like that the service takes; else what it answers, which is no success.
  std::optional<http::Response> (*refusal)(const http::Request& request) = nullptr;
  http::Response (*acceptance)(const http::Request& request) = nullptr;
  // Where a body says which group of alerts it is of, by the hash of the group's key; null: nowhere.
  std::optional<std::string> (*group_hash)(const http::Request& request) = nullptr;
  // Whether it is one request more of an attempt that has begun; null: an attempt is one request.
  bool (*goes_on)(const http::Request& request) = nullptr;
};

std::span<const RecordedKind> recorded_kinds();
// Null: its requests cannot be sent elsewhere, or the service's answers are not known here.
const RecordedKind* find_recorded_kind(std::string_view kind);

}  // namespace firedrill::monitor
