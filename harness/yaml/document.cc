#include "yaml/document.h"

#include <algorithm>

namespace firedrill::yaml {

const Node::Entry* Node::entry(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

const Node* Node::find(std::string_view key) const {
  const Entry* found = entry(key);
  return found == nullptr ? nullptr : found->value;
}

Position Node::where() const {
  return document->position(offset, length);
}

Document::Document(SourcePtr source) : source_(std::move(source)) {
  root_ = &add();
}

Node& Document::add() {
  Node& node = nodes_.emplace_back();
  node.document = this;
  return node;
}

Position Document::position(std::size_t offset, std::size_t length) const {
  const std::string_view text = source_->text;
  offset = std::min(offset, text.size());
  const std::string_view marked = text.substr(offset, length);
  const std::size_t end = offset + std::min(marked.find_first_of("\r\n"), marked.size());
  return position_at(source_, offset, end - offset);
}

std::string Document::shown(std::string_view text, std::size_t most) const {
  constexpr std::size_t kGuarded = 7;
  const bool guarded = source_->quoting == Quoting::guarded;
  std::string_view line = text.substr(0, text.find('\n'));
  if (line.size() <= (guarded ? kGuarded : most)) return std::string(line);
  std::size_t end = guarded ? kGuarded : most - std::string_view("…").size();
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) --end;
  return std::string(line.substr(0, end)) + (guarded ? "..." : "…");
}

void Document::take_merges_in_order() {
  for (Node& node : nodes_) {
    for (Node::Entry& entry : node.entries) {
      const Node::Entry* last = entry.behind;
      while (last != nullptr && last->behind != nullptr) last = last->behind;
      if (last == nullptr) continue;
      entry.key_node = last->key_node;
      entry.value = last->value;
    }
  }
}

const Node& merge_nodes(const Node& base, const Node& overlay, Document& arena) {
  if (!base.is_mapping() || !overlay.is_mapping()) return overlay;
  Node& merged = arena.add();
  const Document* const home = overlay.document;
  merged.kind = Node::Kind::mapping;
  merged.document = home;
  merged.offset = overlay.offset;
  merged.length = overlay.length;
  merged.entries = base.entries;
  for (const Node::Entry& entry : overlay.entries) {
    const auto found = std::find_if(merged.entries.begin(), merged.entries.end(),
                                    [&](const Node::Entry& e) { return e.key == entry.key; });
    if (entry.value->is_null()) {
      if (found != merged.entries.end()) merged.entries.erase(found);
    } else if (found == merged.entries.end()) {
      merged.entries.push_back(entry);
    } else {
      found->key_node = entry.key_node;
      found->value = &merge_nodes(*found->value, *entry.value, arena);
    }
  }
  return merged;
}

}  // namespace firedrill::yaml
