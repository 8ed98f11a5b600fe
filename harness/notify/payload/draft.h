// A payload in the making: what the builders of all kinds have in common. The first template that cannot be rendered
// stops all that follow.
#pragma once

#include <cstddef>
#include <expected>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "base/text/json.h"
#include "notify/payload/data/functions.h"
#include "notify/payload/payload.h"
#include "template/values/value.h"

namespace firedrill::notify {

inline constexpr std::string_view kHidden = "<secret>";

// What is left out of a text that is longer.
struct Limit {
  std::size_t runes = std::numeric_limits<std::size_t>::max();
  std::size_t bytes = std::numeric_limits<std::size_t>::max();
};

class Draft {
 public:
  Draft(const PayloadWorld& world, const Notification& notification, const Integration& integration);

  const Value& settings() const { return integration_.settings; }
  const Notification& notification() const { return notification_; }
  Version version() const { return world_.configuration.version; }
  bool is_recent() const { return version() >= Version::v0_33; }
  // As the payload says it: not so if all alerts are resolved.
  bool is_firing() const;
  // The hash of the group's key, by which receivers tell groups apart.
  const std::string& hash() const { return hash_; }
  // The data of the first alerts, as JSON.
  json::object data(std::size_t most_alerts) const;

  // The entry of a block, executed as a template, and shown as a field; `in` is the block's own path. Empty if there is
  // none. Of a secret kHidden, if it is anything.
  std::string text(const Value& block, std::string_view key, Limit limit = {}, std::string_view in = {});
  std::string text(std::string_view key, Limit limit = {}) { return text(settings(), key, limit); }
  // The same, escaped as HTML.
  std::string html(std::string_view key, Limit limit = {});
  // A text itself, not shown.
  std::string rendered(const Value& value) { return render(value, value.text, false); }
  // Any value: texts in it are executed, and what looks like another value of YAML then is one
  // (template.DeepCopyWithTemplate).
  json::value any(const Value& value, const std::string& path);
  void show(std::string path, std::string text);
  // The texts, numbers and flags of a body, by their places.
  void show_all(const json::value& value, const std::string& path = {});

  // An address of the settings; kHidden if it is a secret, or stands in a file.
  std::string address(std::string_view key, std::string_view file_key = {}) const;
  // Whether either is there.
  bool has_secret(std::string_view key, std::string_view file_key) const;

  // Of these requests the headers of http_config are a part.
  Payload::Request& request(std::string_view method, std::string url);
  void send_json(std::string_view method, std::string url, const json::value& body);
  void post_json(std::string url, const json::value& body) { send_json("POST", std::move(url), body); }

  // To all requests so far; what they have of the name is replaced.
  void add_header(std::string_view name, std::string_view value);
  // The authorization that the kind makes of its key: "GenieKey <secret>".
  void authorize(std::string_view scheme);

  // Bytes that a body has more because secrets stand in it as kHidden here.
  std::size_t hidden_bytes() const { return hidden_bytes_; }
  void fail(const Position& where, std::string what, std::string remedy);
  bool failed() const { return error_.has_value(); }
  // What fails from here on Alertmanager tries again.
  void retry_faults() { retries_faults_ = true; }
  // What has failed so far Alertmanager does not notice.
  void forget_fault() { error_.reset(); }
  std::expected<Payload, RenderFault> finish();

 private:
  std::string render(const Value& value, const std::string& text, bool as_html);
  std::string entry(const Value& block, std::string_view key, const Limit& limit, std::string_view in, bool as_html);
  // Whether it shows what it meets: not so within a text, which is shown as it is.
  json::value inner_value(const Value& owner, const std::string& text, const std::string& path, int depth, bool shows);
  json::value list_or_map(const Value& owner, const Value& value, const std::string& path, int depth, bool shows);
  void add_client_headers(Payload::Request& request) const;

  const PayloadWorld& world_;
  const Notification& notification_;
  const Integration& integration_;
  std::string external_url_;
  templates::Value root_;
  TemplateHost host_;
  std::string hash_;
  std::size_t hidden_bytes_ = 0;
  Payload payload_;
  bool retries_faults_ = false;
  std::optional<RenderFault> error_;
};

// Adds a text that is not empty.
void put(json::object& object, std::string_view key, const std::string& text);

}  // namespace firedrill::notify
