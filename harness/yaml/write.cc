#include "yaml/write.h"

#include "base/text/json.h"
#include "base/text/yaml_text.h"

namespace firedrill::yaml {
namespace {

std::string scalar(const Node& node) {
  const std::string tag = node.tag.empty() ? std::string() : node.tag + " ";
  if (node.is_null()) return "null";
  if (node.style == Node::Style::plain) return tag + node.text;
  return tag + '"' + escape_json(node.text) + '"';
}

bool on_one_line(const Node& node) {
  return node.is_scalar() || node.is_null() || (node.items.empty() && node.entries.empty());
}

void write(const Node& node, std::size_t indent, std::string& out);

void write_value(const Node& value, std::size_t indent, std::string& out) {
  if (on_one_line(value)) {
    out += value.is_mapping() ? " {}" : value.is_sequence() ? " []" : " " + scalar(value);
    out += '\n';
    return;
  }
  out += '\n';
  write(value, indent + 2, out);
}

void write(const Node& node, std::size_t indent, std::string& out) {
  const std::string margin(indent, ' ');
  for (const Node::Entry& entry : node.entries) {
    out += margin + yaml_scalar(entry.key) + ":";
    write_value(*entry.value, indent, out);
  }
  for (const Node* item : node.items) {
    out += margin + "-";
    write_value(*item, indent, out);
  }
}

}  // namespace

std::string write(const Node& node) {
  std::string out;
  if (on_one_line(node)) {
    write_value(node, 0, out);
  } else {
    write(node, 0, out);
  }
  return out;
}

}  // namespace firedrill::yaml
