#include "notify/payload/draft.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "notify/config/form/scalars.h"
#include "notify/payload/data/data.h"
#include "notify/payload/data/go_json.h"
#include "notify/payload/text.h"
#include "notify/payload/yaml_value.h"
#include "template/html/escaper.h"
#include "yaml/document.h"

namespace firedrill::notify {
namespace {

// A group may hold ten thousand alerts, of each of which the default texts say some hundred bytes.
constexpr templates::Bounds kBounds{.steps = 20'000'000, .output = std::size_t{16} << 20};

using Kind = Value::Kind;

constexpr int kMaxDepth = 40;

std::string joined(std::string_view in, std::string_view key) {
  return in.empty() ? std::string(key) : format("{}.{}", in, key);
}

// A number as the file writes it: 10, 0x1F, 1e3.
json::value number_of(const std::string& text) {
  yaml::Node node;
  node.kind = yaml::Node::Kind::scalar;
  node.text = text;
  if (const auto whole = yaml::scalar_integer(node)) return *whole;
  if (const auto number = yaml::scalar_number(node)) return *number;
  return json::string(text);
}

std::string external_url(const PayloadWorld& world) {
  return as_external_url(world.external_url.empty() ? kExternalUrl : world.external_url);
}

}  // namespace

void put(json::object& object, std::string_view key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}

Draft::Draft(const PayloadWorld& world, const Notification& notification, const Integration& integration)
    : world_(world),
      notification_(notification),
      integration_(integration),
      external_url_(external_url(world)),
      root_(template_root(notification, external_url_, world.configuration.version)),
      host_{.now = notification.time},
      hash_(sha256_hex(notification.group->key)) {
  payload_.kind = integration.kind;
}

bool Draft::is_firing() const {
  return std::ranges::any_of(notification_.alerts, [](const FlushedAlert& each) { return !each.is_resolved; });
}

json::object Draft::data(std::size_t most_alerts) const {
  const auto value =
      to_json_value(template_root(notification_, external_url_, world_.configuration.version, most_alerts));
  return value->as_object();
}

std::string Draft::render(const Value& value, const std::string& text, bool as_html) {
  if (failed() || text.empty()) return {};
  if (!as_html && !text.contains("{{")) return text;
  templates::TemplateSet set = world_.templates.set();
  templates::html::Escaper escaper(is_recent() ? templates::GoVersion::go1_24 : templates::GoVersion::go1_19);
  std::expected<std::string, std::string> result;
  const auto added = set.add("", text);
  if (added) {
    result = set.execute("", root_, {&host_, world_.budget, as_html ? &escaper : nullptr, kBounds});
  } else {
    result = std::unexpected(added.error());
  }
  if (result) return std::move(*result);
  const Position place = world_.templates.place_of(result.error());
  // Of a secret Go's words may hold parts.
  const std::string reason = value.secret ? "the template of a secret cannot be executed" : result.error();
  fail(place.source == nullptr ? value.where : place,
       format("receiver '{}' cannot be told by {}: {}", notification_.receiver, integration_.kind, reason),
       "Alertmanager finds out when it sends: who should be told is told nothing, or gets a message without this text");
  return {};
}

std::string Draft::entry(const Value& block, std::string_view key, const Limit& limit, std::string_view in,
                         bool as_html) {
  const Value* value = block.find(key);
  if (value == nullptr) return {};
  std::string out = render(*value, value->text, as_html);
  if (value->secret) {
    if (out.empty()) return out;
    hidden_bytes_ += std::max(out.size(), kHidden.size()) - kHidden.size();
    return std::string(kHidden);
  }
  if (limit.bytes != Limit{}.bytes) out = cut_to_bytes(out, limit.bytes);
  out = cut_to_runes(out, limit.runes);
  show(joined(in, key), out);
  return out;
}

std::string Draft::text(const Value& block, std::string_view key, Limit limit, std::string_view in) {
  return entry(block, key, limit, in, false);
}

std::string Draft::html(std::string_view key, Limit limit) {
  return entry(settings(), key, limit, {}, true);
}

json::value Draft::any(const Value& value, const std::string& path) {
  return list_or_map(value, value, path, 0, true);
}

json::value Draft::inner_value(const Value& owner, const std::string& text, const std::string& path, int depth,
                               bool shows) {
  const std::string rendered = render(owner, text, false);
  if (failed()) return {};
  if (shows) show(path, rendered);
  if (const auto inner = yaml_value(rendered)) return list_or_map(owner, *inner, path, depth + 1, false);
  return json::string(rendered);
}

json::value Draft::list_or_map(const Value& owner, const Value& value, const std::string& path, int depth, bool shows) {
  if (depth > kMaxDepth) {
    fail(owner.where, format("'{}' gives values in values without end", path), "its texts are read as YAML again");
    return {};
  }
  switch (value.kind) {
    case Kind::absent:
      return {};
    case Kind::text:
      return inner_value(owner, value.text, path, depth, shows);
    case Kind::boolean:
      if (shows) show(path, value.text);
      return value.text == "true";
    case Kind::number:
      if (shows) show(path, value.text);
      return number_of(value.text);
    case Kind::list: {
      json::array array;
      for (std::size_t i = 0; i < value.items.size() && !failed(); ++i) {
        array.push_back(list_or_map(owner, value.items[i], format("{}[{}]", path, i), depth + 1, shows));
      }
      return array;
    }
    case Kind::map: {
      std::vector<std::pair<std::string, const Value*>> entries;
      for (const auto& [key, each] : value.entries) entries.emplace_back(render(owner, key, false), &each);
      std::ranges::stable_sort(entries, {}, &std::pair<std::string, const Value*>::first);
      json::object object;
      for (const auto& [key, each] : entries) {
        if (failed()) break;
        object[key] = list_or_map(owner, *each, joined(path, key), depth + 1, shows);
      }
      return object;
    }
  }
  return {};
}

void Draft::show(std::string path, std::string text) {
  payload_.fields.push_back({std::move(path), std::move(text)});
}

void Draft::show_all(const json::value& value, const std::string& path) {
  if (const auto* object = value.if_object()) {
    for (const auto& [key, each] : *object) show_all(each, joined(path, key));
  } else if (const auto* array = value.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i) show_all((*array)[i], format("{}[{}]", path, i));
  } else if (const auto* text = value.if_string()) {
    show(path, std::string(*text));
  } else if (!value.is_null()) {
    show(path, go_json(value));
  }
}

