// What makes the request of a notification, before each attempt at sending it: Alertmanager sends nothing of what it
// cannot render.
#pragma once

#include <expected>
#include <memory>

#include "notify/payload/payload.h"

namespace firedrill::notify {

class Renderer {
 public:
  virtual ~Renderer() = default;
  // The notification's time is that of the attempt.
  virtual std::expected<std::shared_ptr<const Payload>, RenderFault> render(const Notification& notification) const = 0;
};

}  // namespace firedrill::notify
