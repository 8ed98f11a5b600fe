#include "events/alert.h"

#include <utility>

namespace firedrill::events {

std::string_view to_string(AlertState state) {
  switch (state) {
    case AlertState::inactive:
      return "inactive";
    case AlertState::pending:
      return "pending";
    case AlertState::firing:
      return "firing";
  }
  std::unreachable();
}

}  // namespace firedrill::events
