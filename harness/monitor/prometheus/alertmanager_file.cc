#include "monitor/prometheus/alertmanager_file.h"

#include <algorithm>
#include <array>

#include "base/contains.h"
#include "base/text/format.h"
#include "monitor/prometheus/recorded_kinds.h"
#include "notify/config/receivers/kind.h"

namespace firedrill::monitor {
namespace {

using notify::Configuration;
using notify::Integration;
using notify::Receiver;
using notify::Value;

// As Alertmanager shows it, and reads it back: payloads that are recorded have it where secrets stand.
constexpr std::string_view kSecret = "<secret>";
constexpr std::string_view kInFile = "_file";
// Of the connection to the real service, or of its authorization.
constexpr std::array<std::string_view, 4> kOfClient = {"http_config", "app_token", "app_token_file", "app_url"};
constexpr std::array<std::string_view, 5> kOfClientGlobally = {"http_config", "slack_app_token", "slack_app_token_file",
                                                               "slack_app_url", "resolve_timeout"};

bool is_given(const Value& value) {
  if (value.kind == Value::Kind::map) {
    return value.given || std::ranges::any_of(value.entries, [](const auto& each) { return is_given(each.second); });
  }
  return value.given && value.kind != Value::Kind::absent;
}

std::string printed(const Value& value);

Printed entries_of(const Value& map, std::span<const std::string_view> without) {
  Printed out;
  for (const auto& [key, value] : map.entries) {
    if (!is_given(value) || contains(without, key)) continue;
    // What stands in a file is a secret: the file is not read. A chat has a number.
    if (key.ends_with(kInFile)) {
      const std::string in_place = key.substr(0, key.size() - kInFile.size());
      out.emplace_back(in_place, in_place == "chat_id" ? "1" : in_quotes(kSecret));
    } else {
      out.emplace_back(key, printed(value));
    }
  }
  return out;
}

std::string printed(const Value& value) {
  switch (value.kind) {
    case Value::Kind::absent:
      return "null";
    case Value::Kind::number:
    case Value::Kind::boolean:
      return value.text;
    case Value::Kind::text:
      return in_quotes(value.secret ? kSecret : std::string_view(value.text));
    case Value::Kind::list: {
      std::vector<std::string> items;
      for (const Value& item : value.items) items.push_back(printed(item));
      return list_of(items);
    }
    case Value::Kind::map:
      return map_of(entries_of(value, {}));
  }
  return "null";
}

std::string matchers_of(const notify::Matchers& matchers) {
  std::vector<std::string> out;
  for (const notify::Matcher& each : matchers) out.push_back(in_quotes(notify::to_text(each)));
  return list_of(out);
}

std::string texts(const std::vector<std::string>& all) {
  std::vector<std::string> out;
  for (const std::string& each : all) out.push_back(in_quotes(each));
  return list_of(out);
}

std::string route_of(const Configuration& configuration, const notify::Route& route, const RunTimes& times) {
  Printed entries{{"receiver", in_quotes(route.receiver)},
                  {"group_by", texts(route.group_by_all ? std::vector<std::string>{"..."} : route.group_by)},
                  {"group_wait", in_quotes(times.on_wall(route.group_wait))},
                  {"group_interval", in_quotes(times.on_wall(route.group_interval))},
                  {"repeat_interval", in_quotes(times.on_wall(route.repeat_interval))}};
  if (!route.matchers.empty()) entries.emplace_back("matchers", matchers_of(route.matchers));
  if (route.continues) entries.emplace_back("continue", "true");
  std::vector<std::string> children;
  for (const std::size_t child : route.children) {
    children.push_back(route_of(configuration, configuration.routes[child], times));
  }
  if (!children.empty()) entries.emplace_back("routes", list_of(children));
  return map_of(entries);
}

std::string inhibition_of(const notify::InhibitRule& rule) {
  Printed entries{{"source_matchers", matchers_of(rule.source_matchers)},
                  {"target_matchers", matchers_of(rule.target_matchers)},
                  {"equal", texts(rule.equal)}};
  if (!rule.name.empty()) entries.emplace_back("name", in_quotes(rule.name));
  return map_of(entries);
}

bool is_filled(const Value& settings, std::string_view key) {
  return settings.filled(key) || settings.filled(std::string(key) + std::string(kInFile));
}

// The field of a kind that is the authorization of its requests, where it has one and uses it; else http_config has it.
std::string_view key_field(const Integration& integration) {
  if (integration.kind == "opsgenie") return "api_key";
  const bool has_token = integration.kind == "incidentio" && is_filled(integration.settings, "alert_source_token");
  return has_token ? "alert_source_token" : "";
}

std::string client_with(std::string_view credentials) {
  return map_of({{"authorization", map_of({{"credentials", in_quotes(credentials)}})}});
}

// The integration's block with another address.
std::string block_of(const Integration& integration, const std::string& url, const std::string& key) {
  const RecordedKind& recorded = *find_recorded_kind(integration.kind);
  const std::string_view field = recorded.is_shown ? key_field(integration) : std::string_view();
  std::vector<std::string_view> without(kOfClient.begin(), kOfClient.end());
  const std::string in_file = std::string(recorded.address) + std::string(kInFile);
  const std::string key_in_file = std::string(field) + std::string(kInFile);
  without.insert(without.end(), {recorded.address, in_file, field, key_in_file});
  Printed entries = entries_of(integration.settings, without);
  entries.emplace_back(recorded.address, in_quotes(url));
  // Kinds that must have an authorization are known by it; Slack's answers depend on it.
  if (!field.empty()) {
    entries.emplace_back(field, in_quotes(key));
  } else if (recorded.is_shown) {
    entries.emplace_back("http_config", client_with(key));
  } else if (is_authorized(integration)) {
    entries.emplace_back("http_config", client_with(kSecret));
  }
  return map_of(entries);
}

std::string webhook_of(const Integration& integration, const std::string& url, const std::string& key) {
  return map_of({{"url", in_quotes(url)},
                 {"send_resolved", integration.send_resolved ? "true" : "false"},
                 {"http_config", client_with(key)}});
}

// Whether its body is the data themselves, all of them.
bool says_all(const Integration& integration) {
  if (integration.kind != "webhook") return false;
  const Value* payload = integration.settings.find("payload");
  const std::string_view most = integration.settings.text_of("max_alerts");
  return (payload == nullptr || !is_given(*payload)) && (most.empty() || most == "0");
}

std::string_view key_of(std::string_view kind) {
  for (const notify::IntegrationKind& each : notify::integration_kinds()) {
    if (each.name == kind) return each.key;
  }
  return "webhook_configs";
}

}  // namespace

bool is_authorized(const Integration& integration) {
  const Value* client = integration.settings.find("http_config");
  return !key_field(integration).empty() || (client != nullptr && client->find("authorization") != nullptr);
}

std::vector<Redirection> redirections(const Configuration& configuration) {
  std::vector<Redirection> out;
  for (std::size_t r = 0; r < configuration.receivers.size(); ++r) {
    const auto& integrations = configuration.receivers[r].integrations;
    for (std::size_t i = 0; i < integrations.size(); ++i) {
      const bool own = find_recorded_kind(integrations[i].kind) != nullptr;
      out.push_back({r, i, own, !own || !says_all(integrations[i])});
    }
  }
  return out;
}

std::string alertmanager_file(const scenario::AlertmanagerSettings& settings, std::span<const Redirection> redirections,
                              const ReceivedAt& received_at, const RunTimes& times) {
  const Configuration& configuration = *settings.configuration;
  std::vector<std::string> receivers;
  for (std::size_t r = 0; r < configuration.receivers.size(); ++r) {
    const Receiver& receiver = configuration.receivers[r];
    std::vector<std::pair<std::string, std::vector<std::string>>> blocks;  // by key, in the order of their kinds
    const auto add = [&blocks](std::string_view key, std::string block) {
      auto found = std::ranges::find(blocks, key, [](const auto& each) { return std::string_view(each.first); });
      if (found == blocks.end()) found = blocks.emplace(blocks.end(), std::string(key), std::vector<std::string>{});
      found->second.push_back(std::move(block));
    };
    for (const Redirection& each : redirections) {
      if (each.receiver != r) continue;
      const Integration& integration = receiver.integrations[each.integration];
      if (!each.own) continue;
      add(key_of(integration.kind), block_of(integration, received_at.url_of(each, SentAs::itself), received_at.key));
    }
    // Behind the receiver's own, whose places among those of their kind stay.
    for (const Redirection& each : redirections) {
      if (each.receiver != r || !each.beside) continue;
      const SentAs as = each.own ? SentAs::told : SentAs::in_place;
      add("webhook_configs",
          webhook_of(receiver.integrations[each.integration], received_at.url_of(each, as), received_at.key));
    }
    Printed entries{{"name", in_quotes(receiver.name)}};
    for (const auto& [key, printed_blocks] : blocks) entries.emplace_back(key, list_of(printed_blocks));
    receivers.push_back(map_of(entries));
  }
  std::vector<std::string> inhibitions;
  for (const notify::InhibitRule& rule : configuration.inhibit_rules) inhibitions.push_back(inhibition_of(rule));
  Printed global = entries_of(configuration.global.settings, kOfClientGlobally);
  global.emplace_back("resolve_timeout", in_quotes(times.on_wall(configuration.global.resolve_timeout)));
  Printed entries{{"global", map_of(global)},
                  {"route", route_of(configuration, configuration.root(), times)},
                  {"receivers", list_of(receivers)},
                  {"inhibit_rules", list_of(inhibitions)}};
  if (!settings.templates.empty())
    entries.emplace_back("templates", list_of(std::vector<std::string>{in_quotes("templates-*.tmpl")}));
  return map_of(entries) + "\n";
}

std::vector<NamedFile> template_files_for(const scenario::AlertmanagerSettings& settings) {
  std::vector<NamedFile> out;
  for (const SourcePtr& source : settings.templates) {
    out.push_back({format("templates-{:04}.tmpl", out.size()), source->text});
  }
  return out;
}

}  // namespace firedrill::monitor
