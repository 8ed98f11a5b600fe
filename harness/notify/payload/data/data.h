// What Alertmanager hands its templates (template/template.go): the notification as Go values.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "notify/notification.h"
#include "notify/version.h"
#include "template/values/value.h"

namespace firedrill::notify {

struct TemplateAlert {
  std::string status;
  std::shared_ptr<const templates::StringMap> labels;
  std::shared_ptr<const templates::StringMap> annotations;
  templates::Instant starts_at;
  templates::Instant ends_at;  // Go's zero time while it fires
  std::string generator_url;
  std::string fingerprint;
};

struct TemplateData {
  std::string receiver;  // what regular expressions would read otherwise is escaped in it
  std::string status;    // "firing" or "resolved"
  templates::Value alerts;
  std::string reason;  // "first notification": since 0.33
  std::shared_ptr<const templates::StringMap> group_labels;
  std::shared_ptr<const templates::StringMap> common_labels;
  std::shared_ptr<const templates::StringMap> common_annotations;
  std::string external_url;
};

// The root of a notification's templates, a pointer to its data; of its first `most` alerts only.
templates::Value template_root(const Notification& notification, std::string_view external_url, Version version,
                               std::size_t most = std::size_t(-1));

// The words that 0.33 says a reason in: "first notification", "new alerts added".
std::string_view reason_text(Reason reason);

// A field's name in JSON: "groupLabels" of GroupLabels.
std::string json_name(const templates::Type& structure, std::string_view field);

}  // namespace firedrill::notify
