// What an integration would send for a notification: a value, and the pure function that makes it. Nothing is sent, no
// file is read and no clock is asked; the same arguments give the same payload, byte for byte.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/bounds/budget.h"
#include "base/diagnostic.h"
#include "notify/config/config.h"
#include "notify/notification.h"
#include "notify/payload/templates.h"

namespace firedrill::notify {

// Secrets of the configuration (keys, tokens, addresses that are secrets) stand in it as "<secret>".
struct Payload {
  struct Header {
    std::string name;
    std::string value;
  };
  // An HTTP request; or a mail, of which `method` is "MAIL", `url` smtp://host:port, `headers` those of the message and
  // `body` its parts, decoded.
  struct Request {
    std::string method;
    std::string url;
    std::vector<Header> headers{};  // in the order in which they are written; without those of the HTTP client itself
    std::string body{};             // JSON with its last line end, a form, or empty
  };
  // A text that whoever is notified may read, as the receiver's configuration names it: "title", "fields[0].value",
  // "details.firing", "headers.Subject"; of what has no fields there (webhooks, incident.io) by its place in the body:
  // "commonLabels.team", "alerts[0].status".
  struct Field {
    std::string path;
    std::string text;
  };

  std::string kind;               // of the integration: "slack"
  std::vector<Request> requests;  // in their order; none if nothing is sent (Jira of what never had an issue)
  std::vector<Field> fields;      // in the order in which they are rendered

  // Null if there is none of the path.
  const std::string* field(std::string_view path) const;
};

// Where Alertmanager is, if nobody says so: it would name its machine.
inline constexpr std::string_view kExternalUrl = "http://localhost:9093";

// What all payloads of a configuration share.
struct PayloadWorld {
  const Configuration& configuration;
  const PayloadTemplates& templates;  // of the configuration's template files
  std::string external_url;           // Alertmanager's --web.external-url; empty: kExternalUrl
  Budget* budget = nullptr;           // what all renderings of a command may cost; null: no bound
};

// The first template that cannot be rendered: its place in the configuration or in a template file, Go's reason, a
// remedy.
struct RenderFault : Diagnostic {
  // Some notifiers take it for a failure that may pass, and try again in vain.
  bool is_retried = false;
};

// The payload of the notification's integration, as that version of Alertmanager renders it.
std::expected<Payload, RenderFault> payload_of(const PayloadWorld& world, const Notification& notification);

}  // namespace firedrill::notify
