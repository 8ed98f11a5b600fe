// Renders notifications with a configuration and its template files.
#pragma once

#include <memory>
#include <string>

#include "notify/payload/templates.h"
#include "notify/stages/renderer.h"

namespace firedrill::notify {

class PayloadRenderer final : public Renderer {
 public:
  // `external_url` as PayloadWorld has it. The budget, if there is one, must outlive it.
  PayloadRenderer(std::shared_ptr<const Configuration> configuration, PayloadTemplates templates,
                  std::string external_url, Budget* budget);

  std::expected<std::shared_ptr<const Payload>, RenderFault> render(const Notification& notification) const override;

 private:
  std::shared_ptr<const Configuration> configuration_;
  PayloadTemplates templates_;
  std::string external_url_;
  Budget* budget_;
};

}  // namespace firedrill::notify