std::string Draft::address(std::string_view key, std::string_view file_key) const {
  const Value* value = settings().find(key);
  if (value != nullptr && !value->text.empty()) return value->secret ? std::string(kHidden) : value->text;
  return !file_key.empty() && settings().filled(file_key) ? std::string(kHidden) : std::string();
}

bool Draft::has_secret(std::string_view key, std::string_view file_key) const {
  return settings().filled(key) || settings().filled(file_key);
}

void Draft::add_client_headers(Payload::Request& request) const {
  const Value* client = settings().find("http_config");
  if (client == nullptr) return;
  if (const Value* headers = client->find("http_headers")) {
    for (const auto& [name, header] : headers->entries) {
      const Value* values = header.find("values");
      const std::size_t shown = values == nullptr ? 0 : values->items.size();
      for (std::size_t i = 0; i < shown; ++i) request.headers.push_back({name, values->items[i].text});
      if (shown == 0) request.headers.push_back({name, std::string(kHidden)});
    }
  }
  if (const Value* authorization = client->find("authorization")) {
    const std::string_view type = authorization->text_of("type");
    request.headers.push_back({"Authorization", format("{} {}", type.empty() ? "Bearer" : type, kHidden)});
  } else if (client->find("basic_auth") != nullptr) {
    request.headers.push_back({"Authorization", format("Basic {}", kHidden)});
  } else if (client->find("oauth2") != nullptr) {
    request.headers.push_back({"Authorization", format("Bearer {}", kHidden)});
  }
}

Payload::Request& Draft::request(std::string_view method, std::string url) {
  Payload::Request& made = payload_.requests.emplace_back();
  made.method = method;
  made.url = std::move(url);
  add_client_headers(made);
  return made;
}

void Draft::send_json(std::string_view method, std::string url, const json::value& body) {
  Payload::Request& made = request(method, std::move(url));
  made.headers.insert(made.headers.begin(), {"Content-Type", "application/json"});
  made.body = go_json(body) + "\n";
}

void Draft::add_header(std::string_view name, std::string_view value) {
  for (Payload::Request& each : payload_.requests) {
    std::erase_if(each.headers, [&](const Payload::Header& header) { return header.name == name; });
    each.headers.push_back({std::string(name), std::string(value)});
  }
}

void Draft::authorize(std::string_view scheme) {
  add_header("Authorization", format("{} {}", scheme, kHidden));
}

void Draft::fail(const Position& where, std::string what, std::string remedy) {
  if (failed()) return;
  error_ = RenderFault{{Severity::error, where, std::move(what), std::move(remedy)}, retries_faults_};
}

std::expected<Payload, RenderFault> Draft::finish() {
  if (error_) return std::unexpected(std::move(*error_));
  return std::move(payload_);
}

}  // namespace firedrill::notify
