#include "notify/operator/maker.h"

#include <utility>

namespace firedrill::notify {

using yaml::Node;

Node& Maker::make(Node::Kind kind, const Node& at) {
  Node& node = arena_.add();
  node.kind = kind;
  node.document = at.document;
  node.offset = at.offset;
  node.length = at.length;
  return node;
}

Node& Maker::text(std::string text, const Node& at) {
  Node& node = make(Node::Kind::scalar, at);
  node.style = Node::Style::double_quoted;
  node.text = std::move(text);
  node.made = true;
  return node;
}

Node& Maker::truth(bool value, const Node& at) {
  Node& node = text(value ? "true" : "false", at);
  node.style = Node::Style::plain;
  return node;
}

void Maker::put(Node& mapping, std::string key, const Node& key_at, const Node& value) {
  if (mapping.entry(key) != nullptr) return;
  const Node& key_node = text(key, key_at);
  mapping.entries.push_back({.key = std::move(key), .key_node = &key_node, .value = &value});
}

}  // namespace firedrill::notify
