// `global`: what holds for all, and what receivers take from it. And the blocks of the server itself, `tracing` and
// `event_recorder`, of which nothing reaches a notification.
#pragma once

#include "notify/config/form/form.h"

namespace firedrill::notify {

extern const Form kGlobalForm;
extern const Form kTracingForm;
extern const Form kEventRecorderForm;

}  // namespace firedrill::notify
