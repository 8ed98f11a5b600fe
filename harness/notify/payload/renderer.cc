#include "notify/payload/renderer.h"

#include <utility>

namespace firedrill::notify {

PayloadRenderer::PayloadRenderer(std::shared_ptr<const Configuration> configuration, PayloadTemplates templates,
                                 std::string external_url, Budget* budget)
    : configuration_(std::move(configuration)),
      templates_(std::move(templates)),
      external_url_(std::move(external_url)),
      budget_(budget) {}

std::expected<std::shared_ptr<const Payload>, RenderFault> PayloadRenderer::render(
    const Notification& notification) const {
  auto payload = payload_of(
      {.configuration = *configuration_, .templates = templates_, .external_url = external_url_, .budget = budget_},
      notification);
  if (!payload) return std::unexpected(std::move(payload.error()));
  return std::make_shared<const Payload>(*std::move(payload));
}

}  // namespace firedrill::notify
