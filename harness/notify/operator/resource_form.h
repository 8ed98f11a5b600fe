// The form of a block of an AlertmanagerConfig resource, and what each of its fields becomes in an alertmanager.yml
// (prometheus-operator: pkg/apis/monitoring/v1alpha1/alertmanager_config_types.go, pkg/alertmanager/amcfg.go).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace firedrill::notify {

enum class ResourceShape : std::uint8_t {
  text,        // the operator leaves an empty one out
  kept_text,   // an empty one says something
  lower_text,  // becomes one of small letters
  scalar,      // a number or a truth value
  texts,       // a list
  text_map,    // of texts by name
  pairs,       // a list of {key, value}
  secret,      // {name, key} of a Secret: what stands there is not in the file
  secret_url,  // the same, of an address
  secrets_by_name,
  reference,  // {secret: {name, key}} or {configMap: {name, key}}: its text
  asset,      // the same: the path of a file
  block,
  blocks,
};

struct ResourceForm;

struct ResourceField {
  std::string_view name;
  ResourceShape shape = ResourceShape::text;
  std::string_view becomes{};          // empty: the name in snake case
  const ResourceForm* form = nullptr;  // of blocks
};

struct ResourceForm {
  std::string_view name;  // in messages: "an entry of slackConfigs"
  std::span<const ResourceField> fields;
  std::string_view also{};  // an entry that is true whenever the block is there
};

// The lists of a receiver, by kind.
extern const ResourceForm kReceiverResource;

// clientURL: client_url; enableHttp2: enable_http2.
std::string snake_case(std::string_view name);

}  // namespace firedrill::notify
