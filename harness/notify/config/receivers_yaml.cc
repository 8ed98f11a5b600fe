#include <algorithm>
#include <set>

#include "base/report.h"
#include "base/text/format.h"
#include "notify/config/form/decode.h"
#include "notify/config/parts_yaml.h"
#include "notify/config/receivers/kind.h"
#include "yaml/decode.h"

namespace firedrill::notify {
namespace {

using yaml::Node;

bool is_newer(std::string_view key) {
  const auto newer = newer_integration_keys();
  return std::ranges::find(newer, key) != newer.end();
}

class ReceiverDecoder {
 public:
  explicit ReceiverDecoder(const PartContext& context) : context_(context), diagnostics_(context.diagnostics()) {}

  Receiver decode(const Node& node, std::size_t number) {
    Receiver receiver;
    receiver.where = node.where();
    if (node.is_null()) return receiver;
    if (!yaml::expect_mapping(node, format("receiver {}", number), diagnostics_)) return receiver;
    if (const Node* name = node.find("name")) receiver.name = decode_text(*name, "'name'", diagnostics_);
    if (receiver.name.empty()) {
      report(diagnostics_, node.where(), format("receiver {} has no name", number), "add `name: …`");
    }
    refuse_keys(node, receiver.name);
    if (const Node* labels = node.find("labels")) decode_labels(*labels, receiver);
    for (const IntegrationKind& kind : integration_kinds()) {
      const Node* list = node.find(kind.key);
      if (list == nullptr || list->is_null() || kind.since > context_.forms.version) continue;
      if (yaml::expect_sequence(*list, format("'{}'", kind.key), diagnostics_)) add_all(*list, kind, receiver);
    }
    return receiver;
  }

 private:
  void refuse_keys(const Node& node, std::string_view name) {
    std::vector<std::string> known{"name"};
    if (context_.forms.version >= Version::v0_33) known.emplace_back("labels");
    for (const IntegrationKind& kind : integration_kinds()) {
      if (kind.since <= context_.forms.version) known.emplace_back(kind.key);
    }
    for (const Node::Entry& entry : node.entries) {
      if (std::ranges::find(known, entry.key) != known.end()) continue;
      const auto kinds = integration_kinds();
      const bool recent =
          entry.key == "labels" || std::ranges::find(kinds, entry.key, &IntegrationKind::key) != kinds.end();
      const std::string version(to_string(context_.forms.version));
      if (recent || is_newer(entry.key)) {
        report(diagnostics_, entry.key_node->where(), format("Alertmanager {} has no '{}'", version, entry.key),
               recent ? "0.33 has it; choose with --alertmanager-version, or remove it"
                      : "later releases have it, which are not read here");
      } else {
        report(diagnostics_, entry.key_node->where(), format("unknown key '{}' in receiver '{}'", entry.key, name),
               suggest_one(entry.key, known, diagnostics_));
      }
    }
  }

  void decode_labels(const Node& node, Receiver& receiver) {
    if (node.is_null() || context_.forms.version < Version::v0_33) return;
    if (!yaml::expect_mapping(node, "'labels'", diagnostics_)) return;
    for (const Node::Entry& entry : node.entries) {
      std::string value = decode_text(*entry.value, "a label", diagnostics_);
      if (entry.key == "name" && value != receiver.name) {
        report(diagnostics_, entry.value->where(),
               format("the label 'name' of receiver '{}' is another: '{}'", receiver.name, value),
               "leave it out: it is the receiver's name by itself");
      }
      receiver.labels.push_back({entry.key, std::move(value)});
    }
  }

  void add_all(const Node& list, const IntegrationKind& kind, Receiver& receiver) {
    for (std::size_t i = 0; i < list.items.size(); ++i) {
      const Node& item = *list.items[i];
      if (item.is_null()) {
        report(diagnostics_, item.where(), format("there is nothing in item {} of '{}'", i + 1, kind.key), "remove it");
        continue;
      }
      const std::size_t before = diagnostics_.size();
      Integration integration{.kind = std::string(kind.name), .index = i, .where = item.where()};
      integration.settings = decode_block(item, *kind.form, format("'{}' {}", kind.key, i + 1), context_.forms);
      const bool sound = diagnostics_.size() == before;
      if (sound) kind.complete(integration.settings, context_.forms);
      integration.send_resolved = integration.settings.is_true("send_resolved");
      receiver.integrations.push_back(std::move(integration));
    }
  }

  const PartContext& context_;
  Diagnostics& diagnostics_;
};

}  // namespace

std::vector<Receiver> decode_receivers(const Node& node, const PartContext& context) {
  std::vector<Receiver> receivers;
  std::set<std::string, std::less<>> names;
  if (node.is_null() || !yaml::expect_sequence(node, "'receivers'", context.diagnostics())) return receivers;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    Receiver receiver = ReceiverDecoder(context).decode(*node.items[i], i + 1);
    if (!names.insert(receiver.name).second) {
      report(context.diagnostics(), receiver.where, format("there are two receivers '{}'", receiver.name),
             "give one of them another name, or put their integrations into one");
    }
    receivers.push_back(std::move(receiver));
  }
  return receivers;
}

}  // namespace firedrill::notify
