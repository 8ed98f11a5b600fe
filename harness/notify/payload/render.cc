#include "notify/payload/payload.h"

#include <algorithm>

#include "base/text/format.h"
#include "notify/payload/draft.h"
#include "notify/payload/kinds/kinds.h"

namespace firedrill::notify {

const std::string* Payload::field(std::string_view path) const {
  const auto found = std::ranges::find(fields, path, &Field::path);
  return found == fields.end() ? nullptr : &found->text;
}

std::expected<Payload, RenderFault> payload_of(const PayloadWorld& world, const Notification& notification) {
  const Receiver* receiver = world.configuration.receiver(notification.receiver);
  if (receiver == nullptr || notification.integration >= receiver->integrations.size()) {
    return std::unexpected(RenderFault{
        {.where = {}, .what = format("the configuration has no receiver '{}'", notification.receiver), .remedy = {}}});
  }
  const Integration& integration = receiver->integrations[notification.integration];
  Draft draft(world, notification, integration);
  const auto kinds = payload_kinds();
  const auto kind = std::ranges::find(kinds, integration.kind, &PayloadKind::name);
  kind->build(draft);
  return draft.finish();
}

}  // namespace firedrill::notify
