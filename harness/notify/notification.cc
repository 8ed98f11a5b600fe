#include "notify/notification.h"

namespace firedrill::notify {

std::string_view to_string(Reason reason) {
  switch (reason) {
    case Reason::none:
      return "none";
    case Reason::first_notification:
      return "first_notification";
    case Reason::new_alerts:
      return "new_alerts";
    case Reason::some_resolved:
      return "some_resolved";
    case Reason::all_resolved:
      return "all_resolved";
    case Reason::repeat:
      return "repeat";
  }
  return {};
}

std::string_view to_string(Attempt::Result result) {
  switch (result) {
    case Attempt::Result::accepted:
      return "accepted";
    case Attempt::Result::retried:
      return "retried";
    case Attempt::Result::dropped:
      return "dropped";
    case Attempt::Result::timed_out:
      return "timed_out";
    case Attempt::Result::cancelled:
      return "cancelled";
    case Attempt::Result::under_way:
      return "under_way";
    case Attempt::Result::not_rendered:
      return "not_rendered";
  }
  return {};
}

}  // namespace firedrill::notify
