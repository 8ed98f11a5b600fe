// How each kind of integration says a notification (Alertmanager: notify/<kind>). One file a kind, one row in the
// table.
#pragma once

#include <span>
#include <string_view>

#include "notify/payload/draft.h"

namespace firedrill::notify {

struct PayloadKind {
  std::string_view name;  // as integration_kinds() has it
  void (*build)(Draft& draft) = nullptr;
};

std::span<const PayloadKind> payload_kinds();

}  // namespace firedrill::notify
